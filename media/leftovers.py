"""Files of a change that did not come about: they are deleted when its request ends.

A file is kept before the transaction commits whose rows name it, or even begins. What is rolled
back, to a savepoint or altogether, would leave it to nobody.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponseBase

from media import storage

logger = logging.getLogger(__name__)


class _File:
    """A file that was made; it is wanted if a transaction commits whose rows name it."""

    def __init__(self) -> None:
        self.is_committed = False

    def committed(self) -> None:
        self.is_committed = True

    @property
    def is_wanted(self) -> bool:
        # Django drops these hooks on a rollback, of a savepoint too. One that is still there
        # belongs to a transaction that goes on.
        hooks = [hook for _, hook, _ in connection.run_on_commit]
        return self.is_committed or self.committed in hooks


_made: ContextVar[dict[str, _File] | None] = ContextVar("media_made", default=None)


def note(kept: str) -> None:
    """Note that this file was made, and is nobody's yet."""
    files = _made.get()
    if files is not None:
        files[kept] = _File()


def named(kept: Iterable[str]) -> None:
    """Note that rows name these files once the transaction that is open has committed."""
    files = _made.get() or {}
    for name in files.keys() & set(kept):
        transaction.on_commit(files[name].committed)


@contextmanager
def cleared() -> Iterator[None]:
    """Delete at the end what was made and is not wanted."""
    files: dict[str, _File] = {}
    token = _made.set(files)
    try:
        yield
    finally:
        _made.reset(token)
        for kept, file in files.items():
            if not file.is_wanted:
                _delete(kept)


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
