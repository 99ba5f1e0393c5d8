"""Asking for work, and how it stands: `jobs.enqueue` and `jobs.describe`."""

import json
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from openevent import request_id

from . import broker, registry
from .errors import JobRefused, UnknownKindError
from .models import FIRST_SILENCE, Job


def enqueue(
    kind: str,
    /,
    *,
    requested_by: Any = None,
    run_after: datetime | None = None,
    key: str | None = None,
    **arguments: Any,
) -> Job:
    """Ask for a job of `kind` in the caller's transaction; return its row.

    It runs once that transaction has committed, and never if it does not. `arguments` are the
    handler's keywords: ids rather than rows, and nothing but JSON. `requested_by` is the user
    who may see it at `/v1/tasks/{id}`, besides staff. `run_after` (aware) delays it; a delayed
    job begins up to ten seconds late.

    With a `key`, a job of this kind and key that has not begun is not asked for twice: it is
    returned as it is, brought forward if `run_after` is earlier. The key must name all that
    the arguments do. It stays locked until the caller's transaction ends, so that no worker
    begins it before it can see what this transaction wrote.

    :raises UnknownKindError: no handler has that name.
    :raises TypeError: the handler does not take these arguments, or they are not JSON.
    :raises ValueError: `run_after` has no time zone.
    """
    handler = registry.find(kind)
    handler.check(arguments)
    if json.loads(json.dumps(arguments, allow_nan=False)) != arguments:
        raise TypeError(f"The arguments of {kind} would not come back from JSON as they are.")
    if run_after is not None and timezone.is_naive(run_after):
        raise ValueError(f"run_after={run_after} has no time zone.")

    job = Job(
        kind=kind,
        arguments=arguments,
        key=key,
        requested_by=requested_by,
        request_id=request_id.origin()[:200],
        max_attempts=handler.max_attempts,
    )
    is_due = run_after is None or run_after <= timezone.now()
    if not is_due:
        job.run_after = job.wake_at = run_after
    if key is None:
        job.save(force_insert=True)
    else:
        job = _insert_or_find(job, no_later_than=Now() if is_due else run_after)
    if is_due:
        transaction.on_commit(partial(broker.wake, str(job.pk), kind), robust=True)
    return job


@transaction.atomic
def _insert_or_find(job: Job, *, no_later_than: Any) -> Job:
    """Insert `job`, or find the one that has its key and bring it forward; return it, locked."""
    same = Job.objects.unstarted(job.kind, job.key)
    found = None
    while found is None:  # a second time if a worker began it between the two queries
        Job.objects.bulk_create([job], ignore_conflicts=True)
        found = same.select_for_update(no_key=True).first()
    if found.pk != job.pk:
        same.filter(run_after__gt=no_later_than).update(
            run_after=no_later_than, wake_at=no_later_than
        )
    return found


@transaction.atomic
def again(job: Job) -> None:
    """Have `job` begun as soon as can be: one that waits, or one that failed, from the start.

    A failed one gets as many attempts as it had at first. Their numbers go on, so that one
    which comes back from the dead still changes nothing.

    :raises JobRefused: it runs, or is done, or nothing in this version does such jobs.
    """
    waiting = Job.objects.select_for_update(no_key=True).filter(
        pk=job.pk, state__in=(Job.State.WAITING, Job.State.FAILED)
    )
    found = waiting.first()
    if found is None:
        raise JobRefused("Only a job that waits or failed can be begun again.")
    try:
        handler = registry.find(found.kind)
    except UnknownKindError:
        raise JobRefused(f"Nothing in this version does a job called {found.kind}.") from None
    attempts = found.max_attempts
    if found.state == Job.State.FAILED:
        attempts = found.attempt + handler.max_attempts
    waiting.update(
        state=Job.State.WAITING,
        max_attempts=attempts,
        run_after=Now(),
        wake_at=Now() + FIRST_SILENCE,
        finished_at=None,
        error=None,
    )
    transaction.on_commit(partial(broker.wake, str(found.pk), found.kind), robust=True)


def describe(job: Job) -> dict[str, Any]:
    """Return what `/v1/tasks/{id}` says of `job`.

    The clients know three states and take any other for a failure, so a job that has not
    ended is `WAITING` even while it runs. `result` is what the handler's `present` makes of
    the result, or the sentence of a failure, or `None`.
    """
    progress = {"phase": job.phase, "done": job.done, "total": job.total}
    match job.state:
        case Job.State.SUCCEEDED:
            return {"state": "SUCCESS", "result": _presented(job), "progress": progress}
        case Job.State.FAILED:
            return {"state": "FAILURE", "result": job.error, "progress": progress}
        case _:
            return {"state": "WAITING", "result": None, "progress": progress}


def _presented(job: Job) -> Any:
    try:
        present = registry.find(job.kind).present
    except UnknownKindError:  # a row from before its handler was removed
        present = None
    return present(job) if present else job.result
