"""Images that come back: which are kept as they are, and which are made anew."""

import io
from typing import Any

import pytest
from PIL import Image

from media.images import Size, copied, is_as_kept, is_image, sized
from tests.media.pictures import encoded, image, jpeg_of, noise


def own(width: int = 120, height: int = 80) -> bytes:
    """Return a copy as it is kept of an original."""
    return copied(io.BytesIO(encoded(noise(width, height)))).read()


def as_kept(content: bytes) -> bool:
    return is_as_kept(io.BytesIO(content))


def test_a_copy_of_ours_is_kept_as_it_is() -> None:
    assert as_kept(own())
    assert as_kept(own(2000, 1600))


@pytest.mark.parametrize("size", [Size(500, 200), Size(50, 50, keeps_aspect=False)])
def test_an_image_in_a_size_is_made_anew(size: Size) -> None:
    assert not as_kept(sized(io.BytesIO(encoded(noise(800, 600))), [size])[0].read())


def with_exif(content: bytes) -> bytes:
    exif = Image.Exif()
    exif[Image.ExifTags.Base.Make] = "A camera"
    return encoded(Image.open(io.BytesIO(content)), "JPEG", quality=90, exif=exif)


def inserted(content: bytes, at: int, what: bytes) -> bytes:
    return content[:at] + what + content[at:]


@pytest.mark.parametrize(
    "change",
    [
        lambda own: own + b"PK\x03\x04",
        lambda own: own + b"\n",
        lambda own: own + own,
        lambda own: own[:-2],
        lambda own: own[:-1],
        lambda own: own[:200],
        lambda own: b"",
        lambda own: b"<" + own,
        with_exif,
        lambda own: inserted(own, 2, b"\xff\xfe\0\x0a<script>"),  # a comment
        lambda own: inserted(own, 20, b"\xff\xed\0\x06abcd"),  # another program's segment
        lambda own: inserted(own, len(own) - 2, b"\xff\xfe\0\x0a<script>"),
        lambda own: inserted(own, len(own) - 2, b"\xff\xd9<script>"),
        lambda own: inserted(own, len(own) - 2, b"\xff"),
        lambda own: own[:30] + bytes([own[30] ^ 1]) + own[31:],  # a table
        lambda own: encoded(Image.open(io.BytesIO(own)), "JPEG", quality=90, progressive=True),
        lambda own: encoded(Image.open(io.BytesIO(own)), "JPEG", quality=90, optimize=True),
        lambda own: encoded(Image.open(io.BytesIO(own)).convert("L"), "JPEG", quality=90),
        lambda own: encoded(Image.open(io.BytesIO(own)), "JPEG", quality=91),
        lambda own: encoded(Image.open(io.BytesIO(own)), "PNG"),
        lambda own: inserted(own, len(own) - 2, b"<script>" * 20_000),  # after its pixels
    ],
)
def test_what_has_anything_else_in_it_is_made_anew(change: Any) -> None:
    assert not as_kept(change(own()))


def test_an_image_that_says_it_is_larger_than_it_may_be_is_not_decoded() -> None:
    huge = bytearray(own())
    at = huge.index(b"\xff\xc0") + 5
    huge[at : at + 4] = b"\xff\xff\xff\xff"

    assert not as_kept(bytes(huge))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (image("PNG"), True),
        (image("WEBP"), True),
        (image("PNG")[:60], True),
        (jpeg_of(60_000, 60_000), True),
        (b"%PDF-1.4", False),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", False),
        (image("BMP"), False),
        (b"", False),
    ],
)
def test_an_image_is_told_by_how_it_begins(content: bytes, expected: bool) -> None:
    assert is_image(io.BytesIO(content)) is expected
