"""Schedules as pentabarf, frab and their successors write them (`https://c3voc.de/wiki/schedule`).

Days have rooms, and these have talks. Older ones say when a talk starts by the clock of its day
alone; newer ones write the whole date too, with its offset.
"""

import re
from datetime import datetime, time, timedelta
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from events.models import Speaker

from .contents import ArchiveUnreadable, Contents
from .programmes import Gathered
from .report import Notes

_DAY: Final = timedelta(days=1)
# A talk before this hour belongs to the night of the day before, which lists it.
_MORNING: Final = time(5)


def parse(content: bytes, notes: Notes) -> Contents:
    """Return what a schedule says.

    :raises ArchiveUnreadable: it is no such XML.
    """
    try:
        schedule = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise ArchiveUnreadable(f"This is no XML that can be read: {error}.") from None
    conference = schedule.find("conference")
    if schedule.tag != "schedule" or conference is None:
        raise ArchiveUnreadable('This is no schedule: it has no "conference".')
    gathered = Gathered()
    for day in schedule.iter("day"):
        for room in day.iter("room"):
            # a talk names its room too, by an element of the same name
            for talk in room.findall("event"):
                _read_talk(gathered, talk, day.get("date"), room.get("name"), notes)
    return gathered.contents(_event(conference, gathered))


def _event(conference: Element, gathered: Gathered) -> dict[str, Any]:
    first, last = gathered.span()
    start, end = _text(conference, "start"), _text(conference, "end")
    if end and len(end) == len("2017-08-29"):
        end = f"{end}T23:59:00"
    return {
        "name": _text(conference, "title"),
        "location_name": _text(conference, "venue"),
        "starts_at": start or first,
        "ends_at": end or last,
        "timezone": _text(conference, "time_zone_name"),
        "external_event_url": _text(conference, "base_url"),
        "logo_url": _text(conference, "logo"),
    }


def _read_talk(
    gathered: Gathered, talk: Element, day: str | None, room: str | None, notes: Notes
) -> None:
    length = _length(_text(talk, "duration"))
    starts_at = _start(_text(talk, "date"), day, _text(talk, "start"))
    if starts_at is None or length is None:
        notes.add("has no times, as none are said that can be read", f"talk {talk.get('id')}")
    gathered.session(
        talk.get("guid") or talk.get("id"),
        {
            "title": _text(talk, "title"),
            "subtitle": _text(talk, "subtitle"),
            "short_abstract": _text(talk, "abstract"),
            "long_abstract": _text(talk, "description"),
            "language": _text(talk, "language"),
            "website": _text(talk, "url"),
            "starts_at": starts_at and starts_at.isoformat(),
            "ends_at": starts_at and length and (starts_at + length).isoformat(),
        },
        track=_text(talk, "track"),
        room=_text(talk, "room") or room,
        type_name=_text(talk, "type"),
        length=length,
        speakers=[
            gathered.mention_as(
                Speaker,
                person.get("guid") or person.get("id") or _said(person),
                _said(person),
                short_biography=_text(person, "biography"),
            )
            for person in talk.iter("person")
        ],
    )


def _start(moment: str | None, day: str | None, clock: str | None) -> datetime | None:
    """Return when a talk starts, without a zone if the schedule does not say it."""
    try:
        if moment and "T" in moment:
            return datetime.fromisoformat(moment)
        at = time.fromisoformat((clock or "").zfill(len("09:00")))
        start = datetime.combine(datetime.fromisoformat(day or moment or ""), at)
    except ValueError:
        return None
    return start + _DAY if at < _MORNING else start


def _length(text: str | None) -> timedelta | None:
    """Return the length that "00:45", "1:00:00" or, for days, "1:00:00:00" means."""
    if not text or not re.fullmatch(r"\d{1,3}(:\d{1,2}){1,3}", text):
        return None
    numbers = [int(number) for number in text.split(":")]
    if len(numbers) == len(("days", "hours", "minutes", "seconds")):
        days, hours, minutes, _ = numbers
        return timedelta(days=days, hours=hours, minutes=minutes)
    return timedelta(hours=numbers[0], minutes=numbers[1])


def _text(element: Element, name: str) -> str | None:
    found = element.find(name)
    return None if found is None else _said(found)


def _said(element: Element) -> str | None:
    """Return the text in an element, that of elements inside it too."""
    return "".join(element.itertext()).strip() or None
