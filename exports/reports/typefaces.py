"""The letters of printed reports: what is drawn with which font.

DejaVu Sans Condensed is here with its licence, and has the scripts of Europe, Arabic, Hebrew and
many signs. Chinese, Japanese and Korean are named, not embedded: every PDF reader has fonts for
them (Adobe's "Asian font packs"). What neither has is drawn as an empty box. What is read from
right to left is put in order before (`right_to_left.py`).
"""

import re
from functools import cache
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

FACE: Final = "DejaVuSansCondensed"
BOLD: Final = "DejaVuSansCondensed-Bold"
_FILES: Final = Path(__file__).parent / "fonts"
_JAPANESE: Final = "HeiseiKakuGo-W5"
_CHINESE: Final = "STSong-Light"
_KOREAN: Final = "HYGothic-Medium"

_ASIAN: Final = re.compile("[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]+")
_HANGUL: Final = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7ff]")
_KANA: Final = re.compile("[\u3040-\u30ff\u31f0-\u31ff]")


@cache
def register() -> None:
    """Make the fonts known to the library."""
    for name in (FACE, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(_FILES / f"{name}.ttf")))
    for name in (_JAPANESE, _CHINESE, _KOREAN):
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    for is_bold, name in ((0, FACE), (1, BOLD)):
        addMapping(FACE, is_bold, 0, name)
        addMapping(FACE, is_bold, 1, name)


def marked_up(text: str) -> str:
    """Return `text` as the library's mark-up, in which each letter has a font and means itself."""
    # the signs that both write are drawn as whoever wrote the rest draws them
    chinese = _JAPANESE if _KANA.search(text) else _CHINESE

    def in_its_font(match: re.Match[str]) -> str:
        name = _KOREAN if _HANGUL.search(match[0]) else chinese
        return f'<font name="{name}">{match[0]}</font>'

    return _ASIAN.sub(in_its_font, escape(text)).replace("\n", "<br/>")
