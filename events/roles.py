"""The roles that somebody holds on events, and what roles may: read once per request or task."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import BigIntegerField, TextField, Value
from django.db.models.functions import Cast, JSONArray
from django.db.models.signals import post_delete, post_save

from openevent.api.plan.sql import Bind, Statement, statement, union
from permissions.memory import forget, remember
from permissions.users import Person

from .models import Event, EventRole, Group, GroupRole, Role, RolePermission, Service
from .models.role import COORGANIZER, MODERATOR, ORGANIZER, OWNER, REGISTRAR, TRACK_ORGANIZER

# Each rank includes those above it, as the atoms of its name do.
OWNERS: Final = frozenset({OWNER})
ORGANIZERS: Final = OWNERS | {ORGANIZER}
COORGANIZERS: Final = ORGANIZERS | {COORGANIZER}
TRACK_ORGANIZERS: Final = COORGANIZERS | {TRACK_ORGANIZER}
REGISTRARS: Final = COORGANIZERS | {REGISTRAR}
MODERATORS: Final = COORGANIZERS | {MODERATOR}


# The columns of the role x service matrix, by what a role may do.
CAN: Final = {
    "create": "can_create",
    "read": "can_read",
    "update": "can_update",
    "delete": "can_delete",
}
# What the verb of a statement is to the matrix; what a resource adds of its own is an update.
_DOES: Final = {
    **dict.fromkeys(("view", "embedded", "list"), "read"),
    "create": "create",
    "delete": "delete",
}


class Right(NamedTuple):
    """A cell of the role x service matrix, whatever the role: what is done with which service."""

    does: str
    service: str

    def __str__(self) -> str:
        return f"{self.does} {self.service}"


def right_to(verb: str, noun: str) -> Right | None:
    """Return the right that `verb` of rows of the type `noun` takes; `None`: it takes none."""
    return Right(_DOES.get(verb, "update"), noun) if noun in Service.Name.values else None


@dataclass(frozen=True)
class Standing:
    """What is known of one person: their roles by event id, and which roles have which right."""

    roles: Mapping[int, frozenset[str]]
    rights: Mapping[Right, frozenset[str]]


def roles_of(user: Person) -> Mapping[int, frozenset[str]]:
    """Return the names of the roles `user` holds, by event id: `{3: {"owner"}}`.

    Who accepted a role in a group holds it on each event of the group.
    """
    return _standing(user).roles


def roles_with(right: Right, user: Person) -> frozenset[str]:
    """Return the names of all roles that have `right`, as read for `user`."""
    return _standing(user).rights.get(right, frozenset())


def _standing(user: Person) -> Standing:
    def load() -> Standing:
        *held, (_, text) = _held().rows({"user": user.pk})
        matrix = _matrix(text or "[]")
        roles: dict[int, set[str]] = defaultdict(set)
        for event_id, role in held:
            roles[event_id].add(matrix.names[role])
        return Standing(
            {event_id: frozenset(names) for event_id, names in roles.items()}, matrix.rights
        )

    return remember(("roles", user.pk), load)


@cache
def _held() -> Statement:
    """Return the query for somebody's standing, compiled once: nearly every request asks it.

    A row for each role held, with the event; at last one of no event with the matrix as JSON.
    That costs no more than to join each role with its name, and a query of its own would.
    """
    held = EventRole.objects.filter(user_id=Bind("user"))
    by_group = GroupRole.objects.filter(
        user_id=Bind("user"),
        accepted=True,
        group__deleted_at=None,
        group__events__isnull=False,
    )
    cell = JSONArray(
        Cast("pk", TextField()),
        "name",
        "permissions__service__name",
        *(f"permissions__{column}" for column in CAN.values()),
    )
    role = Cast("role_id", TextField())
    nowhere = Value(None, BigIntegerField())
    matrix = Role.objects.values(at=nowhere).annotate(said=Cast(JSONBAgg(cell), TextField()))
    return union(
        [
            statement(held.values_list("event_id", role)),
            statement(by_group.values_list("group__events", role)),
            statement(matrix.values_list("at", "said")),
        ]
    )


@dataclass(frozen=True)
class _Matrix:
    """The roles there are: their names by id (as text), and which have which right."""

    names: Mapping[str, str]
    rights: Mapping[Right, frozenset[str]]


@lru_cache(maxsize=4)  # it reads the same for everybody, until an admin changes it
def _matrix(text: str) -> _Matrix:
    names: dict[str, str] = {}
    rights: dict[Right, set[str]] = defaultdict(set)
    for role, name, service, *answers in json.loads(text):
        names[role] = name
        for does, may in zip(CAN, answers, strict=True):
            if may:
                rights[Right(does, service)].add(name)
    return _Matrix(names, {right: frozenset(who) for right, who in rights.items()})


def _forget_roles(**_: Any) -> None:
    forget()


_HEEDED: Final = (EventRole, GroupRole, Group, Event, Role, RolePermission, Service)
for _model in _HEEDED:  # of an event, its group
    post_save.connect(_forget_roles, sender=_model)
    post_delete.connect(_forget_roles, sender=_model)
