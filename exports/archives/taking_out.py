"""Writing an archive: an event and all that belongs to it, as a zip of JSON files.

Rows come through cursors on the server and leave one by one, so memory is flat however many there
are; all of it is read from one snapshot. docs/archives.md says what is in which file.
"""

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any, Final

import orjson
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from events.api.tracks import contrast
from events.models import Event, SocialLink, Track
from media import storage
from media.fields import names_of_images
from openevent.api.plan import spool

from . import manifest
from .parts import BY_MODEL, EVENT_COLUMNS_FIRST, PARTS, Part, columns_of

ROWS: Final = 500  # in memory at a time
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)  # the same archive twice is the same bytes

Progress = Callable[[str, int, int | None], None]


def write(event_id: int, out: IO[bytes], *, root_url: str, progress: Progress) -> None:
    """Write the archive of an event to `out`, which can be sought in.

    `progress` is told which file it is, how many rows of it are written, and of how many.
    """
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as file:
        archive = _Archive(file)
        with spool.snapshot():
            event = Event.objects.select_related("event_type", "event_topic", "event_sub_topic")
            archive.add("event", [orjson.dumps(_event(event.get(pk=event_id)), option=_INDENT)])
            for part in PARTS:
                archive.add(part.file, _lines(_rows(part, event_id, progress)))
        archive.add("meta", [orjson.dumps({"root_url": root_url}, option=_INDENT)])
        archive.finish()


_INDENT: Final = orjson.OPT_INDENT_2


class _Archive:
    """A zip that knows what it holds."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self._known: dict[str, dict[str, Any]] = {}

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        digest, size = hashlib.sha256(), 0
        with self._open(name) as member:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                member.write(piece)
        self._known[name] = {"sha256": digest.hexdigest(), "size": size}

    def finish(self) -> None:
        with self._open(manifest.NAME) as member:
            member.write(manifest.dumps(self._known))

    @contextmanager
    def _open(self, name: str) -> Iterator[IO[bytes]]:
        info = zipfile.ZipInfo(name, _NO_TIME)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        with self._file.open(info, "w", force_zip64=True) as member:
            yield member


def _event(event: Event) -> dict[str, Any]:
    said: dict[str, Any] = {"id": event.pk}
    for name in columns_of(Event, EVENT_COLUMNS_FIRST):
        said[name] = getattr(event, name)
    _show_urls(said, names_of_images(Event), storage.to_urls())
    for name in ("event_type", "event_topic", "event_sub_topic"):
        listed = getattr(event, name)
        said[f"{name}_id"] = listed.pk if listed else None
        said[name] = listed.name if listed else None
    # where readers of older archives look for them
    links = BY_MODEL[SocialLink].rows(event.pk).filter(deleted_at=None)
    said["social_links"] = list(links.values("id", "name", "link"))
    return said


def _rows(part: Part, event_id: int, progress: Progress) -> Iterator[dict[str, Any]]:
    found = part.rows(event_id)
    total = found.count()
    ids = [f"{name}_id" for name in part.links]
    shown = {name: _shown(target) for name, target in part.links.items()}
    names = [f"{name}__{shown[name]}" for name in part.links]
    joins = {f"joined_{name}": _joined(part, name) for name in part.joins}
    rows = found.values("pk", *part.columns, *ids, *names, **joins)
    images, url_of = names_of_images(part.model), storage.to_urls()
    progress(part.file, 0, total)
    for number, row in enumerate(rows.iterator(chunk_size=ROWS), start=1):
        said = {"id": row["pk"]} | {name: row[name] for name in part.columns}
        _show_urls(said, images, url_of)
        if part.model is Track:
            said["font_color"] = contrast(row["color"])
        for name in part.links:
            key = row[f"{name}_id"]
            said[f"{name}_id"] = key
            named = {"id": key, shown[name]: row[f"{name}__{shown[name]}"]}
            said[name] = None if key is None else named
        for name in part.joins:
            said[name] = row[f"joined_{name}"]
        yield said
        progress(part.file, number, total)


def _show_urls(
    said: dict[str, Any], images: list[str], url_of: Callable[[str | None], str | None]
) -> None:
    """Put the URLs of kept images in place of what only this server calls them."""
    for name in images:
        said[name] = url_of(said[name])


def _joined(part: Part, name: str) -> ArraySubquery:
    """Return what rows are joined with by `name`, in the order in which these are written."""
    field: Any = part.model._meta.get_field(name)
    ours, theirs = field.m2m_field_name(), field.m2m_reverse_field_name()
    joins = field.remote_field.through._default_manager.filter(**{f"{ours}_id": OuterRef("pk")})
    shown = _shown(field.related_model)
    said = JSONObject(id=f"{theirs}_id", **{shown: f"{theirs}__{shown}"})
    return ArraySubquery(joins.order_by(f"{theirs}_id").values(json=said))


def _shown(model: type[models.Model]) -> str:
    """Return the column by which people know a row of `model`."""
    names = {field.name for field in model._meta.concrete_fields}
    return next(name for name in ("name", "title", "pk") if name in names)


def _lines(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Yield a list in JSON, a row on each line."""
    before = b"["
    for row in rows:
        yield before + b"\n" + orjson.dumps(row)
        before = b","
    yield b"[]\n" if before == b"[" else b"\n]\n"
