"""What comes in as it is, what is mended or left out, and what is refused."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from events.models import Event, EventType, Session, Speaker, Track
from exports.actions.archives import import_archive
from exports.archives.contents import ArchiveUnreadable, Read
from exports.archives.files import folder
from exports.archives.report import Report
from tests.factories.events import EventFactory, EventTypeFactory
from tests.factories.users import UserFactory
from ticketing.models import Ticket

from .made_up import EVENT, archive, contents

pytestmark = pytest.mark.django_db

ABSENT = "The archive has no such file."
RELATIVE = "a relative address means nothing without the archive's files."


def brought_in(read: Read, **person: Any) -> Report:
    return import_archive(read, by=UserFactory(**person))


def imported_session(**session: Any) -> tuple[Session, list[str]]:
    report = brought_in(archive(sessions=[{"id": 1, "title": "A talk", **session}]))
    return Session.objects.get(), report.notes


def imported_speaker(**speaker: Any) -> tuple[Speaker, list[str]]:
    report = brought_in(archive(speakers=[{"id": 1, "name": "Ada", **speaker}]))
    return Speaker.objects.get(), report.notes


# The event


@pytest.mark.parametrize(
    ("state", "becomes"),
    [("Published", "published"), ("Completed", "published"), ("Draft", "draft"), ("", "draft")],
)
def test_state_of_the_event_is_put_into_todays_words(state: str, becomes: str) -> None:
    report = brought_in(archive({"state": state}))

    assert (report.event.state, report.notes) == (becomes, [])


def test_unknown_state_makes_a_draft() -> None:
    report = brought_in(archive({"state": "Call for papers"}))

    assert report.event.state == "draft"
    assert report.notes == ["The event: state left out, as it is none of draft, published."]


@pytest.mark.parametrize(
    ("person", "ends_at", "reason"),
    [
        ({"unverified": True}, EVENT["ends-at"], "Verify your e-mail address to publish an event."),
        ({}, "2031-04-01T09:00:00Z", "An event ends after it starts."),
        ({}, "2031-06-01T09:00:00Z", "An event lasts at most 20 days."),
    ],
)
def test_event_that_cannot_be_published_stays_a_draft(
    person: dict[str, bool], ends_at: str, reason: str
) -> None:
    report = brought_in(archive({"state": "published", "ends-at": ends_at}), **person)

    assert Event.objects.get().state == "draft"
    assert report.notes == [f"The event: stays a draft ({reason})."]


@pytest.mark.parametrize(
    ("said", "zone", "notes"),
    [
        ("Europe/Berlin", "Europe/Berlin", []),
        ("US / Pacific", "US/Pacific", ["The event: timezone is taken to mean US/Pacific."]),
        ("Atlantis", "UTC", ["The event: timezone is set to UTC, as none is said that is known."]),
        (None, "UTC", ["The event: timezone is set to UTC, as none is said that is known."]),
        (["UTC"], "UTC", ["The event: timezone is set to UTC, as none is said that is known."]),
    ],
)
def test_time_zone_is_repaired(said: Any, zone: str, notes: list[str]) -> None:
    report = brought_in(archive({"timezone": said}))

    assert (report.event.timezone, report.notes) == (zone, notes)


def test_times_without_zone_are_the_events() -> None:
    report = brought_in(archive({"starts-at": "2031-05-01T09:00:00"}))

    assert report.event.starts_at == datetime(2031, 5, 1, 7, tzinfo=UTC)
    assert report.notes == ["The event: starts-at says no zone and is taken as Europe/Berlin."]


def test_identifier_is_kept_while_it_is_free() -> None:
    first = brought_in(archive({"identifier": "de88e486"}))
    second = brought_in(archive({"identifier": "de88e486"}))

    assert (first.event.identifier, first.notes) == ("de88e486", [])
    assert second.event.identifier != "de88e486"
    assert second.notes == ["The event: has a new identifier, as its own is taken."]


@pytest.mark.parametrize("identifier", ["upcoming", "12345678", "DE88E486", "de88e48", "", 7, None])
def test_identifier_not_made_like_ours_is_made_anew(identifier: Any) -> None:
    report = brought_in(archive({"identifier": identifier}))

    assert report.event.identifier != identifier


def test_identifier_is_taken_and_the_event_is_no_good_to_publish() -> None:
    EventFactory(identifier="de88e486")

    report = brought_in(archive({"identifier": "de88e486", "state": "published"}), unverified=True)

    assert (report.event.state, report.event.identifier != "de88e486") == ("draft", True)
    assert len(report.notes) == 2


def test_what_is_the_admins_is_not_taken_from_an_archive() -> None:
    report = brought_in(
        archive({"is-featured": True, "is-promoted": True, "deleted-at": "2020-01-01"})
    )

    event = Event.objects.get(pk=report.event.pk)
    assert (event.is_featured, event.is_promoted, event.deleted_at) == (False, False, None)


def test_type_and_topic_that_are_listed_are_found_whatever_their_case() -> None:
    listed = EventTypeFactory(name="Conference")

    report = brought_in(archive({"type": "conference", "topic": ""}))

    assert (report.event.event_type, report.event.event_topic) == (listed, None)
    assert report.notes == []


def test_type_that_is_not_listed_is_added_by_staff_only() -> None:
    by_anybody = brought_in(archive({"type": "Séance"}))
    by_staff = brought_in(archive({"type": "Séance"}), admin=True)

    assert by_anybody.event.event_type is None
    assert by_anybody.notes == [
        "The event: event type left out, as the admins' list has none of that name."
    ]
    assert by_staff.event.event_type == EventType.objects.get(name="Séance", slug="seance")


@pytest.mark.parametrize("name", ["!!!", ["Conference"], {"name": "Conference"}, True])
def test_type_that_is_no_name_is_left_out(name: Any) -> None:
    report = brought_in(archive({"type": name}), admin=True)

    assert report.event.event_type is None
    assert len(report.notes) == 1


def test_older_names_count_where_todays_say_nothing() -> None:
    older = {"organizer-name": "Ada", "event-url": "https://old.example.org"}
    today = {"owner-name": "", "external-event-url": "https://new.example.org"}

    event = brought_in(archive(older | today)).event

    assert (event.owner_name, event.external_event_url) == ("Ada", "https://new.example.org")


def test_organizers_are_shown_unless_the_archive_says_otherwise() -> None:
    shown = brought_in(archive({"organizer-name": "Ada"})).event
    hidden = brought_in(archive({"organizer-name": "Ada", "has-organizer-info": False})).event

    assert (shown.has_owner_info, hidden.has_owner_info) == (True, False)


# What may be written in any column


def test_mark_up_is_cleaned_as_the_api_does() -> None:
    talk = {
        "id": 1,
        "title": "<b>Title</b>",
        "long-abstract": "<p onclick=x>Hi<script>x</script></p>",
    }
    speaker = {"id": 1, "name": "Ada", "short-biography": '<a href="javascript:x">me</a>'}

    brought_in(
        archive({"description": "<b>A</b><script>x</script>"}, sessions=[talk], speakers=[speaker])
    )

    session = Session.objects.get()
    assert session.event.description == "<b>A</b>"
    assert (session.title, session.long_abstract) == ("<b>Title</b>", "<p>Hi</p>")
    assert Speaker.objects.get().short_biography == '<a rel="noopener noreferrer">me</a>'


@pytest.mark.parametrize(
    ("said", "kept", "notes"),
    [
        ("https://example.org/a.png", "https://example.org/a.png", []),
        ("", None, []),
        (None, None, []),
        (
            "/images/a.png",
            None,
            [f"photo-url left out ({ABSENT})."],
        ),
        (
            "images.zip/a.png",
            None,
            [f"photo-url left out, as {RELATIVE}"],
        ),
        ("javascript:alert(1)", None, ["photo-url left out (Enter a valid URL.)."]),
        (["https://example.org"], None, ["photo-url left out, as it is no text."]),
    ],
)
def test_addresses_of_images(said: Any, kept: str | None, notes: list[str]) -> None:
    speaker, found = imported_speaker(**{"photo-url": said})

    assert speaker.photo_url == kept
    assert found == [f'Speaker 1 ("Ada"): {note}' for note in notes]


def test_scheme_that_people_leave_out_is_added() -> None:
    speaker, notes = imported_speaker(github="github.com/ada", website="www.example.org")

    assert (speaker.github, speaker.website) == (
        "https://github.com/ada",
        "https://www.example.org",
    )
    assert notes == [
        'Speaker 1 ("Ada"): github completed with https://.',
        'Speaker 1 ("Ada"): website completed with https://.',
    ]


def test_text_that_is_too_long_is_shortened() -> None:
    session, notes = imported_session(title="x" * 1001)

    assert session.title == "x" * 1000
    assert notes == [
        f'Session 1 ("{"x" * 60}"): title shortened to the 1000 characters there is room for.'
    ]


def test_address_that_is_too_long_is_not_shortened_to_another() -> None:
    speaker, notes = imported_speaker(
        email=f"ada@{'x' * 60}.{'y' * 60}.{'z' * 60}.{'v' * 60}.example.org"
    )

    assert speaker.email is None
    assert len(notes) == 1


def test_numbers_are_read_as_text_and_texts_as_numbers() -> None:
    room = {"id": "a", "name": 12, "floor": "3", "latitude": "52.5", "longitude": 13}

    report = brought_in(archive(microlocations=[room]))

    found = report.event.microlocations.get()
    assert (found.name, found.floor, found.latitude, found.longitude) == ("12", 3, 52.5, 13.0)
    assert report.notes == []


@pytest.mark.parametrize(
    ("room", "note"),
    [
        ({"floor": 1.5}, "floor left out, as it is no whole number"),
        ({"floor": "first"}, "floor left out, as it is no number"),
        ({"floor": True}, "floor left out, as it is no number"),
        (
            {"floor": 10**12},
            "floor left out (Ensure this value is less than or equal to 2147483647.)",
        ),
        ({"latitude": 91}, "latitude left out (Ensure this value is less than or equal to 90.)"),
        ({"latitude": "nan"}, "latitude left out, as it is no number"),
        ({"latitude": [1]}, "latitude left out, as it is no number"),
    ],
)
def test_numbers_that_cannot_be_are_left_out(room: dict[str, Any], note: str) -> None:
    report = brought_in(archive(microlocations=[{"id": 1, "name": "Attic", **room}]))

    found = report.event.microlocations.get()
    assert (found.floor, found.latitude) == (None, None)
    assert report.notes == [f'Microlocation 1 ("Attic"): {note}.']


@pytest.mark.parametrize(
    ("said", "kept"), [(True, True), ("true", True), ("False", False), ("", False)]
)
def test_truth(said: Any, kept: bool) -> None:
    speaker, notes = imported_speaker(**{"is-featured": said})

    assert (speaker.is_featured, notes) == (kept, [])


def test_nul_is_taken_out_of_texts() -> None:
    session, notes = imported_session(title="\0A\0 talk", subtitle="\0")

    assert (session.title, session.subtitle) == ("A talk", "")


# The programme


def test_ids_of_an_archive_mean_nothing_here() -> None:
    files = {
        "tracks": [{"id": 7, "name": "Web", "color": "#fff"}],
        "sessions": [
            {"id": 7, "title": "A talk", "track": {"id": "7"}, "speakers": [7, {"id": 7}]}
        ],
        "speakers": [{"id": 7, "name": "Ada"}],
    }

    first = brought_in(archive(**files)).event
    second = brought_in(archive(**files)).event

    for event in (first, second):
        session = event.sessions.get()
        assert session.track == event.tracks.get()
        assert list(session.speakers.all()) == list(event.speakers.all())


def test_what_only_sessions_mention_is_taken_from_there() -> None:
    talk = {
        "title": "A talk",
        "track": {"id": 1, "name": "Web", "color": "#ffffff"},
        "microlocation": {"id": 2, "name": "Attic"},
        "session-type": {"id": 3, "name": "Talk", "length": "00:20"},
        "speakers": [{"id": 4, "name": "Ada", "organisation": "Engines"}],
    }

    report = brought_in(archive(sessions=[talk, {**talk, "title": "The same again"}]))

    assert report.counts == {
        "tracks": 1,
        "microlocations": 1,
        "session-types": 1,
        "speakers": 1,
        "sessions": 2,
    }
    session = Session.objects.get(title="The same again")
    speaker = session.speakers.get()
    assert (session.track.name, session.track.color) == ("Web", "#ffffff")
    assert session.microlocation.name == "Attic"
    assert (session.session_type.name, session.session_type.length) == ("Talk", "00:20")
    assert (speaker.name, speaker.organisation) == ("Ada", "Engines")
    assert report.notes == []


def test_references_that_lead_nowhere_are_left_out() -> None:
    session, notes = imported_session(
        **{"track": {"id": 9}, "microlocation": 9, "session-type": {"name": "Talk"}},
        speakers=[{"id": 9}, {"name": "Ada"}, 9.5],
    )

    assert (session.track, session.microlocation, session.session_type) == (None, None, None)
    assert list(session.speakers.all()) == []
    assert notes == [
        'Session 1 ("A talk"): session type left out, as it does not say which.',
        'Session 1 ("A talk"), session 1 ("A talk"): speaker left out, as it does not say which.',
        'Session 1 ("A talk"): track left out, as the archive has no such.',
        'Session 1 ("A talk"): microlocation left out, as the archive has no such.',
        'Session 1 ("A talk"): speaker left out, as the archive has no such.',
    ]


def test_two_of_one_id_are_both_taken_and_sessions_go_to_the_first() -> None:
    tracks = [{"id": 1, "name": name, "color": "#fff"} for name in ("First", "Second")]

    report = brought_in(archive(tracks=tracks, sessions=[{"title": "A talk", "track": 1}]))

    assert report.counts["tracks"] == 2
    assert Session.objects.get().track.name == "First"
    assert report.notes == ['Track 1 ("Second"): sessions go to an earlier one of the same id.']


@pytest.mark.parametrize(
    ("file", "nameless", "note"),
    [
        ("sessions", {"id": 1, "title": " "}, "Session 1: left out, as it has no title."),
        ("sessions", {}, "Session: left out, as it has no title."),
        ("tracks", {"id": 1, "color": "#fff"}, "Track 1: left out, as it has no name."),
        ("speakers", {"id": 1, "name": None}, "Speaker 1: left out, as it has no name."),
        ("microlocations", {"id": 1, "name": ""}, "Microlocation 1: left out, as it has no name."),
        (
            "session_types",
            {"id": 1, "length": "00:30"},
            "Session type 1: left out, as it has no name.",
        ),
    ],
)
def test_what_has_no_name_is_left_out(file: str, nameless: Any, note: str) -> None:
    report = brought_in(archive(**{file: [nameless]}))

    assert (report.counts[file.replace("_", "-")], report.notes) == (0, [note])


def test_track_without_a_colour_is_grey() -> None:
    report = brought_in(
        archive(tracks=[{"id": 1, "name": "Web"}, {"name": "Data", "color": "red"}])
    )

    assert {track.color for track in Track.objects.all()} == {"#607d8b"}
    assert report.notes == [
        'Track 1 ("Web"), track ("Data"): color is set to #607d8b, as none is said that can be '
        "read."
    ]


def test_length_is_read_as_it_was_meant() -> None:
    types = [{"name": "Talk", "length": 0.3}, {"name": "Sprint", "length": "long"}]

    report = brought_in(archive(session_types=types))

    assert list(report.event.session_types.order_by("pk").values_list("name", "length")) == [
        ("Talk", "00:30"),
        ("Sprint", "00:30"),
    ]
    assert report.notes == [
        'Session type ("Talk"): length 0.3 is taken to mean 00:30.',
        'Session type ("Sprint"): length is set to 00:30, as none is said that can be read.',
    ]


@pytest.mark.parametrize("state", list(Session.State))
def test_states_of_sessions_are_read_in_any_case(state: str) -> None:
    session, notes = imported_session(state=state.upper())

    assert (session.state, notes) == (state, [])


def test_unknown_state_of_a_session_is_pending() -> None:
    session, notes = imported_session(state="submitted")

    assert session.state == "pending"
    assert notes == [
        'Session 1 ("A talk"): state left out, as it is none of draft, pending, accepted, '
        "confirmed, rejected, canceled, withdrawn."
    ]


def test_times_that_say_nothing_are_none() -> None:
    session, notes = imported_session(**{"starts-at": "", "ends-at": None, "submitted-at": ""})

    assert (session.starts_at, session.ends_at, session.submitted_at) == (None, None, None)
    assert notes == []


@pytest.mark.parametrize(
    "time", ["tomorrow", 20310501, True, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]
)
def test_times_that_are_none_are_left_out(time: Any) -> None:
    session, notes = imported_session(**{"starts-at": time})

    assert session.starts_at is None
    assert len(notes) == 1


def test_session_that_ends_before_it_starts_has_no_times() -> None:
    session, notes = imported_session(
        **{"starts-at": "2031-05-01T10:00:00Z", "ends-at": "2031-05-01T09:00:00Z"}
    )

    assert (session.starts_at, session.ends_at) == (None, None)
    assert notes == [
        'Session 1 ("A talk"): has no times, as those of the archive end before they start.'
    ]


def test_session_that_ends_as_it_starts_is_kept() -> None:
    time = datetime(2031, 5, 1, 10, tzinfo=UTC)

    session, notes = imported_session(
        **{"starts-at": time.isoformat(), "ends-at": time.isoformat()}
    )

    assert (session.starts_at, session.ends_at, notes) == (time, time, [])


def test_session_in_the_trash_stays_there() -> None:
    session, notes = imported_session(**{"deleted-at": "2020-01-01T00:00:00Z"})

    assert (session.deleted_at, notes) == (datetime(2020, 1, 1, tzinfo=UTC), [])


@pytest.mark.parametrize("other", ["ada@example.org", "ADA@EXAMPLE.ORG", " ada@example.org "])
def test_address_of_an_earlier_speaker_is_left_out(other: str) -> None:
    speakers = [{"name": "Ada", "email": "Ada@example.org"}, {"name": "Countess", "email": other}]

    report = brought_in(archive(speakers=speakers))

    assert list(report.event.speakers.order_by("pk").values_list("email", flat=True)) == [
        "Ada@example.org",
        None,
    ]
    assert report.notes == ['Speaker ("Countess"): email left out, as an earlier speaker has it.']


def test_addresses_that_the_database_takes_for_one_are_so_here() -> None:
    # lower() of these is one address to PostgreSQL, and two to Python
    emails = [
        "a@\u0130x.example",
        "a@ix.example",
        "a@\u03b1\u03a3.example",
        "a@\u03b1\u03c3.example",
    ]

    report = brought_in(archive(speakers=[{"name": "Ada", "email": email} for email in emails]))

    kept = list(report.event.speakers.order_by("pk").values_list("email", flat=True))
    assert kept == [emails[0], None, emails[2], None]


def test_speakers_in_the_trash_share_addresses() -> None:
    speaker = {"name": "Ada", "email": "ada@example.org"}

    report = brought_in(
        archive(speakers=[{**speaker, "deleted-at": "2020-01-01T00:00:00Z"}, speaker])
    )

    assert set(report.event.speakers.values_list("email", flat=True)) == {"ada@example.org"}
    assert report.notes == []


def test_what_has_no_table_is_said() -> None:
    report = brought_in(
        archive(
            {"email": "ada@example.org", "speakers-call": None},
            sponsors=[{"name": "Engines", "motto": "Steam"}],
            forms=[],
            sessions=[{"id": 1, "title": "A talk", "mood": "merry"}],
        )
    )

    assert report.notes == [
        "The event: email left out, having no place here.",
        'Sponsor ("Engines"): motto left out, having no place here.',
        'Session 1 ("A talk"): mood left out, having no place here.',
    ]


def test_one_sentence_says_what_happened_to_many() -> None:
    speakers = [{"id": number, "name": "Ada", "photo-url": "/a.png"} for number in range(1, 6)]

    report = brought_in(archive(speakers=speakers))

    assert report.notes == [
        'Speaker 1 ("Ada"), speaker 2 ("Ada"), speaker 3 ("Ada") and 2 more: photo-url left out '
        f"({ABSENT})."
    ]


def test_ticket_costs_what_it_may_or_stays_out() -> None:
    times = {"sales_starts_at": "2031-04-01T00:00:00Z", "sales_ends_at": "2031-04-30T00:00:00Z"}
    prices = {"paid": 12.5, "free": 3, "Paid": 1e30, "donation": -1}
    tickets = [
        {"name": kind, "type": kind, "price": price, **times} for kind, price in prices.items()
    ]

    report = brought_in(archive(tickets=tickets))

    assert [*Ticket.objects.order_by("pk").values_list("name", "price")] == [
        ("paid", Decimal("12.5")),
        ("free", 0),
        ("donation", 0),
    ]
    assert report.notes == [
        'Ticket ("Paid"): price left out, as it is too large.',
        'Ticket ("Paid"): left out (A paid ticket costs something: write a price above 0.).',
        'Ticket ("donation"): price left out (Ensure this value is greater than or equal to 0.).',
    ]


# What is refused


@pytest.mark.parametrize(
    ("read", "detail"),
    [
        (contents({}), 'The archive has no "event".'),
        (contents({"event": b"null"}), 'The archive has no "event".'),
        (contents({"event": b"[]"}), 'The file "event" holds something other than an object.'),
        (
            contents({"event": b"{"}),
            'The file "event" is not JSON: unexpected end of data: line 1 column 2 (char 1).',
        ),
        (archive(sessions={}), 'The file "sessions" holds something other than a list.'),
        (archive(tracks=[{}, 1]), 'Element 2 of the file "tracks" is no object.'),
        (archive(sponsors="none"), 'The file "sponsors" holds something other than a list.'),
        (archive({"name": " "}), 'The event has no "name" that can be read.'),
        (archive({"starts-at": ""}), 'The event has no "starts-at" that can be read.'),
        (archive({"ends-at": "later"}), 'The event has no "ends-at" that can be read.'),
    ],
)
def test_archive_is_refused_and_nothing_of_it_is_left(read: Read, detail: str) -> None:
    with pytest.raises(ArchiveUnreadable) as refusal:
        brought_in(read)

    assert refusal.value.detail == detail
    assert (Event.objects.count(), EventType.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "text", [b"\xff\xfe", b"[" * 100_000, b'{"a": NaN}', b'{"a": "\\ud800"}', b""]
)
def test_file_that_is_not_json_is_refused(text: bytes) -> None:
    with pytest.raises(ArchiveUnreadable, match='^The file "event" is not JSON: '):
        brought_in(contents({"event": text}))


def test_byte_order_mark_is_passed_over() -> None:
    text = b"".join(archive()("event") or ())

    report = brought_in(contents({"event": b"\xef\xbb\xbf" + text}))

    assert report.event.name == "Made Up Days"


def test_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    (tmp_path / "event").mkdir()

    with pytest.raises(ArchiveUnreadable, match='^The file "event" is broken: .*Is a directory'):
        brought_in(folder(tmp_path))


def test_whatever_fails_while_writing_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(Session.objects, "bulk_create", fail)

    with pytest.raises(RuntimeError):
        brought_in(archive(tracks=[{"name": "Web"}], sessions=[{"title": "A talk"}]))

    assert (Event.objects.count(), Track.objects.count()) == (0, 0)


# Speed


def programme_of(size: int) -> Read:
    return archive(
        tracks=[{"id": n, "name": f"Track {n}", "color": "#fff"} for n in range(size)],
        speakers=[{"id": n, "name": f"Speaker {n}"} for n in range(size)],
        sessions=[
            {"id": n, "title": f"Talk {n}", "track": {"id": n}, "speakers": [{"id": n}]}
            for n in range(size)
        ],
    )


def test_queries_do_not_grow_with_the_programme(
    django_assert_num_queries: Callable[..., Any],
) -> None:
    owner = UserFactory()

    for size in (3, 300):
        with django_assert_num_queries(19):
            import_archive(programme_of(size), by=owner)
