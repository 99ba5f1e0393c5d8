"""What a document is, is told by what is in it."""

import io
import zipfile
from typing import Any

import pytest

from media.documents import NotADocument, suffix_of
from tests.media.pictures import image

OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN = "application/vnd.oasis.opendocument"
CONTENT_TYPES = '<Types xmlns="x"><Override PartName="/x.xml" ContentType="%s"/></Types>'


def zip_of(**members: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def office(*kinds: str) -> bytes:
    said = "".join(CONTENT_TYPES % f"{OFFICE}.{kind}" for kind in kinds)
    return zip_of(**{"[Content_Types].xml": said, "x.xml": "<x/>"})


def mp4(brand: bytes) -> bytes:
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mp42isom" + b"\0" * 100


DOCUMENTS = {
    "pdf": b"%PDF-1.4\n...",
    "docx": office("wordprocessingml.document.main+xml"),
    "pptx": office("presentationml.presentation.main+xml"),
    "xlsx": office("spreadsheetml.sheet.main+xml"),
    "odt": zip_of(mimetype=f"{OPEN}.text"),
    "odp": zip_of(mimetype=f"{OPEN}.presentation"),
    "ods": zip_of(mimetype=f"{OPEN}.spreadsheet\n"),
    "mp3": b"ID3\x04\0\0" + b"\0" * 100,
    "mp4": mp4(b"isom"),
    "m4a": mp4(b"M4A "),
    "webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + b"\0" * 50,
    "ogg": b"OggS\0\2" + b"\0" * 22 + b"\x01vorbis",
    "ogv": b"OggS\0\2" + b"\0" * 22 + b"\x80theora",
    "txt": "Grüße,\r\n\tund Text".encode(),
    "csv": b"name,count\nAda,3\n",
}


@pytest.mark.parametrize("suffix", DOCUMENTS)
def test_a_document_gets_the_suffix_of_its_content(suffix: str) -> None:
    said = "table.csv" if suffix == "csv" else "anything.exe"

    assert suffix_of(io.BytesIO(DOCUMENTS[suffix]), said) == suffix


def test_sound_without_a_tag_is_told_by_its_first_frame() -> None:
    assert suffix_of(io.BytesIO(b"\xff\xfb\x90\x64" + b"\0" * 400), "x.mp3") == "mp3"


NO_DOCUMENTS = {
    "nothing": b"",
    "a program": b"MZ\x90\0\3\0\0\0",
    "an ELF program": b"\x7fELF\2\1\1",
    "a zip of other things": zip_of(**{"a.txt": "x"}),
    "a Java archive": zip_of(**{"META-INF/MANIFEST.MF": "Main-Class: x"}),
    "macros": zip_of(
        **{
            "[Content_Types].xml": CONTENT_TYPES % f"{OFFICE}.wordprocessingml.document.main+xml"
            + CONTENT_TYPES % "application/vnd.ms-office.vbaProject"
        }
    ),
    "a document of two kinds": office(
        "wordprocessingml.document.main+xml", "spreadsheetml.sheet.main+xml"
    ),
    "a document of no kind": office("theme+xml"),
    "an open document of another kind": zip_of(mimetype=f"{OPEN}.graphics"),
    "an e-book": zip_of(mimetype="application/epub+zip"),
    "half a zip": DOCUMENTS["docx"][:40],
    "a zip without an end": b"PK\x03\x04" + b"\0" * 100,
    "an old office document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100,
    "an image": image("PNG"),
    "a photo": image("JPEG"),
    "a picture of a phone": mp4(b"heic"),
    "another picture": mp4(b"avif"),
    "Matroska": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x88matroska" + b"\0" * 50,
    "text with a NUL": b"text\0text",
    "text of another encoding": "Grüße".encode("latin-1"),
    "UTF-16": "text".encode("utf-16"),
    "a script of a terminal": b"\x1b[2Jtext",
    "packed": b"\x1f\x8b\x08\0\0\0",
}


@pytest.mark.parametrize("content", NO_DOCUMENTS.values(), ids=NO_DOCUMENTS)
def test_what_is_no_document_of_a_kind_taken_is_refused(content: bytes) -> None:
    with pytest.raises(NotADocument):
        suffix_of(io.BytesIO(content), "talk.pdf")


def test_a_zip_that_unpacks_to_more_than_it_is_long_is_not_unpacked() -> None:
    bomb = zip_of(mimetype=f"{OPEN}.text", **{"content.xml": b"\0" * 50_000_000})

    assert suffix_of(io.BytesIO(bomb), "x.odt") == "odt"
    with pytest.raises(NotADocument):
        suffix_of(io.BytesIO(zip_of(mimetype=b" " * 50_000_000)), "x.odt")
