"""Columns and filters that several lists have."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet, TextChoices
from django.http import HttpRequest
from unfold.decorators import display


class TrashFilter(SimpleListFilter):
    """Whether rows lie in the trash."""

    title = "trash"
    parameter_name = "trash"

    def lookups(self, request: HttpRequest, page: Any) -> list[tuple[str, str]]:
        return [("out", "Not in the trash"), ("in", "In the trash")]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("in", "out"):
            return rows
        return rows.filter(deleted_at__isnull=self.value() == "out")


def state(
    states: type[TextChoices], column: str = "state", **colours: str
) -> Callable[[Any, Any], str]:
    """Return a column of a list that shows the state of a row, in its `column`, as a label.

    `colours` are unfold's names for them (info, success, warning, danger), by value of the state.
    """

    @display(
        description="State",
        ordering=column,
        label={str(states(value).label): colour for value, colour in colours.items()},
    )
    def standing(page: Any, row: Any) -> str:
        return str(states(getattr(row, column)).label)

    return standing
