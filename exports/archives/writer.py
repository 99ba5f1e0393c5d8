"""Rows of our own from what an archive says, whatever its dialect.

Rows of a kind are inserted together, so the number of queries does not grow with the programme.
"""

import re
import zoneinfo
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

from django.db import IntegrityError, models, transaction

from events.actions.events import (
    EventEndsTooSoon,
    EventTooLong,
    PublishingNeedsVerifiedEmail,
    create_event,
)
from events.models import (
    Event,
    EventTopic,
    EventType,
    Microlocation,
    Session,
    SessionType,
    Speaker,
    Track,
)
from events.models.event import new_identifier
from events.models.slugs import slug_of
from openevent.api.names import dasherize

from . import mends
from .contents import ArchiveUnreadable, Contents, Item, SessionItem
from .report import Notes, Report
from .values import fit

Note = Callable[[str], None]  # about one thing; see `Notes.add`

AT_ONCE: Final = 1000  # rows that one INSERT carries
# Columns that must not be empty: how what is said of them is read, and what stands in for it.
MENDED: Final[
    Mapping[type[models.Model], Mapping[str, tuple[Callable[[Any], str | None], str]]]
] = {
    Track: {"color": (mends.color, "#607d8b")},
    SessionType: {"length": (mends.length, "00:30")},
}
# Identifiers are kept if they are made like ours: others may read as an id or as a route's name.
_IDENTIFIER: Final = re.compile(r"(?![0-9]{8})[0-9a-f]{8}")


@transaction.atomic
def write(contents: Contents, *, owner: Any, notes: Notes) -> Report:
    """Write the event and its programme as new rows, and make `owner` its owner.

    It is published only if `owner` may publish it, and its times make sense.

    :raises ArchiveUnreadable: the event has no name, or no times.
    """
    event = _write_event(contents, owner=owner, notes=notes)
    programme = _Programme(event, notes)
    programme.write(Track, contents.tracks)
    programme.write(Microlocation, contents.microlocations)
    programme.write(SessionType, contents.session_types)
    programme.write(Speaker, contents.speakers)
    programme.write_sessions(contents.sessions)
    return Report(event=event, counts=programme.counts, notes=notes.sentences())


def _write_event(contents: Contents, *, owner: Any, notes: Notes) -> Event:
    def note(reason: str) -> None:
        notes.add(reason, "the event")

    said = dict(contents.event)
    identifier = said.pop("identifier", None)
    said["timezone"] = _zone_name(said.get("timezone"), note)
    if isinstance(said.get("state"), str):
        said["state"] = mends.state(said["state"])
    if said.get("has_owner_info") in (None, ""):
        # Most archives have no such flag; who says who organizes the event wants it shown.
        said["has_owner_info"] = bool(said.get("owner_name"))
    columns = fit(Event, said, note=note, zone=zoneinfo.ZoneInfo(said["timezone"]))
    for name in ("name", "starts_at", "ends_at"):
        if name not in columns:
            raise ArchiveUnreadable(f'The event has no "{dasherize(name)}" that can be read.')

    event = Event(
        **columns,
        event_type=_listed(EventType, contents.event_type, owner=owner, note=note),
        event_topic=_listed(EventTopic, contents.event_topic, owner=owner, note=note),
    )
    if isinstance(identifier, str) and _IDENTIFIER.fullmatch(identifier):
        event.identifier = identifier
    try:
        _create(event, owner=owner, note=note)
    except (EventEndsTooSoon, EventTooLong, PublishingNeedsVerifiedEmail) as refusal:
        note(f"stays a draft ({refusal.detail})")
        event.state = Event.State.DRAFT
        _create(event, owner=owner, note=note)
    return event


def _create(event: Event, *, owner: Any, note: Note) -> None:
    try:
        create_event(event, by=owner)
    except IntegrityError:
        # Its identifier: to look first would not help when two import the same archive at once.
        note("has a new identifier, as its own is taken")
        event.identifier = new_identifier()
        create_event(event, by=owner)


def _zone_name(said: Any, note: Note) -> str:
    name = mends.zone_name(said) if isinstance(said, str) else None
    if name is None:
        note("timezone is set to UTC, as none is said that is known")
    elif name != said:
        note(f"timezone is taken to mean {name}")
    return name or "UTC"


def _listed(model: type[EventType] | type[EventTopic], name: Any, *, owner: Any, note: Note) -> Any:
    """Return the row of the admins' list with that name; staff may add one that it lacks."""
    noun = model._meta.verbose_name
    fitted = fit(model, {"name": name}, note=lambda reason: note(f"{noun} {reason}"))
    if not fitted:
        return None
    slug = slug_of(fitted["name"])
    if not slug:
        note(f"{noun} left out, as its name makes no part of a URL")
        return None
    if owner.is_staff:
        return model.objects.get_or_create(slug=slug, deleted_at=None, defaults=fitted)[0]
    row = model.objects.filter(slug=slug, deleted_at=None).first()
    if row is None:
        note(f"{noun} left out, as the admins' list has none of that name")
    return row


class _Programme:
    """The programme of `event` while it is written; `counts` says what was, by JSON:API plural."""

    def __init__(self, event: Event, notes: Notes) -> None:
        self.event = event
        self.counts: dict[str, int] = {}
        self._notes = notes
        self._zone = zoneinfo.ZoneInfo(event.timezone)
        self._rows: dict[type[models.Model], dict[str, Any]] = {}  # by key in the archive
        self._emails: set[str] = set()

    def write(self, model: type[models.Model], items: Iterable[Item]) -> None:
        """Insert `items`, to which sessions may refer, as rows of `model`."""
        rows = []
        by_key = self._rows[model] = {}
        for item in items:
            row = self._row(model, item)
            if row is None:
                continue
            rows.append(row)
            if item.key is not None and by_key.setdefault(item.key, row) is not row:
                self._notes.add("sessions go to an earlier one of the same id", str(item))
        self._insert(model, rows)

    def write_sessions(self, items: Iterable[SessionItem]) -> None:
        """Insert `items`, joined to the rows that they refer to."""
        rows: list[Session] = []
        speaking: list[tuple[Session, Speaker]] = []
        for item in items:
            row = self._row(Session, item)
            if row is None:
                continue
            row.track = self._referred(Track, item.track, item)
            row.microlocation = self._referred(Microlocation, item.microlocation, item)
            row.session_type = self._referred(SessionType, item.session_type, item)
            for key in dict.fromkeys(item.speakers):
                speaker = self._referred(Speaker, key, item)
                if speaker is not None:
                    speaking.append((row, speaker))
            rows.append(row)
        self._insert(Session, rows)
        link = Session.speakers.through
        links = [link(session=session, speaker=speaker) for session, speaker in speaking]
        link.objects.bulk_create(links, batch_size=AT_ONCE)

    def _insert(self, model: type[models.Model], rows: list[Any]) -> None:
        model._default_manager.bulk_create(rows, batch_size=AT_ONCE)
        self.counts[str(model._meta.verbose_name_plural).replace(" ", "-")] = len(rows)

    def _referred(self, model: type[models.Model], key: str | None, item: Item) -> Any:
        """Return the row that `item` refers to by `key`, if it does and there is one."""
        row = self._rows[model].get(key) if key is not None else None
        if key is not None and row is None:
            noun = model._meta.verbose_name
            self._notes.add(f"{noun} left out, as the archive has no such", str(item))
        return row

    def _row(self, model: type[models.Model], item: Item) -> Any:
        """Return the row of `item`, not saved yet; `None` if it has no name or title."""
        note = partial(self._notes.add, thing=str(item))
        said = dict(item.columns)
        for name, (read, standing_in) in MENDED.get(model, {}).items():
            said[name] = _mended(name, said.get(name), read, standing_in, note)
        columns = fit(model, said, note=note, zone=self._zone)
        title = "title" if model is Session else "name"
        if title not in columns:
            note(f"left out, as it has no {title}")
            return None
        if model is Speaker:
            self._settle_email(columns, note)
        if model is Session:
            _settle_times(columns, note)
        return model(event=self.event, **columns)

    def _settle_email(self, columns: dict[str, Any], note: Note) -> None:
        """Leave out an address that an earlier speaker has; those in the trash may share one."""
        if "email" not in columns or "deleted_at" in columns:
            return
        # At least as coarse as the database's lower(), to which a dotted I is like any other.
        email = columns["email"].casefold().replace("\u0307", "")
        if email in self._emails:
            note("email left out, as an earlier speaker has it")
            del columns["email"]
        self._emails.add(email)


def _mended(
    name: str, said: Any, read: Callable[[Any], str | None], standing_in: str, note: Note
) -> str:
    value = read(said)
    if value is None:
        note(f"{name} is set to {standing_in}, as none is said that can be read")
    elif value != said:
        note(f"{name} {said} is taken to mean {value}")
    return value or standing_in


def _settle_times(columns: dict[str, Any], note: Note) -> None:
    starts_at, ends_at = columns.get("starts_at"), columns.get("ends_at")
    if starts_at and ends_at and ends_at < starts_at:
        note("has no times, as those of the archive end before they start")
        del columns["starts_at"], columns["ends_at"]
