"""Feeds: the public programme of an event, as calendars and other schedule programs read it.

`programme.py` reads it once and a slot at a time; `ical.py`, `xcal.py` and `pentabarf.py` write
it, each a function from an event and its slots to bytes, piece by piece. Nothing is held in
memory, however long the programme.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from . import ical, pentabarf, xcal
from .programme import Programme


@dataclass(frozen=True)
class Format:
    """One way to write a programme; `suffix` is that of a file's name."""

    write: Callable[[Programme], Iterator[bytes]]
    media_type: str
    suffix: str


FORMATS: Final = {
    "ical": Format(ical.write, "text/calendar; charset=utf-8", "ics"),
    "xcal": Format(xcal.write, "application/calendar+xml; charset=utf-8", "xcs"),
    "pentabarf": Format(pentabarf.write, "application/xml; charset=utf-8", "xml"),
}
