"""Exports: asking for one, making it, and forgetting it."""

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Any, ClassVar, Final

from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.text import slugify

from events.models import Event, Group
from exports.archives import taking_out
from exports.archives.media import FLAGS
from exports.feeds import FORMATS
from exports.feeds.programme import Programme
from exports.models import Export
from exports.reports import followers, printed, sessions, sheet, speakers
from exports.reports.tables import Table
from media import storage
from messaging import mail
from messaging.kinds import Value
from messaging.links import page
from openevent import activity, jobs, site
from openevent.api.plan import spool
from openevent.errors import DomainError
from openevent.jobs.models import Job

Kind = Export.Kind
Progress = taking_out.Progress

# Exports that one person may have waiting at a time.
MOST_WAITING: Final = 10
# After this nobody waits for an export any more: its job ended, whatever became of it.
LONGEST_WAIT: Final = timedelta(hours=6)

_SUFFIX: Final = {
    Kind.ARCHIVE: "zip",
    Kind.ICAL: "ics",
    Kind.XCAL: "xcs",
    Kind.PENTABARF: "xml",
}
_CSV: Final = "text/csv; charset=utf-8"
_PDF: Final = "application/pdf"
CONTENT_TYPES: Final = {
    Kind.ARCHIVE: "application/zip",
    Kind.SESSIONS_CSV: _CSV,
    Kind.SESSIONS_PDF: _PDF,
    Kind.SPEAKERS_CSV: _CSV,
    Kind.SPEAKERS_PDF: _PDF,
    Kind.FOLLOWERS_CSV: _CSV,
    **{Kind(name): form.media_type for name, form in FORMATS.items()},
}
# What is made, as a mail says it.
_CALLED: Final = {
    Kind.ARCHIVE: "archive",
    Kind.SESSIONS_CSV: "list of sessions (CSV)",
    Kind.SESSIONS_PDF: "list of sessions (PDF)",
    Kind.SPEAKERS_CSV: "list of speakers (CSV)",
    Kind.SPEAKERS_PDF: "list of speakers (PDF)",
}


class TooManyExports(DomainError):
    status: ClassVar[int] = 429
    detail = f"{MOST_WAITING} of your exports are still being made; wait for them."


@transaction.atomic
def ask_for_export(
    about: Event | Group, kind: Export.Kind, *, by: Any, options: dict[str, Any] | None = None
) -> Job:
    """Have a file made of `about`; return the job, which `by` may watch.

    :raises TooManyExports: too many of theirs are being made.
    """
    since = timezone.now() - LONGEST_WAIT
    waiting = Export.objects.filter(requested_by=by, file="", created_at__gt=since)
    if waiting.count() >= MOST_WAITING:
        raise TooManyExports
    export = Export.objects.create(
        **{about._meta.model_name: about},
        requested_by=by,
        kind=kind,
        options=options or {},
        name=_name(about, kind),
    )
    what = f"{about._meta.model_name} {about.name} (id {about.pk})"
    activity.record(f"{kind.label} of {what} asked for", by=by)
    return jobs.enqueue("exports.make", requested_by=by, export_id=export.pk)


def _name(about: Event | Group, kind: Export.Kind) -> str:
    """Return what the file is called when it is downloaded."""
    what, _, suffix = kind.partition("-")
    part = f"-{what}" if suffix else ""
    day = timezone.now().date().isoformat()
    name = slugify(about.name)[:80] or f"{about._meta.model_name}-{about.pk}"
    return f"{name}{part}-{day}.{suffix or _SUFFIX[kind]}"


@dataclass(frozen=True)
class Made:
    """A file that was made: the columns that say so, and sentences about what is not in it."""

    columns: dict[str, Any]
    notes: list[str]


def make(export: Export, progress: Progress) -> Made:
    """Make the file of `export` and keep it.

    The working copy has no name on the disk, so that nothing of it is left even if this process
    is killed.
    """
    with tempfile.TemporaryFile() as file:
        notes = MAKERS[Kind(export.kind)](export, file, progress) or []
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
        size = file.tell()
        progress("storing", 0, None)
        kept = storage.keep_private(file, export.key)
    return Made({"file": kept, "size": size, "sha256": digest}, notes)


def tell_made(export: Export, notes: list[str]) -> None:
    """Tell who asked for `export` that it is there, and what is not in it."""
    kind = Kind(export.kind)
    days = site.current().export_retention_days
    _tell(
        export,
        "event_exported",
        what=_called(kind),
        size=filesizeformat(export.size).replace("\xa0", " "),
        days=str(days) if days else "",
        notes=[{"note": note} for note in notes],
    )


def tell_failed(export: Export, error: str) -> None:
    """Tell who asked for `export` that it will not be there."""
    _tell(export, "event_export_fail", what=_called(Kind(export.kind)), error=error)


def _called(kind: Export.Kind) -> str:
    return _CALLED.get(kind, f"{kind.label} file")


def _tell(export: Export, name: str, **context: Value) -> None:
    person, event = export.requested_by, export.event
    if person is None or person.deleted_at is not None or event is None:
        return  # the mails are about events; who asked for a list of followers watches the task
    link = page(f"/events/{event.identifier}")
    mail.send(
        name,
        to=person,
        context={"event": event.name, "link": link, **context},
        event=event,
        notice={"target": event, "action": "exported"},
    )


def expired(now: Any) -> Any:
    """Return the exports that are older than the super admin wants them kept.

    Of each event the latest archive is kept for ever. What was never made is no export.
    """
    given_up = Export.objects.filter(file="", created_at__lt=now - LONGEST_WAIT)
    days = site.current().export_retention_days
    if days is None:
        return given_up
    archives = Export.objects.filter(kind=Kind.ARCHIVE).exclude(file="")
    latest = archives.order_by("event_id", "-created_at", "-pk").distinct("event_id").values("pk")
    old = Export.objects.filter(created_at__lt=now - timedelta(days=days))
    return given_up | old.exclude(file="").exclude(pk__in=latest)


def _archive(export: Export, file: IO[bytes], progress: Progress) -> list[str]:
    return taking_out.write(
        export.event_id,
        file,
        root_url=str(export.options.get("root_url", "")),
        progress=progress,
        media=export.options.get("media", FLAGS),
    )


def _feed(export: Export, file: IO[bytes], progress: Progress) -> None:
    progress("sessions", 0, None)
    with spool.snapshot():
        for piece in FORMATS[export.kind].write(Programme(export.event)):
            file.write(piece)


def _report(
    table: Callable[[Event, str], Table], write: Callable[[Table, IO[bytes], Progress], None]
) -> Callable[[Export, IO[bytes], Progress], None]:
    """Return what makes a report: of which rows, and written how."""

    def make(export: Export, file: IO[bytes], progress: Progress) -> None:
        with spool.snapshot():
            write(table(export.event, str(export.options.get("status", ""))), file, progress)

    return make


def _followers(export: Export, file: IO[bytes], progress: Progress) -> None:
    sheet.write(followers.table(export.group), file, progress)


# What writes the file of each kind, and may return what there is to say about it.
MAKERS: Final[dict[Export.Kind, Callable[[Export, IO[bytes], Progress], list[str] | None]]] = {
    Kind.ARCHIVE: _archive,
    Kind.ICAL: _feed,
    Kind.XCAL: _feed,
    Kind.PENTABARF: _feed,
    Kind.SESSIONS_CSV: _report(sessions.table, sheet.write),
    Kind.SESSIONS_PDF: _report(sessions.table, printed.write),
    Kind.SPEAKERS_CSV: _report(speakers.table, sheet.write),
    Kind.SPEAKERS_PDF: _report(speakers.table, printed.write),
    Kind.FOLLOWERS_CSV: _followers,
}
