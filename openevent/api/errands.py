"""Errands: what takes its time within a write, done while no row is locked.

    made = errands.done(url, lambda: download(url))

A write keeps its row locked until it commits, and whoever else wants the row would wait for a slow
server somewhere. So a write that comes to an errand is rolled back; the errand is done; and the
write begins anew, from the question of who may, and finds what was done.
"""

import functools
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from permissions import memory

Found = TypeVar("Found")
Asked = ParamSpec("Asked")

_done: ContextVar[dict[Hashable, Any] | None] = ContextVar("errands_done", default=None)


class _Errand(Exception):
    def __init__(self, key: Hashable, do: Callable[[], Any]) -> None:
        super().__init__(key)
        self.key = key
        self.do = do


def done(key: Hashable, do: Callable[[], Found]) -> Found:
    """Return what `do()` returns, which is called once for each `key` of a write.

    Outside of a write (a page of the admin, a job) it is called at once.
    """
    known = _done.get()
    if known is None:
        return do()
    if key not in known:
        raise _Errand(key, do)
    found: Found = known[key]
    return found


def between(write: Callable[Asked, Found]) -> Callable[Asked, Found]:
    """Let the errands of `write`, which ends its transaction itself, be done between attempts."""

    @functools.wraps(write)
    def repeated(*args: Asked.args, **kwargs: Asked.kwargs) -> Found:
        known: dict[Hashable, Any] = {}
        token = _done.set(known)
        try:
            while True:
                try:
                    return write(*args, **kwargs)
                except _Errand as errand:
                    known[errand.key] = errand.do()
                    memory.forget()  # roles may have been taken meanwhile
        finally:
            _done.reset(token)

    return repeated
