"""Images for tests, made where they are needed: good ones, odd ones, and ones that mean harm."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def image(
    form: str = "PNG",
    size: tuple[int, int] = (40, 30),
    color: Any = RED,
    mode: str = "RGB",
    **options: Any,
) -> bytes:
    """Return an image of one colour in the format `form`; `options` are its writer's."""
    return encoded(Image.new(mode, size, color), form, **options)


def encoded(picture: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def opened(content: Any) -> Image.Image:
    """Return what is in a JPEG that the product made."""
    raw = content if isinstance(content, bytes) else content.read()
    return Image.open(io.BytesIO(raw), formats=("JPEG",))


def is_like(pixel: Any, color: tuple[int, int, int]) -> bool:
    """Return whether a pixel has that colour, as exactly as JPEG has it."""
    return all(abs(one - other) <= 8 for one, other in zip(pixel, color, strict=True))


def corners() -> Image.Image:
    """Return a picture of 160 x 80 whose corners tell which way is up: red, green, blue, white."""
    picture = Image.new("RGB", (160, 80))
    for box, color in (
        ((0, 0, 80, 40), RED),
        ((80, 0, 160, 40), GREEN),
        ((0, 40, 80, 80), BLUE),
        ((80, 40, 160, 80), WHITE),
    ):
        picture.paste(color, box)
    return picture


def noise(width: int, height: int) -> Image.Image:
    """Return a picture as restless as a photo, the same each time."""
    fine = Image.effect_noise((width // 4, height // 4), 60)
    bands = [
        fine.transpose(method).resize((width, height), Image.Resampling.BILINEAR)
        for method in (
            Image.Transpose.FLIP_LEFT_RIGHT,
            Image.Transpose.FLIP_TOP_BOTTOM,
            Image.Transpose.ROTATE_180,
        )
    ]
    return Image.merge("RGB", bands)


def swapped_profile() -> bytes:
    """Return an ICC profile that takes red for green and green for red."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    entries = {}
    for index in range(struct.unpack(">I", profile[128:132])[0]):
        at = 132 + 12 * index
        entries[bytes(profile[at : at + 4])] = at
    for one, other in ((b"rXYZ", b"gXYZ"),):
        profile[entries[one] : entries[one] + 4] = other
        profile[entries[other] : entries[other] + 4] = one
    return bytes(profile).replace("sRGB".encode("utf-16-be"), "ours".encode("utf-16-be"))


# --- meant to do harm


def png(width: int, height: int, data: bytes = b"", *chunks: bytes) -> bytes:
    """Return a PNG that says how large it is, and holds `data` in place of pixels."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = [chunk(b"IHDR", head), *chunks, chunk(b"IDAT", data), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def chunk(name: bytes, data: bytes) -> bytes:
    body = name + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def png_bomb(width: int, height: int) -> bytes:
    """Return a whole PNG of so many pixels, which is short, as they are all the same."""
    row = b"\0" * (1 + (width + 7) // 8)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return png(width, height, data)


def jpeg_of(width: int, height: int) -> bytes:
    """Return a small JPEG that says it is that large."""
    content = bytearray(image("JPEG", (16, 16)))
    at = content.index(b"\xff\xc0") + 5
    content[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(content)


def jpeg_in_steps(scans: int, *, between: bytes = b"") -> bytes:
    """Return a progressive JPEG that goes over its last step again, until there are so many."""
    content = io.BytesIO()
    noise(64, 48).save(content, "JPEG", progressive=True)
    whole, last = content.getvalue(), content.getvalue().rindex(b"\xff\xda")
    again = scans - whole.count(b"\xff\xda")
    return whole[:-2] + (between + whole[last:-2]) * again + whole[-2:]


def webp_of(width: int, height: int) -> bytes:
    content = io.BytesIO()
    frames = [Image.new("RGB", (16, 16), color) for color in (RED, BLUE)]
    frames[0].save(content, "WEBP", save_all=True, append_images=frames[1:])
    sides = (struct.pack("<I", side - 1)[:3] for side in (width, height))
    return content.getvalue()[:24] + b"".join(sides) + content.getvalue()[30:]


def avif_of(width: int, height: int) -> bytes:
    content = image("AVIF", (16, 16))
    at = content.index(b"ispe") + 8
    return content[:at] + struct.pack(">II", width, height) + content[at + 8 :]


def gif_of(width: int, height: int) -> bytes:
    content = bytearray(image("GIF", (16, 16)))
    content[6:10] = struct.pack("<HH", width, height)
    return bytes(content)
