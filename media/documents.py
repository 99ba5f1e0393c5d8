"""Documents that may be uploaded, told by what is in them."""

import re
import zipfile
from collections.abc import Callable
from typing import IO, ClassVar, Final

from openevent.errors import DomainError

_HEAD: Final = 2048  # bytes that are looked at first
_MANIFEST: Final = 100_000  # bytes, of the file in a zip that says what the zip is
_OFFICE: Final = b"application/vnd.openxmlformats-officedocument."
_OPEN: Final = b"application/vnd.oasis.opendocument."
# What a part of an office document is, if it is the main one: without macros, all of them.
_IN_CONTENT_TYPES: Final = {
    b"wordprocessingml.document.main+xml": "docx",
    b"presentationml.presentation.main+xml": "pptx",
    b"spreadsheetml.sheet.main+xml": "xlsx",
}
_IN_MIMETYPE: Final = {b"text": "odt", b"presentation": "odp", b"spreadsheet": "ods"}
# The brands of ISO/IEC 14496-12 files that are films or sound, and not pictures.
_MP4: Final = re.compile(rb"iso[2-9am]|mp4[12]|avc1|dash|MSNV|M4V |3gp[4-9]")
_MP4_AUDIO: Final = (b"M4A ", b"M4B ")
_NO_TEXT: Final = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")


class NotADocument(DomainError):
    status: ClassVar[int] = 415
    detail = (
        "Send a PDF, an office document without macros (docx, pptx, xlsx, odt, odp, ods), text, "
        "CSV, or MP3, MP4, WebM or Ogg. Images go to /v1/upload/image."
    )


def suffix_of(file: IO[bytes], name: str) -> str:
    """Return the suffix that fits what is in `file`, of some megabytes, whatever its `name` says.

    The name decides only between text and CSV, and between sound and video in Ogg.

    :raises NotADocument: it is nothing that is taken.
    """
    file.seek(0)
    head = file.read(_HEAD)
    said = name.rpartition(".")[2].lower()
    for looks_like, suffix in _SIGNATURES:
        if looks_like(head):
            found = suffix(file, head, said)
            if found is not None:
                return found
    raise NotADocument


def _of_zip(file: IO[bytes], head: bytes, said: str) -> str | None:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if "mimetype" in names:
                return _of_mimetype(archive.open("mimetype").read(_HEAD))
            return _of_content_types(archive.open("[Content_Types].xml").read(_MANIFEST))
    except Exception:  # whatever a broken zip makes its reader raise, it is none
        return None


def _of_mimetype(said: bytes) -> str | None:
    return _IN_MIMETYPE.get(said.strip().removeprefix(_OPEN)) if said.startswith(_OPEN) else None


def _of_content_types(said: bytes) -> str | None:
    if b"macroEnabled" in said or b"vbaProject" in said:
        return None
    kinds = [kind for part, kind in _IN_CONTENT_TYPES.items() if _OFFICE + part in said]
    return kinds[0] if len(kinds) == 1 else None


def _of_text(file: IO[bytes], head: bytes, said: str) -> str | None:
    file.seek(0)
    content = file.read()
    try:
        content.decode()
    except UnicodeDecodeError:
        return None
    if _NO_TEXT.search(content):
        return None
    return "csv" if said == "csv" else "txt"


def _of_mp4(file: IO[bytes], head: bytes, said: str) -> str | None:
    brand = head[8:12]
    if brand in _MP4_AUDIO:
        return "m4a"
    return "mp4" if _MP4.fullmatch(brand) else None


def _of_ogg(file: IO[bytes], head: bytes, said: str) -> str:
    return "ogv" if b"theora" in head or said == "ogv" else "ogg"


def _always(suffix: str) -> Callable[[IO[bytes], bytes, str], str]:
    return lambda file, head, said: suffix


def _is_mp3(head: bytes) -> bool:
    # a tag, or the first frame of MPEG audio, layer III
    is_frame = (
        len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] & 0xF0 < 0xF0
    )
    return head.startswith(b"ID3") or is_frame


_SIGNATURES: Final[
    list[tuple[Callable[[bytes], bool], Callable[[IO[bytes], bytes, str], str | None]]]
] = [
    (lambda head: head.startswith(b"%PDF-"), _always("pdf")),
    (lambda head: head.startswith(b"PK\x03\x04"), _of_zip),
    (lambda head: head[4:8] == b"ftyp", _of_mp4),
    (lambda head: head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head[:64], _always("webm")),
    (lambda head: head.startswith(b"OggS"), _of_ogg),
    (_is_mp3, _always("mp3")),
    (bool, _of_text),
]
