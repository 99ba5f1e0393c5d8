"""Doing the work: one worker at a time, rows that change once, and what becomes of failures."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from openevent import activity, jobs, request_id
from openevent.activity.models import Activity
from openevent.errors import DomainError
from openevent.jobs import worker
from openevent.jobs.models import Job
from openevent.jobs.run import Run
from openevent.jobs.testing import KeeperWithoutThread, run_due

committed = pytest.mark.django_db(transaction=True)


def take_away(job):
    """Let the lease of `job` run out, as if the worker had slept or been cut off."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now())


def deeds():
    return list(Activity.objects.order_by("pk").values_list("action", flat=True))


# One worker at a time


@committed
def test_each_job_is_claimed_by_one_of_many_workers(handler, in_thread):
    handler("nothing")(lambda run: None)
    waiting = [jobs.enqueue("nothing").pk for _ in range(20)]
    together = threading.Barrier(4)

    def claim_all():
        together.wait(10)
        return [pk for pk in waiting if worker.claim(pk)]

    workers = [in_thread(claim_all) for _ in range(4)]

    claimed = [pk for each in workers for pk in each.outcome()]
    assert sorted(claimed) == sorted(waiting)


@committed
def test_without_the_lock_two_workers_would_claim_the_same_job(handler, in_thread):
    """The negative control of the test above: it can fail."""
    handler("nothing")(lambda run: None)
    job = jobs.enqueue("nothing")
    together = threading.Barrier(2)

    def claim_naively():
        found = Job.objects.claimable().filter(pk=job.pk).first()
        together.wait(10)
        return found and Job.objects.filter(pk=job.pk).update(
            state="running", lease_until=timezone.now() + timedelta(minutes=1)
        )

    workers = [in_thread(claim_naively) for _ in range(2)]

    assert [each.outcome() for each in workers] == [1, 1]


@committed
def test_job_is_another_worker_s_when_its_lease_ran_out_and_not_before(handler):
    handler("nothing")(lambda run: None)
    job = jobs.enqueue("nothing")

    assert worker.claim(job.pk).attempt == 1
    assert worker.claim(job.pk) is None

    take_away(job)

    assert worker.claim(job.pk).attempt == 2


@committed
def test_lease_is_renewed_for_as_long_as_the_worker_lives(handler, in_thread):
    finish = threading.Event()
    handler("wait", lease=0.3)(lambda run: finish.wait(10))
    job = jobs.enqueue("wait")
    running = in_thread(worker.run, job.pk)

    time.sleep(1)  # three leases
    meanwhile = worker.claim(job.pk)
    finish.set()

    assert running.outcome() is True
    assert meanwhile is None
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("succeeded", 1)


@committed
def test_message_that_comes_twice_does_the_job_once(handler):
    handler("tell")(lambda run: activity.record("told", by=None) and None)
    job = jobs.enqueue("tell")

    assert [worker.run(job.pk), worker.run(job.pk)] == [True, False]

    assert deeds() == ["told"]


# Rows change once


@committed
def test_worker_that_lost_its_lease_changes_nothing(handler, in_thread):
    begun, go_on = threading.Event(), threading.Event()

    @handler("tell", max_attempts=2)
    def tell(run):
        activity.record(f"attempt {run.job.attempt}", by=None)
        if run.job.attempt == 1:
            begun.set()
            go_on.wait(10)
        return run.job.attempt

    job = jobs.enqueue("tell")
    sleeper = in_thread(worker.run, job.pk)
    assert begun.wait(10)
    take_away(job)
    assert worker.run(job.pk)
    go_on.set()
    sleeper.outcome()

    assert deeds() == ["attempt 2"]
    job.refresh_from_db()
    assert (job.state, job.result) == ("succeeded", 2)


@committed
def test_without_the_fence_a_worker_that_lost_its_lease_would_do_it_twice(handler, in_thread):
    """The negative control of the test above: it can fail."""
    begun, go_on = threading.Event(), threading.Event()

    @handler("tell", atomic=False)
    def tell(run):
        with transaction.atomic():  # and not run.transaction()
            activity.record(f"attempt {run.job.attempt}", by=None)
            if run.job.attempt == 1:
                begun.set()
                go_on.wait(10)

    job = jobs.enqueue("tell")
    sleeper = in_thread(worker.run, job.pk)
    assert begun.wait(10)
    take_away(job)
    worker.run(job.pk)
    go_on.set()
    sleeper.outcome()

    assert deeds() == ["attempt 1", "attempt 2"]


@committed
def test_each_transaction_of_a_job_commits_only_while_it_holds_the_lease(handler):
    @handler("steps", atomic=False)
    def steps(run):
        with run.transaction():
            activity.record("first", by=None)
        if run.job.attempt == 1:
            take_away(job)
            worker.run(job.pk)
        with run.transaction():
            activity.record("second", by=None)
            run.succeed(run.job.attempt)

    job = jobs.enqueue("steps")
    worker.run(job.pk)

    assert deeds() == ["first", "first", "second"]
    job.refresh_from_db()
    assert (job.state, job.result, job.attempt) == ("succeeded", 2, 2)


@committed
@pytest.mark.parametrize("ends", [False, True])
def test_nobody_claims_a_job_between_its_fence_and_its_commit(
    handler, in_thread, monkeypatch, ends
):
    handler("nothing")(lambda run: None)
    job = worker.claim(jobs.enqueue("nothing").pk)
    take_away(job)
    this, claimed = connections["default"], []
    commit = this.commit

    def claim_elsewhere_and_commit():
        claimed.append(in_thread(worker.claim, job.pk).outcome())
        commit()

    monkeypatch.setattr(this, "commit", claim_elsewhere_and_commit)
    run = Run(job, KeeperWithoutThread(job, lease=60))
    with run.transaction():
        activity.record("changed", by=None)
        if ends:
            run.succeed()
    monkeypatch.setattr(this, "commit", commit)

    assert (claimed, deeds()) == ([None], ["changed"])


@committed
def test_worker_learns_from_its_progress_that_it_lost_the_lease(handler, in_thread):
    begun = threading.Event()

    @handler("count", lease=0.3)
    def count(run):
        begun.set()
        for number in range(1000):
            run.progress("counting", number)
            time.sleep(0.01)
        raise AssertionError("it counted to the end")

    job = jobs.enqueue("count")
    running = in_thread(worker.run, job.pk)
    assert begun.wait(10)
    Job.objects.update(attempt=2)

    running.outcome()

    job.refresh_from_db()
    assert (job.state, job.attempt) == ("running", 2)


@committed
def test_lost_database_connection_of_the_keeper_is_a_try_and_not_the_end(handler, monkeypatch):
    tries = []
    update = type(Job.objects.all()).update

    def flaky(self, **columns):
        if threading.current_thread().name == "job-keeper":
            tries.append(columns)
            if len(tries) == 1:
                raise DatabaseError("gone")
        return update(self, **columns)

    monkeypatch.setattr(type(Job.objects.all()), "update", flaky)
    handler("wait", lease=0.6)(lambda run: time.sleep(0.8))
    job = jobs.enqueue("wait")

    worker.run(job.pk)

    job.refresh_from_db()
    assert (job.state, len(tries) > 1) == ("succeeded", True)


@pytest.mark.django_db
def test_success_and_the_rows_of_the_last_transaction_are_one(handler):
    @handler("last", atomic=False)
    def last(run):
        with run.transaction():
            activity.record(f"attempt {run.job.attempt}", by=None)
            run.succeed("done")
            if run.job.attempt == 1:
                raise OSError

    job = jobs.enqueue("last")
    run_due()
    Job.objects.update(run_after=timezone.now())
    run_due()

    job.refresh_from_db()
    assert (job.state, job.result, deeds()) == ("succeeded", "done", ["attempt 2"])


@pytest.mark.django_db
def test_transaction_of_its_own_inside_an_atomic_job_is_a_mistake_that_shows(handler, caplog):
    @handler("nested", max_attempts=1)
    def nested(run):
        with run.transaction():
            pass

    run_due_of("nested")

    assert "durable" in caplog.text


def run_due_of(kind, **arguments):
    """Enqueue a job and do it; return it as it was left."""
    jobs.enqueue(kind, **arguments)
    (job,) = run_due(kind)
    return job


# How it stands


@committed
def test_progress_is_read_by_others_while_the_job_s_transaction_is_open(handler, in_thread):
    finish = threading.Event()

    @handler("count")
    def count(run):
        run.progress("counting", 3, 10)
        assert connection.in_atomic_block
        finish.wait(10)
        return "ten"

    job = jobs.enqueue("count")
    running = in_thread(worker.run, job.pk)
    for _ in range(100):
        job.refresh_from_db()
        if job.phase:
            break
        time.sleep(0.02)
    finish.set()
    running.outcome()

    assert jobs.describe(job) == {
        "state": "WAITING",
        "result": None,
        "progress": {"phase": "counting", "done": 3, "total": 10},
    }
    job.refresh_from_db()
    assert jobs.describe(job) == {
        "state": "SUCCESS",
        "result": "ten",
        "progress": {"phase": "counting", "done": 3, "total": 10},
    }


@committed
def test_progress_costs_the_job_no_queries_and_the_last_of_it_is_kept(handler):
    @handler("count")
    def count(run, *, to):
        for number in range(to):
            run.progress("counting", number + 1, to)

    queries = []
    for to in (0, 1000):
        job = jobs.enqueue("count", to=to)
        with CaptureQueriesContext(connection) as captured:
            worker.run(job.pk)
        queries.append(len(captured))

    assert queries[0] == queries[1]
    job.refresh_from_db()
    assert (job.phase, job.done, job.total) == ("counting", 1000, 1000)


@pytest.mark.django_db
def test_waiting_job_is_waiting_and_what_a_failed_one_gives_is_its_sentence(handler):
    @handler("refuse")
    def refuse(run):
        raise jobs.JobRefused("There is nothing to export.")

    job = jobs.enqueue("refuse")
    none = {"phase": "", "done": 0, "total": None}
    assert jobs.describe(job) == {"state": "WAITING", "result": None, "progress": none}

    (job,) = run_due()

    assert jobs.describe(job) == {
        "state": "FAILURE",
        "result": "There is nothing to export.",
        "progress": none,
    }


@pytest.mark.django_db
def test_result_is_presented_anew_at_each_look(handler):
    looks = []

    def present(job):
        looks.append(job)
        return {"download_url": f"{job.result}?look={len(looks)}"}

    handler("export", present=present)(lambda run: "/file")
    job = run_due_of("export")

    assert job.result == "/file"
    assert jobs.describe(job)["result"] == {"download_url": "/file?look=1"}
    assert jobs.describe(job)["result"] == {"download_url": "/file?look=2"}


@pytest.mark.django_db
def test_job_of_a_kind_that_is_no_more_can_still_be_read(handler, monkeypatch):
    handler("old")(lambda run: 7)
    job = run_due_of("old")
    monkeypatch.undo()

    assert jobs.describe(job)["result"] == 7


# Failures


@pytest.mark.django_db
def test_refusal_ends_the_job_at_once_and_leaves_no_rows(handler):
    class NoTickets(DomainError):
        detail = "There are no tickets."

    @handler("sell")
    def sell(run):
        activity.record("sold", by=None)
        raise NoTickets

    job = run_due_of("sell")

    assert (job.state, job.attempt, job.error) == ("failed", 1, "There are no tickets.")
    assert deeds() == []


@pytest.mark.django_db
def test_failure_is_tried_again_later_until_the_attempts_are_used_up(handler, caplog):
    @handler("fail", max_attempts=3)
    def fail(run):
        raise OSError("the password is 1234")

    job = jobs.enqueue("fail")
    states = []
    for _ in range(3):
        begun = timezone.now()
        run_due()
        job.refresh_from_db()
        states.append((job.state, job.attempt, job.run_after > begun))
        Job.objects.update(run_after=begun)

    assert states == [("waiting", 1, True), ("waiting", 2, True), ("failed", 3, False)]
    assert job.error == (
        "This could not be done, though it was tried 3 times. "
        f"The server's log says why, under {job.pk}."
    )
    assert "1234" not in job.error
    assert caplog.text.count("OSError: the password is 1234") == 3


def test_pause_doubles_up_to_an_hour_less_a_random_part(monkeypatch):
    longest = [worker.pause(attempt) for attempt in range(1, 12)]
    monkeypatch.setattr("random.uniform", lambda low, high: high)
    assert [worker.pause(attempt).total_seconds() for attempt in (1, 2, 3, 9, 10, 50)] == [
        10, 20, 40, 2560, 3600, 3600,
    ]  # fmt: skip
    for attempt, pause in enumerate(longest, 1):
        assert worker.pause(attempt) / 2 <= pause <= worker.pause(attempt)


@committed
def test_job_whose_workers_die_is_not_begun_for_ever(handler):
    handler("kill", max_attempts=2)(lambda run: None)
    job = jobs.enqueue("kill")
    for _ in range(2):
        assert worker.claim(job.pk)  # and the process dies
        take_away(job)

    worker.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error.partition(".")[0]) == (
        "failed",
        "This could not be done, though it was tried 2 times",
    )


@pytest.mark.django_db
def test_final_failure_is_told_to_its_kind_in_the_same_transaction(handler):
    def told(run, error, *, event_id):
        activity.record(f"{event_id}: {error}", by=None)

    @handler("import", max_attempts=2, on_failure=told)
    def fail(run, *, event_id):
        raise jobs.JobRefused("This is no archive.")

    job = run_due_of("import", event_id=7)

    assert (job.state, deeds()) == ("failed", ["7: This is no archive."])


@pytest.mark.django_db
def test_failure_is_recorded_even_if_telling_of_it_fails(handler, caplog):
    def told(run, error):
        activity.record("told", by=None)
        raise OSError("no telling")

    @handler("import", on_failure=told)
    def fail(run):
        raise jobs.JobRefused("This is no archive.")

    job = run_due_of("import")

    assert (job.state, job.error, deeds()) == ("failed", "This is no archive.", [])
    assert "no telling" in caplog.text


@pytest.mark.django_db
def test_result_that_is_not_json_is_a_failure_and_leaves_no_rows(handler):
    @handler("bad", max_attempts=1)
    def bad(run):
        activity.record("done", by=None)
        return object()

    assert (run_due_of("bad").state, deeds()) == ("failed", [])


@pytest.mark.django_db
def test_job_of_a_kind_that_this_worker_does_not_know_is_left_to_others(handler, monkeypatch):
    handler("new")(lambda run: None)
    job = jobs.enqueue("new")
    monkeypatch.undo()

    assert worker.run(job.pk) is False

    job.refresh_from_db()
    assert (job.state, job.attempt) == ("waiting", 0)


# What a handler has


@pytest.mark.django_db
def test_keys_of_outside_effects_are_the_same_in_each_attempt_and_differ_otherwise(handler):
    keys = []

    @handler("mail", max_attempts=2)
    def mail(run, *, to):
        keys.append([run.key("mail", 1), run.key("mail", 2)])
        if run.job.attempt == 1:
            raise OSError

    jobs.enqueue("mail", to="a")
    run_due()
    Job.objects.update(run_after=timezone.now())
    run_due()
    run_due_of("mail", to="b")

    first, again, other = keys
    assert first == again
    assert len({*first, *other}) == 4


@pytest.mark.django_db
def test_log_lines_of_a_job_name_the_request_it_began_with_and_the_job(handler):
    handler("look")(lambda run: request_id.current())
    token = request_id.set("request-1")
    job = jobs.enqueue("look")
    request_id.reset(token)

    (job,) = run_due()

    assert job.result == f"request-1 {job.pk}"
    assert request_id.current() == ""


def test_two_handlers_of_one_name_are_refused(handler):
    handler("twice")(lambda run: None)

    with pytest.raises(ValueError, match="'twice' is registered already"):
        handler("twice")(lambda run: None)
