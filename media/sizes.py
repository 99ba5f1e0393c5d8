"""The sizes that images are made in, by name; the super admin sets them (`/v1/event-image-sizes`).

What is not set, or zero, is as it is here: the contract's own sizes.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from .images import Size
from .models import EventImageSize, SpeakerImageSize

DEFAULTS: Final[Mapping[str, Size]] = {
    "event.full": Size(1300, 500),
    "event.thumbnail": Size(500, 200),
    "event.icon": Size(75, 30),
    "event.logo": Size(500, 200),
    "speaker.thumbnail": Size(500, 500),
    "speaker.small": Size(50, 50),
    "speaker.icon": Size(35, 35),
}
_ROWS: Final = {"event": EventImageSize, "speaker": SpeakerImageSize}


def current(names: Iterable[str]) -> dict[str, Size]:
    """Return the sizes of those names as they are set now, by a query for each kind."""
    wanted = sorted(names)
    rows = {kind: _ROWS[kind].objects.first() for kind in {_kind(name) for name in wanted}}
    return {name: _size(name, rows[_kind(name)]) for name in wanted}


def _kind(name: str) -> str:
    return name.partition(".")[0]


def _size(name: str, row: EventImageSize | SpeakerImageSize | None) -> Size:
    said = {} if row is None else row.said_of(name.partition(".")[2])
    is_set = {key: value for key, value in said.items() if value or value is False}
    return replace(DEFAULTS[name], **is_set)


def mark(size: Size) -> str:
    """Return a word for `size`, which files are named by: so it shows what they were made in."""
    said = f"{size.width} {size.height} {size.keeps_aspect} {size.quality}"
    return hashlib.sha256(said.encode()).hexdigest()[:8]
