"""Jobs in the admin site: how they stand, and doing one now."""

import pytest
from django.test import Client
from django.utils import timezone

from openevent import jobs
from openevent.jobs.models import Job
from openevent.jobs.testing import run_due
from tests.administration.desk import act, shown, signed_in, somebody_with, url
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db

JOB = "jobs.job"


@pytest.fixture
def client() -> Client:
    return signed_in(somebody_with("admin"))


@pytest.fixture
def failed() -> Job:
    job = jobs.enqueue("users.mail-reset", email="ada@example.org")
    Job.objects.filter(pk=job.pk).update(
        state="failed",
        attempt=5,
        error="Nobody was in.",
        finished_at=timezone.now(),
        wake_at=None,
    )
    return job


def test_job_shows_how_far_it_is_and_why_it_failed(client: Client, failed: Job) -> None:
    running = jobs.enqueue("exports.make", requested_by=UserFactory(), export_id=4711)
    Job.objects.filter(pk=running.pk).update(
        state="running", lease_until=timezone.now(), phase="sessions", done=120, total=300
    )

    listed = client.get(url(JOB, "changelist")).content.decode()
    page = client.get(url(JOB, "change", failed.pk)).content.decode()
    other = client.get(url(JOB, "change", running.pk)).content.decode()

    assert 'value="120" max="300"' in listed
    assert "120 of 300 sessions" in listed
    assert "Nobody was in." in page
    assert "export_id: 4711" in other


def test_failed_job_is_done_now(client: Client, failed: Job) -> None:
    UserFactory(email="ada@example.org")

    answer = act(client, JOB, failed, "do_now")

    failed.refresh_from_db()
    assert (failed.state, failed.error) == ("waiting", None)
    assert shown(answer) == ["users.mail-reset begins as soon as a worker is free."]
    assert (run_due("users.mail-reset")[0].state) == "succeeded"


def test_job_that_runs_is_not_offered_to_be_done(client: Client, failed: Job) -> None:
    Job.objects.update(
        state="running", lease_until=timezone.now(), error=None, finished_at=None,
        wake_at=timezone.now(),
    )  # fmt: skip

    page = client.get(url(JOB, "change", failed.pk)).content.decode()

    assert "Do it now" not in page
    assert act(client, JOB, failed, "do_now").status_code == 403


def test_job_does_not_show_what_it_was_told_in_words(client: Client, failed: Job) -> None:
    page = client.get(url(JOB, "change", failed.pk)).content.decode()

    assert "ada@example.org" not in page
