"""An archive brought in and taken out again is the same archive."""

import io
import json
import random
import zipfile
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from events.models import CustomForm, Event, Session, SessionType, Track
from events.models.sponsor import Sponsor
from exports.actions.archives import import_archive
from exports.archives import taking_out
from exports.archives.files import zipped
from exports.archives.media import mapped
from exports.archives.parts import (
    EVENT_COLUMNS_FIRST,
    NOT_TAKEN,
    PARTS,
    Part,
    columns_of,
    taken_of,
)
from media.fields import ImageSizeField, ImageURLField
from openevent.api.fields import HtmlField
from openevent.site import snapshot
from tests.factories.events import EventFactory, EventSubTopicFactory, EventTypeFactory
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db

TEXTS = [
    "",
    "a",
    " spaced ",
    "Ünï – ©ø∂é 🎨",
    "<b>bold</b>",
    "two\nlines\ttabbed",
    '"quoted" \\ /',
    "=1+1",
]
LINKS = [{"name": "Slides", "link": "https://example.org/s?a=1&b=2"}]
JSON = {
    "document_links": LINKS,
    "slides": LINKS,
    "social_links": [{**LINKS[0], "is_custom": True}],
    "complex_field_values": {
        "shoe": "42",
        "snake_case": [1, None],
        "da-sh": {"a": 1.5, "b": -1e30},
    },
    "speaker_positions": ["Chair", {"of": "all"}],
}
FIXED = {
    "length": "01:30",
    "color": "#A0b1C2",
    "timezone": "Asia/Singapore",
    "payment_currency": "EUR",
}


class Filler:
    """Fills rows with whatever their columns hold, differently for each seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  no secret
        self.number = 0

    def row(self, model: type[models.Model], names: list[str]) -> dict[str, Any]:
        return {name: self.value(model, model._meta.get_field(name)) for name in names}

    def value(self, model: type[models.Model], field: Any) -> Any:
        self.number += 1
        pick = self.random
        if field.null and pick.random() < 0.3:
            return None
        if field.name in FIXED:
            return FIXED[field.name]
        match field:
            case models.JSONField():
                return JSON[field.name]
            case models.DateTimeField():
                return datetime(2031, 5, 1, tzinfo=UTC) + timedelta(
                    microseconds=pick.randrange(10**12)
                )
            case models.BooleanField():
                return pick.random() < 0.5
            case models.IntegerField():
                return 2020 if field.name == "year" else pick.randrange(100)
            case models.FloatField():
                return pick.uniform(-90, 90)
            case models.DecimalField():
                return Decimal(pick.randrange(10**15)).scaleb(-3)
            case models.URLField() | ImageURLField() | ImageSizeField():
                return f"https://example.org/{self.number}?a=%20&b=ü"
            case models.EmailField():
                return f"person{self.number}@Example.org"
            case models.CharField(choices=choices) if choices:
                return pick.choice([value for value, _ in choices])
        text = pick.choice(TEXTS) + (f" {self.number}" if not field.blank else "")
        text = text[: field.max_length].strip() if not field.blank else text
        return HtmlField().to_internal_value(text) if isinstance(field, models.TextField) else text


def event_of(seed: int) -> Event:
    """Return an event with some rows of every kind, in the trash and out of it."""
    fill = Filler(seed)
    columns = fill.row(Event, taken_of(Event))
    columns |= {
        "name": f"Event {seed}",
        "state": fill.random.choice(["draft", "published"]),
        "starts_at": datetime(2031, 5, 1, 9, tzinfo=UTC),
        "ends_at": datetime(2031, 5, 3, 9, tzinfo=UTC),
    }
    sub_topic = EventSubTopicFactory()
    del columns["identifier"]
    event = EventFactory(
        **columns,
        event_type=EventTypeFactory(),
        event_topic=sub_topic.event_topic,
        event_sub_topic=sub_topic,
        is_featured=True,
    )
    made: dict[Any, list[Any]] = {}
    for part in PARTS:
        count = 1 if part.unique == () else fill.random.randrange(4)
        made[part.model] = [_row(part, event, made, fill) for _ in range(count)]
        made[part.model] = [row for row in made[part.model] if row is not None]
    return event


def _row(part: Part, event: Event, made: dict[Any, list[Any]], fill: Filler) -> Any:
    columns = fill.row(part.model, taken_of(part.model))
    if part.path == "event":
        columns["event"] = event
    for name, target in part.links.items():
        choices = list(made[target])
        if part.model._meta.get_field(name).null:
            choices.append(None)
        if not choices:
            return None
        columns[name] = fill.random.choice(choices)
    for name in ("name", "field_identifier", "language_code"):
        if name in (part.unique or ()) and columns[name] is not None:
            columns[name] = f"{name} {fill.number}"
    if part.model is Session and columns["starts_at"] and columns["ends_at"]:
        columns["ends_at"] = columns["starts_at"] + timedelta(minutes=20)
    row = part.model._default_manager.create(**columns)
    for name, target in part.joins.items():
        others = made[target]
        getattr(row, name).set(fill.random.sample(others, fill.random.randrange(len(others) + 1)))
    return row


def archive_of(event: Event) -> bytes:
    out = io.BytesIO()
    taking_out.write(event.pk, out, root_url="https://example.org/", progress=lambda *_: None)
    return out.getvalue()


def comparable(archive: bytes) -> dict[str, bytes]:
    """Return the files of an archive, as bytes, without what is each server's own.

    Ids become the places in their lists, and paths, which have ids in them, what lies there;
    identifiers, columns that an import does not take over, and what follows from these are left
    out.
    """
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        content = {name: file.read(name) for name in file.namelist()}
    known = json.loads(content["manifest"])["files"]
    media = {f"/{name}": (facts["sha256"], facts.get("name")) for name, facts in known.items()}
    said = {
        name: mapped(json.loads(text), lambda text: media.get(text, text))
        for name, text in content.items()
        if "/" not in name
    }
    del said["manifest"], said["meta"]
    places = {
        part.file: {row["id"]: place for place, row in enumerate(said[part.file])} for part in PARTS
    }
    files_of = {part.model: part.file for part in PARTS}
    event = said["event"]
    for name in ("id", "identifier", *NOT_TAKEN[Event]):
        event.pop(name)
    for name in [name for name in event if name.endswith("_id")]:
        event.pop(name)
    for link in event["social_links"]:
        link["id"] = places["social_links"][link["id"]]
    for part in PARTS:
        for row in said[part.file]:
            row["id"] = places[part.file][row["id"]]
            for name in NOT_TAKEN.get(part.model, ()):
                row.pop(name)
            for name, target in part.links.items():
                row.pop(f"{name}_id")
                if row[name] is not None:
                    row[name]["id"] = places[files_of[target]][row[name]["id"]]
            for name, target in part.joins.items():
                for other in row[name]:
                    other["id"] = places[files_of[target]][other["id"]]
    files = sorted(content[name[1:]] for name in media if "/" in name[1:])
    return {name: json.dumps(value).encode() for name, value in said.items()} | {
        f"file {number}": file for number, file in enumerate(files)
    }


@pytest.mark.parametrize("seed", range(25))
def test_archive_comes_in_and_goes_out_as_it_was(seed: int) -> None:
    event = event_of(seed)
    first = archive_of(event)

    report = import_archive(zipped(io.BytesIO(first)), by=UserFactory(admin=True))

    assert [note for note in report.notes if "identifier" not in note] == []
    second = archive_of(report.event)
    assert comparable(second) == comparable(first)


def test_every_column_of_every_kind_is_in_the_archive() -> None:
    """A column that is added later is exported, or named among those that are not."""
    server_owned = {"event", "group", "creator", "user", "id"}
    listed = {"event_type", "event_topic", "event_sub_topic"}
    for model, names in [
        (Event, columns_of(Event, EVENT_COLUMNS_FIRST)),
        *((part.model, [*part.columns, *part.links]) for part in PARTS),
    ]:
        every = {field.name for field in model._meta.concrete_fields}
        assert every - set(names) <= server_owned | listed, model


def test_what_belongs_to_an_event_has_a_file_or_a_reason() -> None:
    """A kind of row that is added later gets a file, or is named here with why it has none."""
    without = {
        "Export",  # this is one
        "EventRole",  # who works on an event is for its owner to say anew
        "UserSystemRole",  # who markets it is for the admins to say
        "RoleInvite",  # open invitations, and so are speakers'
        "SpeakerInvite",
        "FavouriteEvent",  # what visitors did
        "Feedback",
        "Notification",
        "EmailNotification",
    }
    related = {
        relation.related_model.__name__
        for relation in Event._meta.related_objects
        if not relation.hidden
    }
    direct = {part.model.__name__ for part in PARTS if part.path == "event"}
    assert related - direct <= without


def test_first_keys_are_those_of_older_archives() -> None:
    event = event_of(3)
    Sponsor.objects.create(event=event, name="Engines")
    Track.objects.create(event=event, name="Web", color="#ffffff")
    with zipfile.ZipFile(io.BytesIO(archive_of(event))) as file:
        said = {name: json.loads(file.read(name)) for name in ("event", "sponsors", "tracks")}

    assert list(said["event"])[:8] == [
        *"id name latitude longitude location_name starts_at ends_at timezone".split()
    ]
    assert list(said["sponsors"][0])[:7] == "id name logo_url level type url description".split()
    assert said["tracks"][-1]["font_color"] == "#000000"


def test_a_big_event_takes_no_more_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "MAX_AGE", 3600)  # seconds: settings are read once

    def queries(event: Event) -> int:
        with CaptureQueriesContext(connection) as found:
            archive_of(event)
        return len(found)

    empty = EventFactory()
    archive_of(empty)
    few = queries(empty)
    type_ = SessionType.objects.create(event=empty, name="Talk", length="00:30")
    Session.objects.bulk_create(
        Session(event=empty, title=f"Talk {number}", session_type=type_) for number in range(50)
    )
    CustomForm.objects.create(event=empty, field_identifier="x", form="session")
    assert queries(empty) == few


def test_kept_images_are_said_by_their_urls() -> None:
    event = EventFactory(logo_url="local:public/images/2031-05-01/f00-original.jpg")

    said = json.loads(zipfile.ZipFile(io.BytesIO(archive_of(event))).read("event"))

    assert said["logo_url"].endswith("/media/local/images/2031-05-01/f00-original.jpg")
    assert said["logo_url"].startswith("http")


def test_same_event_makes_the_same_bytes() -> None:
    event = event_of(1)

    assert archive_of(event) == archive_of(event)
