"""The settings row as code reads it: without a query each time, and never older than 2 seconds.

A change is seen at once in the process that committed it, and within `MAX_AGE` in every other;
nobody is notified and nothing is shared. Inside a transaction that changed the row, its own
change is read, and kept nowhere, since it may be rolled back.
"""

import threading
import time
from typing import Any

from django.apps import apps
from django.db import connection, transaction

MAX_AGE = 2.0  # seconds

# Each thread keeps what it read, with the database connection it was read through.
_kept = threading.local()
_commits = 0  # changes that this process committed


class Snapshot:
    """The settings as they were when read: every column of `Site` and every computed fact."""

    __slots__ = ("_values",)

    def __init__(self, row: Any) -> None:
        computed = [name for name, value in vars(type(row)).items() if isinstance(value, property)]
        columns = [field.attname for field in row._meta.concrete_fields]
        values = {name: getattr(row, name) for name in columns + computed}
        object.__setattr__(self, "_values", values)

    def __getattr__(self, name: str) -> Any:
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(f"The settings have no {name!r}.", name=name, obj=self) from None

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("A snapshot does not change; change and save the Site row.")

    def __repr__(self) -> str:
        return "<Snapshot of the settings>"


def current() -> Snapshot:
    """Return the settings of this server."""
    if _changed_in_this_transaction():
        return _read()
    now = time.monotonic()
    validity = (_commits, connection.connection)
    kept, kept_at, kept_validity = getattr(_kept, "snapshot", (None, 0.0, None))
    if kept is not None and kept_validity == validity and now - kept_at < MAX_AGE:
        return kept
    fresh = _read()
    # As of before the read, so a change that was committed meanwhile is not missed. The
    # connection is taken after it, as the read may have been what opened it.
    _kept.snapshot = (fresh, now, (validity[0], connection.connection))
    return fresh


def changed() -> None:
    """Forget what is kept as soon as the current transaction, which changed the row, commits."""
    transaction.on_commit(_forget)


def _forget() -> None:
    global _commits
    _commits += 1


def _changed_in_this_transaction() -> bool:
    # Django drops these hooks on a rollback, of a savepoint too: just what is asked here.
    return any(hook is _forget for _, hook, _ in connection.run_on_commit)


def _read() -> Snapshot:
    site = apps.get_model("site", "Site")
    return Snapshot(site.objects.filter(pk=1).first() or site())
