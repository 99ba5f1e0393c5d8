"""What an archive says of an event, whatever the dialect it says it in."""

from dataclasses import dataclass, field
from typing import Any

from openevent.errors import DomainError


class ArchiveUnreadable(DomainError):
    """The archive as a whole cannot be imported; of what it says, nothing was written."""


@dataclass
class Item:
    """A track, a room, a session type or a speaker; `noun` says which of them.

    `key` is how the archive's sessions refer to it; `None`: none of them can. `columns` has what
    the archive says under the names of our model's columns: as JSON had it, not checked, and
    maybe of a type that the column cannot hold.
    """

    noun: str
    key: str | None
    columns: dict[str, Any]

    def __str__(self) -> str:
        """Return what notes call it: `speaker 12 ("Ada Lovelace")`."""
        name = self.columns.get("name") or self.columns.get("title")
        shown = " ".join(name.split())[:60] if isinstance(name, str) else ""
        words = [self.noun, (self.key or "")[:60], shown and f'("{shown}")']
        return " ".join(word for word in words if word)


@dataclass
class SessionItem(Item):
    """A session, with the keys of what it refers to; `None`: it has no such thing."""

    track: str | None = None
    microlocation: str | None = None
    session_type: str | None = None
    speakers: list[str] = field(default_factory=list)


@dataclass
class Contents:
    """An event and its programme; the lists are in the archive's order."""

    event: dict[str, Any]  # like `Item.columns`
    event_type: Any = None  # names, where the archive has them right
    event_topic: Any = None
    tracks: list[Item] = field(default_factory=list)
    microlocations: list[Item] = field(default_factory=list)
    session_types: list[Item] = field(default_factory=list)
    speakers: list[Item] = field(default_factory=list)
    sessions: list[SessionItem] = field(default_factory=list)
