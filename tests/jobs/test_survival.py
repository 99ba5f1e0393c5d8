"""Work whose worker is killed in the middle of it: done once all the same, by the next."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail as outgoing
from django.core.files.base import ContentFile
from django.db.models.functions import Now
from django.utils import timezone

from events.models import Event
from exports.actions.exports import ask_for_export
from exports.actions.imports import ask_for_import
from exports.models import Export, ImportJob
from messaging.models import Mail
from openevent import jobs
from openevent.jobs import worker
from openevent.jobs.models import Job
from openevent.jobs.testing import run_due
from tests.exports.test_imports import EVENT, zip_of
from tests.factories.events import EventFactory, SessionFactory, SpeakerFactory, hold
from tests.factories.users import UserFactory
from users.models import User

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("killed workers"),
]

KEPT = "after:exports.actions.exports:make"
COMMITTING = "after:openevent.jobs.run:Run.succeed"


@pytest.fixture
def olivia() -> User:
    return UserFactory(email="olivia@example.org")


@pytest.fixture
def event(olivia: User) -> Event:
    event = EventFactory(published=True, name="Made Up Days")
    hold(olivia, event, "owner")
    speaker = SpeakerFactory(event=event, email="ada@example.org")
    SessionFactory(event=event, state="accepted", speakers=[speaker], starts_at=event.starts_at)
    return event


@pytest.fixture(autouse=True)
def _tidy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(settings.FILES_ROOT, ignore_errors=True)
    (tmp_path / "working").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "working"))


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def killed_at(moment: str, job: Job, tmp_path: Path) -> None:
    """Begin `job` in a process that is killed at that moment; then let the lease run out."""
    mark = tmp_path / "mark"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.jobs.killed", str(job.pk), str(mark), moment],
        cwd=settings.BASE_DIR,
        env=os.environ,
    )
    try:
        deadline = time.monotonic() + 30
        while not mark.exists():
            assert process.poll() is None, "the job ended before that moment"
            assert time.monotonic() < deadline, "that moment has not come"
            time.sleep(0.02)
    finally:
        process.kill()
        process.wait(10)
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.RUNNING, 1)
    Job.objects.filter(pk=job.pk).update(lease_until=Now(), wake_at=Now())


def done(job: Job) -> None:
    """Do the job as the next worker does, and what follows from it."""
    assert worker.run(job.pk)
    run_due()
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.SUCCEEDED, 2)


def sent() -> list[tuple[str, str]]:
    """Return what was mailed: each mail is one row, left once, with an id of its own."""
    rows = Mail.objects.order_by("action", "recipient")
    assert all(mail.state == Mail.State.SENT for mail in rows)
    ids = [message.extra_headers["Message-ID"] for message in outgoing.outbox]
    assert sorted(ids) == sorted(mail.message_id for mail in rows)
    return list(rows.values_list("action", "recipient"))


@pytest.mark.parametrize(
    ("kind", "moment"),
    [
        (Export.Kind.ARCHIVE, "progress:sessions"),
        (Export.Kind.ARCHIVE, COMMITTING),
        (Export.Kind.ICAL, "progress:storing"),
        (Export.Kind.SESSIONS_CSV, "progress:sessions"),
        (Export.Kind.SPEAKERS_PDF, KEPT),
    ],
)
def test_an_export_is_made_once(
    event: Event, olivia: User, tmp_path: Path, kind: Export.Kind, moment: str
) -> None:
    job = ask_for_export(event, kind, by=olivia)

    killed_at(moment, job, tmp_path)
    assert Export.objects.get().file == ""
    done(job)

    export = Export.objects.get()
    (kept,) = files(settings.FILES_ROOT)
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == export.sha256
    assert files(tmp_path / "working") == []
    assert job.result == {"export": export.pk}
    assert sent() == [("event_exported", "olivia@example.org")]


@pytest.mark.parametrize(
    "moment", ["progress:reading", "after:exports.actions.imports:write", COMMITTING]
)
def test_an_event_comes_in_once(olivia: User, tmp_path: Path, moment: str) -> None:
    content = zip_of({"event": EVENT, "tracks": [{"id": 1, "name": "Web", "color": "#ffffff"}]})
    job = ask_for_import(ContentFile(content, "event.zip"), "json", by=olivia)

    killed_at(moment, job, tmp_path)
    assert not Event.objects.exists()
    done(job)

    event = Event.objects.get()
    assert [track.name for track in event.tracks.all()] == ["Web"]
    assert [role.user for role in event.roles.all()] == [olivia]
    assert ImportJob.objects.get().result == str(event.pk)
    assert files(settings.FILES_ROOT) == files(tmp_path / "working") == []
    assert sent() == [("event_imported", "olivia@example.org")]


def test_everybody_is_thanked_once(event: Event, tmp_path: Path) -> None:
    Event.objects.update(ends_at=timezone.now() - timedelta(hours=1))
    job = jobs.enqueue("events.thank-for", event_id=event.pk)

    killed_at("after:messaging.mail:send", job, tmp_path)  # the first of two
    assert not Mail.objects.exists()
    done(job)

    assert sent() == [
        ("after_event", "olivia@example.org"),
        ("after_event_speaker", "ada@example.org"),
    ]
