"""The files of an archive: JSON under names without extension."""

import stat
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

import orjson

from .contents import ArchiveUnreadable

# Return the content of the file of that name, or None if the archive has none.
Read = Callable[[str], bytes | None]

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # some editors put it there; JSON has none


def folder(path: Path) -> Read:
    """Return what reads the files of an archive that lies unpacked in the folder `path`.

    :raises ArchiveUnreadable: when called, if a file that is there cannot be read.
    """

    def read(name: str) -> bytes | None:
        try:
            return (path / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ArchiveUnreadable(
                f'The file "{name}" cannot be read: {error.strerror}.'
            ) from None

    return read


# What a zip may hold at most: files, bytes in one and in all of them, and bytes for each that it
# is long itself. The largest conferences stay far below.
MOST_FILES: Final = 5_000
LARGEST_FILE: Final = 50_000_000
LARGEST_TOTAL: Final = 200_000_000
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
)


def zipped(file: IO[bytes]) -> Read:
    """Return what reads the files of an archive in a zip; nothing is unpacked to the disk.

    All of it may lie in one folder.

    :raises ArchiveUnreadable: it is no zip, or one that is made to do harm. Also when called, if
        a file in it is broken.
    """
    try:
        archive = zipfile.ZipFile(file)
        entries = archive.infolist()
    except _BROKEN as error:
        raise ArchiveUnreadable(f"This is no zip that can be read: {error}.") from None
    _require_harmless(entries)
    files = {each.filename: each for each in entries if not each.is_dir()}
    folder = "" if "event" in files else _only_folder(files)

    def read(name: str) -> bytes | None:
        entry = files.get(folder + name)
        if entry is None:
            return None
        try:
            with archive.open(entry) as member:
                content = member.read(LARGEST_FILE + 1)
        except (*_BROKEN, RuntimeError) as error:
            raise ArchiveUnreadable(f'The file "{name}" is broken: {error}.') from None
        if len(content) > LARGEST_FILE:
            raise ArchiveUnreadable(f'The file "{name}" is too long.')
        return content

    return read


def _require_harmless(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_FILES:
        raise ArchiveUnreadable(f"The zip has more than {MOST_FILES:,} files.")
    total = 0
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
        is_bomb = entry.file_size > max(_NO_BOMB, LARGEST_RATIO * entry.compress_size)
        if is_bomb or entry.file_size > LARGEST_FILE or total > LARGEST_TOTAL:
            raise ArchiveUnreadable(f'With the file "{shown}", the zip unpacks to too much.')


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
    content = read(name)
    if content is None:
        return None
    try:
        # It refuses what the database could not keep either: NaN, halves of surrogate pairs.
        return orjson.loads(content.removeprefix(_BYTE_ORDER_MARK))
    except orjson.JSONDecodeError as error:
        raise ArchiveUnreadable(f'The file "{name}" is not JSON: {error}.') from None
