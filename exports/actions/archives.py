"""Archives: taking an event in."""

from typing import Any

from exports.archives import dialects
from exports.archives.files import Read
from exports.archives.report import Notes, Report
from exports.archives.writer import write


def import_archive(read: Read, *, by: Any) -> Report:
    """Create the event of the archive that `read` reads, with its programme; `by` is its owner.

    Everything gets new ids, and the event a new identifier if its own is taken. What cannot be
    kept as it is is left out or mended, and the report says so.

    :raises ArchiveUnreadable: it is no such archive; nothing is written.
    """
    notes = Notes()
    contents = dialects.parse(read, notes)
    return write(contents, owner=by, notes=notes)
