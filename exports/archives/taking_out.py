"""Writing an archive: an event and all that belongs to it, as a zip of JSON and of files.

Rows come through cursors on the server, all from one snapshot, and leave one by one; files are
copied piece by piece. So memory is flat however much there is. docs/archives.md says what is in
which file.
"""

import hashlib
import tempfile
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import IO, Any, Final

import orjson
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from events.api.tracks import contrast
from events.models import Event, SocialLink, Track
from media import storage
from openevent.api.plan import spool

from . import manifest
from .contents import Item
from .files import PIECE
from .media import FLAGS, Outgoing
from .parts import BY_MODEL, EVENT_COLUMNS_FIRST, PARTS, Part, columns_of
from .report import Notes

ROWS: Final = 500  # in memory at a time
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)  # the same archive twice is the same bytes
_PLAIN: Final = (".csv", ".txt")  # other files are compressed already

Progress = Callable[[str, int, int | None], None]


def write(
    event_id: int,
    out: IO[bytes],
    *,
    root_url: str,
    progress: Progress,
    media: Collection[str] = FLAGS,
) -> list[str]:
    """Write the archive of an event to `out`; return in sentences what it should have, and lacks.

    `media` are the kinds of files that it has besides rows. `progress` is told which part it is,
    how many rows or files of it are done, and of how many.
    """
    notes = Notes()
    files = Outgoing(media, notes)
    with ExitStack() as stack, zipfile.ZipFile(out, "w", allowZip64=True) as file:
        archive = _Archive(file)
        with spool.snapshot():
            event = _read_event(event_id, files)
            spooled = [_spooled(part, event_id, files, progress, stack) for part in PARTS]
        _add_files(archive, files, progress)
        archive.add("event", [orjson.dumps(_shown_event(event, files), option=_INDENT)])
        for part, rows in zip(PARTS, spooled, strict=True):
            archive.add(part.file, _lines(_shown_rows(part, rows, files)))
        said = {"root_url": root_url} | ({"notes": notes.sentences()} if notes else {})
        archive.add("meta", [orjson.dumps(said, option=_INDENT)])
        archive.finish()
    return notes.sentences()


_INDENT: Final = orjson.OPT_INDENT_2


class _Archive:
    """A zip that knows what it holds."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self._known: dict[str, dict[str, Any]] = {}

    def add(
        self,
        name: str,
        pieces: Iterable[bytes],
        *,
        method: int = zipfile.ZIP_DEFLATED,
        called: str | None = None,
    ) -> None:
        """Add a file; `called` is what it is called when somebody saves it, for the manifest."""
        digest, size = hashlib.sha256(), 0
        with self._open(name, method) as member:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                member.write(piece)
        self._known[name] = {"sha256": digest.hexdigest(), "size": size}
        if called is not None:
            self._known[name]["name"] = called

    def finish(self) -> None:
        with self._open(manifest.NAME, zipfile.ZIP_DEFLATED) as member:
            member.write(manifest.dumps(self._known))

    @contextmanager
    def _open(self, name: str, method: int) -> Iterator[IO[bytes]]:
        info = zipfile.ZipInfo(name, _NO_TIME)
        info.compress_type = method
        info.external_attr = 0o600 << 16
        with self._file.open(info, "w", force_zip64=True) as member:
            yield member


def _add_files(archive: _Archive, files: Outgoing, progress: Progress) -> None:
    """Copy files from where they are kept, once no transaction waits for that."""
    wanted = list(files.paths.items())
    for number, (kept, path) in enumerate(wanted):
        progress("media", number, len(wanted))
        try:
            file = storage.opened(kept)
        except FileNotFoundError:
            files.miss(kept)
            continue
        with file:
            archive.add(
                path,
                iter(partial(file.read, PIECE), b""),
                method=zipfile.ZIP_DEFLATED if path.endswith(_PLAIN) else zipfile.ZIP_STORED,
                called=None if path.startswith("images/") else kept.rpartition("/")[2],
            )


def _read_event(event_id: int, files: Outgoing) -> dict[str, Any]:
    rows = Event.objects.select_related("event_type", "event_topic", "event_sub_topic")
    event = rows.get(pk=event_id)
    said: dict[str, Any] = {"id": event.pk}
    for name in columns_of(Event, EVENT_COLUMNS_FIRST):
        said[name] = getattr(event, name)
    for name in ("event_type", "event_topic", "event_sub_topic"):
        listed = getattr(event, name)
        said[f"{name}_id"] = listed.pk if listed else None
        said[name] = listed.name if listed else None
    # where readers of older archives look for them
    links = BY_MODEL[SocialLink].rows(event.pk).filter(deleted_at=None)
    said["social_links"] = list(links.values("id", "name", "link"))
    files.note(Event, said)
    return said


def _shown_event(said: dict[str, Any], files: Outgoing) -> dict[str, Any]:
    links = [files.show(SocialLink, link, "a social link") for link in said["social_links"]]
    return files.show(Event, said, "the event") | {"social_links": links}


def _spooled(
    part: Part, event_id: int, files: Outgoing, progress: Progress, stack: ExitStack
) -> IO[bytes]:
    """Return the rows of `part` in JSON, a row on each line; `stack` closes the file.

    What they name is copied later: in a snapshot that stayed open so long, the database could
    not clear away what others have changed.
    """
    file = stack.enter_context(tempfile.SpooledTemporaryFile(spool.BYTES))  # noqa: SIM115  that closes it
    for said in _rows(part, event_id, progress):
        files.note(part.model, said)
        file.write(_dumped(said) + b"\n")
    return file


def _dumped(said: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(said, default=float)  # an amount is exact in its column, a number here
    except TypeError:  # people answered with a number that has more than 64 bits
        return orjson.dumps(_rounded(said), default=float)


def _rounded(value: Any) -> Any:
    """Return a value of JSON in which long numbers are as whoever reads the archive has them."""
    match value:
        case dict():
            return {name: _rounded(each) for name, each in value.items()}
        case list():
            return [_rounded(each) for each in value]
        case int() if value.bit_length() >= 64:
            return float(value)
    return value


def _shown_rows(part: Part, rows: IO[bytes], files: Outgoing) -> Iterator[dict[str, Any]]:
    rows.seek(0)
    for line in rows:
        said = orjson.loads(line)
        yield files.show(part.model, said, str(Item(part.noun, str(said["id"]), said)))


def _rows(part: Part, event_id: int, progress: Progress) -> Iterator[dict[str, Any]]:
    found = part.rows(event_id)
    total = found.count()
    ids = [f"{name}_id" for name in part.links]
    shown = {name: _shown(target) for name, target in part.links.items()}
    names = [f"{name}__{shown[name]}" for name in part.links]
    joins = {f"joined_{name}": _joined(part, name) for name in part.joins}
    rows = found.values("pk", *part.columns, *ids, *names, **joins)
    progress(part.file, 0, total)
    for number, row in enumerate(rows.iterator(chunk_size=ROWS), start=1):
        said = {"id": row["pk"]} | {name: row[name] for name in part.columns}
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
