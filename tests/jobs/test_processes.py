"""Workers as production runs them: processes of their own, which somebody may kill."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import checks
from django.utils import timezone

from openevent import celery, jobs
from openevent.activity.models import Activity
from openevent.jobs import upkeep
from openevent.jobs.models import Job
from tests.jobs import workers  # noqa: F401  so that its kinds may be enqueued here


@contextlib.contextmanager
def worker_process() -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker as it is run in production; it has this test's database and broker."""
    command = [sys.executable, "-m", "celery", "-A", "openevent", "worker", "--concurrency=1"]
    process = subprocess.Popen(
        [*command, "--include=tests.jobs.workers", "--without-gossip", "--without-mingle"],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "openevent.settings.test",
            "C_FORCE_ROOT": "1",
        },
        start_new_session=True,
    )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End the worker and its children as a power cut does: nobody gets to clean up."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def wait_for(job: Job, *, state: str, done: int = 0, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        job.refresh_from_db()
        if job.state == state and job.done >= done:
            return
        time.sleep(0.05)
    pytest.fail(f"{job} is {job.state} (attempt {job.attempt}, {job.error}), not {state}")


@pytest.mark.django_db(transaction=True)
def test_job_of_a_worker_that_is_killed_is_done_once_by_the_next():
    job = jobs.enqueue("tests.slow-at-first", seconds=60)
    with worker_process() as first:
        wait_for(job, state="running", done=1)
        kill(first)
    killed_at = timezone.now()

    with worker_process():
        while not upkeep.sweep():  # the clock of a worker does this every ten seconds
            assert timezone.now() - killed_at < timedelta(seconds=30)
            time.sleep(0.1)
        wait_for(job, state="succeeded")

    assert (job.attempt, job.result) == (2, 2)
    assert list(Activity.objects.values_list("action", flat=True)) == ["attempt 2"]


@pytest.fixture
def _wrong_settings(monkeypatch):
    wrong = [checks.Error("SECRET_KEY is missing.", id="jobs.E1"), checks.Warning("Untidy.")]
    monkeypatch.setattr(celery, "run_checks", lambda: wrong)


@pytest.mark.usefixtures("_wrong_settings")
def test_worker_whose_settings_are_wrong_does_not_start():
    with pytest.raises(SystemExit) as refusal:
        celery.refuse_to_start_misconfigured()

    assert str(refusal.value) == ("The worker does not start:\n?: (jobs.E1) SECRET_KEY is missing.")


@pytest.mark.usefixtures("_wrong_settings")
def test_worker_starts_with_what_is_wrong_on_purpose(settings):
    settings.SILENCED_SYSTEM_CHECKS = ["jobs.E1"]

    celery.refuse_to_start_misconfigured()
