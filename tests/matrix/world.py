"""The rows of the seeded world that the routes of each resource are asked of."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import models
from django.test import Client

from openevent.api.resources import Relation, Resource
from openevent.api.visibility import not_trash
from permissions.targets import Target, UnknownNeed, need_path
from permissions.users import Anonymous
from tests.factories.events import hold
from tests.factories.users import UserFactory
from tests.personas import client_of
from tests.seeds import World

# The event that a row belongs to; rows that belong to none are asked of once.
STATES: Final = ("published", "draft", "trashed")
# A statement is asked of so many rows at the most; they differ in who is on them.
SAMPLES: Final = 12


class Rows:
    """The rows of one world, by resource and state."""

    def __init__(self, world: World) -> None:
        self.world = world
        # Of whom statements are asked: all personas, and who differs from one in a single fact.
        self.people = {
            **world.people,
            "unverified_admin": UserFactory(is_admin=True, is_verified=False),
            "unverified_coorganizer": UserFactory(is_verified=False),
        }
        for state in STATES:
            hold(self.people["unverified_coorganizer"], world.events[state], "coorganizer")
        # What each atom said: they are asked the same for the page, the requests and the mutants.
        self.asked: dict[Any, bool | None] = {}
        # What each person found by looking a row up, if anything.
        self.looked: dict[Any, models.Model | None] = {}
        self._clients: dict[str, Client] = {}
        self._picked: dict[tuple[str, str], models.Model | None] = {}
        self._samples: dict[str, list[models.Model | None]] = {}

    def client(self, persona: str) -> Client:
        """Return a client that is signed in as `persona`, the same each time."""
        if persona not in self._clients:
            self._clients[persona] = client_of(self.world.people[persona])
        return self._clients[persona]

    def pick(self, resource: Resource, state: str) -> models.Model | None:
        """Return the row of `resource` in an event of that state that most people may view.

        That is the row about which the most can be said. `None` if there is no such row.
        """
        key = (resource.type, state)
        if key not in self._picked:
            people = self.world.people.values()
            view = resource.permissions.get("view")
            found = self._rows(resource, state)
            self._picked[key] = max(
                found,
                key=lambda row: sum(
                    view is not None and view.fold(person(each), Target(row)) is True
                    for each in people
                ),
                default=None,
            )
        return self._picked[key]

    def samples(self, resource: Resource | None) -> list[models.Model | None]:
        """Return the rows of which statements of `resource` are asked; no row if it has none."""
        if resource is None:
            return [None]
        if resource.type not in self._samples:
            found = [row for state in STATES for row in self._rows(resource, state)]
            self._samples[resource.type] = [*found] or [None]
        return self._samples[resource.type]

    def _rows(self, resource: Resource, state: str) -> list[models.Model]:
        if resource.model is None:
            return []
        rows = resource.model._default_manager.order_by("pk")
        path = event_path(resource.model)
        if path is not None:
            event = self.world.events[state]
            mine = rows.filter(**{path: event.pk})
            own = {"deleted_at": None} if resource.is_soft_deleting and path != "pk" else {}
            return list(mine.filter(**own)[:SAMPLES])
        if state != "published":
            return []
        return list(rows.filter(not_trash(resource))[:SAMPLES])


def event_path(model: type[models.Model]) -> str | None:
    """Return where the event of a row lies; `None` if rows of `model` belong to no event."""
    try:
        return need_path(model, "event_id")
    except UnknownNeed:
        return None


def linked(resource: Resource, row: models.Model | None) -> Mapping[str, Any]:
    """Return what the body of a POST has to link so that `create` can be asked, as on `row`."""
    if row is None or "create" not in resource.permissions:
        return {}
    found = {}
    for need in sorted(resource.permissions["create"].all_needs):
        step = need_path(type(row), need).split("__")[0].removesuffix("_id")
        if _relation(resource, f"{step}_id") is not None:
            found[f"{step}_id"] = getattr(row, f"{step}_id")
    return found


def linkage(resource: Resource, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return `values` as the relationships of a document."""
    found = {}
    for need, value in values.items():
        relation = _relation(resource, need)
        if relation is not None and value is not None:
            identifier = {"type": relation.spelled, "id": str(value)}
            found[relation.key] = {"data": identifier}
    return found


def _relation(resource: Resource, column: str) -> Relation | None:
    for relation in resource.relationships.values():
        if relation.column == column:
            return relation
    return None


def person(user: Any) -> Any:
    """Return whom permissions ask about: `user`, or nobody."""
    return user if user is not None else Anonymous()
