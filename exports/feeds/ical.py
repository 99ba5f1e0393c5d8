"""iCalendar (RFC 5545), with the extensions that calendars read (RFC 7986)."""

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import icalendar
from icalendar import Component

from openevent import site
from openevent.markup import as_text

from .programme import Programme, Slot, one_line

_ZERO: Final = timedelta()
# What no text may have in it (RFC 5545, 3.1): all but tabs and the ends of lines.
_CONTROLS: Final = bytes([*range(9), 11, 12, *range(14, 32), 127])
# How often calendars that subscribe should look for changes.
_REFRESH: Final = timedelta(hours=1)


def write(programme: Programme) -> Iterator[bytes]:
    """Yield the calendar of `programme`: its event, and its slots in the order of time."""
    calendar = calendar_of(programme)
    head, end, _ = calendar.to_ical().rpartition(b"END:VCALENDAR")
    yield head.translate(None, _CONTROLS)
    for component in components_of(programme):
        yield component.to_ical().translate(None, _CONTROLS)
    yield end + b"\r\n"


def calendar_of(programme: Programme) -> icalendar.Calendar:
    """Return the calendar without what is in it."""
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//{one_line(site.current().app_name) or 'Open Event'}//EN")
    name = one_line(programme.event.name)
    calendar.add("name", name)
    # what calendars read that are older than RFC 7986; the library does not escape unknown names
    calendar.add("x-wr-calname", icalendar.vText(name))
    calendar.add("x-wr-timezone", icalendar.vText(programme.event.timezone))
    calendar.add("refresh-interval", _REFRESH)
    calendar["refresh-interval"].params["value"] = "DURATION"
    return calendar


def components_of(programme: Programme) -> Iterator[Component]:
    """Iterate over what is in the calendar: its time zone first."""
    yield from _zones(programme)
    if programme.shows_event:
        yield _event(programme)
    for slot in programme.by_time():
        yield _session(slot)


def _event(programme: Programme) -> Component:
    event = programme.event
    component = _component(
        uid=programme.guid,
        modified_at=programme.bounds["modified"] or event.created_at,
        starts_at=programme.starts_at,
        ends_at=programme.ends_at,
        summary=one_line(event.name),
        description=as_text(event.description),
        place=one_line(event.location_name),
        url=programme.url,
    )
    if event.latitude is not None and event.longitude is not None:
        component.add("geo", (event.latitude, event.longitude))
    return component


def _session(slot: Slot) -> Component:
    texts = [", ".join(name for _, name in slot.speakers), slot.abstract or slot.description]
    return _component(
        uid=slot.guid,
        modified_at=slot.modified_at,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        summary=slot.title,
        description="\n\n".join(filter(None, texts)),
        place=slot.room,
        url=slot.url,
        categories=[slot.track] if slot.track else [],
    )


def _component(
    *,
    uid: str,
    modified_at: datetime,
    starts_at: datetime,
    ends_at: datetime,
    summary: str,
    description: str,
    place: str,
    url: str,
    categories: Iterable[str] = (),
) -> Component:
    component = icalendar.Event()
    component.add("uid", uid)
    stamp = modified_at.astimezone(UTC).replace(microsecond=0)
    component.add("dtstamp", stamp)
    component.add("last-modified", stamp)
    component.add("dtstart", _told_apart(starts_at))
    # by UTC: of one zone, Python compares what clocks show
    if ends_at.astimezone(UTC) > starts_at.astimezone(UTC):
        component.add("dtend", _told_apart(ends_at))
    component.add("summary", summary)
    if description:
        component.add("description", description)
    if place:
        component.add("location", place)
    component.add("url", url)
    if named := list(categories):
        component.add("categories", named)
    return component


def _told_apart(moment: datetime) -> datetime:
    """Return `moment` so that it is read as that moment.

    In the hour that comes twice when clocks are put back, a local time means the first.
    """
    return moment.astimezone(UTC) if moment.fold else moment


def _zones(programme: Programme) -> Iterator[Component]:
    """Yield the time zone over all the time that the calendar speaks of, unless it is UTC."""
    bounds = programme.bounds
    moments = [programme.event.starts_at, programme.event.ends_at]
    moments += [bounds[name] for name in ("first", "last", "end") if bounds[name]]
    first, last = min(moments) - timedelta(days=2), max(moments) + timedelta(days=2)
    if first.astimezone(programme.zone).tzname() == "UTC":
        return
    zone = icalendar.Timezone.from_tzinfo(
        programme.zone, programme.event.timezone, first.date(), last.date()
    )
    for observance in zone.subcomponents:
        _put_right(observance, programme.zone)
    yield zone


def _put_right(observance: Component, zone: zoneinfo.ZoneInfo) -> None:
    """Have an observance begin by the clock before it (RFC 5545, 3.6.5), not by its own.

    The two differ when clocks are put forward; then the right one is an hour that is skipped.
    """
    began, was, becomes = (
        observance[name].dt if name == "DTSTART" else observance[name].td
        for name in ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO")
    )
    if becomes - was > _ZERO and not _is_skipped(began, zone):
        observance["DTSTART"] = icalendar.vDatetime(began - (becomes - was))


def _is_skipped(wall: datetime, zone: zoneinfo.ZoneInfo) -> bool:
    there = wall.replace(tzinfo=zone).astimezone(dt.UTC).astimezone(zone)
    return there.replace(tzinfo=None) != wall
