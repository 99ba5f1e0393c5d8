"""The files that rows name: which columns may, and where in an archive each of them lies.

An image has a column of its own class, which has the name of what is kept. Any other file is at
a URL of this server, in a column for URLs or somewhere in JSON.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Final

from django.db import models

from events.models import Event
from media import content_types, storage
from media.fields import ImageURLField, images_of
from openevent.api.names import dasherize

from .parts import BY_MODEL, EVENT_COLUMNS_FIRST, EVENT_FILES, Model, columns_of
from .report import Notes

# What a client may want in an archive, by the folders that it goes to.
FLAGS: Final = ("image", "document", "audio", "video")
_FLAG_OF: Final = {"images": "image", "audios": "audio", "videos": "video"}
DEPTH: Final = 20  # of JSON within JSON in which files are looked for
_LONGEST_NAME: Final = 60  # characters, of a person in a path
_PUBLIC: Final = re.compile(f"[a-z0-9]+:{storage.PUBLIC}")
# One of these is in every URL of a file of ours.
_MARKS: Final = (storage.ROUTE, f"/{storage.PUBLIC}")


@dataclass(frozen=True)
class Column:
    """A column that may name files; `sizes` are those that have an image in other sizes.

    `whole` is the one of these that has all of the image, where this one has not: of a logo.
    """

    field: models.Field
    stem: str
    sizes: tuple[str, ...] = ()
    whole: str = ""

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def is_image(self) -> bool:
        return isinstance(self.field, ImageURLField)

    @property
    def flag(self) -> str:
        return _FLAG_OF.get(self.stem.partition("/")[0], "document")

    def taken(self, said: Mapping[str, Any]) -> Any:
        """Return the value of a row whose files go into an archive."""
        return said.get(self.whole) or said.get(self.name)

    def files_in(self, value: Any) -> Iterator[str]:
        """Iterate over what the public files are called that a value of this column names."""
        texts: list[str] = []
        mapped(value, texts.append)
        return (kept for text in texts if (kept := self.file_in(text)) is not None)

    def file_in(self, text: str) -> str | None:
        """Return what the public file is called that a text names, if it does.

        People write what they like into JSON, so there a URL is all that counts.
        """
        if self.is_image:
            return text if _PUBLIC.match(text) and storage.is_kept(text) else None
        return storage.kept_of(text) if any(mark in text for mark in _MARKS) else None

    def path(self, said: Mapping[str, Any], number: int, kept: str) -> str:
        """Return where the file lies that is the `number`th in this column of a row."""
        name = _plain(said.get("name")) or "unnamed"
        stem = self.stem.format(name=name, id=said["id"])
        if isinstance(self.field, models.JSONField):
            stem = f"{stem}_{number}"
        suffix = kept.rpartition(".")[2].lower()
        known = suffix in content_types.PICTURES or suffix in content_types.DOCUMENTS
        return f"{stem}.{suffix}" if known else stem


@cache
def columns_with_files(model: Model) -> tuple[Column, ...]:
    """Return the columns of `model` that may name files."""
    part = BY_MODEL.get(model)
    names = part.columns if part else columns_of(Event, EVENT_COLUMNS_FIRST)
    stems = part.files if part else EVENT_FILES
    sizes = {each.chosen.name: tuple(each.names[1:]) for each in images_of(model)}
    wholes = {each.chosen.name: each.whole.name for each in images_of(model)}
    noun = str(model._meta.verbose_name).replace(" ", "_")
    fields = [model._meta.get_field(name) for name in names]
    return tuple(
        Column(
            field,
            stems.get(field.name, f"documents/{noun}_{{id}}_{field.name}"),
            sizes.get(field.name, ()),
            wholes.get(field.name, ""),
        )
        for field in fields
        if isinstance(field, ImageURLField | models.URLField | models.JSONField)
    )


def mapped(value: Any, change: Callable[[str], Any], depth: int = DEPTH) -> Any:
    """Return a value of JSON with what `change` makes of each text in it, to that depth."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list) and depth:
        return [mapped(each, change, depth - 1) for each in value]
    if isinstance(value, dict) and depth:
        return {name: mapped(each, change, depth - 1) for name, each in value.items()}
    return value


class Outgoing:
    """The files that go into an archive, found while its rows are read: paths by kept names."""

    def __init__(self, flags: Collection[str], notes: Notes) -> None:
        self.paths: dict[str, str] = {}
        self._flags = flags
        self._notes = notes
        self._gone: set[str] = set()
        self._images: set[str] = set()
        self._url_of = storage.to_urls()

    def note(self, model: Model, said: Mapping[str, Any]) -> None:
        """Note the files that a row names. One that several rows name lies where the first says."""
        for column in columns_with_files(model):
            value = column.taken(said)
            if value and column.flag in self._flags:
                for number, kept in enumerate(column.files_in(value), start=1):
                    self.paths.setdefault(kept, column.path(said, number, kept))
                    if column.is_image:
                        self._images.add(kept)

    def miss(self, kept: str) -> None:
        """Say that a file is not there any more.

        :raises StorageUnavailable: it is an image of ours, and nobody can tell: its place has
            lost its keys. A URL of such a place is only what somebody wrote.
        """
        if kept in self._images:
            storage.place_of(kept)
        del self.paths[kept]
        self._gone.add(kept)

    def show(self, model: Model, said: dict[str, Any], thing: str) -> dict[str, Any]:
        """Put paths in place of what a row says of files that are in the archive, URLs of others.

        `thing` is what notes call the row.
        """
        for column in columns_with_files(model):
            value = column.taken(said)
            if not (value or column.sizes):
                continue
            if self._gone and not self._gone.isdisjoint(column.files_in(value)):
                label = dasherize(column.name)
                self._notes.add(f"{label} is still a URL, as its file is gone", thing)
            is_here = column.is_image and value in self.paths
            shown = value if is_here else said[column.name]
            said[column.name] = mapped(shown, partial(self._shown, column))
            for size in column.sizes:
                said[size] = said[column.name] if is_here else self._url_of(said[size])
        return said

    def _shown(self, column: Column, text: str) -> str | None:
        kept = column.file_in(text)
        if kept in self.paths:
            return f"/{self.paths[kept]}"
        return self._url_of(text) if column.is_image else text


def _plain(name: Any) -> str:
    """Return the letters and digits of a name that every system takes in the name of a file."""
    text = unicodedata.normalize("NFKD", name) if isinstance(name, str) else ""
    return re.sub(r"[^A-Za-z0-9]", "", text)[:_LONGEST_NAME]
