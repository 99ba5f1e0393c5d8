"""What keeps jobs going: the sweep, the clock of periodic work, and the clean-up."""

import threading
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection
from django.utils import timezone

from openevent import jobs
from openevent.jobs import upkeep, worker
from openevent.jobs.models import Job, Period
from openevent.jobs.schedules import At, Every
from openevent.jobs.testing import run_due

committed = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nothing(handler):
    handler("nothing")(lambda run: None)


# The sweep


@committed
def test_sweep_sends_for_what_nobody_is_coming_for_and_for_nothing_else(sent):
    now = timezone.now()
    _fresh, never_woken, abandoned, held, ended = (jobs.enqueue("nothing") for _ in range(5))
    Job.objects.filter(pk=never_woken.pk).update(wake_at=now)
    worker.claim(held.pk)
    worker.claim(abandoned.pk)
    Job.objects.filter(pk=abandoned.pk).update(lease_until=now, wake_at=now)
    worker.run(ended.pk)
    before = sent()

    assert upkeep.sweep() == 2

    assert sorted(sent()) == sorted([*before, str(never_woken.pk), str(abandoned.pk)])
    assert upkeep.sweep() == 0


@committed
def test_claimed_job_is_swept_when_its_lease_ends():
    job = jobs.enqueue("nothing")
    worker.claim(job.pk)

    job.refresh_from_db()

    assert job.wake_at == job.lease_until


@committed
@pytest.mark.parametrize(
    ("waited", "silence"),
    [
        (timedelta(seconds=1), timedelta(seconds=30)),
        (timedelta(minutes=3), timedelta(minutes=3)),
        (timedelta(days=1), timedelta(minutes=10)),
    ],
)
def test_sweep_comes_back_to_a_job_the_later_the_longer_it_has_waited(waited, silence):
    now = timezone.now()
    job = jobs.enqueue("nothing")
    Job.objects.update(run_after=now - waited, wake_at=now)

    upkeep.sweep()

    job.refresh_from_db()
    assert abs(job.wake_at - now - silence) < timedelta(seconds=2)


@committed
def test_two_sweeps_at_once_send_for_each_job_once(in_thread, sent):
    for _ in range(20):
        jobs.enqueue("nothing")
    before = sent()
    Job.objects.update(wake_at=timezone.now())
    together = threading.Barrier(3)

    def sweep():
        together.wait(10)
        return upkeep.sweep()

    swept = [in_thread(sweep) for _ in range(3)]

    assert sum(each.outcome() for each in swept) == 20
    assert sorted(sent()) == sorted(before * 2)


@committed
def test_sweep_and_clean_up_read_an_index_however_many_jobs_there_were():
    now = timezone.now()
    ended = {"state": "succeeded", "finished_at": now, "wake_at": None, "max_attempts": 1}
    Job.objects.bulk_create(Job(kind="nothing", **ended) for _ in range(2000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE jobs_job")

    sweep = Job.objects.filter(wake_at__lte=now).order_by("wake_at")[:500].explain()
    old = Job.objects.filter(finished_at__lt=now - upkeep.KEPT).order_by("finished_at").explain()

    assert "job_to_wake" in sweep
    assert "job_finished" in old


# Periodic work

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def ticked(now):
    return [(job.kind, job.arguments["due"]) for job in upkeep.tick(now)]


@pytest.mark.django_db
def test_periodic_work_begins_once_in_each_period(periodic):
    periodic("expire", every=timedelta(minutes=10))(lambda run, *, due: due)
    with time_machine.travel(NOON, tick=False) as clock:
        assert upkeep.tick() == []  # new: it begins with its next period
        clock.shift(timedelta(minutes=9))
        assert upkeep.tick() == []
        clock.shift(timedelta(minutes=1, seconds=20))
        (job,) = upkeep.tick()
        assert upkeep.tick() == []

    assert job.arguments == {"due": "2026-11-23T12:10:00+00:00"}
    assert run_due()[0].result == "2026-11-23T12:10:00+00:00"


@pytest.mark.django_db
def test_of_the_periods_missed_only_the_latest_is_made_up_for(periodic):
    periodic("remind", at=time(5, 30))(lambda run, *, due: None)
    assert ticked(NOON) == []

    assert ticked(NOON + timedelta(days=4)) == [("remind", "2026-11-27T05:30:00+00:00")]
    assert ticked(NOON + timedelta(days=3)) == []  # a clock that is behind


@committed
def test_period_begins_once_however_many_tick_at_once(periodic, in_thread):
    periodic("expire", every=timedelta(minutes=10))(lambda run, *, due: None)
    upkeep.tick(NOON)
    together = threading.Barrier(4)

    def tick(now):
        together.wait(10)
        return upkeep.tick(now)

    for number in range(1, 4):
        now = NOON + number * timedelta(minutes=10)
        tickers = [in_thread(tick, now) for _ in range(4)]
        assert sum(len(each.outcome()) for each in tickers) == 1

    assert Job.objects.count() == 3


@committed
def test_even_without_the_lock_the_period_s_row_lets_one_begin(periodic, in_thread, monkeypatch):
    periodic("expire", every=timedelta(minutes=10))(lambda run, *, due: None)
    upkeep.tick(NOON)
    monkeypatch.setattr(upkeep, "_try_lock", lambda name: True)
    together = threading.Barrier(2)
    scheduled = list(upkeep.registry.scheduled())

    def all_have_read():
        together.wait(10)
        return scheduled

    monkeypatch.setattr(upkeep.registry, "scheduled", all_have_read)
    later = NOON + timedelta(minutes=10)
    tickers = [in_thread(upkeep.tick, later) for _ in range(2)]

    outcomes = []
    for each in tickers:
        try:
            outcomes.append(len(each.outcome()))
        except IntegrityError:
            outcomes.append("refused")
    assert sorted(outcomes, key=str) == [1, "refused"]
    assert Job.objects.count() == 1


@pytest.mark.parametrize(
    ("schedule", "now", "begin"),
    [
        (Every(timedelta(minutes=25)), "2026-11-23T12:03:00", "2026-11-23T11:40:00"),
        (Every(timedelta(hours=1)), "2026-11-23T12:00:00", "2026-11-23T12:00:00"),
        (At(time(5, 30)), "2026-11-23T05:29:59", "2026-11-22T05:30:00"),
        (At(time(5, 30)), "2026-11-23T05:30:00", "2026-11-23T05:30:00"),
        (At(time(), day=14), "2026-11-13T23:59:59", "2026-10-14T00:00:00"),
        (At(time(), day=14), "2026-11-30T10:00:00", "2026-11-14T00:00:00"),
        (At(time(), day=3), "2026-01-02T10:00:00", "2025-12-03T00:00:00"),
        (At(time(), day=28), "2026-03-27T10:00:00", "2026-02-28T00:00:00"),
    ],
)
def test_schedule_knows_when_the_present_period_began(schedule, now, begin):
    now = datetime.fromisoformat(now).replace(tzinfo=UTC)

    assert schedule.latest(now) == datetime.fromisoformat(begin).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"every": timedelta(hours=1), "at": time(1)},
        {"every": timedelta(hours=1), "day": 3},
        {"every": timedelta(seconds=5)},
        {"at": time(1), "day": 31},
    ],
)
def test_schedule_that_makes_no_sense_is_refused(periodic, options):
    with pytest.raises(ValueError, match=r"Periodic work|ticks once a minute|from 1 to 28"):
        periodic("odd", **options)


# The clean-up


@pytest.mark.django_db
def test_jobs_are_deleted_a_month_after_they_ended(monkeypatch):
    monkeypatch.setattr(upkeep, "DELETE_LIMIT", 2)
    due = timezone.now()
    ended = {"kind": "nothing", "state": "succeeded", "wake_at": None, "max_attempts": 1}
    old, young = due - upkeep.KEPT - timedelta(hours=1), due - upkeep.KEPT + timedelta(hours=1)
    for _ in range(5):
        Job.objects.create(**ended, finished_at=old)
    kept = Job.objects.create(**ended, finished_at=young)
    waiting = Job.objects.create(
        kind="nothing", max_attempts=1, created_at=old, run_after=due + upkeep.KEPT
    )

    jobs.enqueue("jobs.delete-old", due=due.isoformat())
    (job,) = run_due("jobs.delete-old")

    assert (job.state, job.result) == ("succeeded", {"deleted": 5})
    assert set(Job.objects.values_list("pk", flat=True)) == {kept.pk, waiting.pk, job.pk}


@pytest.mark.django_db
def test_old_periods_are_deleted_but_for_the_latest_of_each_name():
    due = timezone.now()
    old = due - upkeep.KEPT
    for name, age in [("daily", 0), ("daily", 1), ("daily", 2), ("monthly", 1), ("monthly", 2)]:
        Period.objects.create(name=name, starts_at=old - timedelta(days=age, hours=-1))

    jobs.enqueue("jobs.delete-old", due=due.isoformat())
    run_due("jobs.delete-old")

    kept = Period.objects.order_by("name").values_list("name", "starts_at")
    assert list(kept) == [
        ("daily", old + timedelta(hours=1)),
        ("monthly", old - timedelta(hours=23)),
    ]
