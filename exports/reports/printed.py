"""A report as PDF: a table on as many pages as it takes, each with its heads and its number."""

from collections.abc import Iterator
from functools import cache
from typing import IO, Any, Final

from django.utils import timezone
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph
from reportlab.platypus import Table as Grid

from . import right_to_left, typefaces
from .tables import Progress, Row, Table

# Characters of one cell; the CSV has all of them.
LONGEST_CELL: Final = 600

_PAGE: Final = landscape(A4)
_MARGIN: Final = 14 * mm
_HEAD: Final = 26 * mm  # from the paper's edge to the rows: the title, and the columns' heads
_WIDTH: Final = _PAGE[0] - 2 * _MARGIN
_PADDING: Final = 3  # points, at either side of a cell
_GREY: Final = colors.HexColor("#57606a")
_RULE: Final = colors.HexColor("#d8dee4")
_SHADE: Final = colors.HexColor("#f4f5f7")
_TEXT: Final = ParagraphStyle("text", fontName=typefaces.FACE, fontSize=7.5, leading=9.5)
_TITLE: Final = ParagraphStyle("title", fontName=typefaces.BOLD, fontSize=13, leading=16)
_HEADS: Final = ParagraphStyle("heads", _TEXT, fontName=typefaces.BOLD)
_NOTE: Final = ParagraphStyle("note", _TEXT, textColor=_GREY)
_PADDED: Final = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), _PADDING),
    ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING),
    ("TOPPADDING", (0, 0), (-1, -1), 2),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
]
_RULED: Final = [*_PADDED, ("LINEBELOW", (0, 0), (-1, -1), 0.5, _RULE)]
_SHADED: Final = [*_PADDED, ("BACKGROUND", (0, 0), (-1, -1), _SHADE)]


def write(table: Table, file: IO[bytes], progress: Progress) -> None:
    """Write `table` into `file`."""
    document = BaseDocTemplate(
        file,
        pagesize=_PAGE,
        title=f"{table.event.name}: {table.title}",
        author=table.event.name,
        pageCompression=1,
    )
    body = Frame(
        *(_MARGIN, _MARGIN, _WIDTH, _PAGE[1] - _HEAD - _MARGIN),
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    page = _Page(table)
    document.addPageTemplates(PageTemplate(frames=[body], onPage=page.draw))
    document.build(_Story(page.rows(progress)))


class _Story(list[Flowable]):
    """A list that is filled while it is emptied: the library takes what it draws off its front."""

    def __init__(self, flowables: Iterator[Flowable]) -> None:
        super().__init__()
        self._flowables = flowables

    def __len__(self) -> int:
        if not super().__len__():
            self.extend(each for each in [next(self._flowables, None)] if each is not None)
        return super().__len__()


class _Page:
    """What stands on each page of a report: the frame, and rows in columns of one width."""

    def __init__(self, table: Table) -> None:
        typefaces.register()
        self.table = table
        shares = sum(share for _, share in table.printed)
        self.widths = [_WIDTH * share / shares for _, share in table.printed]
        when = timezone.localtime(timezone=table.zone)
        self.title = f"{table.event.name}: {table.title}"
        self.note = f"{when:%Y-%m-%d %H:%M} ({table.event.timezone})"

    def rows(self, progress: Progress) -> Iterator[Flowable]:
        number = 0
        for number, row in enumerate(self.table.rows(), start=1):
            yield self._row(row)
            progress(self.table.title.lower(), number, None)
        if not number:
            yield _paragraph("There is nothing to show.", _NOTE, _WIDTH)

    def draw(self, canvas: Any, document: Any) -> None:
        """Draw what is on every page, its number included."""
        canvas.saveState()
        top = _PAGE[1] - _MARGIN + 4 * mm
        title = _paragraph(_cut(self.title, 120), _TITLE, _WIDTH)
        _, height = title.wrapOn(canvas, _WIDTH, _HEAD)
        title.drawOn(canvas, _MARGIN, top - height)
        heads = self._grid([head.title for head, _ in self.table.printed], _HEADS, _SHADED)
        heads.wrapOn(canvas, _WIDTH, _HEAD)
        heads.drawOn(canvas, _MARGIN, _PAGE[1] - _HEAD)
        canvas.setFont(typefaces.FACE, 7.5)
        canvas.setFillColor(_GREY)
        canvas.drawString(_MARGIN, _MARGIN - 5 * mm, self.note)
        canvas.drawRightString(_MARGIN + _WIDTH, _MARGIN - 5 * mm, str(document.page))
        canvas.restoreState()

    def _row(self, row: Row) -> Flowable:
        cells = [str(column.value(row)) for column, _ in self.table.printed]
        return self._grid(cells, _TEXT, _RULED)

    def _grid(self, texts: list[str], style: ParagraphStyle, look: list[Any]) -> Flowable:
        cells = [
            _paragraph(text, style, width - 2 * _PADDING)
            for text, width in zip(texts, self.widths, strict=True)
        ]
        return Grid([cells], self.widths, style=look, splitInRow=1)


def _paragraph(text: str, style: ParagraphStyle, width: float) -> Flowable:
    text = _cut(text, LONGEST_CELL)
    if right_to_left.is_in(text):
        is_turned = right_to_left.begins(text)
        text = "\n".join(right_to_left.lines(text, style.fontName, style.fontSize, width))
        style = _turned(style) if is_turned else style
    return Paragraph(typefaces.marked_up(text), style)


@cache
def _turned(style: ParagraphStyle) -> ParagraphStyle:
    return ParagraphStyle(f"{style.name}, right to left", style, alignment=TA_RIGHT)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
