"""The files of an archive: JSON under names without extension."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

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
