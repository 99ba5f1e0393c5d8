"""What a document should be, worked out the slow way: row by row, in Python.

The engine compiles permissions, audiences, relationships and attributes into SQL and flat
writers. Here the same declarations are asked one row at a time: predicates are folded, values
come from the serializer, and a relationship is followed by filtering its model. What both say
must be the same for everybody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Final

import orjson
from django.test import RequestFactory

import openevent.urls  # noqa: F401  it registers the resources
from openevent.api.registry import registry
from openevent.api.resources import Attribute, Relation, Resource
from permissions import current
from permissions.predicates import And, Not, Or, Predicate
from permissions.targets import Target, walk
from permissions.users import Anonymous
from users.models import User

# What of each relationship is included, and what below it: {"track": {"sessions": {}}}.
Tree = Mapping[str, Any]
# A row by its type and id.
Key = tuple[str, int]

HIDDEN: Any = object()


class Rows:
    """All rows of all resources, as the database has them, in the order of their resource."""

    @cache  # noqa: B019  it lives as long as the module's world
    def of(self, resource: Resource) -> dict[int, Any]:
        computed = {
            name: attribute.expression
            for name, attribute in resource.attributes.items()
            if attribute.is_column and not isinstance(attribute.expression, str)
        }
        rows: Any = resource.model
        found = rows._default_manager.annotate(**computed).order_by(*resource.ordering, "pk")
        return {row.pk: row for row in found}

    @cache  # noqa: B019
    def values(self, resource: Resource, key: int) -> dict[str, Any]:
        """Return what the serializer makes of a row, as JSON, by the names of the attributes."""
        row = self.of(resource)[key]
        current.enter(RequestFactory().get("/"))  # addresses are on the host that was asked
        try:
            values = serializer_of(resource).to_representation(row)
        finally:
            current.leave()
        return orjson.loads(orjson.dumps(values, default=_number))


def _number(value: Any) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value))


@cache
def serializer_of(resource: Resource) -> Any:
    return resource.serializer_class(context={"user": None})


class Reference:
    """The documents that one person should be shown."""

    def __init__(self, user: User | None, rows: Rows) -> None:
        self.user: Any = user or Anonymous()
        self.all = rows
        self._answers: dict[Any, Any] = {}
        self._leads: dict[Relation, dict[int, list[int]]] = {}

    # --- who may

    def holds(self, predicate: Predicate, row: Any) -> bool:
        """Return whether `predicate` holds of `row`, each atom being asked once of equal values."""
        match predicate:
            case And():
                return all(self.holds(part, row) for part in predicate.parts)
            case Or():
                return any(self.holds(part, row) for part in predicate.parts)
            case Not():
                return not self.holds(predicate.part, row)
        target = Target(row)
        asked = (predicate.name, *(target[need] for need in sorted(predicate.all_needs)))
        if asked not in self._answers:
            self._answers[asked] = predicate.fold(self.user, target) is True
        return self._answers[asked]

    def may_ask(self, resource: Resource) -> bool:
        """Return whether there could be a row that the person may view."""
        return resource.permissions["view"].fold(self.user, Target()) is not False

    def may_list(self, resource: Resource) -> bool:
        """Return whether the person may ask for all rows at once."""
        return resource.permissions.listed.fold(self.user, Target()) is not False

    def views(self, resource: Resource, row: Any) -> bool:
        return not is_trash(resource, row) and self.holds(resource.permissions["view"], row)

    def meets(self, relation: Relation, row: Any) -> bool:
        """Return whether the person may see `row` where `relation` leads to it."""
        target = relation.served
        return (
            not is_trash(target, row)
            and self.holds(target.permissions.embedded, row)
            and (relation.seen_by is None or self.holds(relation.seen_by, row))
        )

    def visits(self, relation: Relation, row: Any) -> bool:
        """Return whether `row` may be looked at as a resource of its own, come by `relation`."""
        target = relation.served
        return self.views(target, row) and (
            relation.seen_by is None or self.holds(relation.seen_by, row)
        )

    def level(self, resource: Resource, row: Any) -> int:
        for level, audience in enumerate(resource.audiences):
            if self.holds(audience.who, row):
                return level
        return len(resource.audiences)

    def sees(self, member: Attribute | Relation, resource: Resource, row: Any) -> bool:
        return self.level(resource, row) <= member.level

    # --- rows

    def visible(self, resource: Resource) -> list[Any]:
        """Return the rows that the person may view, in the resource's order."""
        return [row for row in self.all.of(resource).values() if self.views(resource, row)]

    def hidden(self, resource: Resource) -> list[Any]:
        return [row for row in self.all.of(resource).values() if not self.views(resource, row)]

    def lead(self, relation: Relation, row: Any) -> list[Any]:
        """Return the rows that `relation` leads to from `row`, whoever may see them."""
        if relation.is_empty:
            return []
        rows = self.all.of(relation.served)
        if relation.column:
            key = getattr(row, relation.column)
            return [] if key is None else [rows[key]]
        if relation not in self._leads:
            self._leads[relation] = self._backward(relation)
        theirs = set(self._leads[relation].get(row.pk, ()))
        return [each for key, each in rows.items() if key in theirs]

    def _backward(self, relation: Relation) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for via in relation.vias:
            rows: Any = relation.served.model
            leading = rows._default_manager.filter(
                relation.narrowing(self.user), **{f"{via}__isnull": False}
            )
            for owner, member in leading.values_list(via, "pk"):
                found[owner].append(member)
        return found

    # --- filters

    def matches(self, condition: Mapping[str, Any], resource: Resource, row: Any) -> bool:
        """Return whether `condition` of the filter language (`eq`, `has`, `or`, `not`) holds."""
        return self._is(condition, resource, row, wanted=True)

    def _is(
        self, condition: Mapping[str, Any], resource: Resource, row: Any, *, wanted: bool
    ) -> bool:
        if "not" in condition:
            return self._is(condition["not"], resource, row, wanted=not wanted)
        if "or" in condition:
            combine = any if wanted else all
            return combine(self._is(each, resource, row, wanted=wanted) for each in condition["or"])
        name = condition["name"].replace("-", "_")
        if name in resource.attributes:
            attribute = resource.attributes[name]
            value = self.all.values(resource, row.pk)[name]
            if not self.sees(attribute, resource, row):
                return False
            if condition["val"] is None:
                return (value is None) is wanted
            return value is not None and (value == condition["val"]) is wanted
        relation = resource.relationships[name]
        found = any(
            self.visits(relation, each) and self.matches(condition["val"], relation.served, each)
            for each in self.lead(relation, row)
        )
        return self.sees(relation, resource, row) and found is wanted

    # --- documents

    def linkage(self, relation: Relation, row: Any) -> Any:
        """Return the "data" of a relationship; `HIDDEN` if there is one the person may not see."""
        leading = self.lead(relation, row)
        identifiers = [
            {"type": relation.spelled, "id": str(each.pk)}
            for each in leading
            if self.meets(relation, each)
        ]
        if relation.many:
            return identifiers
        if not leading:
            return None
        return identifiers[0] if identifiers else (HIDDEN if relation.column else None)

    def resource_object(
        self, resource: Resource, row: Any, linkage: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return the resource object of `row`, with `linkage` by the names of relationships."""
        level = self.level(resource, row)
        own = f"/v1/{resource.path}/{row.pk}"
        values = self.all.values(resource, row.pk)
        attributes = {
            each.key: values[name] if level <= each.level else each.masked
            for name, each in resource.attributes.items()
            if level <= each.level or each.is_masked
        }
        relationships = {}
        for name, each in resource.relationships.items():
            if level > each.level:
                continue
            relationships[each.key] = {
                "links": {
                    "self": f"{own}/relationships/{each.key}",
                    "related": f"{own}/{each.alias}",
                }
            }
            if linkage and linkage.get(name, HIDDEN) is not HIDDEN:
                relationships[each.key]["data"] = linkage[name]
        return {
            "type": resource.type,
            "id": str(row.pk),
            "attributes": attributes,
            **({"relationships": relationships} if relationships else {}),
            "links": {"self": own},
        }

    def document(
        self, resource: Resource, rows: Iterable[Any], tree: Tree
    ) -> tuple[list[dict[str, Any]], dict[Key, dict[str, Any]]]:
        """Return the primary data, and what is included, by type and id."""
        reached: dict[Key, tuple[Resource, Any, dict[str, Any]]] = {}
        primary = list(rows)

        def follow(at: Resource, rows: list[Any], tree: Tree) -> None:
            entries = [reached.setdefault((at.type, row.pk), (at, row, {}))[2] for row in rows]
            for name, below in tree.items():
                relation = at.relationships[name]
                found: dict[int, Any] = {}
                for row, entry in zip(rows, entries, strict=True):
                    if not self.sees(relation, at, row):
                        continue
                    entry[name] = self.linkage(relation, row)
                    met = [each for each in self.lead(relation, row) if self.meets(relation, each)]
                    found.update({each.pk: each for each in met})
                if not relation.is_empty:
                    follow(relation.served, list(found.values()), below)

        follow(resource, primary, tree)
        objects = {key: self.resource_object(*entry) for key, entry in reached.items()}
        data = [objects.pop((resource.type, row.pk)) for row in primary]
        return data, objects


def is_trash(resource: Resource, row: Any) -> bool:
    return any(walk(row, path) is not None for path in resource.trash_paths)


def resources() -> list[Resource]:
    """Return every registered resource whose documents are rows of a model."""
    return [
        resource
        for resource in registry
        if resource.model is not None and resource.view.data_layer is None
    ]


COLLECTIONS: Final = [resource for resource in resources() if not resource.is_singleton]
SINGLETONS: Final = [resource for resource in resources() if resource.is_singleton]
