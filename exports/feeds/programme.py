"""What every feed says: an event, and its announced sessions that have a time."""

import uuid
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, Max, Min, OuterRef, QuerySet
from django.db.models.functions import JSONObject, TruncDate

from events.models import Event, Session, Speaker
from messaging.links import page
from openevent.markup import as_text

ROWS: Final = 500  # in memory at a time
# Sessions of one programme that are read without asking for a place among the long reads.
FEW: Final = 2_000

# What is in the trash is not there.
_COLUMNS: Final = {
    "track_name": ("track__deleted_at", "track__name"),
    "room_name": ("microlocation__deleted_at", "microlocation__name"),
    "type_name": ("session_type__deleted_at", "session_type__name"),
    "type_length": ("session_type__deleted_at", "session_type__length"),
}


@dataclass(frozen=True)
class Slot:
    """A session at its time; texts are without mark-up, times in the zone of the event."""

    id: int
    guid: str
    title: str
    subtitle: str
    abstract: str
    description: str
    language: str
    starts_at: datetime
    ends_at: datetime
    modified_at: datetime
    track: str
    room: str
    type: str
    speakers: list[tuple[int, str]]
    links: list[tuple[str, str]]  # address and what it is
    url: str

    @property
    def length(self) -> timedelta:
        return self.ends_at.astimezone(UTC) - self.starts_at.astimezone(UTC)


class Programme:
    """The programme of `event`: of `sessions`, if given, those that are announced."""

    def __init__(self, event: Event, sessions: QuerySet[Session] | None = None) -> None:
        self.event = event
        self.zone = zoneinfo.ZoneInfo(event.timezone)
        every = Session.objects.filter(event=event) if sessions is None else sessions
        self._rows = every.announced().filter(starts_at__isnull=False)
        self.shows_event = True

    @cached_property
    def bounds(self) -> dict[str, Any]:
        """How many slots there are, when the first begins and the last ends, and what is new."""
        return self._rows.aggregate(
            count=Count("pk"),
            first=Min("starts_at"),
            last=Max("starts_at"),
            end=Max("ends_at"),
            modified=Max("last_modified_at"),
        )

    @property
    def url(self) -> str:
        return page(f"/e/{self.event.identifier}")

    @property
    def guid(self) -> str:
        return guid_of(self.event, "event", self.event.pk)

    @property
    def starts_at(self) -> datetime:
        return self.event.starts_at.astimezone(self.zone)

    @property
    def ends_at(self) -> datetime:
        return self.event.ends_at.astimezone(self.zone)

    def by_time(self) -> Iterator[Slot]:
        return self._slots("starts_at", "id")

    def by_day_and_room(self) -> Iterator[Slot]:
        """Iterate over slots by day, as people at the event count them, then by room."""
        rooms = ("microlocation__position", "microlocation__name", "microlocation_id")
        day = TruncDate("starts_at", tzinfo=self.zone)
        ordered = [F(name).asc(nulls_last=True) for name in rooms]
        return self._slots(day, *ordered, "starts_at", "id")

    def _slots(self, *order: Any) -> Iterator[Slot]:
        speakers = Speaker.objects.filter(sessions=OuterRef("pk"), deleted_at=None)
        names = [name for pair in _COLUMNS.values() for name in pair]
        rows = self._rows.order_by(*order).values(
            "id",
            "title",
            "subtitle",
            "short_abstract",
            "long_abstract",
            "language",
            "starts_at",
            "ends_at",
            "last_modified_at",
            "video_url",
            "slides_url",
            "audio_url",
            "signup_url",
            *names,
            speaking=ArraySubquery(
                speakers.order_by("order", "id").values(json=JSONObject(id="id", name="name"))
            ),
        )
        for row in rows.iterator(chunk_size=ROWS):
            yield self._slot(row)

    def _slot(self, row: dict[str, Any]) -> Slot:
        there = {
            name: (row[value] if row[trash] is None else None) or ""
            for name, (trash, value) in _COLUMNS.items()
        }
        starts_at = row["starts_at"]
        ends_at = row["ends_at"] or starts_at + _usual_length(there["type_length"])
        shown = {"video_url": "Video", "slides_url": "Slides", "audio_url": "Audio"}
        return Slot(
            id=row["id"],
            guid=guid_of(self.event, "session", row["id"]),
            title=one_line(row["title"]),
            subtitle=one_line(row["subtitle"]),
            abstract=as_text(row["short_abstract"]),
            description=as_text(row["long_abstract"]),
            language=one_line(row["language"]),
            starts_at=starts_at.astimezone(self.zone),
            ends_at=ends_at.astimezone(self.zone),
            modified_at=row["last_modified_at"],
            track=one_line(there["track_name"]),
            room=one_line(there["room_name"]),
            type=one_line(there["type_name"]),
            speakers=[(each["id"], one_line(each["name"])) for each in row["speaking"]],
            links=[(row[name], noun) for name, noun in shown.items() if row[name]],
            url=page(f"/e/{self.event.identifier}/session/{row['id']}"),
        )


def guid_of(event: Event, noun: str, key: int) -> str:
    """Return what tells a slot from all others, wherever the feed is read, and stays the same."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, page(f"/e/{event.identifier}/{noun}/{key}")))


def one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _usual_length(text: str) -> timedelta:
    """Return how long a session of a type of length "HH:MM" takes; without type, no time."""
    hours, _, minutes = text.partition(":")
    return timedelta(hours=int(hours), minutes=int(minutes)) if minutes else timedelta()
