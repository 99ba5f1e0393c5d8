"""A report as CSV, for spreadsheet programs and for others (RFC 4180).

It begins with a byte order mark: without it Excel takes the file for another encoding. A cell that
a spreadsheet program would take for a formula begins with an apostrophe, which makes it text.
"""

import io
from typing import IO, Final

from defusedcsv import csv

from .tables import Cell, Progress, Table

# What Excel also begins a formula with where people write in full width, beside what the library
# knows.
_WIDE: Final = ("＝", "＋", "－", "＠")


def write(table: Table, file: IO[bytes], progress: Progress) -> None:
    """Write `table` into `file`, and leave that open."""
    lines = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
    try:
        sheet = csv.writer(lines, quoting=csv.QUOTE_ALL)
        sheet.writerow([_harmless(column.title) for column in table.columns])
        for number, row in enumerate(table.rows(), start=1):
            sheet.writerow([_harmless(column.value(row)) for column in table.columns])
            progress(table.title.lower(), number, None)
    finally:
        lines.detach()


def _harmless(cell: Cell) -> Cell:
    """Return `cell` so that the library sees how it begins: programs skip tabs and line ends."""
    if not isinstance(cell, str):
        return cell
    cell = cell.strip()
    return f"'{cell}" if cell.startswith(_WIDE) else cell
