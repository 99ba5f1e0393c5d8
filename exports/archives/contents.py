"""What an archive says of an event, whatever the dialect it says it in."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from openevent.errors import DomainError

# Return the content of the file of that name in pieces, or None if the archive has none.
Read = Callable[[str], Iterable[bytes] | None]


def no_files(name: str) -> None:
    """Read a file of what has none."""


class ArchiveUnreadable(DomainError):
    """The archive as a whole cannot be imported; of what it says, nothing was written."""


class Kept(str):
    """What a file that came in the archive is called from now on, or its URL here.

    An archive cannot say that: columns take it as it is.
    """

    __slots__ = ()


@dataclass
class Item:
    """A row of one part: a track, a session, ...; `noun` says which of them.

    `key` is how others of the archive refer to it; `None`: none of them can. `columns` has what
    the archive says under the names of our model's columns: as JSON had it, not checked, and
    maybe of a type that the column cannot hold. `links` and `joins` have the keys of what it
    refers to, by the names that `parts.Part` gives them. `images` are the files that have been
    kept for it alone.
    """

    noun: str
    key: str | None
    columns: dict[str, Any]
    links: dict[str, str | None] = field(default_factory=dict)
    joins: dict[str, list[str]] = field(default_factory=dict)
    images: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Return what notes call it: `speaker 12 ("Ada Lovelace")`."""
        name = self.columns.get("name") or self.columns.get("title")
        shown = " ".join(name.split())[:60] if isinstance(name, str) else ""
        words = [self.noun, (self.key or "")[:60], shown and f'("{shown}")']
        return " ".join(word for word in words if word)


@dataclass
class Contents:
    """An event and what belongs to it; the items of each model are in the archive's order.

    `is_exact`: this server or one like it wrote the archive, which says of every column what it
    is, and not only what somebody thought of. `read` reads the files that rows name by a path,
    and `known` is what the manifest says of them.
    """

    event: dict[str, Any]  # like `Item.columns`
    event_type: Any = None  # names, where the archive has them right
    event_topic: Any = None
    event_sub_topic: Any = None
    items: dict[type[models.Model], Iterable[Item]] = field(default_factory=dict)
    is_exact: bool = False
    read: Read = no_files
    known: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
