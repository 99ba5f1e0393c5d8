"""What workers do for this app."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver

from exports.actions import exports, imports
from exports.links import download_url
from exports.models import Export, ImportJob
from media import storage
from openevent import jobs
from openevent.jobs.models import Job

GONE = "What was to be exported has been deleted."
BATCH = 100  # rows that are cleaned up in one transaction
LONGEST = 3 * 3600  # seconds that gigabytes of films and thousands of photos may take


def present(job: Job) -> dict[str, Any]:
    """Return the result with a link that is fresh at each look."""
    export = Export.objects.filter(pk=job.result["export"]).exclude(file="").first()
    link = None
    if export is not None and job.requested_by_id is not None:
        link = download_url(export, user_id=job.requested_by_id)
    return {"download_url": link, "notes": job.result.get("notes", [])}


def give_up(run: jobs.Run, error: str, *, export_id: int) -> None:
    """Forget an export that cannot be made, and say so to who asked."""
    export = (
        Export.objects.select_related("event", "group", "requested_by").filter(pk=export_id).first()
    )
    if export is not None:
        exports.tell_failed(export, error)
        export.delete()


@jobs.handler(
    "exports.make",
    atomic=False,
    max_attempts=4,
    timeout=LONGEST,
    present=present,
    on_failure=give_up,
)
def make(run: jobs.Run, *, export_id: int) -> None:
    """Make the file, keep it, and say so: the last two in one transaction.

    A worker that dies before that leaves a file under the export's key, which the next attempt
    replaces; or has deleted, if files have been going to another place since.
    """
    rows = Export.objects.select_related("event", "group", "requested_by")
    living = rows.filter(event__deleted_at=None, group__deleted_at=None)
    export = living.filter(pk=export_id).first()
    if export is None:
        raise jobs.JobRefused(GONE)
    made = exports.make(export, run.progress)
    with run.transaction():
        if not Export.objects.filter(pk=export_id).update(**made.columns):
            jobs.enqueue("media.delete", kept=made.columns["file"])
            run.fail(GONE)
            return
        if run.job.attempt > 1:
            for kept in storage.private_names(export.key):
                if kept != made.columns["file"]:
                    jobs.enqueue("media.delete", kept=kept)
        export.size = made.columns["size"]
        exports.tell_made(export, made.notes)
        run.succeed({"export": export_id, "notes": made.notes})


@receiver(post_delete, sender=Export)
def forget_file(instance: Export, **_: Any) -> None:
    """Have the file deleted with its row, in whatever way that went; also a half-made one."""
    names = [instance.file] if instance.file else storage.private_names(instance.key)
    for kept in names:
        jobs.enqueue("media.delete", kept=kept)


def give_up_import(run: jobs.Run, error: str, *, import_id: int) -> None:
    """Say to who asked for an import why it made nothing."""
    imports.forget_attempts(import_id)
    row = ImportJob.objects.select_related("user").filter(pk=import_id).first()
    if row is not None:
        imports.fail(row, error)


@jobs.handler(
    "exports.import", atomic=False, max_attempts=4, timeout=LONGEST, on_failure=give_up_import
)
def bring_in(run: jobs.Run, *, import_id: int) -> None:
    """Make an event of a file: all of it, its report and its mail are there at once, or nothing."""
    row = ImportJob.objects.select_related("user").filter(pk=import_id, user__deleted_at=None)
    found = row.first()
    if found is None:
        raise jobs.JobRefused("The account has been deleted.")
    with storage.opened(found.file) as file:
        imports.import_from(
            file,
            found,
            progress=run.progress,
            in_transaction=run.transaction,
            done=run.succeed,
        )


@receiver(post_delete, sender=ImportJob)
def forget_import(instance: ImportJob, **_: Any) -> None:
    """Have a file deleted that nobody waits for any more."""
    if instance.file:
        jobs.enqueue("media.delete", kept=instance.file)


@jobs.periodic("exports.clean-up", every=timedelta(hours=1), atomic=False)
def clean_up(run: jobs.Run, *, due: str) -> dict[str, int]:
    """Delete the exports that are too old."""
    now = datetime.fromisoformat(due)
    deleted = 0
    while batch := list(exports.expired(now).values_list("pk", flat=True)[:BATCH]):
        with run.transaction():
            Export.objects.filter(pk__in=batch).delete()
        deleted += len(batch)
        run.progress("deleting", deleted)
    return {"deleted": deleted}
