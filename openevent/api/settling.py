"""What the rows of one parent need not be asked one by one.

Of the sessions of event 5 each is on event 5, so whether the viewer is an organizer there has
one answer for the whole list. With that answer in its place the condition is often nothing,
and PostgreSQL counts and reads the list by its index alone.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from permissions.predicates import Condition


@dataclass(frozen=True)
class Parent:
    """The row that all rows of a list lead to by `column`.

    `facts` are what is known about it: of a list of ids that conditions compare `column` with,
    by its name, whether the parent is among them.
    """

    column: str
    facts: frozenset[tuple[str, bool]]


def either(*conditions: Condition) -> Condition:
    """Return the condition that holds where one of `conditions` does."""
    if any(chosen is True for chosen in conditions):
        return True
    remaining = [chosen for chosen in conditions if chosen is not False]
    return _joined(remaining, Q.OR) if remaining else False


def both(*conditions: Condition) -> Condition:
    """Return the condition that holds where all of `conditions` do."""
    if any(chosen is False for chosen in conditions):
        return False
    remaining = [chosen for chosen in conditions if chosen is not True]
    return _joined(remaining, Q.AND) if remaining else True


def _joined(conditions: list[Any], connector: str) -> Condition:
    return conditions[0] if len(conditions) == 1 else Q(*conditions, _connector=connector)


def settled(chosen: Condition, parent: Parent | None) -> Condition:
    """Return `chosen` for the rows of `parent`, with what is known of it put in."""
    if parent is None or isinstance(chosen, bool):
        return chosen
    return _settled(chosen, f"{parent.column}__among", dict(parent.facts))


def _settled(part: Any, lookup: str, facts: dict[str, bool]) -> Condition:
    if isinstance(part, tuple) and part[0] == lookup:
        return facts.get(getattr(part[1], "name", ""), Q(part))
    if not isinstance(part, Q) or part.connector not in (Q.AND, Q.OR):
        return Q(part)
    combine = either if part.connector == Q.OR else both
    found = combine(*(_settled(child, lookup, facts) for child in part.children))
    if not part.negated:
        return found
    return not found if isinstance(found, bool) else ~found
