"""Columns that several lists have."""

from collections.abc import Callable
from typing import Any

from django.db.models import TextChoices
from unfold.decorators import display


def state(states: type[TextChoices], **colours: str) -> Callable[[Any, Any], str]:
    """Return a column that shows the `state` of a row as a coloured label.

    `colours` are unfold's names for them (info, success, warning, danger), by value of the state.
    """

    @display(
        description="State",
        ordering="state",
        label={str(states(value).label): colour for value, colour in colours.items()},
    )
    def standing(page: Any, row: Any) -> str:
        return str(states(row.state).label)

    return standing
