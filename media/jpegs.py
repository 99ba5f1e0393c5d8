"""What a JPEG is made of, as far as that can be told without decoding it.

Source: ITU-T T.81, annex B; and what libjpeg skips when it looks for the next marker.
"""

import re
from typing import Final

# Any number of bytes that fill, and what kind it is; 0 is a byte of the image.
_MARKER: Final = re.compile(rb"\xff+([\x01-\xfe])")
_ALONE: Final = frozenset([0x01, *range(0xD0, 0xD9)])  # nothing belongs to them
_SCAN, _END = 0xDA, 0xD9


def has_more_scans(content: bytes, most: int) -> bool:
    """Return whether who decodes this JPEG goes over the whole image more than `most` times.

    A progressive one has some ten scans; each takes a few bytes, and may take as long as all of
    an image that has but one.
    """
    # Other bytes may look like one: of nearly all images that is told without a closer look.
    return content.count(b"\xff\xda") > most and _count_scans(content) > most


def _count_scans(content: bytes) -> int:
    scans = at = 0
    while found := _MARKER.search(content, at):
        kind, at = found[1][0], found.end()
        if kind == _END:
            break
        if kind == _SCAN:
            scans += 1
        if kind not in _ALONE:
            at += int.from_bytes(content[at : at + 2])
    return scans
