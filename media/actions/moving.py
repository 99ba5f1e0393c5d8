"""Moving what is kept from one place to another, while the server runs.

A file is copied, read back and compared; then the columns that name it are changed, if they
still do; then a job deletes the original. Whatever ends this in between, the columns name files
that are there, and the next run goes on with what is left.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import IO, Any, Final

from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone

from media import places, storage
from media.fields import KeptFileField, kept_columns
from openevent import jobs

BATCH: Final = 200  # rows read at a time
ATTEMPTS: Final = 3  # at one file, until it stays
LOCK: Final = "media.moving"  # by which there is one run at a time
# Until nobody reads an original any more: no job or link that knows it lasts that long.
GRACE: Final = timedelta(hours=2)


@dataclass
class Moved:
    """What came of it: files and bytes that are in the other place, and names of the others."""

    files: int = 0
    size: int = 0
    missing: list[str] = field(default_factory=list)
    spoiled: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    """A row and the files that it has in the place to be left, by column."""

    model: type[models.Model]
    pk: Any
    kept: dict[str, str]

    def locked(self) -> Any:
        """Return the names in its columns now, locked; `None` if it is gone."""
        rows = self.model._base_manager.select_for_update(no_key=True)
        return rows.filter(pk=self.pk).values(*_names(self.model)).first()


class AlreadyMovingError(Exception):
    """Another process is moving files: together they would copy everything twice."""


class SpoiledError(Exception):
    """What was read back is not what was written."""


def count(source: str) -> int:
    """Return how many columns of how many rows, together, name a file in `source`."""
    return sum(
        model._base_manager.filter(**{f"{column.attname}__startswith": f"{source}:"}).count()
        for model, columns in kept_columns().items()
        for column in columns
    )


def move(source: str, target: str, *, progress: Callable[[int, Moved], None]) -> Moved:
    """Move every file that a column names from the place `source` to `target`.

    `progress` is told how many columns are done. A file that is not there, or comes back other
    than it was written, is left as it is and named.

    :raises AlreadyMovingError: files are being moved, between whichever places.
    :raises StorageUnavailable: one of the places fails; what is moved by then stays moved.
    """
    moved, done = Moved(), 0
    with _alone():
        for row in _rows(source):
            for kept in dict.fromkeys(row.kept.values()):
                try:
                    _move(row, kept, f"{target}:{kept.partition(':')[2]}", moved)
                except FileNotFoundError:
                    moved.missing.append(kept)
                except SpoiledError:
                    moved.spoiled.append(kept)
            done += len(row.kept)
            progress(done, moved)
    return moved


@contextmanager
def _alone() -> Iterator[None]:
    """Hold off other runs, on all machines; if this one is killed, its connection lets go."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [LOCK])
        if not cursor.fetchone()[0]:
            raise AlreadyMovingError
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [LOCK])


def _move(row: Row, old: str, new: str, moved: Moved) -> None:
    """Copy one file and have `row` name the copy.

    The copy is looked for once more with the row locked: had the same file been moved the other
    way before, the job that deletes that original may have come in between.
    """
    for _ in range(ATTEMPTS):
        size = _copy(old, new)
        with transaction.atomic():
            named = row.locked() or {}
            columns = [name for name, kept in named.items() if kept == old]
            if not columns:
                if new not in named.values():  # replaced or deleted meanwhile, not moved
                    jobs.enqueue("media.delete", kept=new)
                return
            if storage.exists(new):
                row.model._base_manager.filter(pk=row.pk).update(**dict.fromkeys(columns, new))
                _delete_later(row, old)
                moved.files += 1
                moved.size += size
                return
    raise places.StorageUnavailable(f"What is written does not stay: {new}.")


def _copy(old: str, new: str) -> int:
    """Copy a file; return its bytes.

    :raises FileNotFoundError: it is not there.
    :raises SpoiledError: the copy is not the same; it is deleted.
    """
    source, key = storage.place_of(old)
    target, _ = storage.place_of(new)
    with source.open(key) as file:
        written = _digest(file)
        target.save(file, key)
    with target.open(key) as copy:
        is_same, size = _digest(copy) == written, copy.tell()
    if not is_same:
        target.delete(key)
        raise SpoiledError(new)
    return size


def delete_original(model: str, pk: Any, kept: str) -> None:
    """Delete a file that was moved away, unless it was moved back."""
    row = Row(apps.get_model(model), pk, {})
    place, key = storage.place_of(kept)
    with transaction.atomic():
        if kept not in (row.locked() or {}).values():
            place.delete(key)


def _delete_later(row: Row, kept: str) -> None:
    jobs.enqueue(
        "media.delete-original",
        run_after=timezone.now() + GRACE,
        model=row.model._meta.label_lower,
        pk=str(row.pk),
        kept=kept,
    )


def _rows(source: str) -> Iterator[Row]:
    """Iterate over the rows that name files in `source`, in the order of their keys."""
    for model in kept_columns():
        names = _names(model)
        has_some = models.Q()
        for name in names:
            has_some |= models.Q(**{f"{name}__startswith": f"{source}:"})
        rows = model._base_manager.filter(has_some).order_by("pk").values("pk", *names)
        batch = list(rows[:BATCH])
        while batch:
            for found in batch:
                kept = {n: found[n] for n in names if (found[n] or "").startswith(f"{source}:")}
                yield Row(model, found["pk"], kept)
            batch = list(rows.filter(pk__gt=batch[-1]["pk"])[:BATCH])


def _names(model: type[models.Model]) -> list[str]:
    columns: list[KeptFileField] = kept_columns()[model]
    return [column.attname for column in columns]


def _digest(file: IO[bytes]) -> bytes:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").digest()  # type: ignore[arg-type]
