"""Doing the work: a worker claims a job, runs its handler, and records how that ended."""

import logging
import random
import time
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now

from openevent import request_id
from openevent.errors import DomainError

from . import registry
from .errors import LeaseLostError, UnknownKindError
from .keeper import Keeper
from .models import Job
from .registry import Handler
from .run import Run

logger = logging.getLogger(__name__)

FIRST_PAUSE = 10.0  # seconds before the second attempt; doubled each time
LONGEST_PAUSE = 3600.0


class WorkerDiedError(Exception):
    """The last attempt that was allowed never ended: its process was killed, or its machine."""


def run(job_id: Any, *, keep: type[Keeper] = Keeper) -> bool:
    """Do the job if it is due and no other worker has it; return whether it was claimed.

    Whatever the handler raises is recorded here. What comes out is a database that cannot
    record it, and then the lease runs out.
    """
    job = claim(job_id)
    if job is None:
        return False
    token = request_id.set(job.request_id, job=str(job.pk))
    try:
        _perform(job, keep)
    except LeaseLostError:
        logger.warning("%s: attempt %d lost its lease and changed nothing", job.kind, job.attempt)
    finally:
        request_id.reset(token)
    return True


@transaction.atomic
def claim(job_id: Any) -> Job | None:
    """Take the lease of a job and begin its next attempt; `None` if it is not to be had.

    A row that somebody else has locked is skipped: a worker that is claiming it, or a request
    that enqueues it again and will send for a worker when it is done.
    """
    rows = Job.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=job_id)
    job = rows.claimable().first()
    if job is None:
        return None
    try:
        handler = registry.find(job.kind)
    except UnknownKindError as error:  # a newer process asked for it; its worker will come
        logger.warning("Job %s is left alone: %s", job.pk, error)
        return None
    until = Now() + timedelta(seconds=handler.lease)
    job.state = Job.State.RUNNING
    job.attempt += 1
    Job.objects.filter(pk=job.pk).update(
        state=job.state,
        attempt=job.attempt,
        lease_until=until,
        wake_at=until,  # should this worker die, the sweep sends for another
        started_at=Now(),
        phase="",
        done=0,
        total=None,
    )
    return job


def pause(attempt: int) -> timedelta:
    """Return how long to wait after a failed `attempt` (1 is the first).

    It doubles each time and is cut short by up to half at random, so that what failed
    together does not come back together.
    """
    seconds = min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE)
    return timedelta(seconds=seconds * random.uniform(0.5, 1))  # noqa: S311  no secret


def _perform(job: Job, keep: type[Keeper]) -> None:
    handler = registry.find(job.kind)
    begun = time.monotonic()
    logger.info("%s: attempt %d of %d begins", job.kind, job.attempt, job.max_attempts)
    with keep(job, handler.lease) as keeper:
        current = Run(job, keeper)
        try:
            if job.attempt > job.max_attempts:
                raise WorkerDiedError
            _call(handler, current)
        except LeaseLostError:
            raise
        except DomainError as refusal:
            logger.info("%s: refused: %s", job.kind, refusal.detail)
            if not current.has_ended:
                _fail(handler, current, refusal.detail)
        except Exception:
            logger.exception("%s: attempt %d of %d failed", job.kind, job.attempt, job.max_attempts)
            if not connection.in_atomic_block:  # as in a test's own transaction
                connection.close_if_unusable_or_obsolete()  # maybe that is what failed
            if not current.has_ended:
                _retry_or_fail(handler, current)
        else:
            logger.info("%s: succeeded in %.3f s", job.kind, time.monotonic() - begun)


def _call(handler: Handler, current: Run) -> None:
    """Run the handler to the job's success, in one transaction if it is atomic."""
    if handler.atomic:
        with current.transaction():
            _call_to_success(handler, current)
    else:
        _call_to_success(handler, current)


def _call_to_success(handler: Handler, current: Run) -> None:
    result = handler.function(current, **current.job.arguments)
    if not current.has_ended:
        current.succeed(result)


def _retry_or_fail(handler: Handler, current: Run) -> None:
    job = current.job
    if job.attempt >= job.max_attempts:
        _fail(
            handler,
            current,
            f"This could not be done, though it was tried {job.max_attempts} times. "
            f"The server's log says why, under {job.pk}.",
        )
    else:
        current.put_back(pause(job.attempt))


def _fail(handler: Handler, current: Run, error: str) -> None:
    """End the job as failed, together with what its handler does about that."""
    if handler.on_failure:
        try:
            with current.transaction():
                handler.on_failure(current, error, **current.job.arguments)
                current.fail(error)
            return
        except LeaseLostError:
            raise
        except Exception:
            logger.exception(
                "%s: on_failure failed; the job's failure is recorded alone", handler.kind
            )
    current.fail(error)
