"""XML, written piece by piece."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Final
from xml.sax.saxutils import XMLGenerator

# What XML 1.0 has no place for, not even as an entity.
_NO_CHARACTER: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Xml:
    """A document that grows; `taken` hands over what came since the last time."""

    def __init__(self) -> None:
        self._bytes = BytesIO()
        self._out = XMLGenerator(self._bytes, "utf-8", short_empty_elements=True)
        self._out.startDocument()

    @contextmanager
    def inside(self, tag: str, /, **attributes: str) -> Iterator[None]:
        """Write what is inside an element."""
        self.start(tag, **attributes)
        yield
        self.end(tag)

    def start(self, tag: str, /, **attributes: str) -> None:
        self._out.startElement(tag, {key: _fit(value) for key, value in attributes.items()})

    def end(self, tag: str) -> None:
        self._out.endElement(tag)

    def element(self, tag: str, text: str = "", /, **attributes: str) -> None:
        with self.inside(tag, **attributes):
            if text:
                self._out.characters(_fit(text))

    def taken(self) -> bytes:
        taken = self._bytes.getvalue()
        self._bytes.seek(0)
        self._bytes.truncate()
        return taken


def _fit(text: str) -> str:
    return _NO_CHARACTER.sub("", text)
