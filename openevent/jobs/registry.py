"""The handlers of jobs, by name. An app registers its own by importing its `tasks` in `ready()`."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any, TypeVar

from .errors import UnknownKindError
from .schedules import At, Every, Schedule

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Handler:
    """What is known about one kind of job; `handler` says what the members mean."""

    kind: str
    function: Callable[..., Any]
    max_attempts: int = 5
    lease: float = 60
    timeout: float = 3600
    atomic: bool = True
    present: Callable[[Any], Any] | None = None
    on_failure: Callable[..., None] | None = None
    schedule: Schedule | None = None

    def check(self, arguments: dict[str, Any]) -> None:
        """Make sure that the function takes `arguments`.

        :raises TypeError: one is missing, or one too many.
        """
        inspect.signature(self.function).bind(None, **arguments)


_handlers: dict[str, Handler] = {}


def handler(kind: str, **options: Any) -> Callable[[Function], Function]:
    """Register `function(run, **arguments)` as what does the jobs of `kind`; return it as it is.

    It gets a `Run` and the keywords given to `enqueue`; what it returns (anything JSON, or
    `None`) is the job's result. A `DomainError` it raises ends the job with that sentence, any
    other exception is tried again, later each time. Options:

    - `max_attempts` (5): how often it begins at most, workers that died included.
    - `lease` (60 seconds): how long after a worker's death another one takes the job. While
      the worker lives, the lease is renewed from a thread of its own.
    - `timeout` (3600 seconds): after this the worker's process is killed and the attempt lost.
    - `atomic` (true): the whole call is one transaction that commits together with the job's
      success, so its rows change exactly once. With false the function opens its own, always
      by `run.transaction()`: for work that mails, uploads, or is too long for one transaction.
    - `present`: `present(job)` makes of the stored result what the asker gets, at each look;
      for what must not be stored, like a signed URL.
    - `on_failure`: `on_failure(run, error, **arguments)` is called once, in the transaction
      that records the final failure, with the sentence shown to the asker.
    """

    def register(function: Function) -> Function:
        _add(Handler(kind, function, **options))
        return function

    return register


def periodic(
    name: str,
    *,
    every: timedelta | None = None,
    at: time | None = None,
    day: int | None = None,
    **options: Any,
) -> Callable[[Function], Function]:
    """Register `function(run, *, due)` as a job that begins once per period, by itself.

    Either `every` so much time, or `at` a time of day in UTC, on the given `day` of the month
    if that is named. `due` is when the period began, in ISO 8601: work that asks for the date
    asks it, since an attempt may come late. A new name begins with its next period, and of
    periods missed while the server was down only the latest is made up for. The other options
    are `handler`'s.
    """
    if (every is None) == (at is None) or (every is not None and day is not None):
        raise ValueError("Periodic work is either `every` so much time, or `at` a time of day.")
    schedule = Every(every) if every is not None else At(at, day)  # type: ignore[arg-type]  one is given

    def register(function: Function) -> Function:
        _add(Handler(name, function, schedule=schedule, **options))
        return function

    return register


def find(kind: str) -> Handler:
    """Return the handler of `kind`.

    :raises UnknownKindError: there is none.
    """
    try:
        return _handlers[kind]
    except KeyError:
        known = ", ".join(sorted(_handlers))
        raise UnknownKindError(f"No handler is registered for {kind!r}. Known: {known}.") from None


def scheduled() -> Iterator[tuple[str, Schedule]]:
    """Yield the name and schedule of all periodic work."""
    for known in _handlers.values():
        if known.schedule is not None:
            yield known.kind, known.schedule


def _add(new: Handler) -> None:
    if new.kind in _handlers:
        raise ValueError(f"A handler for {new.kind!r} is registered already.")
    _handlers[new.kind] = new
