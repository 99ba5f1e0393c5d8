"""Every statement of a resource, answered for everybody and many rows: more than a page shows.

A route asks one or two statements of one row. What is hashed here is what each statement of the
resource says of each sample: so that an audience, or a part of a tree that no line of the page
depends on, cannot change unseen either.
"""

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from openevent.api.registry import registry
from openevent.api.resources import Resource
from permissions.predicates import Atom, Predicate
from permissions.routes import Route
from permissions.targets import Target

from .world import Rows, person

# True, False, and not to be told from what the target knows.
LETTERS = {True: "y", False: "n", None: "?"}


@dataclass(frozen=True)
class Stated:
    """A statement: what it is about, and of whose rows it is asked."""

    about: str
    predicate: Predicate
    resource: Resource | None


def stated(name: str, section: Sequence[Route]) -> Iterator[Stated]:
    """Iterate over all statements of a section: of its resource, and decorators of its routes."""
    resource = registry.get(name)
    if resource is not None:
        yield from _of(resource)
    for route in section:
        for statement in route.statements:
            yield Stated(f"{route.method} {route.path}", statement.predicate, resource)


def _of(resource: Resource) -> Iterator[Stated]:
    for verb, predicate in resource.permissions.items():
        yield Stated(verb, predicate, resource)
    for audience in resource.audiences:
        yield Stated(f"audience {audience.name}", audience.who, resource)
    for field, predicate in resource.writable_by.items():
        yield Stated(f"writes {field}", predicate, resource)
    for field, relation in resource.relationships.items():
        if relation.seen_by is not None:
            yield Stated(f"sees {field}", relation.seen_by, relation.served)


def answers(predicate: Predicate, resource: Resource | None, rows: Rows) -> str:
    """Return what `predicate` says of the rows of `resource`, a letter for each person."""
    targets = [Target(row) for row in rows.samples(resource)]
    people = [person(user) for user in rows.people.values()]
    return "".join(LETTERS[predicate.fold(user, at)] for at in targets for user in people)


def digest(name: str, section: Sequence[Route], rows: Rows) -> str:
    """Return a hash of all that the statements of a section say."""
    found = hashlib.sha256()
    with asking_once(rows):
        for each in stated(name, section):
            said = answers(each.predicate, each.resource, rows)
            found.update(f"{each.about} {said}\n".encode())
    return found.hexdigest()[:16]


@contextlib.contextmanager
def asking_once(rows: Rows) -> Iterator[None]:
    """Ask each atom once of each person and target, however many trees it is part of."""
    ask = Atom.fold

    def fold(self: Atom, user: Any, target: Target) -> bool | None:
        key = (self.name, user.pk, target.row, *sorted(target.values_.items()))
        if key not in rows.asked:
            rows.asked[key] = ask(self, user, target)
        return rows.asked[key]

    with patch.object(Atom, "fold", fold):
        yield
