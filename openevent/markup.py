"""Mark-up that people wrote, as plain text."""

import html
import re
from typing import Final

from nh3 import clean

# Where mark-up ends a line.
_ENDS_OF_LINES: Final = re.compile(r"<br\s*/?>|</(?:p|div|li|h[1-6]|blockquote|tr)>", re.IGNORECASE)


def as_text(markup: str | None) -> str:
    """Return what `markup` says, without tags and entities; of `None`, nothing."""
    if not markup:
        return ""
    return html.unescape(clean(_ENDS_OF_LINES.sub("\n", markup), tags=set())).strip()
