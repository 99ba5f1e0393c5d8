"""Calendars (iCalendar, RFC 5545): each entry is a session, and one may be the event itself."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import icalendar
from icalendar import Component, vGeo

from events.models import Session, Speaker

from .contents import ArchiveUnreadable, Contents
from .programmes import Gathered
from .report import Notes

_MIDNIGHT: Final = time()
_DAY: Final = timedelta(days=1)


def parse(content: bytes, notes: Notes) -> Contents:
    """Return what a calendar says. The entry that is called like the calendar is the event.

    :raises ArchiveUnreadable: it is no calendar.
    """
    try:
        calendar = icalendar.Calendar.from_ical(content)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise ArchiveUnreadable(f"This is no calendar that can be read: {error}.") from None
    name = _text(calendar, "NAME") or _text(calendar, "X-WR-CALNAME")
    gathered = Gathered()
    event: dict[str, Any] = {}
    for entry in calendar.walk("VEVENT"):
        if name and not event and _text(entry, "SUMMARY") == name:
            event = _event(entry)
        else:
            _read(gathered, entry, notes)
    first, last = gathered.span()
    zone = _text(calendar, "X-WR-TIMEZONE")
    said = {
        "name": name,
        "starts_at": first,
        "ends_at": last,
        "timezone": zone or next(_zones(calendar), None),
    }
    return gathered.contents(said | {key: value for key, value in event.items() if value})


def _zones(calendar: Component) -> Iterator[str]:
    """Iterate over the time zones that entries are in, and those that are only defined."""
    for entry in calendar.walk("VEVENT"):
        starts_at, _ = _times(entry)
        # the library knows by which of these names Windows means which zone
        name = getattr(starts_at and starts_at.tzinfo, "key", "UTC")
        if name != "UTC":
            yield name
    yield from (str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE") if "TZID" in zone)


def _event(entry: Component) -> dict[str, Any]:
    starts_at, ends_at = _times(entry)
    latitude, longitude = _place(entry)
    return {
        "description": _text(entry, "DESCRIPTION"),
        "location_name": _text(entry, "LOCATION"),
        "external_event_url": _text(entry, "URL"),
        "latitude": latitude,
        "longitude": longitude,
        "starts_at": starts_at and starts_at.isoformat(),
        "ends_at": ends_at and ends_at.isoformat(),
    }


def _read(gathered: Gathered, entry: Component, notes: Notes) -> None:
    starts_at, ends_at = _times(entry)
    title = _text(entry, "SUMMARY")
    thing = f'entry "{title}"'
    if "RRULE" in entry or "RDATE" in entry:
        notes.add("is taken once, though it is repeated", thing)
    for name, time_read in (("DTSTART", starts_at), ("DTEND", ends_at)):
        if name in entry and time_read is None:
            notes.add(f"has a {name} that cannot be read", thing)
    is_canceled = (_text(entry, "STATUS") or "").upper() == "CANCELLED"
    categories = entry.categories
    attendees = entry.get("ATTENDEE", [])
    names = [
        str(each.params.get("CN", ""))
        for each in (attendees if isinstance(attendees, list) else [attendees])
        if hasattr(each, "params")
    ]
    if len(categories) > 1:
        notes.add("is put into the first of its categories only", thing)
    if "" in names:
        notes.add("has an attendee without a name, who is left out", thing)
    gathered.session(
        _text(entry, "UID"),
        {
            "title": title,
            "state": Session.State.CANCELED if is_canceled else Session.State.ACCEPTED,
            "short_abstract": _text(entry, "DESCRIPTION"),
            "website": _text(entry, "URL"),
            "starts_at": starts_at and starts_at.isoformat(),
            "ends_at": ends_at and ends_at.isoformat(),
        },
        track=str(categories[0]).strip() if categories else None,
        room=_text(entry, "LOCATION"),
        speakers=[gathered.mention(Speaker, name) for name in names],
    )


def _times(entry: Component) -> tuple[datetime | None, datetime | None]:
    """Return when an entry starts and ends; whole days begin and end at midnight."""
    start, length = _decoded(entry, "DTSTART"), _decoded(entry, "DURATION")
    starts_at, ends_at = _as_datetime(start), _as_datetime(_decoded(entry, "DTEND"))
    if "DTEND" not in entry and starts_at is not None:
        if length is None and starts_at is not start:
            length = _DAY  # a day that does not say how long it is, is one (RFC 5545, 3.6.1)
        if isinstance(length, timedelta):
            with contextlib.suppress(OverflowError):
                ends_at = _after(starts_at, length)
    return starts_at, ends_at


def _after(moment: datetime, length: timedelta) -> datetime:
    """Return when `length` is over: days as clocks count them, what is less as it takes."""
    day = moment + timedelta(days=length.days)
    rest = length - timedelta(days=length.days)
    if day.tzinfo is None:
        return day + rest
    return (day.astimezone(UTC) + rest).astimezone(day.tzinfo)


def _decoded(entry: Component, name: str) -> Any:
    # the second is what the library stumbles with over a value that is of another type
    with contextlib.suppress(ValueError, AttributeError):
        return entry.decoded(name, None)
    return None


def _as_datetime(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value
    return datetime.combine(value, _MIDNIGHT) if isinstance(value, date) else None


def _place(entry: Component) -> tuple[float | None, float | None]:
    where = entry.get("GEO")
    return (where.latitude, where.longitude) if isinstance(where, vGeo) else (None, None)


def _text(component: Component, name: str) -> str | None:
    value = component.get(name)
    if isinstance(value, list):
        value = value[0]
    return str(value).strip() or None if value is not None else None
