"""What a report is made of: columns, and rows that are read a few at a time."""

import json
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, F, QuerySet, When

from events.models import CustomForm, Event
from openevent.markup import as_text

ROWS: Final = 500  # in memory at a time

Row = Mapping[str, Any]
Cell = str | int | float
# Told what is being done, how much of it is done, and of how much if that is known.
Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True)
class Column:
    """One column: `value` makes its cell of a row."""

    title: str
    value: Callable[[Row], Cell]


@dataclass(frozen=True)
class Table:
    """A report: a query whose rows are mappings, and what is shown of each.

    A sheet has all of `columns`; a page has room for those of `printed`, each with its share of
    the width. A page is about an `event`; a sheet may be about none.
    """

    title: str
    event: Event | None
    query: QuerySet[Any, Any]
    columns: list[Column]
    printed: list[tuple[Column, int]]

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.event.timezone)

    def rows(self) -> Iterator[Row]:
        return self.query.iterator(chunk_size=ROWS)


def text(title: str, name: str) -> Column:
    """A column that shows what the row has by `name`."""
    return Column(title, lambda row: plain(row[name]))


def prose(title: str, name: str) -> Column:
    """A column of text that people write with mark-up."""
    return Column(title, lambda row: as_text(row[name]))


def moment(title: str, name: str, event: Event) -> Column:
    """A column of times, as the clocks at the event show them."""
    zone = zoneinfo.ZoneInfo(event.timezone)

    def value(row: Row) -> Cell:
        when = row[name]
        return f"{when.astimezone(zone):%Y-%m-%d %H:%M}" if when else ""

    return Column(f"{title} ({event.timezone})", value)


def living(relation: str) -> Case:
    """Return the expression of the name of what a row leads to, unless that is in the trash."""
    return Case(When(**{f"{relation}__deleted_at": None}, then=F(f"{relation}__name")))


def answers(event: Event, form: str) -> list[Column]:
    """Return a column for each field of its own that a form of `event` asks for."""
    fields = CustomForm.objects.filter(event=event, form=form, is_complex=True, form_id=None)
    return [
        _answer(field.name or field.field_identifier, field.field_identifier)
        for field in fields.order_by("position", "pk")
    ]


def _answer(title: str, identifier: str) -> Column:
    return Column(title, lambda row: plain((row["complex_field_values"] or {}).get(identifier)))


def plain(value: Any) -> Cell:
    """Return `value` as a cell: what is no text or number is written as people would."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str() | int() | float():
            return value
        case list():
            return ", ".join(str(plain(each)) for each in value)
    return json.dumps(value, ensure_ascii=False)
