"""Jobs: work that takes time, asked for in a transaction and done once, by a worker.

    job = jobs.enqueue("exports.feeds", requested_by=user, event_id=event.pk)

    @jobs.handler("exports.feeds", max_attempts=3)
    def feeds(run, *, event_id):
        ...

How it works, and what a handler may rely on: docs/jobs.md.
"""

from typing import TYPE_CHECKING, Any

from .errors import JobRefused, LeaseLostError, UnknownKindError
from .registry import handler, periodic

if TYPE_CHECKING:
    from .asking import again, describe, enqueue
    from .run import Run

__all__ = [
    "JobRefused",
    "LeaseLostError",
    "Run",
    "UnknownKindError",
    "again",
    "describe",
    "enqueue",
    "handler",
    "periodic",
]


def __getattr__(name: str) -> Any:
    """Load what needs models when it is first used: Django imports this package before them."""
    if name in {"again", "describe", "enqueue"}:
        from . import asking  # noqa: PLC0415  models load after this package

        return getattr(asking, name)
    if name == "Run":
        from .run import Run  # noqa: PLC0415

        return Run
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
