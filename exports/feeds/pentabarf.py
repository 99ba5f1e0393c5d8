"""The schedule as pentabarf, frab and their successors write it: days, their rooms, their talks.

Recording teams and schedule apps read it (`https://c3voc.de/wiki/schedule`).
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Final

from django.utils.text import slugify

from .programme import Programme, Slot, one_line
from .xml import Xml

# Every talk is in a room here; this one stands for none.
NO_ROOM: Final = "To be announced"


def write(programme: Programme) -> Iterator[bytes]:
    """Yield the schedule of `programme`."""
    xml = Xml()
    with xml.inside("schedule"):
        xml.element("generator", name="open-event", version="1")
        modified = programme.bounds["modified"] or programme.event.created_at
        xml.element("version", modified.strftime("%Y-%m-%dT%H:%M:%SZ"))
        _write_conference(xml, programme)
        slots = programme.by_day_and_room()
        is_empty = True
        for index, (day, of_day) in enumerate(groupby(slots, _day_of), start=1):
            is_empty = False
            with xml.inside("day", **_day_attributes(programme, day, index)):
                yield from _rooms(xml, programme, of_day)
        if is_empty:
            xml.element("day", **_day_attributes(programme, programme.starts_at.date(), 1))
    yield xml.taken()


def _write_conference(xml: Xml, programme: Programme) -> None:
    event = programme.event
    begin, end = programme.starts_at.date(), programme.ends_at.date()
    with xml.inside("conference"):
        xml.element("title", one_line(event.name))
        xml.element("acronym", slugify(event.name) or event.identifier)
        xml.element("start", begin.isoformat())
        xml.element("end", end.isoformat())
        xml.element("days", str((end - begin).days + 1))
        xml.element("timeslot_duration", "00:05")
        xml.element("base_url", programme.url)
        xml.element("time_zone_name", event.timezone)


def _day_of(slot: Slot) -> date:
    return slot.starts_at.date()


def _day_attributes(programme: Programme, day: date, index: int) -> dict[str, str]:
    begin, end = (
        datetime.combine(each, time(), programme.zone) for each in (day, day + timedelta(days=1))
    )
    return {
        "index": str(index),
        "date": day.isoformat(),
        "start": begin.isoformat(),
        "end": (end.replace(fold=0) - timedelta(seconds=1)).isoformat(),
    }


def _rooms(xml: Xml, programme: Programme, slots: Iterator[Slot]) -> Iterator[bytes]:
    for room, in_room in groupby(slots, lambda slot: slot.room or NO_ROOM):
        with xml.inside("room", name=room):
            for slot in in_room:
                _write_talk(xml, slot, room)
                yield xml.taken()


def _write_talk(xml: Xml, slot: Slot, room: str) -> None:
    with xml.inside("event", id=str(slot.id), guid=slot.guid):
        xml.element("date", slot.starts_at.isoformat())
        xml.element("start", slot.starts_at.strftime("%H:%M"))
        xml.element("duration", _duration(slot.length))
        xml.element("room", room)
        xml.element("slug", f"{slot.id}-{slugify(slot.title)[:80]}".rstrip("-"))
        xml.element("url", slot.url)
        xml.element("title", slot.title)
        xml.element("subtitle", slot.subtitle)
        xml.element("track", slot.track)
        xml.element("type", slot.type)
        xml.element("language", slot.language)
        xml.element("abstract", slot.abstract)
        xml.element("description", slot.description)
        with xml.inside("persons"):
            for key, name in slot.speakers:
                xml.element("person", name, id=str(key))
        with xml.inside("links"):
            for address, name in slot.links:
                xml.element("link", name, href=address)


def _duration(length: timedelta) -> str:
    """Return `length` as "HH:MM", at most 99:59, which is all there is room for."""
    minutes = min(max(int(length.total_seconds()) // 60, 0), 99 * 60 + 59)
    return f"{minutes // 60:02}:{minutes % 60:02}"
