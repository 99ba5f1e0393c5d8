"""Whose work this is: the id that answers, log lines and jobs of one request share."""

import logging
from contextvars import ContextVar, Token

# (the request's id, the job's id); an empty string where there is none.
_ids: ContextVar[tuple[str, str]] = ContextVar("request_id", default=("", ""))


def current() -> str:
    """Return what a log line shows: the request's id, and in a job the job's id after it."""
    return " ".join(filter(None, _ids.get()))


def origin() -> str:
    """Return the id of the request that this work began with; empty if none did."""
    return _ids.get()[0]


def set(request: str, *, job: str = "") -> Token[tuple[str, str]]:  # noqa: A001  request_id.set
    """Begin work for `request`, in a job its id too; end it with `reset(token)`."""
    return _ids.set((request, job))


def reset(token: Token[tuple[str, str]]) -> None:
    """Restore what was before the `set` that gave `token`."""
    _ids.reset(token)


class LogFilter(logging.Filter):
    """Puts the id of the request or job into each log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current() or "-"
        return True
