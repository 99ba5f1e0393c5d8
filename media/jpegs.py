"""What a JPEG is made of, as far as that can be told without decoding it.

Source: ITU-T T.81, annex B; and what libjpeg skips when it looks for the next marker.
"""

import re
from typing import Final

# Any number of bytes that fill, and what kind it is; 0 is a byte of the image.
_MARKER: Final = re.compile(rb"\xff+([\x01-\xfe])")
_ALONE: Final = frozenset([0x01, *range(0xD0, 0xD9)])  # nothing belongs to them
_SCAN, _END = 0xDA, 0xD9


def count_scans(content: bytes) -> int:
    """Return how often whoever decodes this JPEG goes over the whole image.

    A progressive one has some ten scans; each takes a few bytes, and may take as long as all of
    an image that has but one.
    """
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
