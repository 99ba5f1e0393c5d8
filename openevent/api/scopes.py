"""Scopes: which rows a read is about, before the query string narrows them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Protocol, Self

from django.db.models import QuerySet

from permissions.users import Person

from .plan.sql import Bind, Known, Viewer, statement, values_of
from .query import Shape
from .registry import registry
from .resources import Relation, Resource
from .settling import Parent
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

    `key` binds the id of the one row of a forward to-one. `parent`: what is known of the owner.
    """

    owner_type: str
    relation: str
    embedded: bool = False
    parent: Parent | None = None

    def rows(self, resource: Resource, user: Person, shape: Shape) -> QuerySet[Any]:
        relation = registry[self.owner_type].relationships[self.relation]
        rows = members(
            relation, user, embedded=self.embedded, trashed=shape.trashed, parent=self.parent
        )
        if relation.column:
            return rows.filter(pk=Bind("key"))
        return along(relation, rows, user, Bind("owner"))

    def of(self, owner: int, user: Person) -> Self:
        """Return this scope with what `user` is to the row `owner`."""
        column = _column_to_owner(self.owner_type, self.relation)
        if column is None:
            return self
        values = values_of(user)
        asked = _asked(self.owner_type, self.relation, Viewer.of(user), self.embedded)
        facts = frozenset((each.name, owner in each.value(values)) for each in asked)
        return replace(self, parent=Parent(column, facts))


@lru_cache(maxsize=1024)
def _column_to_owner(owner_type: str, name: str) -> str | None:
    """Return the column of the related rows that holds their owner; `None` of any other way."""
    relation = registry[owner_type].relationships[name]
    if relation.column or len(relation.vias) != 1 or "__" in relation.vias[0]:
        return None
    field = model_of(relation.served)._meta.get_field(relation.vias[0])
    return getattr(field, "attname", None) if field.many_to_one else None


@lru_cache(maxsize=1024)
def _asked(owner_type: str, name: str, viewer: Viewer, embedded: bool) -> tuple[Known, ...]:
    """Return what the statement of such a scope asks about its viewer."""
    relation = registry[owner_type].relationships[name]
    rows = RelatedTo(owner_type, name, embedded).rows(relation.served, viewer, Shape())
    asked = (each for each in statement(rows).params if isinstance(each, Known))
    return tuple({each.name: each for each in asked}.values())


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
