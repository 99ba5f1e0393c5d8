"""Scopes: which rows a read is about, before the query string narrows them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet

from permissions.users import Person

from .plan.sql import Bind
from .query import Shape
from .registry import registry
from .resources import Relation, Resource
from .visibility import members, model_of, visible


class Scope(Protocol):
    """Which rows a read is about, before anybody's visibility: all, one, those of a parent.

    A scope is a value (frozen, hashable): equal scopes share a compiled plan.
    """

    def rows(self, resource: Resource, user: Person, shape: Shape) -> QuerySet[Any]:
        """Return the rows of `resource` in the scope that `user` may view."""

    def __hash__(self) -> int: ...


@dataclass(frozen=True)
class Everything:
    """All rows that the viewer may view."""

    def rows(self, resource: Resource, user: Person, shape: Shape) -> QuerySet[Any]:
        return visible(resource, user, trashed=shape.trashed)


@dataclass(frozen=True)
class One:
    """The row whose `column` has the value bound as `key`."""

    column: str = "pk"

    def rows(self, resource: Resource, user: Person, shape: Shape) -> QuerySet[Any]:
        rows = visible(resource, user, trashed=shape.trashed)
        return rows.filter(**{self.column: Bind("key")})


@dataclass(frozen=True)
class Written:
    """The row just written, which its writer is shown whether or not they may view it later."""

    def rows(self, resource: Resource, user: Person, shape: Shape) -> QuerySet[Any]:
        return model_of(resource)._default_manager.filter(pk=Bind("key"))


@dataclass(frozen=True)
class Narrowed:
    """The rows that a function of the resource's own file selects: `/events/upcoming`.

    `select` gets the visible rows and the viewer, and must be a module-level function.
    """

    select: Callable[[QuerySet[Any], Person], QuerySet[Any]]

    def rows(self, resource: Resource, user: Person, shape: Shape) -> QuerySet[Any]:
        return self.select(visible(resource, user, trashed=shape.trashed), user)


@dataclass(frozen=True)
class RelatedTo:
    """The rows that a relationship leads to from the row bound as `owner`.

    `key` binds the id of the one row of a forward to-one.
    """

    owner_type: str
    relation: str
    embedded: bool = False

    def rows(self, resource: Resource, user: Person, shape: Shape) -> QuerySet[Any]:
        relation = registry[self.owner_type].relationships[self.relation]
        rows = members(relation, user, embedded=self.embedded, trashed=shape.trashed)
        if relation.column:
            return rows.filter(pk=Bind("key"))
        return along(relation, rows, user, Bind("owner"))


def along(relation: Relation, rows: QuerySet[Any], user: Person, owner: Any) -> QuerySet[Any]:
    """Return those of `rows` that a backward relationship leads to from the row `owner`."""
    leading = relation.leading_to(owner, user)
    if not relation.may_repeat:
        return rows.filter(leading)
    # a row that leads here twice is listed once
    return rows.filter(pk__in=rows.model._default_manager.filter(leading).values("pk"))


@dataclass(frozen=True, eq=False)
class Given:
    """The rows of a queryset that a data layer made, of those the viewer may view."""

    queryset: QuerySet[Any]

    def rows(self, resource: Resource, user: Person, shape: Shape) -> QuerySet[Any]:
        chosen = self.queryset.order_by().values("pk")
        return visible(resource, user, trashed=shape.trashed).filter(pk__in=chosen)
