"""The files of an archive: JSON under names without extension, and in folders what rows name.

However long a file is, no more of it is in memory than a piece.
"""

import hashlib
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

import orjson

from .contents import ArchiveUnreadable, Read

PIECE: Final = 256 * 1024  # bytes
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # some editors put it there; JSON has none
_IN_MEMORY: Final = 1_000_000  # bytes of a file that is looked at, before it goes to the disk


class FileTooLong(ArchiveUnreadable):
    """A file has more bytes than are taken of its kind."""


def folder(path: Path) -> Read:
    """Return what reads the files of an archive that lies unpacked in the folder `path`.

    :raises ArchiveUnreadable: while a file is read, if that fails.
    """

    def read(name: str) -> Iterator[bytes] | None:
        is_there = not _leads_out(name) and (path / name).exists()
        return _pieces(name, lambda: (path / name).open("rb")) if is_there else None

    return read


# What a zip may hold at most: files, and bytes of what it says about them; bytes in one file of
# JSON, in all of these, and in all of its files; and bytes of another file for each in the zip.
# The largest conferences stay far below.
MOST_FILES: Final = 50_000
LONGEST_DIRECTORY: Final = 20_000_000
LARGEST_FILE: Final = 150_000_000
LARGEST_JSON: Final = 200_000_000
LARGEST_TOTAL: Final = 20_000_000_000
# Values in all of its JSON, each of which takes up to a hundred bytes of memory: commas and opening
# brackets are counted, also those in texts.
MOST_VALUES: Final = 6_000_000
LARGEST_RATIO: Final = 300
_NO_BOMB: Final = 1_000_000  # bytes in a file that are never too many
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)


def zipped(file: IO[bytes]) -> Read:
    """Return what reads the files of an archive in a zip; nothing is unpacked to the disk.

    All of it may lie in one folder.

    :raises ArchiveUnreadable: it is no zip, or one that is made to do harm. Also while a file is
        read, if that is broken.
    """
    try:
        _require_short_directory(file)
        archive = zipfile.ZipFile(file)
        entries = archive.infolist()
    except _BROKEN as error:
        raise ArchiveUnreadable(f"This is no zip that can be read: {error}.") from None
    files = {each.filename: each for each in entries if not each.is_dir()}
    folder = "" if "event" in files else _only_folder(files)
    _require_harmless(entries, folder)

    values: dict[str, int] = {}

    def read(name: str) -> Iterator[bytes] | None:
        entry = files.get(folder + name)
        if entry is None:
            return None
        pieces = _pieces(name, lambda: archive.open(entry))
        return _counted(pieces, name, values) if _is_json(name) else pieces

    return read


def _counted(pieces: Iterable[bytes], name: str, values: dict[str, int]) -> Iterator[bytes]:
    """Yield the `pieces` of a file of JSON; `values` has how many each file has so far.

    :raises ArchiveUnreadable: all of them together have too many.
    """
    values[name] = 0
    for piece in pieces:
        values[name] += sum(piece.count(sign) for sign in (b",", b"[", b"{"))
        if sum(values.values()) > MOST_VALUES:
            raise ArchiveUnreadable(f"The archive says more than {MOST_VALUES:,} things.")
        yield piece


def _pieces(name: str, opened: Callable[[], IO[bytes]]) -> Iterator[bytes]:
    try:
        with opened() as file:
            while piece := file.read(PIECE):
                yield piece
    except _BROKEN as error:
        raise ArchiveUnreadable(f'The file "{name[:100]}" is broken: {error}.') from None


def _require_short_directory(file: IO[bytes]) -> None:
    """Refuse a zip that says so much about its files that to read it would take much memory."""
    end = zipfile._EndRecData(file)  # type: ignore[attr-defined]  where `ZipFile` looks for it, too
    if end is not None and end[zipfile._ECD_SIZE] > LONGEST_DIRECTORY:  # type: ignore[attr-defined]
        raise ArchiveUnreadable("The zip says too much about the files in it.")


def _require_harmless(entries: list[zipfile.ZipInfo], folder: str) -> None:
    if len(entries) > MOST_FILES:
        raise ArchiveUnreadable(f"The zip has more than {MOST_FILES:,} files.")
    total = of_json = 0
    names = set()
    for entry in entries:
        name = entry.filename
        shown = name[:100]
        if name in names:
            raise ArchiveUnreadable(f'The zip has the file "{shown}" twice.')
        names.add(name)
        if _leads_out(name):
            raise ArchiveUnreadable(f'The file "{shown}" leads out of the archive.')
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise ArchiveUnreadable(f'"{shown}" is a link or a device, not a file.')
        if entry.flag_bits & 0x1:
            raise ArchiveUnreadable(f'The file "{shown}" is encrypted.')
        if entry.compress_type not in _METHODS:
            raise ArchiveUnreadable(f'The file "{shown}" is compressed in an unusual way.')
        total += entry.file_size
        is_json = _is_json(name.removeprefix(folder))
        of_json += entry.file_size if is_json else 0
        # texts of people who repeat themselves pack as well as bombs do; JSON has limits of its own
        most = LARGEST_FILE if is_json else max(_NO_BOMB, LARGEST_RATIO * entry.compress_size)
        if entry.file_size > most or of_json > LARGEST_JSON or total > LARGEST_TOTAL:
            raise ArchiveUnreadable(f'With the file "{shown}", the zip unpacks to too much.')


def _is_json(name: str) -> bool:
    return not ("/" in name or "." in name)


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name)
    return (
        not name
        or path.is_absolute()
        or ".." in path.parts
        or "\\" in name
        or ":" in name
        or not name.isprintable()
    )


def _only_folder(names: Any) -> str:
    """Return the folder in which all files are, with its slash; nothing if there is none such."""
    tops = {name.partition("/")[0] for name in names if not name.startswith("__MACOSX/")}
    top = tops.pop() if len(tops) == 1 else ""
    return f"{top}/" if f"{top}/event" in names else ""


def read_object(read: Read, name: str) -> dict[str, Any]:
    """Return the object in the file `name`.

    :raises ArchiveUnreadable: there is no such file, or something else in it.
    """
    value = _read_json(read, name)
    if value is None:
        raise ArchiveUnreadable(f'The archive has no "{name}".')
    if not isinstance(value, dict):
        raise ArchiveUnreadable(f'The file "{name}" holds something other than an object.')
    return value


def read_objects(read: Read, name: str) -> list[dict[str, Any]]:
    """Return the list of objects in the file `name`; without that file, an empty one.

    :raises ArchiveUnreadable: there is something else in it.
    """
    value = _read_json(read, name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise ArchiveUnreadable(f'The file "{name}" holds something other than a list.')
    for number, element in enumerate(value, start=1):
        if not isinstance(element, dict):
            raise ArchiveUnreadable(f'Element {number} of the file "{name}" is no object.')
    return value


def _read_json(read: Read, name: str) -> Any:
    content = _content(read, name)
    if content is None:
        return None
    try:
        # It refuses what the database could not keep either: NaN, halves of surrogate pairs.
        return orjson.loads(content.removeprefix(_BYTE_ORDER_MARK))
    except orjson.JSONDecodeError as error:
        raise ArchiveUnreadable(f'The file "{name}" is not JSON: {error}.') from None


def _content(read: Read, name: str) -> bytes | None:
    pieces = read(name)
    return None if pieces is None else b"".join(_at_most(LARGEST_FILE, pieces, name))


def digest(read: Read, name: str) -> str | None:
    """Return the SHA-256 of a file in hexadecimal; `None` if there is none of that name."""
    pieces = read(name)
    if pieces is None:
        return None
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()


def copied(read: Read, name: str, *, limit: int) -> IO[bytes] | None:
    """Return a file that can be sought in, and is gone once closed; `None` if there is none.

    :raises FileTooLong: it has more than `limit` bytes.
    """
    pieces = read(name)
    if pieces is None:
        return None
    copy = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  the caller closes it
    try:
        for piece in _at_most(limit, pieces, name):  # `writelines` would take them all at once
            copy.write(piece)
    except BaseException:
        copy.close()
        raise
    copy.seek(0)
    return copy


def _at_most(limit: int, pieces: Iterable[bytes], name: str) -> Iterator[bytes]:
    length = 0
    for piece in pieces:
        length += len(piece)
        if length > limit:
            raise FileTooLong(f'The file "{name[:100]}" is longer than {limit:,} bytes.')
        yield piece
