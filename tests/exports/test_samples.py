"""The two real conferences come in as they are."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from events.models import Event, EventRole, Session, Speaker
from exports.actions.archives import import_archive
from exports.archives.files import folder
from exports.archives.report import Report
from exports.management.commands.load_sample import SAMPLE
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db

FOSSASIA = Path(__file__).parent / "data" / "fossasia-summit-2016"


@pytest.fixture
def nextcloud() -> Report:
    return import_archive(folder(SAMPLE), by=UserFactory(super_admin=True))


@pytest.fixture
def fossasia() -> Report:
    return import_archive(folder(FOSSASIA), by=UserFactory(super_admin=True))


def columns(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def test_nextcloud_conference_is_counted_and_annotated(nextcloud: Report) -> None:
    assert nextcloud.counts == {
        "tracks": 4,
        "microlocations": 3,
        "session-types": 7,
        "speakers": 41,
        "sessions": 54,
        "social-links": 2,
        "event-copyrights": 1,
        "speakers-calls": 1,
    }
    assert nextcloud.notes == []


def test_nextcloud_conference_as_an_event(nextcloud: Report) -> None:
    event = Event.objects.get()

    assert event == nextcloud.event
    images = "https://storage.googleapis.com/eventyay.com/events/181/"
    assert columns(
        event,
        *"identifier name state privacy starts_at ends_at timezone schedule_published_on".split(),
        *"latitude longitude location_name searchable_location_name logo_url".split(),
        *"external_event_url ticket_url owner_name owner_description has_owner_info".split(),
        *"is_sessions_speakers_enabled".split(),
    ) == {
        "identifier": "de88e486",
        "name": "Nextcloud Conference 2017",
        "state": "published",
        "privacy": "public",
        "starts_at": datetime(2017, 8, 22, 10, tzinfo=UTC),
        "ends_at": datetime(2017, 8, 29, 17, tzinfo=UTC),
        "timezone": "UTC",
        "schedule_published_on": datetime(2017, 7, 21, 10, 39, 10, 885529, tzinfo=UTC),
        "latitude": 52.5133,
        "longitude": 13.32689,
        "location_name": "Straße des 17. Juni 136, Berlin, Germany",
        "searchable_location_name": "Berlin",
        "logo_url": f"{images}logo/aXJGSFJjZn/570c719f-6510-4d4e-865c-23465162ede5.png",
        "external_event_url": "https://nextcloud.com/conf",
        "ticket_url": "https://eventyay.com/e/de88e486/",
        "owner_name": "Nextcloud",
        "owner_description": (
            "<p>Nextcloud gives people and organisations a secure and private way to control "
            "their data and communication.</p>"
        ),
        "has_owner_info": True,
        "is_sessions_speakers_enabled": True,
    }
    assert (event.event_type.name, event.event_topic.name) == ("Conference", "Science & Technology")


def test_nextcloud_conference_has_its_programme(nextcloud: Report) -> None:
    event = nextcloud.event

    assert [
        (track.name, track.color, track.sessions.count()) for track in event.tracks.order_by("pk")
    ] == [
        ("Coding", "#C62828", 4),
        ("Main Track", "#EF6C00", 26),
        ("Workshop Track", "#2E7D32", 8),
        ("Enterprise Track", "#283593", 16),
    ]
    assert [
        (room.name, room.floor, room.sessions.count())
        for room in event.microlocations.order_by("pk")
    ] == [("Room 1", 1, 3), ("Main Room", 0, 19), ("Coding Rooms", 5, 3)]
    assert [
        (format_.name, format_.length, format_.sessions.count())
        for format_ in sorted(event.session_types.all(), key=lambda row: row.name.lower())
    ] == [
        ("coding", "10:00", 4),
        ("Focus Friday", "00:30", 14),
        ("Keynote", "00:45", 1),
        ("Lightning talks", "00:05", 24),
        ("Lightning talks - schedule", "01:00", 2),
        ("Party", "05:00", 1),
        ("Workshop", "01:00", 8),
    ]
    assert event.sessions.filter(state="confirmed").count() == 53
    assert event.sessions.filter(microlocation=None).count() == 29
    assert Session.speakers.through.objects.count() == 82


def test_nextcloud_session_with_what_it_refers_to(nextcloud: Report) -> None:
    session = Session.objects.get(title="🎨 Join the Nextcloud design team!")

    assert columns(
        session,
        *"subtitle short_abstract long_abstract comments language level state".split(),
        *"starts_at ends_at submitted_at deleted_at slides_url is_mail_sent creator".split(),
        *"microlocation event".split(),
    ) == {
        "subtitle": None,
        "short_abstract": (
            "<p>A quick intro to how we do design at Nextcloud, some great recent improvements by "
            "contributors, and how easy it is to get involved!</p>"
        ),
        "long_abstract": "",
        "comments": None,
        "language": None,
        "level": None,
        "state": "confirmed",
        "starts_at": datetime(2017, 8, 22, 10, tzinfo=UTC),
        "ends_at": datetime(2017, 8, 22, 11, tzinfo=UTC),
        "submitted_at": None,
        "deleted_at": None,
        "slides_url": None,
        "is_mail_sent": False,
        "creator": None,
        "microlocation": None,
        "event": nextcloud.event,
    }
    assert (session.track.name, session.session_type.name) == ("Main Track", "Lightning talks")
    assert [speaker.name for speaker in session.speakers.all()] == ["Jan-Christoph Borchardt"]


def test_nextcloud_conference_belongs_to_who_imported_it(nextcloud: Report) -> None:
    held = EventRole.objects.get()

    assert (held.event, held.role.name, held.user.is_super_admin) == (
        nextcloud.event,
        "owner",
        True,
    )


def test_fossasia_summit_is_counted_and_annotated(fossasia: Report) -> None:
    assert fossasia.counts == {
        "tracks": 4,
        "microlocations": 4,
        "session-types": 8,
        "speakers": 9,
        "sessions": 9,
        "social-links": 8,
        "event-copyrights": 1,
        "speakers-calls": 1,
        "custom-forms": 25,
        "sponsors": 3,
    }
    absent = "left out (The archive has no such file.)."
    no_place = "left out, having no place here."
    assert fossasia.notes == [
        f"The event: email {no_place}",
        f"The event: original-image-url {absent}",
        f'The event, sponsor 1 ("Google"), sponsor 5 ("FOSSASIA") and 1 more: logo-url {absent}',
        'Speaker 1 ("Hong Phuc Dang"), speaker 2 ("Mario Behling"), speaker 3 ("Lim Tit Meng") '
        f"and 6 more: photo-url {absent}",
        'Speaker 10 ("Mike McQuaid"): github completed with https://.',
    ]


def test_fossasia_summit_comes_in_whole() -> None:
    report = import_archive(
        folder(SAMPLE.parent / "fossasia-summit-2016"), by=UserFactory(super_admin=True)
    )

    assert report.counts == {
        "tracks": 18,
        "microlocations": 17,
        "session-types": 32,
        "speakers": 187,
        "sessions": 491,
        "sponsors": 11,
        "social-links": 8,
        "custom-forms": 25,
        "event-copyrights": 1,
        "speakers-calls": 1,
    }
    assert Session.objects.filter(event=report.event, speakers=None).count() == 194


def test_fossasia_summit_was_held_in_singapore(fossasia: Report) -> None:
    assert columns(
        fossasia.event,
        *"name state starts_at ends_at timezone logo_url original_image_url".split(),
        *"owner_name code_of_conduct".split(),
    ) == {
        "name": "FOSSASIA Summit 2016",
        "state": "published",  # "Completed", over there
        "starts_at": datetime(2016, 3, 18, 1, 30, tzinfo=UTC),
        "ends_at": datetime(2016, 3, 20, 9, 30, tzinfo=UTC),
        "timezone": "Asia/Singapore",
        "logo_url": None,
        "original_image_url": None,
        "owner_name": "FOSSASIA",
        "code_of_conduct": None,
    }


def test_fossasia_session_with_what_it_refers_to(fossasia: Report) -> None:
    session = Session.objects.get(title__startswith="#Nefertiti")

    assert columns(session, "title", "state", "starts_at", "ends_at", "short_abstract") == {
        "title": '#NefertitiHack and Cultural Commons "The Other Nefertiti"',
        "state": "accepted",
        "starts_at": datetime(2016, 3, 20, 3, 30, tzinfo=UTC),
        "ends_at": datetime(2016, 3, 20, 4, tzinfo=UTC),
        "short_abstract": "Short Abstract for the event",
    }
    assert columns(session.session_type, "name", "length") == {
        "name": "Workshops and Science Hacking",
        "length": "00:30",  # and not 0.3, as the session has it
    }
    assert columns(session.track, "name", "color", "description") == {
        "name": "Science Hack Day",
        "color": "#FF3C11",
        "description": "Science Hack Day",
    }
    assert columns(session.microlocation, "name", "floor", "latitude", "longitude", "room") == {
        "name": "Tinkering Studio",
        "floor": 1,
        "latitude": 1.333266,
        "longitude": 103.735214,
        "room": None,
    }
    assert sorted(speaker.name for speaker in session.speakers.all()) == [
        "Jan Nikolai Nelles",
        "Nora Al-Badri",
    ]


def test_fossasia_rooms_of_one_name_stay_two(fossasia: Report) -> None:
    rooms = fossasia.event.microlocations.filter(name="Digital Design Studio").order_by("pk")

    assert [[session.title for session in room.sessions.all()] for room in rooms] == [
        ["Creative Confidence"],
        ["Introduction to the Raspberry Pi for total Newbies"],
    ]


def test_fossasia_speaker(fossasia: Report) -> None:
    speaker = Speaker.objects.get(name="Mike McQuaid")

    assert columns(
        speaker,
        *"email organisation position country github website photo_url twitter user".split(),
        *"is_featured short_biography".split(),
    ) == {
        "email": "mike_mcquaid@fossasia.org",
        "organisation": "GitHub/Homebrew",
        "position": None,
        "country": "Scotland",
        "github": "https://github.com/mikemcquaid",
        "website": "http://mikemcquaid.com",
        "photo_url": None,
        "twitter": "https://twitter.com/MikeMcQuaid",
        "user": None,
        "is_featured": True,
        "short_biography": None,
    }


def test_break_has_no_speakers(fossasia: Report) -> None:
    assert Session.objects.get(title="Tea and Coffee Break").speakers.count() == 0
