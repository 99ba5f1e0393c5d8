"""Work whose worker is killed in the middle of it: done once all the same, by the next."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail as outgoing
from django.core.files.base import ContentFile
from django.db.models.functions import Now
from django.utils import timezone

from events.models import Event, Session, Speaker
from exports.actions.exports import ask_for_export
from exports.actions.imports import ask_for_import
from exports.models import Export, ImportJob
from media import storage
from media.fields import names_of_images
from media.models import Unnamed, Upload
from messaging.models import Mail
from openevent import jobs
from openevent.jobs import worker
from openevent.jobs.models import Job
from openevent.jobs.testing import run_due
from tests.exports.test_imports import EVENT, zip_of
from tests.exports.with_media import image_of
from tests.factories.events import EventFactory, SessionFactory, SpeakerFactory, hold
from tests.factories.users import UserFactory
from tests.media.pictures import image
from tests.services.stores import Store
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
    assert job.result == {"export": export.pk, "notes": []}
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


def test_files_go_out_once(event: Event, olivia: User, tmp_path: Path) -> None:
    logo = image_of(Event, "logo_url")
    Event.objects.filter(pk=event.pk).update(**logo)
    job = ask_for_export(event, Export.Kind.ARCHIVE, by=olivia)

    killed_at("after:media.storage:opened", job, tmp_path)
    done(job)

    (kept,) = files(settings.FILES_ROOT / "private")
    with zipfile.ZipFile(kept) as archive, storage.opened(logo["original_logo_url"]) as file:
        assert archive.read("images/logo.jpg") == file.read()
    assert len(files(settings.FILES_ROOT)) == 3
    assert files(tmp_path / "working") == []
    assert sent() == [("event_exported", "olivia@example.org")]


WITH_FILES = zip_of(
    {
        "event": EVENT | {"logo_url": "/images/logo.png"},
        "speakers": [{"id": 1, "name": "Ada", "photo_url": "/images/speakers/Ada_1.png"}],
        "sessions": [{"id": 1, "title": "A talk", "slides_url": "/slides/session_1.pdf"}],
        "images/logo.png": image(),
        "images/speakers/Ada_1.png": image(),
        "slides/session_1.pdf": b"%PDF-1.4",
    }
)


@pytest.mark.parametrize(
    ("moment", "place"),
    [
        ("after:media.places.local:_sync", "local"),  # a file is half-made
        ("after:exports.archives.unpacking:take_brought", "local"),
        ("after:exports.actions.imports:unpack", "s3"),
        ("after:media.unnamed:Files.are_named", "local"),
        (COMMITTING, "s3"),
    ],
)
def test_files_come_in_once(
    olivia: User, tmp_path: Path, request: pytest.FixtureRequest, moment: str, place: str
) -> None:
    store: Store | None = request.getfixturevalue("s3") if place == "s3" else None
    job = ask_for_import(ContentFile(WITH_FILES, "event.zip"), "json", by=olivia)

    killed_at(moment, job, tmp_path)
    assert not Event.objects.exists()
    done(job)

    event, speaker, session = Event.objects.get(), Speaker.objects.get(), Session.objects.get()
    named = {event.logo_url, event.original_logo_url}
    named |= {getattr(speaker, name) for name in names_of_images(Speaker)}
    named.add(storage.kept_of(session.slides_url))
    there = (
        store.keys
        if store
        else [str(path.relative_to(settings.FILES_ROOT)) for path in files(settings.FILES_ROOT)]
    )
    assert {f"{place}:{key}" for key in there} == named
    assert len(there) == 7
    assert Upload.objects.count() == 1
    assert not Unnamed.objects.exists()
    assert files(tmp_path / "working") == []
    assert sent() == [("event_imported", "olivia@example.org")]


def test_import_that_is_killed_for_good_leaves_no_file(olivia: User, tmp_path: Path) -> None:
    job = ask_for_import(ContentFile(WITH_FILES, "event.zip"), "json", by=olivia)
    killed_at("after:exports.actions.imports:unpack", job, tmp_path)
    Job.objects.filter(pk=job.pk).update(attempt=job.max_attempts)

    assert worker.run(job.pk)
    run_due()

    assert ImportJob.objects.get().result_status == ImportJob.Status.FAILURE
    assert files(settings.FILES_ROOT) == []
    assert not Upload.objects.exists()
    assert sent() == [("event_import_fail", "olivia@example.org")]


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
