"""Bringing an event in: who may, what comes of it, and what a bad file leaves behind."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import responses
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from events.models import Event, EventRole, Microlocation, Session, Speaker, Track
from exports.actions import imports
from exports.archives import files as zips
from exports.models import ImportJob
from media import storage
from messaging.models import Mail
from openevent.jobs.testing import run_due
from tests.api_client import Api
from tests.factories.events import (
    EventFactory,
    MicrolocationFactory,
    SessionFactory,
    SpeakerFactory,
    TrackFactory,
)
from tests.factories.exports import ImportJobFactory
from tests.factories.users import UserFactory, authorization
from tests.media.pictures import image
from users.models import User

pytestmark = pytest.mark.django_db

EVENT = {
    "name": "Made Up Days",
    "starts_at": "2031-05-01T09:00:00Z",
    "ends_at": "2031-05-02T18:00:00Z",
    "timezone": "Europe/Berlin",
}


@pytest.fixture(autouse=True)
def _own_place(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def ivy() -> User:
    return UserFactory(email="ivy@example.org")


def zip_of(files: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content if isinstance(content, bytes) else orjson.dumps(content))
    return out.getvalue()


def send(user: Any, content: bytes, *, source: str = "json", name: str = "event.zip") -> Any:
    return Client().post(
        f"/v1/events/import/{source}",
        {"file": SimpleUploadedFile(name, content)},
        headers=authorization(user) if user else {},
    )


def imported(user: Any, content: bytes, **options: Any) -> dict[str, Any]:
    """Return what the task of an import says in the end."""
    answer = send(user, content, **options)
    assert answer.status_code == 200, answer.content
    run_due()
    task: dict[str, Any] = Api(user).get(answer.json()["task_url"]).document
    return task


def kept_files() -> list[Path]:
    return [path for path in Path(settings.FILES_ROOT).rglob("*") if path.is_file()]


def test_archive_becomes_an_event_of_who_sent_it(ivy: User) -> None:
    sessions = [{"id": 1, "title": "A talk", "track": {"id": 4}}]
    archive = zip_of({"event": EVENT, "sessions": sessions, "tracks": [{"id": 4, "name": "Web"}]})

    task = imported(ivy, archive)

    event = Event.objects.get()
    assert task["state"] == "SUCCESS"
    assert task["result"]["id"] == event.pk
    assert task["result"]["event_name"] == "Made Up Days"
    assert EventRole.objects.get(event=event, role__name="owner").user == ivy
    assert Session.objects.get().track == Track.objects.get(name="Web")
    assert kept_files() == []


def test_images_of_an_archive_become_files_of_the_new_event(ivy: User) -> None:
    address = "https://pictures.example/ada.png"
    event = EVENT | {"original_image_url": address}
    speakers = [{"id": 1, "name": "Ada", "photo_url": address}, {"id": 2, "name": "Bob"}]
    archive = zip_of({"event": event, "speakers": speakers})

    with responses.RequestsMock() as web:
        web.get(address, body=image())
        imported(ivy, archive)

    ada = Speaker.objects.get(name="Ada")
    for kept in (Event.objects.get().large_image_url, ada.photo_url, ada.icon_image_url):
        assert kept.startswith("local:public/images/")
        assert storage.exists(kept)
    assert Speaker.objects.get(name="Bob").photo_url is None


def test_history_says_what_became_of_each_import(ivy: User) -> None:
    imported(ivy, zip_of({"event": EVENT}))
    imported(ivy, zip_of({"event": {"name": "Without times"}}))
    ImportJobFactory(name="of somebody else")

    bad, good = Api(ivy).get("/v1/import-jobs").data

    assert good["attributes"]["result-status"] == "SUCCESS"
    assert good["attributes"]["result"] == str(Event.objects.get().pk)
    assert bad["attributes"]["result-status"] == "FAILURE"
    assert "starts-at" in bad["attributes"]["result"]
    assert (
        ImportJob.objects.get(user=ivy, result_status="SUCCESS").report["counts"]["sessions"] == 0
    )


def test_who_sent_it_is_told_with_what_was_left_out(ivy: User) -> None:
    imported(ivy, zip_of({"event": EVENT, "sessions": [{"id": 3, "subtitle": "No title"}]}))

    mail = Mail.objects.get(action="event_imported")
    assert mail.recipient == "ivy@example.org"
    assert "has no title" in mail.text


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 but broken",
        zip_of({"meta": {}}),
        zip_of({"event": b"{not json"}),
        zip_of({"event": [1]}),
        zip_of({"event": EVENT, "sessions": {"a": 1}}),
        zip_of({"event": EVENT, "../../etc/cron.d/x": b"x"}),
        zip_of({"event": EVENT, "sessions": b"[" + b" " * 50_000 + b"]"}),
    ],
    ids="empty broken eventless no-json list wrong-type slip too-long".split(),
)
def test_bad_file_says_why_and_leaves_nothing(
    ivy: User, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zips, "LARGEST_FILE", 50_000)  # bytes

    task = imported(ivy, content)

    assert task["state"] == "FAILURE"
    assert not Event.objects.exists()
    assert kept_files() == []
    row = ImportJob.objects.get()
    assert (row.result_status, row.file) == ("FAILURE", "")
    assert row.result.endswith(".")
    assert Mail.objects.get().action == "event_import_fail"


@pytest.mark.parametrize(
    ("source", "name"), [("xml", "a.xml"), ("json", "a.txt"), ("ical", "a.zip"), ("json", "zip")]
)
def test_what_cannot_come_in_is_not_found(ivy: User, source: str, name: str) -> None:
    assert send(ivy, b"x", source=source, name=name).status_code == 404
    assert not ImportJob.objects.exists()


def test_import_wants_an_account() -> None:
    assert send(None, zip_of({"event": EVENT})).status_code == 401


def test_import_wants_a_file(ivy: User) -> None:
    answer = Client().post("/v1/events/import/json", {}, headers=authorization(ivy))
    assert answer.status_code == 404
    assert ".zip" in answer.json()["error"]


def test_file_that_is_too_large_is_refused_by_its_length(
    ivy: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exports.api.imports.ImportView.max_body", 10)
    answer = send(ivy, b"x" * 200_000)
    assert answer.status_code == 413
    assert kept_files() == []


def test_nobody_has_many_imports_waiting(ivy: User) -> None:
    for _ in range(imports.MOST_WAITING):
        assert send(ivy, b"x").status_code == 200
    assert send(ivy, b"x").status_code == 429
    assert len(kept_files()) == imports.MOST_WAITING


def test_file_goes_with_the_account_that_sent_it(ivy: User) -> None:
    send(ivy, b"x")
    ImportJob.objects.all().delete()
    run_due()
    assert kept_files() == []


def test_name_of_a_file_leads_nowhere(ivy: User) -> None:
    send(ivy, b"x", name="../../../../tmp/evil.zip")
    (kept,) = kept_files()
    assert kept.is_relative_to(settings.FILES_ROOT)


def taken_out(event: Event, path: str) -> bytes:
    response = Client().get(f"/v1/events/{event.pk}/{path}")
    return b"".join(response.streaming_content)


@pytest.fixture
def programme() -> Event:
    event = EventFactory(published=True, name="Made Up Days", timezone="Europe/Berlin")
    session = SessionFactory(
        event=event,
        title="Ponies & <bridges>",
        state="accepted",
        starts_at="2031-03-30T00:30:00Z",
        ends_at="2031-03-30T01:30:00Z",  # over the hour that spring takes away
        track=TrackFactory(event=event, name="Web"),
        microlocation=MicrolocationFactory(event=event, name="Hall 1"),
    )
    session.speakers.add(SpeakerFactory(event=event, name="Ada Lovelace"))
    return event


@pytest.mark.parametrize(
    ("source", "path", "name"),
    [("pentabarf", "schedule.xml", "a.xml"), ("ical", "schedule.ics", "a.ics")],
)
def test_own_feeds_come_in_again(
    ivy: User, programme: Event, source: str, path: str, name: str
) -> None:
    content = taken_out(programme, path)

    task = imported(ivy, content, source=source, name=name)

    assert task["state"] == "SUCCESS", task
    event = Event.objects.get(pk=task["result"]["id"])
    assert (event.name, event.timezone) == ("Made Up Days", "Europe/Berlin")
    original = Session.objects.get(event=programme)
    session = Session.objects.get(event=event)
    assert (session.title, session.state) == ("Ponies & <bridges>", "accepted")
    assert (session.starts_at, session.ends_at) == (original.starts_at, original.ends_at)
    assert Track.objects.get(event=event).name == "Web"
    assert Microlocation.objects.get(event=event).name == "Hall 1"


def test_schedule_brings_its_speakers(ivy: User, programme: Event) -> None:
    content = taken_out(programme, "schedule.xml")
    task = imported(ivy, content, source="pentabarf", name="a.xml")
    session = Session.objects.get(event_id=task["result"]["id"])
    assert [speaker.name for speaker in session.speakers.all()] == ["Ada Lovelace"]


OLD_SCHEDULE = """<schedule><conference><title>Old Days</title><start>2030-08-10</start>
<end>2030-08-11</end><venue>The Barn</venue></conference>
<day date="2030-08-10" index="1"><room name="Stage"><event id="7"><start>09:30</start>
<duration>00:45</duration><title>Early</title><track>Hay</track>
<persons><person id="3">Bo</person></persons></event>
<event id="8"><start>01:00</start><duration>01:00</duration><title>Late</title></event>
</room></day></schedule>"""


def test_old_schedule_says_its_times_by_the_clock_of_the_day(ivy: User) -> None:
    task = imported(ivy, OLD_SCHEDULE.encode(), source="pentabarf", name="a.xml")

    assert task["state"] == "SUCCESS", task
    early, late = Session.objects.order_by("starts_at")
    assert early.starts_at.isoformat() == "2030-08-10T09:30:00+00:00"
    assert early.ends_at.isoformat() == "2030-08-10T10:15:00+00:00"
    assert late.starts_at.isoformat() == "2030-08-11T01:00:00+00:00"  # the night after
    assert Speaker.objects.get().name == "Bo"
    event = Event.objects.get()
    assert (event.location_name, event.ends_at.isoformat()) == (
        "The Barn",
        "2030-08-11T23:59:00+00:00",
    )


CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
X-WR-CALNAME:Village Fair
BEGIN:VEVENT
UID:1
SUMMARY:Reopening
DTSTART;TZID=America/New_York:20311102T003000
DURATION:PT90M
LOCATION:Green
CATEGORIES:Town,Roads
ATTENDEE;CN=Cy Young:mailto:cy@example.org
ATTENDEE:mailto:somebody@example.org
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:Market
DTSTART;VALUE=DATE:20310702
RRULE:FREQ=DAILY
END:VEVENT
BEGIN:VEVENT
UID:3
SUMMARY:Village Fair
DTSTART:20310701T140000Z
DTEND:20310704T000000Z
GEO:north
END:VEVENT
BEGIN:VEVENT
UID:4
SUMMARY:Fireworks
STATUS:CANCELLED
DTSTART;TZID=America/New_York:20310703T220000
DTEND:at midnight
END:VEVENT
BEGIN:VEVENT
UID:5
SUMMARY:Breakfast
DTSTART;VALUE=TIME:080000
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def test_calendar_of_others_comes_in(ivy: User) -> None:
    task = imported(ivy, CALENDAR.encode(), source="ical", name="fair.ics")

    assert task["state"] == "SUCCESS", task
    market, fireworks, reopening, breakfast = Session.objects.order_by("starts_at")
    assert reopening.ends_at.isoformat() == "2031-11-02T06:00:00+00:00"  # at one, once more
    assert [each.name for each in reopening.speakers.all()] == ["Cy Young"]
    assert market.starts_at.isoformat() == "2031-07-02T04:00:00+00:00"
    assert market.ends_at - market.starts_at == timedelta(days=1)
    assert (fireworks.state, fireworks.ends_at, breakfast.starts_at) == ("canceled", None, None)
    event = Event.objects.get()
    assert (event.timezone, event.latitude) == ("America/New_York", None)
    notes = task["result"]["notes"]
    assert 'Entry "Market": is taken once, though it is repeated.' in notes
    assert 'Entry "Fireworks": has a DTEND that cannot be read.' in notes
    assert reopening.track.name == "Town"
    assert 'Entry "Reopening": is put into the first of its categories only.' in notes
    assert 'Entry "Reopening": has an attendee without a name, who is left out.' in notes


@pytest.mark.parametrize(
    ("source", "name", "content"),
    [
        ("pentabarf", "a.xml", b"<schedule>"),
        ("pentabarf", "a.xml", b"<html/>"),
        (
            "pentabarf",
            "a.xml",
            b'<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><schedule>&b;</schedule>',
        ),
        (
            "pentabarf",
            "a.xml",
            b'<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/passwd">]><schedule>&a;</schedule>',
        ),
        ("ical", "a.ics", b"hello"),
        ("ical", "a.ics", CALENDAR.replace("2031", "9999").replace("0703", "1231").encode()),
        ("ical", "a.ics", b""),
        ("ical", "a.ics", b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\n"),
        ("ical", "a.ics", b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"),
    ],
)
def test_what_is_no_schedule_says_so(ivy: User, source: str, name: str, content: bytes) -> None:
    task = imported(ivy, content, source=source, name=name)
    assert task["state"] == "FAILURE"
    assert not Event.objects.exists()
    assert ImportJob.objects.get().result.endswith(".")
