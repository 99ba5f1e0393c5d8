"""Bringing an event in: keeping the file that was sent, and making an event of it."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import IO, Any, ClassVar, Final

from django.db import transaction

from exports.archives.report import Notes, Report
from exports.archives.sources import SOURCES
from exports.archives.unpacking import unpack
from exports.archives.writer import write
from exports.models import ImportJob
from media import storage, unnamed
from messaging import mail
from messaging.links import page
from openevent import activity, jobs
from openevent.errors import DomainError
from openevent.jobs.models import Job

# Imports that one person may have waiting at a time, and bytes of a file.
MOST_WAITING: Final = 5
LARGEST: Final = 6_000_000_000

Status = ImportJob.Status


class FileTooLarge(DomainError):
    status: ClassVar[int] = 413
    detail = f"The file is larger than {LARGEST:,} bytes."


class TooManyImports(DomainError):
    status: ClassVar[int] = 429
    detail = f"{MOST_WAITING} of your imports are still under way; wait for them."


def ask_for_import(file: Any, source: str, *, by: Any) -> Job:
    """Keep `file` (an upload) and have an event made of it, whose owner is `by`.

    It is copied to where files are kept while the client waits: the worker may be on another
    machine, and shares no disk with this one.

    :raises FileTooLarge, TooManyImports: nothing is kept.
    """
    if file.size > LARGEST:
        raise FileTooLarge
    waiting = ImportJob.objects.filter(user=by, result_status=Status.WAITING)
    if waiting.count() >= MOST_WAITING:
        raise TooManyImports
    kept = storage.keep_private(file, f"imports/{by.pk}/{uuid.uuid4()}")
    try:
        with transaction.atomic():
            row = ImportJob.objects.create(user=by, source=source, name=file.name[:200], file=kept)
            activity.record(f"Import of {row.name} asked for", by=by)
            job = jobs.enqueue("exports.import", requested_by=by, import_id=row.pk)
            ImportJob.objects.filter(pk=row.pk).update(task=str(job.pk))
    except BaseException:
        storage.delete(kept)
        raise
    return job


def import_from(
    file: IO[bytes],
    row: ImportJob,
    *,
    progress: Callable[..., None],
    in_transaction: Callable[[], AbstractContextManager[None]],
    done: Callable[[dict[str, Any]], None],
) -> None:
    """Create the event that `file` describes; it is what was sent for `row`.

    Files that come with it are kept first. Everything else, `row` and the mail included, is
    written in one transaction, in which `done` is told the result of the task.

    :raises ArchiveUnreadable: it cannot be read; nothing is written, nor kept.
    """
    notes = Notes()
    progress("reading")
    contents = SOURCES[row.source].parse(file, notes)
    with unnamed.files_of(_work(row.pk)) as files:
        unpack(contents, notes, progress)
        with in_transaction():
            report = write(contents, owner=row.user, notes=notes, progress=progress)
            files.are_named()
            done(succeed(row, report))


def forget_attempts(import_id: int) -> None:
    """Have the files deleted that attempts at an import kept which died."""
    unnamed.forget(_work(import_id))


def _work(import_id: int) -> str:
    return f"import {import_id}"


def succeed(row: ImportJob, report: Report) -> dict[str, Any]:
    """Record what an import made and tell who asked for it; return the result of the task."""
    event = report.event
    row.result, row.result_status = str(event.pk), Status.SUCCESS
    row.report = {"counts": report.counts, "notes": report.notes}
    forget_file(row)
    link = page(f"/events/{event.identifier}")
    counted = [f"{count} {noun.replace('-', ' ')}" for noun, count in report.counts.items()]
    mail.send(
        "event_imported",
        to=row.user,
        context={
            "event": event.name,
            "link": link,
            "counts": ", ".join(counted),
            "notes": [{"note": note} for note in report.notes],
        },
        event=event,
        notice={"target": event, "action": "imported"},
    )
    return {
        "id": event.pk,
        "url": f"/v1/events/{event.pk}",
        "event_name": event.name,
        "counts": report.counts,
        "notes": report.notes,
    }


def fail(row: ImportJob, error: str) -> None:
    """Record why an import made nothing, and tell who asked for it."""
    row.result, row.result_status = error, Status.FAILURE
    forget_file(row)
    mail.send("event_import_fail", to=row.user, context={"file": row.name, "error": error})


def forget_file(row: ImportJob) -> None:
    """Save `row`, and have its file deleted."""
    kept, row.file = row.file, ""
    row.save()
    if kept:
        jobs.enqueue("media.delete", kept=kept)
