"""What a handler holds in its hand while its job runs."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from .errors import LeaseLostError
from .keeper import Keeper
from .models import Job, JobQuerySet


class Run:
    """One attempt at a job.

    Every write it makes to the job's row says `WHERE attempt = mine`; one that finds no row
    raises `LeaseLostError`, and with it rolls back the transaction it is in.
    """

    def __init__(self, job: Job, keeper: Keeper) -> None:
        self.job = job
        self.has_ended = False
        self._keeper = keeper

    def progress(self, phase: str, done: int = 0, total: int | None = None) -> None:
        """Show how far the work is; `total` is `None` while unknown. Call it as often as you like.

        It is written within a second, at once visible to others, transaction or not.

        :raises LeaseLostError: another attempt holds the job; leave off.
        """
        self._check()
        self._keeper.show(phase=phase, done=done, total=total)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Open a transaction that commits only if this attempt still holds the job then.

        The job's row is locked just before the commit and not longer, so meanwhile its lease
        can be renewed. With `atomic` handlers it is open already.

        :raises LeaseLostError: another attempt holds the job; nothing is committed.
        """
        self._check()
        try:
            with transaction.atomic(durable=True):
                yield
                # Whether `_mine` is asked by this or by `_end`, the answer stands until the
                # commit: to claim the job, another worker needs the lock that this takes.
                if not self.has_ended and not self._mine().select_for_update(no_key=True).exists():
                    raise LeaseLostError
        except BaseException:
            self.has_ended = False
            raise

    def succeed(self, result: Any = None) -> None:
        """End the job with `result`, in the current transaction.

        Returning the result from the handler does the same. A handler that is not `atomic`
        calls this in its last transaction, so that those rows and the job's end are one.

        :raises LeaseLostError: another attempt holds the job.
        """
        self._end(state=Job.State.SUCCEEDED, result=result)

    def fail(self, error: str) -> None:
        """End the job with a sentence for whoever asked, in the current transaction.

        :raises LeaseLostError: another attempt holds the job.
        """
        self._end(state=Job.State.FAILED, error=error)

    def put_back(self, pause: timedelta) -> None:
        """Leave the job to another attempt, which begins after `pause` at the earliest.

        :raises LeaseLostError: another attempt holds the job.
        """
        due = Now() + pause
        self._write(state=Job.State.WAITING, lease_until=None, run_after=due, wake_at=due)

    def key(self, *parts: object) -> str:
        """Return an id for an effect outside the database, the same in every attempt.

        Such an effect happens at least once. With this as a mail's Message-ID or an object's
        key (`run.key("mail", user.pk)`), a second time can be told, or overwrites the first.
        """
        return str(uuid.uuid5(self.job.pk, ":".join(map(str, parts))))

    def _check(self) -> None:
        if self._keeper.lost:
            raise LeaseLostError

    def _end(self, **columns: Any) -> None:
        columns |= self._keeper.progress  # the last of it may not have been written yet
        self._write(**columns, finished_at=Now(), lease_until=None, wake_at=None)
        self.has_ended = True

    def _write(self, **columns: Any) -> None:
        if not self._mine().update(**columns):
            raise LeaseLostError

    def _mine(self) -> JobQuerySet:
        return Job.objects.held(self.job)
