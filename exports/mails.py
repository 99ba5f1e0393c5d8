"""The mails of this app: that something is done, or why it could not be."""

from messaging.kinds import kind

_DONE = {
    "event": "FOSSASIA Summit",
    "link": "https://example.org/events/abcd1234",
}
kind(
    "event_exported",
    recipient="Who asked for the export",
    subject="{event} is exported",
    example=_DONE
    | {
        "what": "archive",
        "size": "1.2 MB",
        "days": "30",
        "notes": [{"note": "Speaker 3: photo-url is still a URL, as its file is gone."}],
    },
    notifies=True,
)
kind(
    "event_export_fail",
    recipient="Who asked for the export",
    subject="{event} could not be exported",
    example=_DONE | {"what": "archive", "error": "The disk is full."},
    notifies=True,
)
kind(
    "event_imported",
    recipient="Who asked for the import",
    subject="{event} is imported",
    example=_DONE
    | {
        "counts": "3 tracks, 41 sessions",
        "notes": [{"note": "Session 3: level left out, as it is no text."}],
    },
    notifies=True,
)
kind(
    "event_import_fail",
    recipient="Who asked for the import",
    subject="{file} could not be imported",
    example={"file": "event.zip", "error": "This is no zip that can be read."},
    notifies=True,
)
