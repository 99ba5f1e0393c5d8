"""An image to three sizes, beside Pillow by itself: `python -m bench.images PROGRAM FILE`.

The product looks at an image before it decodes it, turns it, has its colours in sRGB and drops
what it says of itself. Bare Pillow decodes, turns and resizes it in the fastest way it has. Both
make the sizes of an event's image out of the same made-up photo of 12 megapixels.

As a program it makes them once, and prints the most memory that took, over what it held before.
"""

import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageOps

from bench.memory import MEGABYTE, forget_peak, peak_now
from media.images import Size, sized

NAME: Final = "image_12mp"
PHOTO: Final = (4000, 3000)  # pixels
SIZES: Final = [Size(1300, 500), Size(500, 200), Size(75, 30)]
QUALITY: Final = 80
# How many times bare Pillow's time and memory the product may take.
BUDGET: Final = 1.3


def ours(photo: bytes) -> list[bytes]:
    return [jpeg.read() for jpeg in sized(io.BytesIO(photo), SIZES)]


def bare(photo: bytes) -> list[bytes]:
    image = Image.open(io.BytesIO(photo))
    image.draft("RGB", (1300, 1000))
    ImageOps.exif_transpose(image, in_place=True)
    found = []
    for size in SIZES:
        scale = min(size.width / image.width, size.height / image.height)
        box = (round(image.width * scale), round(image.height * scale))
        out = io.BytesIO()
        small = image.resize(box, Image.Resampling.LANCZOS, reducing_gap=2.0)
        small.save(out, "JPEG", quality=QUALITY)
        found.append(out.getvalue())
    return found


PROGRAMS: Final[dict[str, Callable[[bytes], list[bytes]]]] = {"ours": ours, "bare": bare}


@dataclass(frozen=True)
class Resized:
    """What both took: CPU seconds of the product, its ratio to bare Pillow's, peaks in bytes."""

    seconds: float
    over_pillow: float
    peak: int
    peak_of_pillow: int

    def figures(self) -> Mapping[str, Any]:
        return {
            NAME: {
                "ms": round(self.seconds * 1e3),
                "over_pillow": round(self.over_pillow, 2),
                "peak_mb": round(self.peak / MEGABYTE, 1),
                "pillow_peak_mb": round(self.peak_of_pillow / MEGABYTE, 1),
            }
        }

    def missed(self) -> Iterable[str]:
        if self.over_pillow > BUDGET:
            yield (
                f"{NAME} takes {self.over_pillow:.2f} times as long as bare Pillow; "
                f"{BUDGET} are allowed."
            )
        if self.peak > BUDGET * self.peak_of_pillow:
            yield (
                f"{NAME} takes {self.peak / self.peak_of_pillow:.2f} times the memory of bare "
                f"Pillow; {BUDGET} are allowed."
            )

    def said(self) -> str:
        return (
            f"an image of 12 megapixels to {len(SIZES)} sizes: {self.seconds * 1e3:.0f} ms of CPU, "
            f"{self.over_pillow:.2f} times bare Pillow; peak {self.peak / MEGABYTE:.0f} MB, "
            f"bare Pillow's {self.peak_of_pillow / MEGABYTE:.0f} MB"
        )


def measure(rounds: int) -> Resized:
    """Return what the product and bare Pillow take, in turns."""
    from bench import cost  # noqa: PLC0415  it needs Django, which a process of its own does not

    photo = made_up_photo()
    programs = {name: partial(program, photo) for name, program in PROGRAMS.items()}
    costs = cost.compare(programs, rounds=rounds, warm_up=2)
    with tempfile.NamedTemporaryFile(suffix=".jpg") as file:
        file.write(photo)
        file.flush()
        peaks = {name: _peak_in_own_process(name, file.name) for name in PROGRAMS}
    return Resized(
        costs.typical("ours").total, costs.ratio("ours", "bare"), peaks["ours"], peaks["bare"]
    )


def made_up_photo() -> bytes:
    """Return a JPEG of 12 megapixels, about as restless as what a camera sees."""
    width, height = PHOTO
    bands = [
        Image.effect_noise((width // 4, height // 4), 60).resize(PHOTO, Image.Resampling.BILINEAR)
        for _ in range(3)
    ]
    grain = Image.effect_noise(PHOTO, 6)
    out = io.BytesIO()
    Image.merge("RGB", [Image.blend(band, grain, 0.3) for band in bands]).save(
        out, "JPEG", quality=90
    )
    return out.getvalue()


def _peak_in_own_process(program: str, path: str) -> int:
    done = subprocess.run(
        [sys.executable, "-m", "bench.images", program, path],
        stdout=subprocess.PIPE,
        check=True,
        cwd=Path(__file__).resolve().parent.parent,
    )
    return int(json.loads(done.stdout))


if __name__ == "__main__":
    _program, _path = sys.argv[1:]
    _photo = Path(_path).read_bytes()
    ours(_thumbnail := bare(_photo)[0])  # what is loaded once is loaded
    del _thumbnail
    _idle = forget_peak()
    PROGRAMS[_program](_photo)
    sys.stdout.write(json.dumps(peak_now() - _idle))
