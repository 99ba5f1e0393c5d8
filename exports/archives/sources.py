"""The formats in which an event may come in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Final

from . import calendars, dialects, pentabarf
from .contents import ArchiveUnreadable, Contents
from .files import LARGEST_FILE, zipped
from .report import Notes


@dataclass(frozen=True)
class Source:
    """A format: how its files end, and what reads one."""

    suffixes: tuple[str, ...]
    parse: Callable[[IO[bytes], Notes], Contents]


def _whole(file: IO[bytes]) -> bytes:
    content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise ArchiveUnreadable(f"The file is longer than {LARGEST_FILE:,} bytes.")
    return content


SOURCES: Final = {
    "json": Source((".zip",), lambda file, notes: dialects.parse(zipped(file), notes)),
    "pentabarf": Source((".xml",), lambda file, notes: pentabarf.parse(_whole(file), notes)),
    "ical": Source((".ics", ".ical"), lambda file, notes: calendars.parse(_whole(file), notes)),
}
