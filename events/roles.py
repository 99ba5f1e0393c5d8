"""The roles that somebody holds on events, read once per request or task."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from django.db.models.signals import post_delete, post_save

from openevent.api.plan.sql import Bind, Statement, statement, union
from permissions.memory import forget, remember
from permissions.users import Person

from .models import Event, EventRole, Group, GroupRole
from .models.role import COORGANIZER, MODERATOR, ORGANIZER, OWNER, REGISTRAR, TRACK_ORGANIZER

# Each rank includes those above it, as the atoms of its name do.
OWNERS: Final = frozenset({OWNER})
ORGANIZERS: Final = OWNERS | {ORGANIZER}
COORGANIZERS: Final = ORGANIZERS | {COORGANIZER}
TRACK_ORGANIZERS: Final = COORGANIZERS | {TRACK_ORGANIZER}
REGISTRARS: Final = COORGANIZERS | {REGISTRAR}
MODERATORS: Final = COORGANIZERS | {MODERATOR}


def roles_of(user: Person) -> Mapping[int, frozenset[str]]:
    """Return the names of the roles `user` holds, by event id: `{3: {"owner"}}`.

    Who accepted a role in a group holds it on each event of the group.
    """

    def load() -> Mapping[int, frozenset[str]]:
        found: dict[int, set[str]] = defaultdict(set)
        for event_id, name in _held().rows({"user": user.pk}):
            found[event_id].add(name)
        return {event_id: frozenset(names) for event_id, names in found.items()}

    return remember(("roles", user.pk), load)


@cache
def _held() -> Statement:
    """Return the query for somebody's roles, compiled once: nearly every request asks it."""
    held = EventRole.objects.filter(user_id=Bind("user"))
    by_group = GroupRole.objects.filter(
        user_id=Bind("user"),
        accepted=True,
        group__deleted_at=None,
        group__events__isnull=False,
    )
    return union(
        [
            statement(held.values_list("event_id", "role__name")),
            statement(by_group.values_list("group__events", "role__name")),
        ]
    )


def _forget_roles(**_: Any) -> None:
    forget()


for _model in (EventRole, GroupRole, Group, Event):  # of an event, its group
    post_save.connect(_forget_roles, sender=_model)
    post_delete.connect(_forget_roles, sender=_model)
