"""Feeds: the public programme of an event as iCalendar, xCal and pentabarf."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import xmlschema
from dateutil.tz import tzical
from defusedxml import ElementTree
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.models import Event, Session
from exports.feeds import FORMATS
from exports.feeds.programme import Programme
from openevent.api.plan import spool
from openevent.site import snapshot
from tests.api_client import Api
from tests.factories.events import (
    EventFactory,
    FavouriteSessionFactory,
    MicrolocationFactory,
    SessionFactory,
    SessionTypeFactory,
    SpeakerFactory,
    TrackFactory,
    hold,
)
from tests.factories.users import UserFactory, authorization

pytestmark = pytest.mark.django_db

SCHEMA = xmlschema.XMLSchema(Path(__file__).parent / "data" / "schedule.xsd")
XCAL = "{urn:ietf:params:xml:ns:icalendar-2.0}"
FEEDS = (".ics", "/schedule.ics", "/schedule.xcs", "/schedule.xml")


@pytest.fixture
def event() -> Event:
    return EventFactory(
        published=True,
        name="Days, of code; & joy",
        timezone="Europe/Berlin",
        starts_at=datetime(2031, 3, 29, 8, tzinfo=UTC),
        ends_at=datetime(2031, 3, 30, 16, tzinfo=UTC),
        location_name="Köln",
        latitude=50.9,
        longitude=6.9,
    )


def talk(event: Event, starts_at: datetime, **more: Any) -> Session:
    facts = {"state": "accepted", "ends_at": starts_at + timedelta(minutes=45)} | more
    return SessionFactory(event=event, starts_at=starts_at, **facts)


def fetch(event: Event, feed: str, user: Any = None, **headers: str) -> Any:
    signed_in = authorization(user) if user else {}
    response = Client().get(f"/v1/events/{event.identifier}{feed}", headers=signed_in | headers)
    response.body = b"".join(response.streaming_content) if response.streaming else b""
    return response


def body(event: Event, feed: str, user: Any = None) -> bytes:
    response = fetch(event, feed, user)
    assert response.status_code == 200, response
    return response.body


def calendar(event: Event, feed: str = "/schedule.ics", user: Any = None) -> Any:
    return icalendar.Calendar.from_ical(body(event, feed, user))


def titles(found: Any) -> list[str]:
    return [str(each["SUMMARY"]) for each in found.walk("VEVENT")]


def schedule(event: Event) -> Any:
    text = body(event, "/schedule.xml")
    SCHEMA.validate(text.decode())
    return ElementTree.fromstring(text)


# Who reads what


@pytest.mark.parametrize("feed", FEEDS)
def test_draft_is_fed_to_its_team_only(feed: str) -> None:
    draft = EventFactory()
    member = UserFactory()
    hold(member, draft, "moderator")

    assert fetch(draft, feed).status_code == 404
    assert fetch(draft, feed, UserFactory()).status_code == 404
    answer = fetch(draft, feed, member)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-cache")


@pytest.mark.parametrize("feed", FEEDS)
def test_event_in_the_trash_has_no_feed(feed: str) -> None:
    assert fetch(EventFactory(published=True, deleted_at=timezone.now()), feed).status_code == 404


@pytest.mark.parametrize("feed", ["/schedule.ics", "/schedule.xcs", "/schedule.xml"])
def test_only_announced_sessions_with_a_time_are_fed(event: Event, feed: str) -> None:
    for state in Session.State:
        talk(event, event.starts_at, title=f"is {state}", state=state)
    SessionFactory(event=event, state="accepted", title="timeless")
    talk(event, event.starts_at, title="trashed", deleted_at=timezone.now())
    talk(EventFactory(published=True), event.starts_at, title="elsewhere")

    text = body(event, feed).decode()

    shown = {state for state in Session.State if f"is {state}" in text}
    assert shown == {"accepted", "confirmed"}
    assert not any(word in text for word in ("timeless", "trashed", "elsewhere"))


@pytest.mark.parametrize("feed", ["/schedule.ics", "/schedule.xcs", "/schedule.xml"])
def test_what_is_in_the_trash_is_not_named(event: Event, feed: str) -> None:
    gone = {"event": event, "deleted_at": timezone.now()}
    talk(
        event,
        event.starts_at,
        track=TrackFactory(name="Gone track", **gone),
        microlocation=MicrolocationFactory(name="Gone room", **gone),
        session_type=SessionTypeFactory(name="Gone type", **gone),
        speakers=[SpeakerFactory(name="Gone Girl", **gone), SpeakerFactory(event=event)],
    )

    assert "Gone" not in body(event, feed).decode()


def test_feed_is_sent_once_while_nothing_changes(event: Event) -> None:
    first = fetch(event, "/schedule.ics")

    assert first["Cache-Control"] == "public, max-age=300"
    again = fetch(event, "/schedule.ics", **{"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    talk(event, event.starts_at)
    changed = fetch(event, "/schedule.ics", **{"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


@pytest.mark.parametrize("accept", ["text/calendar", "text/html", "image/png", "*/*"])
def test_feed_is_what_it_is_whatever_is_accepted(event: Event, accept: str) -> None:
    answer = fetch(event, ".ics?download", Accept=accept)

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="{event.identifier}.ics"'


# Where it is, once the schedule is published

ATTRIBUTES = {
    "ical-url": "/schedule.ics",
    "xcal-url": "/schedule.xcs",
    "pentabarf-url": "/schedule.xml",
}


def addresses(event: Event, user: Any = None, **headers: str) -> dict[str, Any]:
    attributes = Api(user, **headers).get(f"/v1/events/{event.identifier}").attributes
    return {name: attributes[name] for name in ATTRIBUTES}


def test_event_says_where_its_published_schedule_is(event: Event) -> None:
    Event.objects.update(schedule_published_on=timezone.now())

    assert addresses(event) == {
        name: f"http://testserver/v1/events/{event.identifier}{path}"
        for name, path in ATTRIBUTES.items()
    }
    assert all(body(event, path) for path in ATTRIBUTES.values())


def test_address_is_on_the_host_that_was_asked(event: Event, settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    Event.objects.update(schedule_published_on=timezone.now())
    asked = {"Host": "api.example.org:8443", "X-Forwarded-Proto": "https"}

    found = addresses(event, **asked)["ical-url"]

    assert found == f"https://api.example.org:8443/v1/events/{event.identifier}/schedule.ics"


@pytest.mark.parametrize("state", ["published", "draft"])
def test_schedule_that_is_not_published_has_no_address(event: Event, state: str) -> None:
    owner = UserFactory()
    hold(owner, event, "owner")
    published_on = None if state == "published" else timezone.now()
    Event.objects.update(state=state, schedule_published_on=published_on)

    assert addresses(event, owner) == dict.fromkeys(ATTRIBUTES)


def test_addresses_come_and_go_with_the_publication(event: Event) -> None:
    owner = UserFactory()
    hold(owner, event, "owner")
    url = f"/v1/events/{event.pk}"
    now = timezone.now().isoformat()

    published = Api(owner).patch(url, "event", schedule_published_on=now)
    taken_back = Api(owner).patch(url, "event", schedule_published_on=None)

    assert published.attributes["ical-url"].endswith("/schedule.ics")
    assert taken_back.attributes["ical-url"] is None


@pytest.mark.parametrize("feed", ["/schedule.ics", "/schedule.xcs", "/schedule.xml"])
def test_change_of_the_programme_is_in_the_next_read(event: Event, feed: str) -> None:
    organizer = UserFactory()
    hold(organizer, event, "organizer")
    session = talk(event, event.starts_at, title="before")
    path = f"/v1/sessions/{session.pk}"
    tags = []

    def read() -> str:
        answer = fetch(event, feed)
        assert answer["Cache-Control"] == "public, max-age=300"
        tags.append(answer["ETag"])
        return answer.body.decode()

    assert "before" in read()
    Api(organizer).patch(path, "session", title="after")
    assert "after" in read()
    Api(organizer).patch(path, "session", state="canceled")
    assert "after" not in read()
    assert len(set(tags)) == 3


# iCalendar


def test_entry_of_the_event_alone(event: Event) -> None:
    talk(event, event.starts_at)

    (entry,) = calendar(event, ".ics").walk("VEVENT")

    assert str(entry["SUMMARY"]) == "Days, of code; & joy"
    assert entry["DTSTART"].dt == event.starts_at
    assert entry["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert (str(entry["LOCATION"]), entry["GEO"].to_ical()) == ("Köln", "50.9;6.9")


def test_calendar_with_sessions_is_in_the_order_of_time(event: Event) -> None:
    later, sooner = (event.starts_at + timedelta(hours=hours) for hours in (3, 1))
    talk(event, later, title="later")
    talk(event, sooner, title="sooner")

    assert titles(calendar(event, ".ics?include_sessions")) == [event.name, "sooner", "later"]
    assert titles(calendar(event)) == [event.name, "sooner", "later"]


def test_session_says_where_what_and_by_whom(event: Event) -> None:
    talk(
        event,
        event.starts_at,
        title="Talk, one; two\\three\x07",
        short_abstract="<p>Hi &amp; \x1b<b>ho</b></p>",
        track=TrackFactory(event=event, name="Web, etc."),
        microlocation=MicrolocationFactory(event=event, name="Attic"),
        speakers=[SpeakerFactory(event=event, name=name) for name in ("Ada", "Grace")],
    )

    entry = calendar(event).walk("VEVENT")[1]

    assert str(entry["SUMMARY"]) == "Talk, one; two\\three"
    assert str(entry["LOCATION"]) == "Attic"
    assert entry["CATEGORIES"].cats == ["Web, etc."]
    assert str(entry["DESCRIPTION"]) == "Ada, Grace\n\nHi & ho"
    assert entry["DTEND"].dt - entry["DTSTART"].dt == timedelta(minutes=45)


def test_session_without_an_end_takes_as_long_as_its_type(event: Event) -> None:
    type_ = SessionTypeFactory(event=event, length="01:20")
    talk(event, event.starts_at, ends_at=None, session_type=type_)
    talk(event, event.starts_at + timedelta(hours=2), ends_at=None, title="endless")

    typed, endless = calendar(event).walk("VEVENT")[1:]

    assert typed["DTEND"].dt - typed["DTSTART"].dt == timedelta(minutes=80)
    assert "DTEND" not in endless


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",  # half an hour
        "Pacific/Chatham",  # 12:45 and 13:45
        "Asia/Kathmandu",  # 5:45
        "America/St_Johns",  # -3:30 and -2:30
        "Europe/Dublin",  # in the database, summer is the standard there
        "Africa/Casablanca",  # put back for Ramadan
        "Asia/Kolkata",
        "UTC",
        "Etc/UTC",
    ],
)
def test_times_are_right_on_both_sides_of_each_change_of_clocks(zone: str) -> None:
    event = EventFactory(
        published=True,
        timezone=zone,
        starts_at=datetime(2031, 3, 1, tzinfo=UTC),
        ends_at=datetime(2031, 3, 3, tzinfo=UTC),
    )
    begin = datetime(2031, 3, 1, tzinfo=UTC)
    hours = [begin + timedelta(hours=6 * count + 1, minutes=10) for count in range(4 * 260)]
    changes = [one for one, two in zip(hours, hours[1:], strict=False) if _differs(one, two, zone)]
    moments = sorted(
        {change + timedelta(minutes=20 * part) for change in changes for part in range(24)}
        | {hours[0]}
    )
    Session.objects.bulk_create(
        Session(event=event, state="accepted", starts_at=moment, title=moment.isoformat())
        for moment in moments
    )

    found = icalendar.Calendar.from_ical(body(event, "/schedule.ics"))

    for entry in found.walk("VEVENT")[1:]:
        start = entry["DTSTART"]
        own = _by_the_calendars_own_rules(found, start)
        assert own == datetime.fromisoformat(entry["SUMMARY"]), start.to_ical()


def _differs(one: datetime, two: datetime, zone: str) -> bool:
    return one.astimezone(ZoneInfo(zone)).utcoffset() != two.astimezone(ZoneInfo(zone)).utcoffset()


def _by_the_calendars_own_rules(found: Any, start: Any) -> datetime:
    """Return what a reader makes of a time who knows no zones but those that the file defines."""
    text = start.to_ical().decode()
    wall = datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007  that is the point
    if text.endswith("Z"):
        return wall.replace(tzinfo=UTC)
    zones = "".join(each.to_ical().decode() for each in found.walk("VTIMEZONE"))
    zone = tzical(io.StringIO(zones.replace("\r\n", "\n"))).get(start.params["TZID"])
    return wall.replace(tzinfo=zone).astimezone(UTC)


def test_zone_is_put_forward_at_the_hour_that_is_skipped(event: Event) -> None:
    (zone,) = calendar(event).walk("VTIMEZONE")

    daylight = next(each for each in zone.subcomponents if each.name == "DAYLIGHT")
    assert daylight["DTSTART"].dt == datetime(2031, 3, 30, 2)  # noqa: DTZ001  a wall's clock


def test_ids_of_entries_stay_the_same_and_differ(event: Event) -> None:
    first, second = (talk(event, event.starts_at) for _ in range(2))
    ids = [str(entry["UID"]) for entry in calendar(event).walk("VEVENT")]
    Session.objects.filter(pk=first.pk).update(title="new", starts_at=event.ends_at)
    Session.objects.filter(pk=second.pk).update(title="newer")

    assert len(set(ids)) == 3
    assert {str(entry["UID"]) for entry in calendar(event).walk("VEVENT")} == set(ids)


# Personal schedules


def test_my_schedule_is_what_i_marked(event: Event) -> None:
    mine, theirs = (talk(event, event.starts_at, title=title) for title in ("mine", "theirs"))
    me = UserFactory()
    FavouriteSessionFactory(user=me, session=mine)
    FavouriteSessionFactory(session=theirs)

    assert titles(calendar(event, ".ics?my_schedule", me)) == ["mine"]
    assert fetch(event, ".ics?my_schedule", me)["Cache-Control"] == "private, no-cache"
    assert fetch(event, ".ics?my_schedule").status_code == 401


@pytest.mark.parametrize(("public", "status"), [(True, 200), (False, 403)])
def test_schedule_of_another_is_shown_if_their_profile_is(
    event: Event, public: bool, status: int
) -> None:
    other = UserFactory(is_profile_public=public)
    FavouriteSessionFactory(user=other, session=talk(event, event.starts_at, title="theirs"))
    feed = f".ics?my_schedule&user_id={other.pk}"

    assert fetch(event, feed).status_code == status
    assert titles(calendar(event, feed, other)) == ["theirs"]


@pytest.mark.parametrize(("key", "status"), [("x", 404), ("9" * 30, 404), ("999999", 403)])
def test_schedule_of_nobody(event: Event, key: str, status: int) -> None:
    assert fetch(event, f".ics?my_schedule&user_id={key}").status_code == status


# xCal


def test_xcal_says_what_the_calendar_says(event: Event) -> None:
    room = MicrolocationFactory(event=event, name="Attic <1>")
    talk(event, event.starts_at, title="A & B\x0b", microlocation=room)

    root = ElementTree.fromstring(body(event, "/schedule.xcs"))

    calendar_ = root.find(f"{XCAL}vcalendar")
    components = list(calendar_.find(f"{XCAL}components"))
    assert [each.tag for each in components] == [
        f"{XCAL}{name}" for name in ("vtimezone", "vevent", "vevent")
    ]
    properties = components[2].find(f"{XCAL}properties")

    def value(name: str) -> Any:
        return [
            (each.tag.removeprefix(XCAL), each.text) for each in properties.find(f"{XCAL}{name}")
        ]

    assert value("summary") == [("text", "A & B")]
    assert value("location") == [("text", "Attic <1>")]
    assert value("dtstart")[1] == ("date-time", "2031-03-29T09:00:00")
    zone = properties.find(f"{XCAL}dtstart/{XCAL}parameters/{XCAL}tzid/{XCAL}text")
    assert zone.text == "Europe/Berlin"
    geo = components[1].find(f"{XCAL}properties/{XCAL}geo")
    assert [(each.tag, each.text) for each in geo] == [
        (f"{XCAL}latitude", "50.9"),
        (f"{XCAL}longitude", "6.9"),
    ]


# Pentabarf


def test_schedule_is_by_days_of_the_event_and_by_rooms(event: Event) -> None:
    attic, hall = (
        MicrolocationFactory(event=event, name=name, position=position)
        for position, name in ((2, "Attic"), (1, "Hall"))
    )
    talk(
        event, datetime(2031, 3, 29, 23, 30, tzinfo=UTC), title="past midnight", microlocation=hall
    )
    talk(event, datetime(2031, 3, 29, 12, tzinfo=UTC), title="up", microlocation=attic)
    talk(event, datetime(2031, 3, 29, 12, tzinfo=UTC), title="down", microlocation=hall)
    talk(event, datetime(2031, 3, 29, 9, tzinfo=UTC), title="nowhere")

    days = schedule(event).findall("day")

    assert [
        (day.get("index"), day.get("date"), room.get("name"), room.find("event/title").text)
        for day in days
        for room in day
    ] == [
        ("1", "2031-03-29", "Hall", "down"),
        ("1", "2031-03-29", "Attic", "up"),
        ("1", "2031-03-29", "To be announced", "nowhere"),
        ("2", "2031-03-30", "Hall", "past midnight"),
    ]


def test_talk_over_a_change_of_clocks_is_as_long_as_it_takes(event: Event) -> None:
    starts_at = datetime(2031, 3, 30, 0, 30, tzinfo=UTC)
    talk(event, starts_at, ends_at=starts_at + timedelta(hours=1))

    (found,) = schedule(event).iter("event")

    assert found.find("date").text == "2031-03-30T01:30:00+01:00"
    assert found.find("start").text == "01:30"
    assert found.find("duration").text == "01:00"


@pytest.mark.parametrize(
    ("zone", "first", "days"),
    [
        # of a talk at noon UTC and one at 13:00: both today, both tomorrow, or one each
        ("Pacific/Kiritimati", "2031-03-30", ["2031-03-30"]),
        ("Pacific/Chatham", "2031-03-30", ["2031-03-30"]),
        ("Pacific/Auckland", "2031-03-30", ["2031-03-30"]),
        ("Asia/Magadan", "2031-03-29", ["2031-03-29", "2031-03-30"]),
        ("Asia/Kathmandu", "2031-03-29", ["2031-03-29"]),
        ("America/St_Johns", "2031-03-29", ["2031-03-29"]),
        ("Etc/GMT+12", "2031-03-29", ["2031-03-29"]),
    ],
)
def test_days_are_those_of_the_zone(event: Event, zone: str, first: str, days: list[str]) -> None:
    Event.objects.update(timezone=zone)
    noon = datetime(2031, 3, 29, 12, tzinfo=UTC)
    for moment in (noon, noon + timedelta(hours=1)):
        talk(event, moment)

    found = schedule(Event.objects.get())

    assert [day.get("date") for day in found.findall("day")] == days
    for each in found.iter("event"):
        moment = datetime.fromisoformat(each.find("date").text)
        assert moment in (noon, noon + timedelta(hours=1))
        assert moment.utcoffset() == moment.astimezone(ZoneInfo(zone)).utcoffset()
        assert each.find("start").text == moment.strftime("%H:%M")
    assert found.find("day").get("date") == first
    assert found.find("conference/time_zone_name").text == zone


@pytest.mark.parametrize(
    ("day", "hours"), [("2031-03-30", 23), ("2031-10-26", 25), ("2031-07-01", 24)]
)
def test_day_of_a_change_of_clocks_is_as_long_as_it_is(event: Event, day: str, hours: int) -> None:
    talk(event, datetime.fromisoformat(f"{day}T12:00:00+00:00"))

    (found,) = schedule(event).findall("day")

    begin, end = (datetime.fromisoformat(found.get(name)) for name in ("start", "end"))
    assert (begin.date().isoformat(), end.date().isoformat()) == (day, day)
    assert end - begin == timedelta(hours=hours, seconds=-1)


@pytest.mark.parametrize(
    ("zone", "starts_at"),
    [
        ("Europe/Berlin", datetime(2031, 3, 30, 0, 30, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2031, 10, 26, 0, 30, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2031, 4, 5, 14, 45, tzinfo=UTC)),
        ("America/St_Johns", datetime(2031, 3, 9, 5, 15, tzinfo=UTC)),
    ],
)
def test_talk_over_a_change_of_clocks_keeps_its_length_in_calendars(
    event: Event, zone: str, starts_at: datetime
) -> None:
    Event.objects.update(timezone=zone)
    ends = [starts_at + timedelta(minutes=minutes) for minutes in (40, 90)]
    for ends_at in ends:  # the first may end by an earlier clock than it starts
        talk(event, starts_at, ends_at=ends_at)

    found = calendar(event)

    for entry, ends_at in zip(found.walk("VEVENT")[1:], ends, strict=True):
        moments = [_by_the_calendars_own_rules(found, entry[name]) for name in ("DTSTART", "DTEND")]
        assert moments == [starts_at, ends_at]


def test_talk_names_its_people_and_links(event: Event) -> None:
    ada = SpeakerFactory(event=event, name="Ada")
    talk(
        event,
        event.starts_at,
        title="Ünïcode & <b>",
        speakers=[ada],
        video_url="https://example.org/v?a=1&b=2",
        long_abstract="<p>Long</p>",
        language="English",
    )

    (found,) = schedule(event).iter("event")

    person, link = found.find("persons/person"), found.find("links/link")
    assert (person.text, person.get("id")) == ("Ada", str(ada.pk))
    assert (link.text, link.get("href")) == ("Video", "https://example.org/v?a=1&b=2")
    assert found.find("title").text == "Ünïcode & <b>"
    assert found.find("description").text == "Long"


def test_schedule_without_talks_has_a_day() -> None:
    found = schedule(EventFactory(published=True, name="!!!"))

    assert len(found.findall("day")) == 1
    assert found.find("conference/acronym").text


# However long


@pytest.mark.parametrize("form", FORMATS)
def test_a_long_programme_takes_no_more_queries(
    event: Event, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "MAX_AGE", 3600)  # seconds: settings are read once

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            list(FORMATS[form].write(Programme(event)))
        return len(found)

    talk(event, event.starts_at, speakers=[SpeakerFactory(event=event)])
    queries()
    few = queries()
    for _ in range(5):
        talk(
            event,
            event.starts_at,
            track=TrackFactory(event=event),
            microlocation=MicrolocationFactory(event=event),
            speakers=[SpeakerFactory(event=event) for _ in range(2)],
        )
    assert queries() == few


def test_long_programmes_wait_for_their_turn(event: Event, monkeypatch: Any) -> None:
    monkeypatch.setattr("exports.api.feeds.FEW", 0)
    monkeypatch.setattr(spool, "PLACES", 0)
    talk(event, event.starts_at)

    answer = fetch(event, "/schedule.xml")

    assert (answer.status_code, "Retry-After" in answer) == (503, True)
