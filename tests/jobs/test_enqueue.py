"""Asking for work: the row, the message, and a broker that is away."""

import contextlib
import socket
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from celery import Celery
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from openevent import jobs, request_id
from openevent.jobs import broker, upkeep, worker
from openevent.jobs.models import Job


@pytest.fixture(autouse=True)
def _add(handler):
    @handler("add")
    def add(run, *, a, b=0):
        return a + b


@pytest.mark.django_db(transaction=True)
def test_job_is_a_row_and_a_message_once_the_transaction_commits(sent, ada):
    with transaction.atomic():
        job = jobs.enqueue("add", requested_by=ada, a=1, b=2)
        assert sent() == []

    assert sent() == [str(job.pk)]
    job.refresh_from_db()
    assert (job.kind, job.arguments, job.requested_by) == ("add", {"a": 1, "b": 2}, ada)
    assert (job.state, job.attempt, job.key) == ("waiting", 0, None)


@pytest.mark.django_db(transaction=True)
def test_job_of_a_transaction_that_is_rolled_back_leaves_nothing_and_wakes_nobody(sent):
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        jobs.enqueue("add", a=1)
        raise ZeroDivisionError

    assert Job.objects.count() == 0
    assert sent() == []


@pytest.mark.django_db
def test_job_remembers_the_request_it_began_with_through_the_jobs_it_causes():
    token = request_id.set("request-1", job="job-1")

    job = jobs.enqueue("add", a=1)
    request_id.reset(token)

    assert job.request_id == "request-1"


def test_unknown_kind_is_refused_and_names_the_known_ones():
    with pytest.raises(jobs.UnknownKindError, match=r"'addd'.* Known: add, "):
        jobs.enqueue("addd", a=1)


def test_arguments_that_the_handler_does_not_take_are_refused():
    with pytest.raises(TypeError, match="missing a required"):
        jobs.enqueue("add", b=1)
    with pytest.raises(TypeError, match="unexpected keyword"):
        jobs.enqueue("add", a=1, c=1)


@pytest.mark.parametrize(
    "argument",
    [datetime(2026, 1, 1, tzinfo=UTC), Decimal(1), (1, 2), {1: 2}, object(), b"x", {1}],
    ids=lambda argument: type(argument).__name__,
)
def test_arguments_that_json_would_change_are_refused(argument):
    with pytest.raises(TypeError, match=r"JSON|not serializable"):
        jobs.enqueue("add", a=argument)


def test_delay_until_a_time_without_zone_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        jobs.enqueue("add", a=1, run_after=datetime(2030, 1, 1))  # noqa: DTZ001  the point


@pytest.mark.django_db(transaction=True)
def test_delayed_job_waits_until_it_is_due_and_is_then_sent_for_by_the_sweep(sent):
    job = jobs.enqueue("add", a=1, run_after=timezone.now() + timedelta(hours=1))
    assert (sent(), upkeep.sweep(), worker.claim(job.pk)) == ([], 0, None)

    Job.objects.update(run_after=timezone.now(), wake_at=timezone.now())

    assert upkeep.sweep() == 1
    assert sent() == [str(job.pk)]
    assert worker.claim(job.pk).attempt == 1


@pytest.mark.django_db
def test_job_with_a_key_is_asked_for_once_until_it_begins():
    first = jobs.enqueue("add", key="7", a=7)
    same = jobs.enqueue("add", key="7", a=7)
    other = jobs.enqueue("add", key="8", a=8)
    worker.claim(first.pk)
    next_one = jobs.enqueue("add", key="7", a=7)

    assert same.pk == first.pk
    assert len({first.pk, other.pk, next_one.pk}) == Job.objects.count() == 3


@pytest.mark.django_db
def test_job_with_a_key_is_brought_forward_but_never_put_off():
    in_an_hour = timezone.now() + timedelta(hours=1)
    job = jobs.enqueue("add", key="7", run_after=in_an_hour, a=7)
    jobs.enqueue("add", key="7", run_after=in_an_hour + timedelta(hours=1), a=7)
    job.refresh_from_db()
    assert job.run_after == in_an_hour

    jobs.enqueue("add", key="7", a=7)

    assert worker.claim(job.pk) is not None


@pytest.mark.django_db(transaction=True)
def test_job_found_by_its_key_does_not_begin_before_what_asked_again_has_committed(in_thread):
    job = jobs.enqueue("add", key="7", a=7)

    with transaction.atomic():
        jobs.enqueue("add", key="7", a=7)
        meanwhile = in_thread(worker.claim, job.pk).outcome()

    assert meanwhile is None
    assert worker.claim(job.pk).attempt == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_with_one_key_get_one_job(in_thread):
    with transaction.atomic():
        first = jobs.enqueue("add", key="7", a=7)
        second = in_thread(jobs.enqueue, "add", key="7", a=7)
        time.sleep(0.1)
        assert second.is_alive()  # it waits for whether the first is committed

    assert second.outcome().pk == first.pk
    assert Job.objects.count() == 1


@pytest.fixture
def refusing_broker():
    """A broker's address at which nothing listens."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = closed.getsockname()
    with _broker_at(address):
        yield


@pytest.fixture
def hanging_broker():
    """A broker that accepts connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as silent, _broker_at(silent.getsockname()):
        yield


@contextlib.contextmanager
def _broker_at(address):
    away = Celery("away", broker="redis://{}:{}/0".format(*address), set_as_current=False)
    away.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(broker, "app", away)
        yield


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind_of_broker", ["refusing_broker", "hanging_broker"])
def test_broker_that_is_away_neither_fails_nor_slows_a_request(request, kind_of_broker, sent):
    request.getfixturevalue(kind_of_broker)

    begun = time.perf_counter()
    with transaction.atomic():
        asked = [jobs.enqueue("add", a=number) for number in range(10)]
    took = time.perf_counter() - begun

    assert took < 0.5
    assert broker.flush(timeout=10)
    assert sent() == []
    assert Job.objects.filter(state="waiting").count() == len(asked)


@pytest.mark.django_db(transaction=True)
def test_job_asked_for_while_the_broker_was_away_is_sent_for_when_it_is_back(sent):
    with _broker_at(("127.0.0.1", 1)):
        job = jobs.enqueue("add", a=1)
        assert broker.flush(timeout=10)
    assert sent() == []
    Job.objects.update(wake_at=timezone.now())

    upkeep.sweep()

    assert sent() == [str(job.pk)]


@pytest.mark.django_db(transaction=True)
def test_failed_job_is_done_again_from_the_start_when_somebody_wants_it(handler, sent):
    moods = [ValueError, ValueError, None]

    @handler("moody", max_attempts=2)
    def moody(run):
        if mood := moods.pop(0):
            raise mood

    job = jobs.enqueue("moody")
    for _ in range(2):
        worker.run(job.pk)
        Job.objects.update(run_after=timezone.now())
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("failed", 2)
    before = sent()

    jobs.again(job)

    assert sent() == [str(job.pk), *before]
    worker.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempt, job.max_attempts, job.error) == ("succeeded", 3, 4, None)


@pytest.mark.django_db(transaction=True)
def test_job_that_waits_for_later_is_begun_now_when_somebody_wants_it(sent):
    job = jobs.enqueue("add", run_after=timezone.now() + timedelta(days=1), a=1)
    assert sent() == []

    jobs.again(job)

    assert sent() == [str(job.pk)]
    assert worker.run(job.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["running", "succeeded"])
def test_job_that_runs_or_is_done_is_not_begun_again(state):
    job = jobs.enqueue("add", a=1)
    now = timezone.now()
    columns = {
        "running": {"lease_until": now + timedelta(minutes=1)},
        "succeeded": {"finished_at": now, "wake_at": None},
    }
    Job.objects.update(state=state, **columns[state])

    with pytest.raises(jobs.JobRefused, match="waits or failed"):
        jobs.again(job)


@pytest.mark.django_db
def test_job_of_a_kind_that_is_gone_is_refused_and_stays(monkeypatch):
    job = jobs.enqueue("add", a=1)
    monkeypatch.setattr("openevent.jobs.registry._handlers", {})

    with pytest.raises(jobs.JobRefused, match="called add"):
        jobs.again(job)
