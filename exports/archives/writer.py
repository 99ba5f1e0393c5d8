"""Rows of our own from what an archive says, whatever its dialect.

Rows of a kind are inserted together, so the number of queries does not grow with the programme.
"""

import re
import zoneinfo
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

from django.db import IntegrityError, models, transaction

from events.actions.custom_forms import column_of
from events.actions.events import (
    EventEndsTooSoon,
    EventTooLong,
    PublishingNeedsVerifiedEmail,
    found_event,
)
from events.models import (
    CustomForm,
    Event,
    EventSubTopic,
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
from media.actions.images import discard, give_own
from openevent.api.names import dasherize
from ticketing.actions.tickets import DonationBoundsCrossed, PriceMissing, settle_price
from ticketing.models import Ticket

from . import mends
from .contents import ArchiveUnreadable, Contents, Item
from .parts import PARTS, Part
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
# What every report counts, even if there is none; of the rest, what there is.
ALWAYS_COUNTED: Final = (Track, Microlocation, SessionType, Speaker, Session)
# Identifiers are kept if they are made like ours: others may read as an id or as a route's name.
_IDENTIFIER: Final = re.compile(r"(?![0-9]{8})[0-9a-f]{8}")


@transaction.atomic
def write(
    contents: Contents,
    *,
    owner: Any,
    notes: Notes,
    progress: Callable[[str], None] = lambda phase: None,
) -> Report:
    """Write the event and what belongs to it as new rows, and make `owner` its owner.

    `progress` is told what is being written. The event is published only if `owner` may publish it
    and its times make sense.

    :raises ArchiveUnreadable: the event has no name, or no times.
    """
    event = _write_event(contents, owner=owner, notes=notes)
    _make_room_for_forms(event, contents)
    programme = _Programme(event, notes, is_exact=contents.is_exact)
    give_own([event])
    for part in PARTS:
        progress(part.plural)
        programme.write(part, contents.items.get(part.model, ()))
    discard(programme.left_over)
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
    zone = zoneinfo.ZoneInfo(said["timezone"])
    columns = fit(Event, said, note=note, zone=zone, is_exact=contents.is_exact)
    for name in ("name", "starts_at", "ends_at"):
        if name not in columns:
            raise ArchiveUnreadable(f'The event has no "{dasherize(name)}" that can be read.')

    event = Event(
        **columns,
        event_type=_listed(EventType, contents.event_type, owner=owner, note=note),
        event_topic=_listed(EventTopic, contents.event_topic, owner=owner, note=note),
    )
    event.event_sub_topic = _sub_topic(event, contents.event_sub_topic, note)
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
        found_event(event, by=owner)
    except IntegrityError:
        # Its identifier: to look first would not help when two import the same archive at once.
        note("has a new identifier, as its own is taken")
        event.identifier = new_identifier()
        found_event(event, by=owner)


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


def _sub_topic(event: Event, name: Any, note: Note) -> EventSubTopic | None:
    """Return the sub-topic of the event's topic with that name."""
    if not isinstance(name, str) or not name.strip() or event.event_topic is None:
        return None
    slug = slug_of(name)
    row = EventSubTopic.objects.filter(event_topic=event.event_topic, slug=slug).first()
    if row is None:
        note("event sub topic left out, as the topic has none of that name")
    return row


def _make_room_for_forms(event: Event, contents: Contents) -> None:
    """Take back the form that every new event is given, where the archive brings its own."""
    said = contents.items.get(CustomForm, ())
    brought = any(item.columns.get("form") == CustomForm.Form.ATTENDEE for item in said)
    if brought or contents.is_exact:
        CustomForm.objects.filter(event=event).delete()


class _Programme:
    """What belongs to `event` while it is written; `counts` says how much, by JSON:API plural."""

    def __init__(self, event: Event, notes: Notes, *, is_exact: bool) -> None:
        self.event = event
        self.counts: dict[str, int] = {}
        self.left_over: list[str] = []  # files of rows that are left out
        self._notes = notes
        self._is_exact = is_exact
        self._zone = zoneinfo.ZoneInfo(event.timezone)
        self._rows: dict[type[models.Model], dict[str, Any]] = {}  # by key in the archive
        self._taken: set[tuple[Any, ...]] = set()

    def write(self, part: Part, items: Iterable[Item]) -> None:
        """Insert `items` as rows of `part`, joined to the rows that they refer to."""
        rows: list[Any] = []
        joined: list[tuple[str, Any, Any]] = []
        by_key = self._rows[part.model] = {}
        for item in items:
            row = self._row(part, item)
            if row is None:
                self.left_over.extend(item.images)
                continue
            rows.append(row)
            for name, target in part.joins.items():
                for key in dict.fromkeys(item.joins.get(name, ())):
                    other = self._referred(target, key, item)
                    if other is not None:
                        joined.append((name, row, other))
            if item.key is not None and by_key.setdefault(item.key, row) is not row:
                self._notes.add("sessions go to an earlier one of the same id", str(item))
        part.model._default_manager.bulk_create(rows, batch_size=AT_ONCE)
        give_own(rows)
        for name in part.joins:
            self._join(part.model, name, [pair for joint, *pair in joined if joint == name])
        if rows or part.model in ALWAYS_COUNTED:
            self.counts[part.plural] = len(rows)

    @staticmethod
    def _join(model: type[models.Model], name: str, pairs: Iterable[list[Any]]) -> None:
        field: Any = model._meta.get_field(name)
        through = field.remote_field.through
        ours, theirs = field.m2m_field_name(), field.m2m_reverse_field_name()
        through._default_manager.bulk_create(
            (through(**{ours: one, theirs: other}) for one, other in pairs), batch_size=AT_ONCE
        )

    def _referred(self, model: type[models.Model], key: str | None, item: Item) -> Any:
        """Return the row that `item` refers to by `key`, if it does and there is one."""
        row = self._rows[model].get(key) if key is not None else None
        if key is not None and row is None:
            noun = model._meta.verbose_name
            self._notes.add(f"{noun} left out, as the archive has no such", str(item))
        return row

    def _row(self, part: Part, item: Item) -> Any:
        """Return the row of `item`, not saved yet; `None` if it cannot be one."""
        model = part.model
        note = partial(self._notes.add, thing=str(item))
        said = dict(item.columns)
        for name, (read, standing_in) in MENDED.get(model, {}).items():
            said[name] = _mended(name, said.get(name), read, standing_in, note)
        columns = fit(model, said, note=note, zone=self._zone, is_exact=self._is_exact)
        missing = next((name for name in part.required if name not in columns), None)
        if missing is not None:
            note(f"left out, as it has no {dasherize(missing)}")
            return None
        for name, target in part.links.items():
            columns[name] = self._referred(target, item.links.get(name), item)
            if columns[name] is None and not model._meta.get_field(name).null:  # type: ignore[union-attr]
                note(f"left out, as it belongs to no {target._meta.verbose_name}")
                return None
        if model is Session:
            _settle_times(columns, note)
        if model is Ticket and not self._is_exact and not _settle_price(columns, note):
            return None
        if model is CustomForm and not self._is_exact:
            columns["is_complex"] = column_of(CustomForm(**columns)) is None
        if self._is_second(part, columns, note):
            return None
        event = {"event": self.event} if part.path == "event" else {}
        return model(**event, **columns)

    def _is_second(self, part: Part, columns: dict[str, Any], note: Note) -> bool:
        """Return whether a row cannot be beside an earlier one; those in the trash may be."""
        if part.unique is None or columns.get("deleted_at") is not None:
            return False
        if part.model is Speaker:
            self._settle_email(columns, note)
            return False
        said = [columns.get(name) for name in part.unique]
        if said and all(each is None for each in said):
            return False  # what says nothing is like no other
        same = (
            part.model,
            *(id(each) if isinstance(each, models.Model) else each for each in said),
        )
        if same in self._taken:
            note("left out, as there is one already")
            return True
        self._taken.add(same)
        return False

    def _settle_email(self, columns: dict[str, Any], note: Note) -> None:
        """Leave out an address that an earlier speaker has."""
        if not columns.get("email"):
            return
        # At least as coarse as the database's lower(), to which a dotted I is like any other.
        email = columns["email"].casefold().replace("\u0307", "")
        if (Speaker, email) in self._taken:
            note("email left out, as an earlier speaker has it")
            del columns["email"]
        self._taken.add((Speaker, email))


def _mended(
    name: str, said: Any, read: Callable[[Any], str | None], standing_in: str, note: Note
) -> str:
    value = read(said)
    if value is None:
        note(f"{name} is set to {standing_in}, as none is said that can be read")
    elif value != said:
        note(f"{name} {said} is taken to mean {value}")
    return value or standing_in


def _settle_price(columns: dict[str, Any], note: Note) -> bool:
    """Have a ticket cost what it may; return whether it does.

    Nobody gets for nothing what is paid, because its price cannot be read.
    """
    ticket = Ticket(**columns)
    try:
        settle_price(ticket)
    except (PriceMissing, DonationBoundsCrossed) as refusal:
        note(f"left out ({refusal.detail})")
        return False
    columns["price"] = ticket.price
    return True


def _settle_times(columns: dict[str, Any], note: Note) -> None:
    starts_at, ends_at = columns.get("starts_at"), columns.get("ends_at")
    if starts_at and ends_at and ends_at < starts_at:
        note("has no times, as those of the archive end before they start")
        del columns["starts_at"], columns["ends_at"]
