"""Whatever somebody sends becomes a plain JPEG, or is refused with a sentence."""

import contextlib
import io
import random
import zlib
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from media.images import (
    MOST_SCANS,
    ImageBroken,
    ImageRefused,
    NotAnImage,
    Size,
    TooManyPixels,
    TooManyScans,
    copied,
    sized,
)
from media.jpegs import has_more_scans
from tests.media import pictures
from tests.media.pictures import BLUE, GREEN, RED, WHITE, corners, encoded, image, is_like, opened

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
each_format = pytest.mark.parametrize("form", FORMATS)


def copy_of(content: bytes) -> Image.Image:
    return opened(copied(io.BytesIO(content)))


def sizes_of(content: bytes, *sizes: Size) -> list[Image.Image]:
    return [opened(each) for each in sized(io.BytesIO(content), list(sizes))]


def segments(content: bytes) -> list[int]:
    """Return the markers of a JPEG up to its pixels."""
    at, found = 2, []
    while content[at + 1] != 0xDA:
        found.append(content[at + 1])
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return found


@each_format
def test_an_image_of_any_format_taken_becomes_a_jpeg(form: str) -> None:
    found = copy_of(image(form, (40, 30), BLUE))

    assert (found.format, found.mode, found.size) == ("JPEG", "RGB", (40, 30))
    assert is_like(found.getpixel((20, 15)), BLUE)


# --- sizes


@pytest.mark.parametrize(
    ("original", "size", "expected"),
    [
        ((4000, 3000), Size(1300, 500), (667, 500)),
        ((3000, 1000), Size(1300, 500), (1300, 433)),
        ((600, 800), Size(500, 500), (375, 500)),
        ((300, 400), Size(500, 500), (300, 400)),  # never enlarged
        ((4000, 1), Size(500, 200), (500, 1)),
        ((40, 30), Size(20, 20, keeps_aspect=False), (20, 20)),
        ((40, 30), Size(130, 50, keeps_aspect=False), (130, 50)),
        ((1, 1), Size(130, 50, keeps_aspect=False), (130, 50)),
        ((333, 777), Size(75, 31, keeps_aspect=False), (75, 31)),
    ],
)
def test_a_size_is_a_box_to_fit_into_or_to_fill(
    original: tuple[int, int], size: Size, expected: tuple[int, int]
) -> None:
    (found,) = sizes_of(image("JPEG", original), size)

    assert found.size == expected


def test_what_sticks_out_of_a_filled_box_is_cut_off_on_both_sides() -> None:
    picture = Image.new("RGB", (300, 100), WHITE)
    picture.paste(RED, (100, 0, 200, 100))

    (found,) = sizes_of(encoded(picture), Size(50, 50, keeps_aspect=False))

    assert [is_like(found.getpixel((x, 25)), RED) for x in (3, 25, 46)] == [True] * 3


def test_all_sizes_come_of_one_look_at_the_file() -> None:
    photo = encoded(pictures.noise(1600, 1200), "JPEG")

    found = sizes_of(photo, Size(1300, 500), Size(500, 200), Size(75, 30, keeps_aspect=False))

    assert [each.size for each in found] == [(667, 500), (267, 200), (75, 30)]


def test_a_finer_quality_takes_more_bytes() -> None:
    photo = encoded(pictures.noise(400, 300), "JPEG")

    coarse, fine = sized(io.BytesIO(photo), [Size(300, 300, quality=20), Size(300, 300)])

    assert len(coarse.read()) < len(fine.read()) / 2


@pytest.mark.parametrize("shape", [(1600, 900), (900, 1600)])
def test_a_jpeg_that_is_read_coarsely_looks_like_one_that_is_not(shape: tuple[int, int]) -> None:
    photo = encoded(pictures.noise(*shape), "JPEG", quality=95)
    plain = encoded(Image.open(io.BytesIO(photo)), "PNG")
    size = Size(200, 200)

    (coarse,), (whole,) = sizes_of(photo, size), sizes_of(plain, size)

    pairs = zip(coarse.tobytes(), whole.tobytes(), strict=True)
    assert sum(abs(one - other) for one, other in pairs) / len(coarse.tobytes()) < 3


# --- which way is up, and what colours are meant

ORIENTED = {
    1: (RED, GREEN, BLUE, WHITE),
    2: (GREEN, RED, WHITE, BLUE),
    3: (WHITE, BLUE, GREEN, RED),
    4: (BLUE, WHITE, RED, GREEN),
    5: (RED, BLUE, GREEN, WHITE),
    6: (BLUE, RED, WHITE, GREEN),
    7: (WHITE, GREEN, BLUE, RED),
    8: (GREEN, WHITE, RED, BLUE),
}


@pytest.mark.parametrize("orientation", ORIENTED)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_an_image_is_turned_as_its_camera_was_held(orientation: int, form: str) -> None:
    exif = Image.Exif()
    exif[Image.ExifTags.Base.Orientation] = orientation
    content = encoded(corners(), form, exif=exif)
    size = (160, 80) if orientation < 5 else (80, 160)

    for found in (copy_of(content), *sizes_of(content, Size(500, 500))):
        width, height = found.size
        spots = [(9, 9), (width - 9, 9), (9, height - 9), (width - 9, height - 9)]
        assert found.size == size
        for spot, color in zip(spots, ORIENTED[orientation], strict=True):
            assert is_like(found.getpixel(spot), color), (spot, color)


def test_an_image_on_its_side_fits_into_the_box_once_it_stands() -> None:
    exif = Image.Exif()
    exif[Image.ExifTags.Base.Orientation] = 6
    content = encoded(Image.new("RGB", (1600, 800)), "JPEG", exif=exif)

    (found,) = sizes_of(content, Size(400, 400))

    assert found.size == (200, 400)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_colours_are_those_that_the_profile_means(form: str) -> None:
    content = image(form, color=RED, icc_profile=pictures.swapped_profile())

    assert is_like(copy_of(content).getpixel((5, 5)), GREEN)


@pytest.mark.parametrize("profile", [b"no profile", b"\0" * 200])
def test_a_broken_profile_is_not_heeded(profile: bytes) -> None:
    content = image("PNG", color=RED, icc_profile=profile)

    assert is_like(copy_of(content).getpixel((5, 5)), RED)


def test_a_profile_for_other_colours_than_the_image_has_is_not_heeded() -> None:
    content = image("PNG", mode="L", color=100, icc_profile=pictures.swapped_profile())

    assert is_like(copy_of(content).getpixel((5, 5)), (100, 100, 100))


# --- what JPEG does not have


def halves(left: Any, right: Any, mode: str = "RGB") -> Image.Image:
    picture = Image.new(mode, (40, 30), right)
    picture.paste(left, (0, 0, 20, 30))
    return picture


def of_palette(transparency: Any) -> bytes:
    picture = halves(0, 1, "P")
    picture.putpalette([*RED, *BLUE])
    return encoded(picture, transparency=transparency)


@pytest.mark.parametrize(
    ("content", "color"),
    [
        # the colour behind what is transparent is not shown
        (encoded(halves((*RED, 0), (*BLUE, 255), "RGBA")), BLUE),
        (encoded(halves((0, 0), (90, 255), "LA")), (90, 90, 90)),
        (of_palette(0), BLUE),
        (of_palette(bytes([0, 255])), BLUE),
        (encoded(halves(RED, BLUE), transparency=RED), BLUE),
    ],
)
def test_what_is_transparent_is_white(content: bytes, color: tuple[int, int, int]) -> None:
    found = copy_of(content)

    assert is_like(found.getpixel((5, 15)), WHITE)
    assert is_like(found.getpixel((35, 15)), color)


def test_half_transparent_is_half_white() -> None:
    found = copy_of(image("PNG", mode="RGBA", color=(0, 0, 0, 128)))

    assert is_like(found.getpixel((5, 5)), (127, 127, 127))


def test_sixteen_bits_of_grey_keep_their_shades() -> None:
    picture = Image.new("I;16", (30, 10))
    picture.putdata([x // 10 * 32_000 for _ in range(10) for x in range(30)])

    found = copy_of(encoded(picture))

    for x, shade in ((5, 0), (15, 124), (25, 248)):
        assert is_like(found.getpixel((x, 5)), (shade, shade, shade))


def test_sixteen_bits_of_colour_keep_it() -> None:
    row = b"\0" + b"\x80\x00\x00\x00\xff\xff" * 8
    head = pictures.chunk(b"IHDR", b"\0\0\0\x08\0\0\0\x08\x10\x02\0\0\0")
    data = pictures.chunk(b"IDAT", zlib.compress(row * 8))
    content = b"\x89PNG\r\n\x1a\n" + head + data + pictures.chunk(b"IEND", b"")

    assert is_like(copy_of(content).getpixel((4, 4)), (128, 0, 255))


def test_inks_become_colours() -> None:
    assert is_like(
        copy_of(image("JPEG", mode="CMYK", color=(0, 255, 255, 0))).getpixel((5, 5)), RED
    )


@pytest.mark.parametrize("mode", ["1", "L", "P"])
def test_few_colours_become_many(mode: str) -> None:
    content = encoded(Image.new("RGB", (40, 30), WHITE).convert(mode))

    assert is_like(copy_of(content).getpixel((5, 5)), WHITE)


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "AVIF"])
def test_an_animation_is_its_first_frame(form: str) -> None:
    first, *others = [Image.new("RGB", (64, 64), color) for color in (RED, GREEN, BLUE)]

    content = encoded(first, form, save_all=True, append_images=others)

    assert is_like(copy_of(content).getpixel((30, 30)), RED)


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "AVIF"])
def test_of_an_animation_no_other_frame_is_looked_at(
    form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = [Image.new("L", (64, 64), shade) for shade in range(200)]
    content = encoded(frames[0], form, save_all=True, append_images=frames[1:])
    picture = Image.open(io.BytesIO(content))
    looked_at = set()
    seek = type(picture).seek

    def seen(self: Any, frame: int) -> None:
        looked_at.add(frame)
        seek(self, frame)

    monkeypatch.setattr(type(picture), "seek", seen)
    copy_of(content)

    assert picture.n_frames > 30
    assert looked_at <= {0}


# --- what is not passed on


def test_nothing_that_an_image_says_of_itself_is_passed_on() -> None:
    exif = Image.Exif()
    exif[Image.ExifTags.Base.Make] = "secret-camera"
    exif.get_ifd(Image.ExifTags.IFD.GPSInfo)[1] = "N"
    content = encoded(
        Image.new("RGB", (40, 30)),
        "JPEG",
        exif=exif,
        comment=b"secret-comment",
        xmp=b"<secret-xmp/>",
        icc_profile=pictures.swapped_profile(),
        dpi=(123, 123),
    )
    assert content.count(b"secret") == 3

    for found in (copied(io.BytesIO(content)), *sized(io.BytesIO(content), [Size(10, 10)])):
        raw = found.read()
        # JFIF's own head, and what the pixels need
        assert set(segments(raw)) == {0xE0, 0xDB, 0xC0, 0xC4}
        assert b"secret" not in raw


def test_texts_of_a_png_are_not_passed_on() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", "secret", zip=True)
    texts.add_itxt("XML:com.adobe.xmp", "<secret/>")

    assert b"secret" not in copied(io.BytesIO(image("PNG", pnginfo=texts))).read()


@pytest.mark.parametrize(
    "tail",
    [
        b"PK\x03\x04 a zip, as far as its readers care",
        b"<html><script>alert(1)</script></html>",
        b"%PDF-1.7",
        b"\0" * 1000,
    ],
)
@each_format
def test_what_hangs_on_an_image_is_cut_off(form: str, tail: bytes) -> None:
    found = copied(io.BytesIO(image(form) + tail)).read()

    assert tail not in found
    assert found.endswith(b"\xff\xd9")


def test_a_page_in_an_images_comment_is_dropped() -> None:
    page = b"<script>alert(document.domain)</script>"

    assert page not in copied(io.BytesIO(image("JPEG", comment=page))).read()


# --- what is refused

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
NO_IMAGES = {
    "nothing": b"",
    "a byte": b"\xff",
    "zeros": b"\0" * 100,
    "text": b"GIF is a fine format",
    "html": b"<html></html>",
    "svg": SVG,
    "eps": image("EPS"),
    "tiff": image("TIFF"),
    "bmp": image("BMP"),
    "ico": image("ICO"),
    "pdf": image("PDF"),
    "ppm": image("PPM"),
    "jpeg 2000": image("JPEG2000"),
    "tga": image("TGA"),
    "zip": b"PK\x05\x06" + b"\0" * 18,
    "svg, packed": b"\x1f\x8b\x08" + SVG,
    "a script for Ghostscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(w) file",
}


@pytest.mark.parametrize("content", NO_IMAGES.values(), ids=NO_IMAGES)
def test_what_is_no_image_of_a_format_taken_is_refused(content: bytes) -> None:
    with pytest.raises(NotAnImage):
        copied(io.BytesIO(content))
    with pytest.raises(NotAnImage):
        sized(io.BytesIO(content), [Size(10, 10)])


def test_a_format_by_any_other_name_is_looked_at_all_the_same() -> None:
    """Not what a file is called counts, nor what it is said to be, but what is in it."""
    file = io.BytesIO(image("PNG"))
    file.name = "photo.eps"

    assert opened(copied(file)).size == (40, 30)


BOMBS = {
    "a PNG of 48 kB": pictures.png_bomb(20_000, 20_000),
    "a PNG over the limit": pictures.png_bomb(8_000, 5_001),
    "a long PNG": pictures.png_bomb(30_001, 1),
    "a PNG with nothing in it": pictures.png(2**31 - 1, 2**31 - 1),
    "a JPEG": pictures.jpeg_of(65_500, 65_500),
    "a GIF": pictures.gif_of(65_535, 65_535),
    "a WebP": pictures.webp_of(16_383, 16_383),
    "an AVIF": pictures.avif_of(8_000, 5_001),
}


@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS)
def test_an_image_of_too_many_pixels_is_not_decoded(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image.Image, "load", lambda _: pytest.fail("it was decoded"))

    with pytest.raises(TooManyPixels):
        copied(io.BytesIO(content))
    with pytest.raises(TooManyPixels):
        sized(io.BytesIO(content), [Size(10, 10)])


@pytest.mark.parametrize(
    "between", [b"", b"\xff\xff\xff", b"garbage", b"\xff\xd0", b"\xff\xfe\0\x04\xff\xd9"]
)
def test_a_jpeg_that_is_drawn_again_and_again_is_not_decoded(
    between: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a file of 200 kB took 20 seconds; whatever stands between the steps hides none."""
    content = pictures.jpeg_in_steps(MOST_SCANS + 1, between=between)
    opened(content).load()  # Pillow alone draws it
    monkeypatch.setattr(Image.Image, "load", lambda _: pytest.fail("it was decoded"))

    with pytest.raises(TooManyScans):
        copied(io.BytesIO(content))
    with pytest.raises(TooManyScans):
        sized(io.BytesIO(content), [Size(10, 10)])


def test_what_only_looks_like_a_step_is_none() -> None:
    """A phone appends a film to its photo, and puts a smaller photo before it."""
    steps = b"\xff\xda" * 100
    content = pictures.jpeg_in_steps(MOST_SCANS) + steps
    comment = b"\xff\xfe" + (len(steps) + 2).to_bytes(2) + steps

    assert opened(copied(io.BytesIO(content))).size == (64, 48)
    assert opened(copied(io.BytesIO(content[:2] + comment + content[2:]))).size == (64, 48)
    assert has_more_scans(content, MOST_SCANS - 1)


def test_an_image_of_just_so_many_pixels_is_taken() -> None:
    (found,) = sizes_of(pictures.png_bomb(8_000, 5_000), Size(100, 100))

    assert found.size == (100, 62)


def test_a_text_that_unpacks_to_more_than_it_is_long_is_refused() -> None:
    text = pictures.chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 100_000_000, 9))
    row = zlib.compress(b"\0\0")

    with pytest.raises(ImageBroken):
        copied(io.BytesIO(pictures.png(1, 1, row, text)))


@each_format
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_an_image_that_ends_too_early_is_refused(form: str, share: float) -> None:
    content = encoded(pictures.noise(120, 80), form)

    with pytest.raises(ImageRefused):
        copied(io.BytesIO(content[: int(len(content) * share)]))


WHOLE = [encoded(corners(), form) for form in FORMATS]


@pytest.mark.filterwarnings("default")  # Pillow warns of broken metadata, and goes on
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(content=st.sampled_from(WHOLE) | st.binary(max_size=300), seed=st.integers(0, 2**32))
@example(content=b"RIFF\xff\xff\xff\xffWEBPVP8X", seed=0)
def test_whatever_the_bytes_there_is_an_image_or_a_refusal(content: bytes, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  nobody is to guess it
    broken = bytearray(content)
    for _ in range(chance.randrange(1, 8)):
        if broken:
            broken[chance.randrange(len(broken))] = chance.randrange(256)

    for make in (copied, lambda file: sized(file, [Size(10, 10)])[0]):
        with contextlib.suppress(ImageRefused):
            assert opened(make(io.BytesIO(bytes(broken)))).format == "JPEG"
