"""Reports: the sessions and the speakers of an event, as CSV and as PDF."""

import csv
import io
import re
import tempfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from events.models import Event, Session
from exports.models import Export
from exports.reports import (
    printed,
    right_to_left,
    sessions,
    sheet,
    speakers,
    tables,
)
from exports.reports.tables import Column, Table
from messaging.models import Mail
from openevent.jobs.testing import run_due
from tests.api_client import Api
from tests.factories.events import (
    CustomFormFactory,
    EventFactory,
    FeedbackFactory,
    MicrolocationFactory,
    SessionFactory,
    SessionTypeFactory,
    SpeakerFactory,
    TrackFactory,
    hold,
)
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db

# Begins with what spreadsheet programs take for a formula, or with what they skip before it.
HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "|x",
    "%0A=1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u00a0=1+1",
    "＝1+1",
    "＠SUM(A1)",
]


@pytest.fixture
def event() -> Event:
    return EventFactory(
        published=True,
        name="Days & nights",
        timezone="Europe/Berlin",
        starts_at=datetime(2031, 3, 29, 8, tzinfo=UTC),
        ends_at=datetime(2031, 3, 30, 16, tzinfo=UTC),
    )


def told(*_: Any) -> None:
    """Take notice of progress."""


def written(table: Table, write: Any = sheet.write) -> bytes:
    with tempfile.TemporaryFile() as file:
        write(table, file, told)
        file.seek(0)
        return file.read()


def read(table: Table) -> list[dict[str, str]]:
    """Return the rows of a CSV, by the heads of its columns."""
    text = written(table).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def lines(table: Table) -> list[list[str]]:
    """Return what is printed in each row of a PDF."""
    rows = printed._Page(table).rows(told)
    return [[said(cell) for cell in row._cellvalues[0]] for row in rows]


def said(paragraph: Any) -> str:
    return "".join("\n" if hasattr(part, "lineBreak") else part.text for part in paragraph.frags)


# As a user


def ask(user: Any, event: Event, path: str, **options: str) -> Export:
    """Have a report made; return it."""
    url = f"/v1/events/{event.identifier}/export/{path}"
    api = Api(user)
    if path.endswith("pdf"):
        answer = api.get(url, **options)
    else:
        answer = api.send("post", url, options, "application/json")
    assert answer.status == 200, answer
    run_due()
    assert api.get(answer.document["task_url"]).document["state"] == "SUCCESS"
    return Export.objects.latest("pk")


@pytest.mark.parametrize("path", ["sessions/csv", "sessions/pdf", "speakers/csv", "speakers/pdf"])
def test_report_is_made_of_the_status_that_is_asked_for(
    event: Event, path: str, settings: Any, tmp_path: Any
) -> None:
    settings.FILES_ROOT = tmp_path
    user = UserFactory()
    hold(user, event, "coorganizer")

    export = ask(user, event, path, status="accepted")

    assert export.options == {"status": "accepted"}
    noun, _, suffix = path.partition("/")
    text = Mail.objects.get(action="event_exported").text
    assert f"The list of {noun} ({suffix.upper()}) of Days & nights" in text


@pytest.mark.parametrize("body", [[], '"text"', 3, {"status": 3}, {"status": ["accepted"]}])
def test_status_that_is_none_is_all(event: Event, body: Any) -> None:
    admin = UserFactory(admin=True)

    answer = Api(admin).send(
        "post", f"/v1/events/{event.pk}/export/sessions/csv", body, "application/json"
    )

    assert answer.status == 200
    status = Export.objects.get().options["status"]
    assert status not in Session.State.values


# What is in them


def test_sessions_are_listed_with_all_that_is_known_of_them(event: Event) -> None:
    CustomFormFactory(
        event=event, form="session", field_identifier="food", name="Food?", is_complex=True
    )
    CustomFormFactory(
        event=event, form="session", field_identifier="wants", name="Wants", is_complex=True
    )
    starts_at = datetime(2031, 3, 29, 23, 30, tzinfo=UTC)
    session = SessionFactory(
        event=event,
        title="Notes",
        subtitle="On engines",
        state="accepted",
        level="Expert",
        language="English",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=45),
        short_abstract="<p>One &amp; two</p><p>three</p>",
        track=TrackFactory(event=event, name="Web"),
        microlocation=MicrolocationFactory(event=event, name="Attic"),
        session_type=SessionTypeFactory(event=event, name="Talk"),
        speakers=[
            SpeakerFactory(event=event, name="Ada", email="ada@example.org"),
            SpeakerFactory(event=event, name="Bob", email=None),
            SpeakerFactory(event=event, name="Gone", deleted_at=timezone.now()),
        ],
        complex_field_values={"food": True, "wants": ["a", "b"], "gone": "x"},
        is_mail_sent=True,
        slides_url="https://example.org/s.pdf",
    )
    for rating in (3, 4):
        FeedbackFactory(event=None, session=session, rating=rating)

    (row,) = read(sessions.table(event, ""))

    assert row == {
        "Title": "Notes",
        "Subtitle": "On engines",
        "State": "accepted",
        "Speakers": "Ada, Bob",
        "E-mail": "ada@example.org",
        "Track": "Web",
        "Room": "Attic",
        "Type": "Talk",
        "Level": "Expert",
        "Language": "English",
        "Starts at (Europe/Berlin)": "2031-03-30 00:30",
        "Ends at (Europe/Berlin)": "2031-03-30 01:15",
        "Short abstract": "One & two\nthree",
        "Long abstract": "",
        "Comments": "",
        "Submitted at (Europe/Berlin)": "",
        "Mail sent": "yes",
        "Locked": "no",
        "Average rating": "3.5",
        "Ratings": "2",
        "Slides": "https://example.org/s.pdf",
        "Video": "",
        "Audio": "",
        "Sign-up": "",
        "Food?": "yes",
        "Wants": "a, b",
    }
    assert lines(sessions.table(event, "")) == [
        [
            "Notes",
            "Ada, Bob",
            "accepted",
            "2031-03-30 00:30 – 01:15",
            "Attic",
            "Web",
            "Talk",
            "One & two\nthree",
        ]
    ]


def test_speakers_are_listed_with_all_that_is_known_of_them(event: Event) -> None:
    CustomFormFactory(
        event=event, form="speaker", field_identifier="size", name="T-shirt", is_complex=True
    )
    speaker = SpeakerFactory(
        event=event,
        name="Ada",
        email="ada@example.org",
        position="Countess",
        organisation="Analytical Society",
        city="London",
        country="UK",
        mobile="+44 1234",
        short_biography="<b>Wrote</b> notes",
        complex_field_values={"size": "M"},
    )
    for title, more in (("Two", {}), ("One", {}), ("Gone", {"deleted_at": timezone.now()})):
        SessionFactory(event=event, title=title, speakers=[speaker], **more)

    (row,) = read(speakers.table(event, ""))

    said = {title: value for title, value in row.items() if value}
    assert said == {
        "Name": "Ada",
        "E-mail": "ada@example.org",
        "Sessions": "One, Two",
        "Position": "Countess",
        "Organisation": "Analytical Society",
        "City": "London",
        "Country": "UK",
        "Mobile": "'+44 1234",
        "Short biography": "Wrote notes",
        "Featured": "no",
        "T-shirt": "M",
    }
    assert lines(speakers.table(event, "")) == [
        [
            "Ada",
            "ada@example.org",
            "Countess, Analytical Society",
            "London, UK",
            "One, Two",
            "Wrote notes",
        ]
    ]


@pytest.mark.parametrize("status", [*Session.State.values, "", "all", "nonsense"])
def test_sessions_are_of_the_state_that_is_asked_for(event: Event, status: str) -> None:
    for state in Session.State:
        SessionFactory(event=event, title=state, state=state)
    SessionFactory(event=event, deleted_at=timezone.now())
    SessionFactory()

    titles = {row["Title"] for row in read(sessions.table(event, status))}

    assert titles == ({status} if status in Session.State.values else set(Session.State.values))


@pytest.mark.parametrize(
    ("status", "names"),
    [
        ("accepted", {"accepted"}),
        ("pending", {"pending"}),
        ("confirmed", set()),
        ("without_session", {"idle", "of what is gone"}),
        ("all", {"accepted", "pending", "idle", "of what is gone"}),
    ],
)
def test_speakers_are_those_of_such_sessions(event: Event, status: str, names: set[str]) -> None:
    for state in ("accepted", "pending"):
        SessionFactory(event=event, state=state, speakers=[SpeakerFactory(event=event, name=state)])
    SpeakerFactory(event=event, name="idle")
    SpeakerFactory(event=event, name="in the trash", deleted_at=timezone.now())
    SpeakerFactory(name="elsewhere")
    gone = SpeakerFactory(event=event, name="of what is gone")
    SessionFactory(event=event, state="confirmed", deleted_at=timezone.now(), speakers=[gone])

    assert {row["Name"] for row in read(speakers.table(event, status))} == names


def test_sessions_are_in_the_order_of_the_programme(event: Event) -> None:
    SessionFactory(event=event, title="timeless")
    for hours, title in ((3, "later"), (1, "sooner")):
        SessionFactory(event=event, title=title, starts_at=event.starts_at + timedelta(hours=hours))

    titles = [row["Title"] for row in read(sessions.table(event, ""))]

    assert titles == ["sooner", "later", "timeless"]


def test_what_is_in_the_trash_is_not_named(event: Event) -> None:
    gone = {"event": event, "name": "Gone", "deleted_at": timezone.now()}
    SessionFactory(
        event=event,
        track=TrackFactory(**gone),
        microlocation=MicrolocationFactory(**gone),
        session_type=SessionTypeFactory(**gone),
    )

    assert "Gone" not in written(sessions.table(event, "")).decode()


@pytest.mark.parametrize("form", [{"is_complex": False}, {"form": "speaker"}, {"form_id": "x"}])
def test_only_fields_of_that_form_have_a_column(event: Event, form: dict[str, Any]) -> None:
    facts = {"form": "session", "field_identifier": "food", "name": "Food", "is_complex": True}
    CustomFormFactory(event=event, **(facts | form))
    SessionFactory(event=event)

    assert "Food" not in read(sessions.table(event, ""))[0]


# CSV


@pytest.mark.parametrize("cell", HOSTILE)
def test_cell_is_no_formula(event: Event, cell: str) -> None:
    SessionFactory(event=event, title=cell, complex_field_values={"food": [cell]})
    CustomFormFactory(
        event=event, form="session", field_identifier="food", name=cell, is_complex=True
    )

    (row,) = read(sessions.table(event, ""))

    head = list(row)[-1]
    for text in (row["Title"], row[head], head):
        assert text.startswith("'")
        assert text[1:].replace("\\|", "|") == cell.strip()


@pytest.mark.parametrize(
    "cell",
    [
        'He said "no", then; left',
        "two\nlines",
        "comma, semicolon; tab\tend",
        "Ünïcödé Ελληνικά",
        "שלום עולם",
        "مرحبا بالعالم",
        "日本語 한국어",
        "👩‍👩‍👧‍👦 🎉",
        "\u202eright to left",
        "''quoted''",
        "a\u0085b\u2028c",
    ],
)
def test_cell_says_what_was_written(event: Event, cell: str) -> None:
    SessionFactory(event=event, title=cell)

    assert [row["Title"] for row in read(sessions.table(event, ""))] == [cell]


@hypothesis(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_no_text_becomes_a_formula_or_another_cell(cell: str) -> None:
    table = Table("T", EventFactory.build(), Rows([{"a": cell}]), [of("A"), of("A")], [])

    text = written(table).decode("utf-8-sig")

    first, *rows = csv.reader(io.StringIO(text, newline=""))
    assert (first, len(rows), len(rows[0])) == (["A", "A"], 1, 2)
    assert not rows[0][0].lstrip().startswith(("=", "+", "@", "|", "%", "＝", "＋", "－", "＠"))
    assert re.fullmatch(r"-?[0-9.,]+", rows[0][0]) or not rows[0][0].startswith("-")
    assert cell.strip() in (rows[0][0], rows[0][0].replace("\\|", "|").removeprefix("'"))


class Rows(list[Any]):
    """Rows that were read before, in place of a query."""

    def iterator(self, chunk_size: int) -> Any:
        return iter(self)


def of(title: str) -> Column:
    return tables.text(title, "a")


def test_csv_is_read_by_excel(event: Event) -> None:
    SessionFactory(event=event)
    content = written(sessions.table(event, ""))

    assert content.startswith(b'\xef\xbb\xbf"Title","Subtitle"')
    assert content.count(b"\r\n") == 2


def test_negative_number_is_a_number(event: Event) -> None:
    SessionFactory(event=event, title="-3.5")

    assert read(sessions.table(event, ""))[0]["Title"] == "-3.5"


# PDF


def pages(content: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", content))


def test_pdf_has_as_many_pages_as_it_takes(event: Event) -> None:
    few = written(sessions.table(event, ""), printed.write)
    for count in range(60):
        SessionFactory(event=event, title=f"Talk {count}", short_abstract="word " * 60)
    many = written(sessions.table(event, ""), printed.write)

    assert few.startswith(b"%PDF-")
    assert many.rstrip().endswith(b"%%EOF")
    assert pages(few) == 1
    assert pages(many) > 3


@pytest.mark.parametrize(
    "text",
    [
        "<img src='file:///etc/passwd'/> <font color=\"[[[x]]]\">",
        "</para><para>",
        "&lt; &amp; &nbsp; &#0;",
        "x" * 1000,
        "日本語のタイトル" * 100,
        "中文标题",
        "한국어",
        "👩‍👩‍👧‍👦 \U0010ffff \ufffd",
        "\x01\x02\x1b[31m",
        "a\u2028b\u0085c\x0bd\x0ce",
        "",
    ],
)
def test_any_text_can_be_printed_and_is_only_text(event: Event, text: str) -> None:
    Event.objects.update(name=(text or "x")[:500])
    event.refresh_from_db()
    speaker = SpeakerFactory(event=event, name=text[:500], organisation=text[:500])
    SessionFactory(event=event, title=text, speakers=[speaker])

    for table, whole in (
        (sessions.table(event, ""), text),
        (speakers.table(event, ""), text[:500]),
    ):
        assert pages(written(table, printed.write)) >= 1
        shown = lines(table)[0][0]
        is_cut = len(whole) > printed.LONGEST_CELL
        expected = f"{whole[: printed.LONGEST_CELL - 1]}…" if is_cut else whole
        assert shown.split() == expected.split()


@pytest.mark.parametrize(
    ("text", "width", "drawn"),
    [
        ("\u05d0\u05d1 (ab) 12", 600, ["12 (ab) \u05d1\u05d0"]),
        ("\u05d0 ([\u05d1]) 1)", 600, ["(1 ([\u05d1]) \u05d0"]),
        ("ab: (\u05d0\u05d1)", 600, ["ab: (\u05d1\u05d0)"]),  # as a whole from left to right
        ("\u05d0 \u05d1 \u05d2", 18, ["\u05d1 \u05d0", "\u05d2"]),  # what comes first is above
        ("\u05d0\u05d1\n\u05d2", 600, ["\u05d1\u05d0", "\u05d2"]),
        ("\u0644\u0627", 600, ["\ufefb"]),  # two Arabic letters that are one sign
    ],
    ids="brackets more-brackets latin-first two-lines two-parts joined".split(),
)
def test_hebrew_and_arabic_are_drawn_from_right_to_left(
    event: Event, text: str, width: float, drawn: list[str]
) -> None:
    SessionFactory(event=event, title=text)

    assert [*right_to_left.lines(text, "Helvetica", 10, width)] == drawn
    assert pages(written(sessions.table(event, ""), printed.write)) == 1


def test_cell_of_a_page_is_cut_and_that_of_a_sheet_is_not(event: Event) -> None:
    SessionFactory(event=event, short_abstract="x" * 5000)

    assert len(lines(sessions.table(event, ""))[0][-1]) == printed.LONGEST_CELL
    assert len(read(sessions.table(event, ""))[0]["Short abstract"]) == 5000


def test_report_of_nothing_says_so(event: Event) -> None:
    (note,) = printed._Page(sessions.table(event, "")).rows(told)

    assert said(note) == "There is nothing to show."


# However long


@pytest.mark.parametrize("make", [sessions.table, speakers.table])
@pytest.mark.parametrize("write", [sheet.write, printed.write])
def test_a_long_report_takes_no_more_queries(event: Event, make: Any, write: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            written(make(event, ""), write)
        return len(found)

    SessionFactory(event=event, speakers=[SpeakerFactory(event=event)])
    few = queries()
    for _ in range(5):
        SessionFactory(
            event=event,
            track=TrackFactory(event=event),
            speakers=[SpeakerFactory(event=event) for _ in range(2)],
        )
    assert queries() == few


def test_progress_is_told(event: Event) -> None:
    for _ in range(3):
        SessionFactory(event=event)
    steps = []

    with tempfile.TemporaryFile() as file:
        sheet.write(sessions.table(event, ""), file, lambda *step: steps.append(step))

    assert steps == [("sessions", number, None) for number in (1, 2, 3)]
