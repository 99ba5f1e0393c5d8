"""Lines that are read from right to left, for a library that draws letters as they come.

Their order is that of the Unicode bidirectional algorithm (UAX #9), which is one of lines, so a
text is broken into lines first. Arabic letters get the forms in which they are joined; vowel
signs, which a font would have to put in their place, are left out.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import arabic_reshaper
import bidi
from reportlab.lib.utils import simpleSplit

# Hebrew, Arabic, and what is written like them.
_LETTER: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_CLOSED_BY: Final = {"(": ")", "[": "]", "{": "}", "<": ">", "«": "»"}
_OPENED_BY: Final = {closing: opening for opening, closing in _CLOSED_BY.items()}
_MIRRORED: Final = _CLOSED_BY | _OPENED_BY


def is_in(text: str) -> bool:
    """Return whether something in `text` is read from right to left."""
    return _LETTER.search(text) is not None


def begins(text: str) -> bool:
    """Return whether `text` as a whole is read from right to left: its first letter is."""
    return bool(bidi.get_base_level(text))


def lines(text: str, font: str, size: float, width: float) -> Iterator[str]:
    """Iterate over the lines of `text` as they are drawn from the left, each of `width` points."""
    for part in text.split("\n"):
        is_turned = begins(part)
        for line in simpleSplit(arabic_reshaper.reshape(part), font, size, width):
            drawn = str(bidi.get_display(line, base_dir="R" if is_turned else "L"))
            yield _mirrored(drawn, is_turned=is_turned)


def _mirrored(drawn: str, *, is_turned: bool) -> str:
    """Return a line with the brackets turned around that its order turned inside out: `)a(`.

    That is rule L4 of the algorithm, which the library leaves to whoever draws.
    """
    signs = list(drawn)
    open_ones, alone = defaultdict[str, list[int]](list), defaultdict[str, list[int]](list)
    for at, sign in enumerate(drawn):
        if sign in _OPENED_BY:
            opening = _OPENED_BY[sign]
            if open_ones[opening]:
                open_ones[opening].pop()
            else:
                alone[opening].append(at)
        elif sign in _CLOSED_BY:
            if alone[sign]:
                for each in (alone[sign].pop(), at):
                    signs[each] = _MIRRORED[signs[each]]
            else:
                open_ones[sign].append(at)
    if is_turned:  # one without the other, as in "1)", is turned with its line
        for each in (at for found in (open_ones, alone) for ats in found.values() for at in ats):
            signs[each] = _MIRRORED[signs[each]]
    return "".join(signs)
