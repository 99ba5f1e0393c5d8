"""Files of a change that did not come about: they are deleted when its request ends.

A file is kept before the transaction commits whose rows name it. What is rolled back, to a
savepoint or altogether, would leave it to nobody.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponseBase

from media import storage

logger = logging.getLogger(__name__)


class _File:
    """A file that was made; it is wanted if what it was made for commits."""

    def __init__(self, kept: str) -> None:
        self.kept = kept
        self.is_committed = False

    def committed(self) -> None:
        self.is_committed = True

    @property
    def is_wanted(self) -> bool:
        # Django drops these hooks on a rollback, of a savepoint too. One that is still there
        # belongs to a transaction that goes on.
        hooks = [hook for _, hook, _ in connection.run_on_commit]
        return self.is_committed or self.committed in hooks


_made: ContextVar[list[_File] | None] = ContextVar("media_made", default=None)


def note(kept: str) -> None:
    """Note that this file was made in the transaction that is open."""
    files = _made.get()
    if files is not None:
        file = _File(kept)
        files.append(file)
        transaction.on_commit(file.committed)


@contextmanager
def cleared() -> Iterator[None]:
    """Delete at the end what was made and is not wanted."""
    files: list[_File] = []
    token = _made.set(files)
    try:
        yield
    finally:
        _made.reset(token)
        for file in files:
            if not file.is_wanted:
                _delete(file.kept)


def _delete(kept: str) -> None:
    try:
        storage.delete(kept)
    except Exception:  # the answer is made; a sweep finds what stays
        logger.warning("%s was not deleted", kept, exc_info=True)


class LeftoversMiddleware:
    """Clears up after each request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with cleared():
            return self.get_response(request)
