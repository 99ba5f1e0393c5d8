"""What a file is said to be when it is handed out: by its key, and by that alone.

Nothing is ever said to be HTML, SVG or anything else that a browser would run.
"""

from typing import Final

# What browsers may show; all else is saved.
PICTURES: Final = {
    "avif": "image/avif",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
}
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_OPEN: Final = "application/vnd.oasis.opendocument"
DOCUMENTS: Final = {
    "csv": "text/csv; charset=utf-8",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "odp": f"{_OPEN}.presentation",
    "ods": f"{_OPEN}.spreadsheet",
    "odt": f"{_OPEN}.text",
    "ogg": "audio/ogg",
    "ogv": "video/ogg",
    "pdf": "application/pdf",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "txt": "text/plain; charset=utf-8",
    "webm": "video/webm",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "zip": "application/zip",
}
UNKNOWN: Final = "application/octet-stream"
# How keys begin of what everybody may have.
PUBLIC: Final = "public/"
# Caches need not ask again: what is under a key never changes.
FOR_EVER: Final = "public, max-age=31536000, immutable"
# A cache on the way would hand it out under a link that is good no longer.
NOT_AT_ALL: Final = "private, no-store"


def content_type(key: str) -> str:
    """Return the media type of the file under `key`."""
    suffix = _suffix(key)
    return PICTURES.get(suffix) or DOCUMENTS.get(suffix) or UNKNOWN


def disposition(key: str) -> str:
    """Return whether a browser shows the file under `key` (a picture) or saves it."""
    return "inline" if _suffix(key) in PICTURES else "attachment"


def caching(key: str) -> str:
    """Return who may keep a copy of the file under `key`, and for how long."""
    return FOR_EVER if key.startswith(PUBLIC) else NOT_AT_ALL


def _suffix(key: str) -> str:
    return key.rpartition("/")[2].rpartition(".")[2].lower()
