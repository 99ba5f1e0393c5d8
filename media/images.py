"""Images that somebody sent, made into ones that everybody may be shown.

Whatever comes in, what goes out are JPEGs of our own making: upright, in sRGB, on white, and
without a word of metadata. Of bytes that may be made to do harm only the beginning is looked at
before they are known to be an image of a format we take and of a bearable size. What Pillow does
with them after that is measured in `bench/images.py`.
"""

import contextlib
import io
import warnings
from dataclasses import dataclass
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
# How many times as wide as the result something is still read, so that it looks as if all of it
# had been: `Image.thumbnail` does the same.
_GAP: Final = 2.0

# Pillow's own guard looks at images within images too. It warns first: so let that be an error.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

_SRGB: Final = ImageCms.createProfile("sRGB")


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
    if size.keeps_aspect:
        target = (max(1, round(width * scale)), max(1, round(height * scale)))
        box = None
    else:
        target = (size.width, size.height)
        left = max(0, (width - size.width / scale) / 2)
        top = max(0, (height - size.height / scale) / 2)
        box = (left, top, width - left, height - top)
    return image.resize(target, Image.Resampling.LANCZOS, box, reducing_gap=_GAP)


def _jpeg(image: Image.Image, quality: int) -> IO[bytes]:
    out = io.BytesIO()
    # a comment would be taken over, unlike any other metadata
    image.save(out, "JPEG", quality=quality, comment=b"")
    out.seek(0)
    return out
