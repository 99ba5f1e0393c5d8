"""What each cell of the matrix says, decided in process."""

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import openevent.urls  # noqa: F401  registers every resource
from openevent.api.judging import Judge
from openevent.api.registry import registry
from openevent.api.resources import Resource
from permissions.routes import Route, routes
from tests.personas import PERSONAS

from .statements import asking_once
from .world import STATES, Rows, linked, person

# Segments of paths that name no row of the route's own resource.
PLAIN = "plain views"


@dataclass(frozen=True)
class Asked:
    """One route and method, asked of the row of one state: a line of the matrix."""

    route: Route
    state: str
    arguments: tuple[tuple[str, str], ...]
    linked: tuple[tuple[str, Any], ...]

    @property
    def path(self) -> str:
        return self.route.path.format(**dict(self.arguments))


def resource_of(route: Route) -> Resource | None:
    return getattr(route.view_class, "resource", None)


def sections() -> dict[str, list[Route]]:
    """Return all routes by the type of their resource; those of none are `PLAIN`."""
    found: dict[str, list[Route]] = {}
    for route in routes():
        resource = resource_of(route)
        found.setdefault(resource.type if resource else PLAIN, []).append(route)
    return found


def asked_of(route: Route, rows: Rows) -> Iterator[Asked]:
    """Iterate over the states that make a difference to `route`."""
    named = _named(route)
    resource = resource_of(route)
    is_create = route.handler == "create" and resource is not None
    for state in STATES:
        found = {name: rows.pick(of, state) for name, of in named.items() if of is not None}
        arguments = tuple(
            (name, str(row.pk) if (row := found.get(name)) is not None else "0") for name in named
        )
        body: Mapping[str, Any] = {}
        if is_create and resource is not None:
            body = linked(resource, rows.pick(resource, state))
        # what names no row of that state is asked once
        if state == STATES[0] or body or any(row is not None for row in found.values()):
            yield Asked(route, state, arguments, tuple(body.items()))


def decide(asked: Asked, user: Any) -> int:
    """Return the status that permission gives `user`: 200, 401, 403, 404 or 405."""
    return asked.route.judge(person(user), dict(asked.arguments), dict(asked.linked)).status


def decided(section: list[Route], rows: Rows) -> list[tuple[Asked, dict[str, int]]]:
    """Return the lines of a section: what is asked, and the status for each persona."""
    people = rows.world.people
    with looking_once(rows), asking_once(rows):
        return [
            (asked, {name: decide(asked, people[name]) for name in PERSONAS})
            for route in section
            for asked in asked_of(route, rows)
        ]


@contextlib.contextmanager
def looking_once(rows: Rows) -> Iterator[None]:
    """Look each row up once for each person: tens of thousands of cells ask for few rows."""
    look = Judge.row

    def row(self: Judge, ref: str) -> Any:
        key = (self.resource.type, self.user.pk, ref)
        if key not in rows.looked:
            rows.looked[key] = look(self, ref)
        return rows.looked[key]

    with patch.object(Judge, "row", row):
        yield


def _named(route: Route) -> dict[str, Resource | None]:
    """Return the resource that each argument of the URL names a row of, or `None`."""
    by_path = {resource.path: resource for resource in registry}
    return {
        name: by_path.get(collection)
        for collection, name in re.findall(r"([^/]*)/\{([^{}]+)\}", route.path)
    }
