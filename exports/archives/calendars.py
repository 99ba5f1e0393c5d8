"""Calendars (iCalendar, RFC 5545): each entry is a session, and one may be the event itself."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final

import icalendar
from icalendar import Component

from events.models import Speaker

from .contents import ArchiveUnreadable, Contents
from .programmes import Gathered
from .report import Notes

_MIDNIGHT: Final = time()


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
    times = sorted(gathered.times(), key=_moment)
    zone = _text(calendar, "X-WR-TIMEZONE")
    said = {
        "name": name,
        "starts_at": next(iter(times), None),
        "ends_at": next(reversed(times), None),
        "timezone": zone or next(_zones(calendar), None),
    }
    return gathered.contents(said | {key: value for key, value in event.items() if value})


def _moment(text: str) -> str:
    """Return what to sort a time by: those with another offset too."""
    moment = datetime.fromisoformat(text)
    return (moment.replace(tzinfo=None) - (moment.utcoffset() or timedelta())).isoformat()


def _zones(calendar: Component) -> Any:
    return (str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE") if "TZID" in zone)


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
    if "RRULE" in entry or "RDATE" in entry:
        notes.add("is taken once, though it is repeated", f'entry "{title}"')
    categories = entry.categories
    attendees = entry.get("ATTENDEE", [])
    names = [
        str(each.params.get("CN", ""))
        for each in (attendees if isinstance(attendees, list) else [attendees])
        if hasattr(each, "params")
    ]
    gathered.session(
        _text(entry, "UID"),
        {
            "title": title,
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
    try:
        starts_at = _as_datetime(entry.decoded("DTSTART", None))
        ends_at = _as_datetime(entry.decoded("DTEND", None))
        length = entry.decoded("DURATION", None)
    except ValueError:
        return None, None
    if ends_at is None and starts_at is not None and isinstance(length, timedelta):
        ends_at = starts_at + length
    return starts_at, ends_at


def _as_datetime(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value
    return datetime.combine(value, _MIDNIGHT) if isinstance(value, date) else None


def _place(entry: Component) -> tuple[float | None, float | None]:
    where = entry.get("GEO")
    return (where.latitude, where.longitude) if where is not None else (None, None)


def _text(component: Component, name: str) -> str | None:
    value = component.get(name)
    if isinstance(value, list):
        value = value[0]
    return str(value).strip() or None if value is not None else None
