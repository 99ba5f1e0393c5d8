"""A picture that shows how pictures are cut: made here, so that nobody's has to be shown.

It has a frame and a middle, so one sees at a glance what of it is left.
"""

import functools
import io
from typing import IO, Final

from PIL import Image, ImageDraw

from media.images import Size, sized

# The longest side of what is shown; a larger size is shown on this scale.
LONGEST_SIDE: Final = 900  # pixels
_SKY: Final = ((22, 78, 168), (246, 190, 120))  # above, below
_SUN, _NEAR, _FAR, _FRAME = (255, 236, 179), (33, 64, 60), (70, 105, 110), (255, 255, 255)


def cut(size: Size, *, is_portrait: bool) -> IO[bytes]:
    """Return the sample as a JPEG in `size`, on a smaller scale if that is very large."""
    width, height = dimensions(size, is_portrait=is_portrait)
    scale = LONGEST_SIDE / max(width, height)
    if scale < 1:
        smaller = (max(1, round(side * scale)) for side in (width, height))
        size = Size(*smaller, keeps_aspect=False, quality=size.quality)
    return sized(io.BytesIO(_sample(is_portrait)), [size])[0]


def dimensions(size: Size, *, is_portrait: bool) -> tuple[int, int]:
    """Return the width and height in pixels that the sample has in `size`."""
    if not size.keeps_aspect:
        return size.width, size.height
    width, height = _shape(is_portrait)
    scale = size.scale(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _shape(is_portrait: bool) -> tuple[int, int]:
    return (1200, 1600) if is_portrait else (1600, 1200)


@functools.cache
def _sample(is_portrait: bool) -> bytes:
    """Return the whole picture: a landscape, or somebody before it, 1600 pixels long."""
    width, height = _shape(is_portrait)
    picture = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(picture)
    for y in range(height):
        mixed = [round(a + (b - a) * y / height) for a, b in zip(*_SKY, strict=True)]
        draw.line((0, y, width, y), fill=tuple(mixed))
    draw.ellipse((width * 0.62, height * 0.14, width * 0.62 + 210, height * 0.14 + 210), fill=_SUN)
    _hills(draw, width, height)
    if is_portrait:
        _person(draw, width, height)
    for inset in (0, 60):
        draw.rectangle(
            (inset, inset, width - 1 - inset, height - 1 - inset), outline=_FRAME, width=8
        )
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=92)
    return file.getvalue()


def _hills(draw: ImageDraw.ImageDraw, width: int, height: int) -> None:
    far = [(0, 0.72), (0.2, 0.55), (0.38, 0.68), (0.6, 0.5), (0.85, 0.66), (1, 0.58)]
    near = [(0, 0.86), (0.3, 0.74), (0.55, 0.84), (0.8, 0.76), (1, 0.85)]
    for line, colour in ((far, _FAR), (near, _NEAR)):
        edge = [(x * width, y * height) for x, y in line]
        draw.polygon([*edge, (width, height), (0, height)], fill=colour)


def _person(draw: ImageDraw.ImageDraw, width: int, height: int) -> None:
    middle = width / 2
    draw.ellipse((middle - 400, 900, middle + 400, height + 500), fill=(45, 52, 92))
    draw.rectangle((middle - 75, 780, middle + 75, 960), fill=(214, 160, 128))
    draw.ellipse((middle - 190, 420, middle + 190, 900), fill=(236, 188, 156))
    draw.pieslice((middle - 205, 380, middle + 205, 840), 175, 365, fill=(64, 44, 38))
