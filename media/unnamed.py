"""Files that are kept before the rows are written that will name them.

    with unnamed.files_of(f"import {row.pk}") as files:
        ...  # keep hundreds of them, for minutes, each on its own
        with transaction.atomic():
            ...  # write the rows that name them
            files.are_named()

For work in which some time lies between the two. Each file has a row here from before it is
there until the rows name it, so whatever ends the work in between, the files are found: by its
end, by its next attempt, or by the sweep.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from media.models import Unnamed, Upload
from openevent import jobs

LONGEST: Final = timedelta(days=2)  # that any work takes
AT_ONCE: Final = 500  # files that one job deletes


class Files:
    """The files that one attempt at some work keeps."""

    def __init__(self, work: str) -> None:
        self._work = work
        self._attempt = secrets.token_hex(16)

    def note(self, kept: str) -> None:
        Unnamed.objects.create(kept=kept, work=self._work, attempt=self._attempt)

    def are_named(self) -> None:
        """Say that rows name these files, in the transaction that writes them."""
        self._noted.delete()

    def forget(self) -> None:
        _forget(self._noted)

    @property
    def _noted(self) -> QuerySet[Unnamed]:
        return Unnamed.objects.filter(attempt=self._attempt)


_files: ContextVar[Files | None] = ContextVar("unnamed_files", default=None)


def note(kept: str) -> None:
    """Note that this file is about to be kept, if somebody asked for that."""
    files = _files.get()
    if files is not None:
        files.note(kept)


@contextmanager
def files_of(work: str) -> Iterator[Files]:
    """Note the files that are kept from here on, and delete them if this ends with an exception.

    What an earlier attempt at the same `work` left behind, that died, is deleted first.
    """
    forget(work)
    files = Files(work)
    token = _files.set(files)
    try:
        yield files
    except BaseException:
        files.forget()
        raise
    finally:
        _files.reset(token)


def forget(work: str) -> None:
    """Have the files deleted that attempts at this work kept and no row came to name."""
    _forget(Unnamed.objects.filter(work=work))


def sweep(now: datetime) -> int:
    """Forget the files of work that was never tried again; return how many."""
    return _forget(Unnamed.objects.filter(created_at__lt=now - LONGEST))


@transaction.atomic
def _forget(noted: QuerySet[Unnamed]) -> int:
    """Remove these rows, and have a job delete the files: it goes on while a store is away."""
    rows = list(noted.select_for_update().order_by("pk"))
    if not rows:
        return 0
    names = [row.kept for row in rows]
    Unnamed.objects.filter(pk__in=[row.pk for row in rows]).delete()
    Upload.objects.filter(kept__in=names).delete()
    for start in range(0, len(names), AT_ONCE):
        jobs.enqueue("media.delete-files", kept=names[start : start + AT_ONCE])
    return len(names)
