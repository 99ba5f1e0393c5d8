"""Images that somebody sent, made into ones that everybody may be shown.

Whatever comes in, what goes out are JPEGs of our own making: upright, in sRGB, on white, and
without a word of metadata. Of bytes that may be made to do harm only the beginning is looked at
before they are known to be an image of a format we take and of a bearable size. What Pillow does
with them after that is measured in `bench/images.py`.
"""

import contextlib
import io
import math
import re
import warnings
from dataclasses import dataclass
from functools import cache
from typing import IO, ClassVar, Final

from django.conf import settings
from PIL import Image, ImageCms, ImageOps

from openevent.errors import DomainError

from .jpegs import has_more_scans

# Pillow knows forty more, and programs that it would start for them.
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
MOST_PIXELS: Final = settings.IMAGE_MAX_PIXELS
LONGEST_SIDE: Final = 30_000  # pixels; a JPEG can have 65,535
# Of a progressive JPEG. A thousand fit into some kilobytes, and keep a processor busy for minutes.
MOST_SCANS: Final = 64
# Of the copy that is kept of an original. Sizes have their own.
ORIGINAL_QUALITY: Final = 90
LONGEST_KEPT: Final = 100_000_000  # bytes; no JPEG of so many pixels is as long
# How many times as wide as the result something is still read, so that it looks as if all of it
# had been: `Image.thumbnail` does the same.
_GAP: Final = 2.0

# Pillow's own guard looks at images within images too. It warns first: so let that be an error.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

_SRGB: Final = ImageCms.createProfile("sRGB")
# Of JPEG (ITU-T T.81, B.1): what begins the frame and the scan, what ends the image, any marker,
# which a scan of ours has none of, and what 16 x 16 pixels take at most: 6 times 64 numbers of 26
# bits, each byte of which may need another one after it.
_SOF0: Final = 0xC0
_SOS: Final = 0xDA
_END: Final = b"\xff\xd9"
_MARKER: Final = re.compile(rb"\xff[^\x00]|\xff\Z")
_BYTES_A_BLOCK: Final = 6 * 64 * 26 // 8 * 2


class ImageRefused(DomainError):
    """These bytes do not become an image here; `detail` says why."""


class NotAnImage(ImageRefused):
    status: ClassVar[int] = 415
    detail = "This is no image that can be taken: send a JPEG, PNG, WebP, GIF or AVIF."


class ImageBroken(ImageRefused):
    detail = "This image is broken: it ends too early, or something else is wrong with it."


class TooManyPixels(ImageRefused):
    detail = (
        f"This image has more than {MOST_PIXELS // 1_000_000} million pixels, "
        f"or more than {LONGEST_SIDE:,} on one side."
    )


class TooManyScans(ImageRefused):
    detail = f"This JPEG is drawn in more than {MOST_SCANS} steps: save it as one of fewer."


@dataclass(frozen=True)
class Size:
    """A size that images are shown in, in pixels; `quality` is that of JPEG, from 1 to 100.

    The image fits into the box as it is and is never enlarged, or else, without
    `keeps_aspect`, it fills the box exactly and what sticks out is cut off.
    """

    width: int
    height: int
    keeps_aspect: bool = True
    quality: int = 80

    def scale(self, width: int, height: int) -> float:
        """Return by how much an image of so many pixels is scaled."""
        across, down = self.width / width, self.height / height
        return min(1, across, down) if self.keeps_aspect else max(across, down)

    def of(self, width: int, height: int) -> tuple[int, int]:
        """Return how large an image of so many pixels becomes."""
        if not self.keeps_aspect:
            return self.width, self.height
        scale = self.scale(width, height)
        return max(1, round(width * scale)), max(1, round(height * scale))


def is_image(file: IO[bytes]) -> bool:
    """Return whether `file` begins like an image that is taken, whatever it is further on."""
    try:
        _opened(file)
    except NotAnImage:
        return False
    except ImageRefused:
        pass
    return True


def is_as_kept(file: IO[bytes]) -> bool:
    """Return whether `file` is the copy that would be kept of it, but for another loss of quality.

    So it is if it has, byte by byte, the head that this module writes (tables included), then
    nothing but pixels, and ends there. There is no room in it for metadata or for another file,
    whoever made it.
    """
    head = _head()
    length = file.seek(0, io.SEEK_END)
    file.seek(0)
    if length > LONGEST_KEPT or head.without_size(file.read(len(head.content))) != head.content:
        return False
    scan = file.read()
    if not scan.endswith(_END) or _MARKER.search(scan, 0, len(scan) - len(_END)):
        return False
    try:
        image = _upright(_opened(file))
    except ImageRefused:
        return False
    blocks = math.ceil(image.width / 16) * math.ceil(image.height / 16)
    return len(scan) <= _BYTES_A_BLOCK * blocks


def copied(file: IO[bytes]) -> IO[bytes]:
    """Return a JPEG of all of the image in `file`.

    :raises ImageRefused: there is none, or none that is taken.
    """
    return _jpeg(_upright(_opened(file)), ORIGINAL_QUALITY)


def sized(file: IO[bytes], sizes: list[Size]) -> list[IO[bytes]]:
    """Return JPEGs of the image in `file` in each of `sizes`.

    The file is decoded once, and a JPEG no finer than the largest of them needs.

    :raises ImageRefused: there is none, or none that is taken.
    """
    image = _opened(file)
    width, height = _upright_size(image)
    scale = max(size.scale(width, height) for size in sizes) * _GAP
    if scale < 1:
        image.draft(None, (int(image.width * scale) + 1, int(image.height * scale) + 1))
    image = _upright(image)
    return [_jpeg(_resized(image, size), size.quality) for size in sizes]


def _opened(file: IO[bytes]) -> Image.Image:
    """Return the image in `file`, of which nothing but its head has been read.

    :raises ImageRefused: there is none, or none that is taken.
    """
    try:
        image: Image.Image = Image.open(file, formats=FORMATS)
    except Image.UnidentifiedImageError:
        raise NotAnImage from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPixels from None
    except Exception as error:  # what hostile bytes make a decoder raise, nobody has listed
        raise ImageBroken from error
    if image.width * image.height > MOST_PIXELS or max(image.size) > LONGEST_SIDE:
        raise TooManyPixels
    if image.format in ("JPEG", "MPO"):
        file.seek(0)
        if has_more_scans(file.read(), MOST_SCANS):
            raise TooManyScans
    return image


def _upright(image: Image.Image) -> Image.Image:
    """Decode `image`, and return it as it is to be looked at: turned, on white, in sRGB.

    :raises ImageRefused: it is broken.
    """
    profile = image.info.get("icc_profile")
    try:
        image.load()  # of an animation, the first frame
        with contextlib.suppress(Exception):  # broken metadata make no broken image
            ImageOps.exif_transpose(image, in_place=True)
        return _in_srgb(_on_white(image), profile)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPixels from None
    except Exception as error:
        raise ImageBroken from error


def _upright_size(image: Image.Image) -> tuple[int, int]:
    with contextlib.suppress(Exception):
        if image.getexif().get(Image.ExifTags.Base.Orientation) in (5, 6, 7, 8):
            return image.height, image.width
    return image.size


def _on_white(image: Image.Image) -> Image.Image:
    """Return `image` without transparency, in one of the modes that profiles know."""
    if image.mode.startswith("I"):  # 16 bits of grey, which `convert` would cut off at 255
        return image.point(lambda value: value * (255 / 65_535)).convert("L")
    if image.has_transparency_data:
        image = _in_mode("RGBA", image)
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image)
        return white
    return image if image.mode in ("RGB", "L", "CMYK") else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return `image` in sRGB, whose colours `profile` explains; without it they are taken as is."""
    if profile:
        with contextlib.suppress(Exception):  # as above
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if not ImageCms.getProfileDescription(own).startswith("sRGB"):
                found = ImageCms.profileToProfile(image, own, _SRGB, outputMode="RGB")
                if found is not None:
                    return found
    return _in_mode("RGB", image)


def _in_mode(mode: str, image: Image.Image) -> Image.Image:
    """Return `image` in `mode`; to convert what is in it already would be to copy it."""
    return image if image.mode == mode else image.convert(mode)


def _resized(image: Image.Image, size: Size) -> Image.Image:
    scale = size.scale(*image.size)
    width, height = image.size
    box = None
    if not size.keeps_aspect:
        left = max(0, (width - size.width / scale) / 2)
        top = max(0, (height - size.height / scale) / 2)
        box = (left, top, width - left, height - top)
    return image.resize(size.of(*image.size), Image.Resampling.LANCZOS, box, reducing_gap=_GAP)


def _jpeg(image: Image.Image, quality: int) -> IO[bytes]:
    out = io.BytesIO()
    # a comment would be taken over, unlike any other metadata
    image.save(out, "JPEG", quality=quality, comment=b"")
    out.seek(0)
    return out


@dataclass(frozen=True)
class _Head:
    """What a JPEG of ours begins with, before its pixels; `at` is where it says its size."""

    content: bytes
    at: int

    def without_size(self, content: bytes) -> bytes:
        """Return `content` with the size that is in `self.content`."""
        end = self.at + 4
        return content[: self.at] + self.content[self.at : end] + content[end:]


@cache
def _head() -> _Head:
    jpeg = _jpeg(Image.new("RGB", (1, 1)), ORIGINAL_QUALITY).read()
    at, size_at = 2, 0
    while True:
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4])
        if marker == _SOF0:
            size_at = at + 5
        at += 2 + length
        if marker == _SOS:
            return _Head(jpeg[:at], size_at)
