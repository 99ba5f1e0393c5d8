"""Archives: taking an event in."""

import uuid
from typing import Any

from django.db import transaction

from exports.archives import dialects
from exports.archives.contents import Read
from exports.archives.report import Notes, Report
from exports.archives.unpacking import unpack
from exports.archives.writer import write
from media import unnamed


def import_archive(read: Read, *, by: Any) -> Report:
    """Create the event of the archive that `read` reads, with its programme; `by` is its owner.

    Everything gets new ids, and the event a new identifier if its own is taken. What cannot be
    kept as it is is left out or mended, and the report says so.

    :raises ArchiveUnreadable: it is no such archive; nothing is written.
    """
    notes = Notes()
    contents = dialects.parse(read, notes)
    with unnamed.files_of(f"archive {uuid.uuid4()}") as files:
        unpack(contents, notes, lambda *_: None)
        with transaction.atomic():
            report = write(contents, owner=by, notes=notes)
            files.are_named()
    return report
