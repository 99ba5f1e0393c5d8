"""The manifest: which files an archive of ours has, and what they are, so that damage shows."""

from typing import Any, Final

import orjson

from .contents import ArchiveUnreadable
from .files import Read, digest, read_object

NAME: Final = "manifest"
FORMAT: Final = "open-event-archive"
VERSION: Final = 1


def dumps(files: dict[str, dict[str, Any]]) -> bytes:
    """Return the manifest of `files`: by name, `sha256` in hexadecimal and `size` in bytes.

    A document also has as its `name` what it is called when somebody saves it.
    """
    said = {"format": FORMAT, "version": VERSION, "files": files}
    return orjson.dumps(said, option=orjson.OPT_INDENT_2)


def verified(read: Read) -> dict[str, dict[str, Any]] | None:
    """Return what the manifest of an archive says of its files, if it has one: they agree with it.

    :raises ArchiveUnreadable: a file is not what the manifest says, or is missing; or a later
        version wrote it.
    """
    if read(NAME) is None:
        return None
    said = read_object(read, NAME)
    if said.get("format") != FORMAT:
        return None
    if said.get("version") != VERSION:
        raise ArchiveUnreadable(
            f"The archive is of version {str(said.get('version'))[:20]}; this server reads "
            f"version {VERSION}."
        )
    files = said.get("files")
    if not isinstance(files, dict) or not all(isinstance(each, dict) for each in files.values()):
        raise ArchiveUnreadable("The manifest lists no files.")
    for name, facts in files.items():
        found = digest(read, name)
        if found is None:
            raise ArchiveUnreadable(f'The archive has no "{name[:100]}", which its manifest lists.')
        if found != facts.get("sha256"):
            raise ArchiveUnreadable(f'The file "{name[:100]}" is not what the manifest says.')
    return files
