"""The files that an archive brings: kept on this server, under names of their own, for its rows.

This goes before the rows are written, and outside of their transaction, which would have to wait
for it. A row then has in its columns what its files are called (`contents.Kept`).
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import PurePosixPath
from typing import IO, Any, Final

from django.db import models

from events.models import Event
from media import images, storage
from media.actions.images import take_brought
from media.actions.uploads import FileTooLarge, keep_brought
from media.documents import NotADocument
from media.fields import images_of
from openevent import site
from openevent.api.names import dasherize
from openevent.errors import DomainError

from .contents import ArchiveUnreadable, Contents, Kept
from .files import FileTooLong, copied
from .media import Column, columns_with_files, mapped
from .parts import PARTS, Model
from .report import Notes


class NotThere(DomainError):
    detail = "The archive has no such file."


_NOT_TAKEN: Final = (FileTooLarge, FileTooLong, NotADocument, NotThere, images.ImageRefused)


def unpack(contents: Contents, notes: Notes, progress: Callable[[str, int, int], None]) -> None:
    """Keep the files that rows of `contents` name by a path, and tell the rows what they became.

    A file that is not taken, as an upload of it would not be, is left out with a note. So is one
    that is absent, unless a manifest says that none should be. `progress` is told how many rows
    with files are done, and of how many.

    :raises ArchiveUnreadable: a file is broken, or one of an exact archive is missing.
    """
    unpacker = _Unpacker(contents, notes)
    rows = [row for row in _rows(contents) if any(_paths_in(*row[:2]))]
    for number, row in enumerate(rows):
        progress("media", number, len(rows))
        unpacker.keep_files_of(*row)


def _rows(contents: Contents) -> Iterator[tuple[Model, dict[str, Any], str, list[str]]]:
    """Iterate over the rows: model, columns, what notes call it, and its images (`Item.images`)."""
    yield Event, contents.event, "the event", []
    for part in PARTS:
        for item in contents.items.get(part.model, ()):
            yield part.model, item.columns, str(item), item.images


def _paths_in(model: Model, said: dict[str, Any]) -> Iterator[str]:
    texts: list[str] = []
    for column in columns_with_files(model):
        mapped(said.get(column.name), texts.append)
    return filter(_is_path, texts)


def _is_path(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("/")


def _is_dead_link(value: Any) -> bool:
    return isinstance(value, dict) and _is_path(value.get("link"))


class _Unpacker:
    def __init__(self, contents: Contents, notes: Notes) -> None:
        self._contents = contents
        self._notes = notes
        # Of documents, by their paths: any number of rows may have the URL of one, or do without.
        self._urls: dict[str, str | DomainError] = {}

    def keep_files_of(self, model: Model, said: dict[str, Any], thing: str, own: list[str]) -> None:
        """Put into `said` what the files are called that it names, and into `own` its images."""
        for column in columns_with_files(model):
            value = said.get(column.name)
            if isinstance(column.field, models.JSONField) and value is not None:
                said[column.name] = self._in_json(column, value, thing)
            elif _is_path(value):
                for name in (column.name, *column.sizes):  # the sizes are made anew
                    said.pop(name, None)
                try:
                    found = self._kept(model, column, value)
                except _NOT_TAKEN as refusal:
                    if self._contents.is_exact and isinstance(refusal, NotThere):
                        raise ArchiveUnreadable(
                            f'The archive has no "{value[1:101]}", which it mentions.'
                        ) from None
                    self._note(column, refusal, thing)
                    continue
                said.update({name: Kept(kept) for name, kept in found.items()})
                own.extend(found.values() if column.is_image else ())

    def _kept(self, model: Model, column: Column, path: str) -> dict[str, str]:
        """Keep a file; return what columns are to hold."""
        if column.is_image:
            image = next(each for each in images_of(model) if each.chosen.name == column.name)
            with closing(self._opened(path, images.LONGEST_KEPT)) as file:
                return take_brought(file, image)
        return {column.name: self._url(path)}

    def _in_json(self, column: Column, value: Any, thing: str) -> Any:
        """Return `value` with URLs for paths; a link that leads to nothing then is left out.

        Other texts may look like a path and be none.
        """
        refusals: dict[str, DomainError] = {}

        def url(text: str) -> str:
            try:
                return self._url(text) if _is_path(text) else text
            except _NOT_TAKEN as refusal:
                refusals[text] = refusal
                return text

        found = mapped(value, url)
        if not isinstance(found, list):
            dead = set()
        else:
            dead = {each["link"] for each in found if _is_dead_link(each)}
            found = [each for each in found if not _is_dead_link(each)]
        for path, refusal in refusals.items():
            if path in dead or not isinstance(refusal, NotThere):
                self._note(column, refusal, thing)
        return found

    def _url(self, path: str) -> str:
        """Return where a document is now.

        :raises: one of `_NOT_TAKEN`.
        """
        if path not in self._urls:
            try:
                self._urls[path] = self._keep_document(path)
            except _NOT_TAKEN as refusal:
                self._urls[path] = refusal
        found = self._urls[path]
        if isinstance(found, DomainError):
            raise found.with_traceback(None)  # it would grow with each row
        return found

    def _keep_document(self, path: str) -> str:
        limit = max(images.LONGEST_KEPT, site.current().slide_size * 1024)
        name = self._contents.known.get(path[1:], {}).get("name")
        name = name if isinstance(name, str) else PurePosixPath(path).name
        with closing(self._opened(path, limit)) as file:
            return storage.url(keep_brought(file, name).kept) or ""

    def _opened(self, path: str, limit: int) -> IO[bytes]:
        file = copied(self._contents.read, path[1:], limit=limit)
        if file is None:
            raise NotThere
        return file

    def _note(self, column: Column, refusal: DomainError, thing: str) -> None:
        self._notes.add(f"{dasherize(column.name)} left out ({refusal.detail})", thing)
