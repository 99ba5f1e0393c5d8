"""What keeps jobs going when processes, machines and brokers do not: sweep, clock, clean-up."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, F, Max, OuterRef
from django.db.models.functions import Greatest, Least, Now
from django.utils import timezone

from . import broker, registry
from .asking import enqueue
from .models import Job, Period
from .run import Run

SWEEP_LIMIT = 500  # jobs sent for at a time
# A job is sent for again after as long as it has waited, within these. Messages of a long
# queue are not lost but slow, and must not be doubled each time the sweep comes by.
SHORTEST_SILENCE = timedelta(seconds=30)
LONGEST_SILENCE = timedelta(minutes=10)

KEPT = timedelta(days=30)  # after the end of a job
DELETE_LIMIT = 1000  # rows in one transaction


def sweep() -> int:
    """Send for workers for what nobody is coming for; return for how many jobs.

    That is a job whose lease ran out, whose message was lost or never sent, whose delay or
    pause before a retry is over. Several may sweep at once: each row is swept by one.
    """
    with transaction.atomic():
        rows = Job.objects.select_for_update(skip_locked=True, no_key=True)
        due = rows.filter(wake_at__lte=Now()).order_by("wake_at").values_list("pk", "kind")
        due = list(due[:SWEEP_LIMIT])
        silence = Least(LONGEST_SILENCE, Greatest(SHORTEST_SILENCE, Now() - F("run_after")))
        Job.objects.filter(pk__in=[pk for pk, _ in due]).update(wake_at=Now() + silence)
    for pk, kind in due:
        broker.send(str(pk), kind)
    return len(due)


@transaction.atomic
def tick(now: datetime | None = None) -> list[Job]:
    """Enqueue the periodic jobs whose period began; return them.

    Any number of processes may tick: one at a time does, the others leave it to that one, and
    a period that has its row is not begun again. `now` is aware, by default the present.
    """
    if not _try_lock("openevent.jobs.tick"):
        return []
    now = now or timezone.now()
    latest = dict(Period.objects.values_list("name").annotate(Max("starts_at")))
    begun = []
    for name, schedule in registry.scheduled():
        starts_at = schedule.latest(now)
        if name in latest and starts_at <= latest[name]:
            continue
        Period.objects.create(name=name, starts_at=starts_at)
        # A name never seen before has not missed the period it was introduced in.
        if name in latest:
            begun.append(enqueue(name, due=starts_at.isoformat()))
    return begun


def delete_old(run: Run, *, due: str) -> None:
    """Delete jobs that ended more than `KEPT` ago, and all but the latest of old periods."""
    before = datetime.fromisoformat(due) - KEPT
    ended = Job.objects.filter(finished_at__lt=before).order_by("finished_at")
    deleted = 0
    while batch := list(ended.values_list("pk", flat=True)[:DELETE_LIMIT]):
        with run.transaction():
            Job.objects.filter(pk__in=batch).delete()
        deleted += len(batch)
        run.progress("deleting", deleted)
    newer = Period.objects.filter(name=OuterRef("name"), starts_at__gt=OuterRef("starts_at"))
    with run.transaction():
        Period.objects.filter(Exists(newer), starts_at__lt=before).delete()
        run.succeed({"deleted": deleted})


def _try_lock(name: str) -> bool:
    """Take the advisory lock `name` until the transaction ends, unless somebody has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        return cursor.fetchone()[0]
