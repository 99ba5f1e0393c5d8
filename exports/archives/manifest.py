"""The manifest: which files an archive of ours has, and what they are, so that damage shows."""

import hashlib
from typing import Any, Final

import orjson

from .contents import ArchiveUnreadable
from .files import Read, read_object

NAME: Final = "manifest"
FORMAT: Final = "open-event-archive"
VERSION: Final = 1


def dumps(files: dict[str, dict[str, Any]]) -> bytes:
    """Return the manifest of `files`: by name, `sha256` in hexadecimal and `size` in bytes."""
    said = {"format": FORMAT, "version": VERSION, "files": files}
    return orjson.dumps(said, option=orjson.OPT_INDENT_2)


def is_ours(read: Read) -> bool:
    """Return whether an archive has a manifest, with which its files then agree.

    :raises ArchiveUnreadable: a file is not what the manifest says, or is missing; or a later
        version wrote it.
    """
    if read(NAME) is None:
        return False
    said = read_object(read, NAME)
    if said.get("format") != FORMAT:
        return False
    if said.get("version") != VERSION:
        raise ArchiveUnreadable(
            f"The archive is of version {str(said.get('version'))[:20]}; this server reads "
            f"version {VERSION}."
        )
    files = said.get("files")
    if not isinstance(files, dict):
        raise ArchiveUnreadable("The manifest lists no files.")
    for name, facts in files.items():
        content = read(name)
        if content is None:
            raise ArchiveUnreadable(f'The archive has no "{name[:100]}", which its manifest lists.')
        known = facts.get("sha256") if isinstance(facts, dict) else None
        if hashlib.sha256(content).hexdigest() != known:
            raise ArchiveUnreadable(f'The file "{name[:100]}" is not what the manifest says.')
    return True
