"""Reordering: giving many rows of an event their places at once."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db.models import Case, QuerySet, Value, When

from openevent.errors import DomainError


class OthersRows(DomainError):
    status = 403
    detail = "Some of these belong to another event, or do not exist."


def reorder(rows: QuerySet[Any], column: str, places: Mapping[int, int]) -> Counter[int]:
    """Set `column` of the rows whose ids are in `places`; return how many got each place.

    :raises OthersRows: an id is not that of one of `rows`.
    """
    chosen = rows.filter(pk__in=places)
    if chosen.count() != len(places):
        raise OthersRows
    if places:
        cases = [When(pk=key, then=Value(place)) for key, place in places.items()]
        chosen.update(**{column: Case(*cases)})
    return Counter(places.values())


def reset_order(rows: QuerySet[Any], column: str) -> int:
    """Set `column` of all `rows` to 0; return how many there are."""
    return rows.update(**{column: 0})
