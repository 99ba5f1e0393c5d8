"""From the shape of a query to a plan: its statements, and where their rows lead."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import OrderBy

from openevent.api import filters
from openevent.api.query import Include, SortKey, resolve_sort
from openevent.api.query import Shape as QueryShape
from openevent.api.registry import registry
from openevent.api.resources import Relation, Resource
from openevent.api.scopes import Scope
from openevent.api.visibility import members, narrowed, sees
from permissions.users import Person

from .shape import Shape
from .sql import Bind, Statement, Viewer, statement, union

# How a column is looked up: the end of a lookup's name, and the value bound.
AMONG_IDS = ("__among", Bind("ids"))


class Edge:
    """An included relationship of a node, and the rows it leads to."""

    def __init__(self, relation: Relation, slot: int, node: "Node | None", user: Person) -> None:
        self.relation = relation
        self.slot = slot
        self.node = node  # None: the relationship is empty, its type is not served
        self._user = user

    @cached_property
    def rows(self) -> Statement:
        """The rows that the relationship leads to from the ids bound as `ids`.

        Of a forward relationship those are the ids of the rows themselves; of a backward one
        they are the owners', and each row ends with the owner it was found for.
        """
        return self._rows(AMONG_IDS)

    @cached_property
    def rows_of_one(self) -> Statement:
        """The same from one id, bound as `id`.

        PostgreSQL expects many rows of an array it does not know yet, so it would not keep a
        plan for those of a single owner but make one each time, which costs more than to run it.
        """
        return self._rows(("", Bind("id")))

    def _rows(self, lookup: tuple[str, Bind]) -> Statement:
        if self.node is None:
            return Statement(None)
        shape = self.node.shape
        found = _from_ids(self.relation, self._user, shape.select, len(shape.columns), lookup)
        return found.then(" LIMIT %s", Bind("budget"))

    @cached_property
    def linkage(self) -> Statement:
        """Of the same rows only the id, and the owner of a backward relationship."""
        return _from_ids(
            self.relation,
            self._user,
            lambda rows, *more: rows.values_list("pk", *more),
            1,
            AMONG_IDS,
        )


class Node:
    """A type reached on one path: its shape, and the relationships included from it."""

    def __init__(self, resource: Resource, shape: Shape) -> None:
        self.resource = resource
        self.shape = shape
        self.edges: list[Edge] = []


NULL = Value(None)


@dataclass
class Plan:
    """A compiled read. `base` and `ordered` select the rows of `rows`, for subqueries."""

    root: Node
    rows: Statement
    count: Statement
    base: QuerySet[Any]
    ordered: QuerySet[Any]


@lru_cache(maxsize=2048)
def plan_of(type_name: str, viewer: Viewer, shape: QueryShape, scope: Scope) -> Plan:
    """Return the plan for a query of a resource; compiled when it is first asked for."""
    return compiled(registry[type_name], viewer, shape, scope)


def compiled(resource: Resource, viewer: Viewer, shape: QueryShape, scope: Scope) -> Plan:
    """Compile the plan for a query of `resource`."""
    shapes = _shapes(resource, viewer, shape)
    rows = scope.rows(resource, viewer, shape)
    if shape.filter is not None:
        rows = narrowed(rows, filters.condition(shape.filter, resource, viewer))
    root = Node(resource, shapes[resource.type])
    _grow(root, shape.include, shapes, viewer)
    ordered = rows.order_by(*_order(resource, shape.sort, viewer))
    count = statement(rows.order_by().values_list("pk"))
    return Plan(
        root=root,
        rows=statement(root.shape.select(ordered)),
        count=count.wrapped("SELECT COUNT(*) FROM (", ") AS counted"),
        base=rows.order_by(),
        ordered=ordered,
    )


def _shapes(resource: Resource, user: Person, query: QueryShape) -> dict[str, Shape]:
    """Return a shape for each type that the query reaches, with the relationships it includes."""
    linked: dict[str, dict[str, Relation]] = {}

    def visit(at: Resource, includes: tuple[Include, ...]) -> None:
        known = linked.setdefault(at.type, {})
        for include in includes:
            relation = at.relationships[include.relation]
            known[relation.name] = relation
            if relation.target is not None and not relation.is_empty:
                visit(relation.target, include.below)

    visit(resource, query.include)
    return {
        name: Shape(registry[name], user, query.fields_of(name), list(relations.values()))
        for name, relations in linked.items()
    }


def _grow(
    node: Node, includes: tuple[Include, ...], shapes: dict[str, Shape], user: Person
) -> None:
    for include in includes:
        relation = node.resource.relationships[include.relation]
        slot = node.shape.slot[relation.name]
        target = relation.target
        if target is None or relation.is_empty:
            node.edges.append(Edge(relation, slot, None, user))
            continue
        below = Node(target, shapes[target.type])
        _grow(below, include.below, shapes, user)
        node.edges.append(Edge(relation, slot, below, user))


def _from_ids(
    relation: Relation,
    user: Person,
    select: Callable[..., QuerySet[Any]],
    width: int,
    lookup: tuple[str, Bind],
) -> Statement:
    """Return the statement of an edge; `select` makes tuples of `width` columns."""
    rows = members(relation, user)
    suffix, ids = lookup
    if relation.column:
        return statement(select(rows.filter(**{f"pk{suffix}": ids})))
    order = total_order(relation.served)
    ways = [
        (via, rows.filter(relation.narrowing(user), **{f"{via}{suffix}": ids}))
        for via in relation.vias
    ]
    if len(ways) == 1:
        ((via, leading),) = ways
        return statement(select(leading.order_by(*order), F(via)))
    # the rows of all ways in one order: its keys come along, and the owner stays last
    keys = [F(key.removeprefix("-")) for key in order]
    found = union([statement(select(leading, *keys, F(via))) for via, leading in ways])
    places = (
        f"{place} DESC" if key.startswith("-") else str(place)
        for place, key in enumerate(order, start=width + 1)
    )
    return found.then(f" ORDER BY {', '.join(places)}")


def total_order(resource: Resource) -> list[str]:
    """Return the resource's order with the id at its end.

    That makes it total, so that no row is on two pages, or on none.
    """
    last = resource.ordering[-1]
    return resource.ordering if last in ("id", "pk") else [*resource.ordering, "pk"]


def _order(resource: Resource, keys: tuple[SortKey, ...], user: Person) -> list[Any]:
    """Return what to order by: the keys asked for, then the id; or the resource's own order."""
    if not keys:
        return total_order(resource)
    order: list[Any] = []
    for key in keys:
        expression = _sort_expression(resource, key.path, user)
        if expression is not NULL:  # which PostgreSQL takes for a column that is not there
            order.append(OrderBy(expression, descending=key.descending))
    return [*order, F("pk").asc()]


def _sort_expression(resource: Resource, path: tuple[str, ...], user: Person) -> Any:
    """Return what to sort by: NULL for the rows of which `user` does not see it."""
    relations, attribute, _ = resolve_sort(path, resource)
    if relations:
        relation = relations[0]
        inner = _sort_expression(relation.served, path[1:], user)
        if inner is NULL:
            return NULL
        value: Any = Subquery(filters.linked(relation, user).values_list(inner)[:1])
        level = relation.level
    else:
        value = attribute.sql() if attribute else F("pk")
        level = attribute.level if attribute else len(resource.audiences)
    seen = sees(resource, level, user)
    if isinstance(seen, bool):
        return value if seen else NULL
    return Case(When(Q(seen), then=value), default=None)
