"""The filter language: a JSON list of conditions, as the Open Event clients write it.

    [{"name": "starts-at", "op": "ge", "val": "2026-11-22T00:00:00Z"},
     {"or": [{"name": "state", "op": "eq", "val": "accepted"},
             {"name": "track", "op": "has",
              "val": {"name": "name", "op": "ilike", "val": "%web%"}}]}]

`parse` turns text into a tree and a list of values, checked against the resource's fields;
`condition` compiles the tree. The tree has no values, so that statements are compiled once.

A filter is no oracle: a condition on a field that only some audience sees holds only for rows
of which the caller sees it, negated or not, and a relationship leads to visible rows only.
Otherwise conditions mean what SQL means, `NULL` included.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson
from django.db import models
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, TextField
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from permissions.predicates import Condition
from permissions.users import Person

from .errors import QueryError
from .names import dasherize, undasherize
from .plan.sql import Bind
from .resources import Attribute, Relation, Resource
from .settling import either
from .visibility import members, model_of, narrowed, sees

MAX_DEPTH = 12
MAX_NODES = 100
MAX_LIST = 1000
MAX_TEXT = 1000

# Comparison -> how SQL writes it between its two sides.
COMPARISONS = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
PATTERNS = {"like": "LIKE", "ilike": "ILIKE", "notlike": "NOT LIKE", "notilike": "NOT ILIKE"}
WITHIN = {"startswith": "{}%", "endswith": "%{}", "contains": "%{}%"}
RELATIONAL = ("has", "any")
OPERATORS = [*COMPARISONS, "is", "isnot", "in", "notin", "between", *PATTERNS, *WITHIN, *RELATIONAL]


@dataclass(frozen=True)
class Group:
    """All of `nodes` (`and`), or any (`or`). A group without nodes holds for every row."""

    connector: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Negation:
    node: Node


@dataclass(frozen=True)
class Leaf:
    """An attribute (`None`: the id) compared with bound values, or with another attribute."""

    attribute: str | None
    operator: str
    binds: tuple[str, ...] = ()
    other: str | None = None


@dataclass(frozen=True)
class Related:
    """There is a visible related row, for which `node` holds."""

    relation: str
    node: Node


Node = Group | Negation | Leaf | Related

ALL = Group("and", ())


def parse(
    parameters: Sequence[tuple[str, str | None, str]], resource: Resource, values: dict[str, Any]
) -> Node | None:
    """Return the tree of all filters and put its values into `values`, named as it binds them.

    `parameters`: (parameter, field, text); with a field, text is a plain value to equal it.

    :raises QueryError: it cannot be read, or names what `resource` does not have.
    """
    nodes = []
    for parameter, name, text in parameters:
        parser = _Parser(parameter, values)
        if name is None:
            nodes.append(parser.conjunction(parser.load(text), resource, 1))
        else:
            nodes.append(parser.leaf({"name": name, "op": "eq", "val": text}, resource, 1))
    return Group("and", tuple(nodes)) if nodes else None


class _Parser:
    def __init__(self, parameter: str, values: dict[str, Any]) -> None:
        self.parameter = parameter
        self.values = values
        self.count = 0

    def error(self, detail: str) -> QueryError:
        return QueryError(self.parameter, detail)

    def load(self, text: str) -> Any:
        if not text.strip():
            return []
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError as broken:
            raise self.error(f"Write the filter as JSON: {broken}.") from None

    def conjunction(self, items: Any, resource: Resource, depth: int) -> Node:
        """A list is ANDed; where one condition stands for a list, it is taken as it is."""
        if isinstance(items, dict):
            items = [items]
        if not isinstance(items, list):
            raise self.error("Write a list of conditions.")
        return Group("and", tuple(self.node(item, resource, depth) for item in items))

    def node(self, item: Any, resource: Resource, depth: int) -> Node:
        self.count += 1
        if depth > MAX_DEPTH or self.count > MAX_NODES:
            raise self.error(f"A filter may nest {MAX_DEPTH} deep and hold {MAX_NODES} conditions.")
        if not isinstance(item, dict):
            raise self.error(
                'A condition is an object, such as {"name": "id", "op": "eq", "val": 1}.'
            )
        for connector in ("and", "or"):
            if connector in item:
                inner = item[connector]
                if not isinstance(inner, list):
                    raise self.error(f'"{connector}" takes a list of conditions.')
                nodes = (self.node(each, resource, depth + 1) for each in inner)
                return Group(connector, tuple(nodes))
        if "not" in item:
            return Negation(self.node(item["not"], resource, depth + 1))
        return self.leaf(item, resource, depth)

    def leaf(self, item: Mapping[str, Any], resource: Resource, depth: int) -> Node:
        name, operator = item.get("name"), item.get("op")
        if not isinstance(name, str) or not isinstance(operator, str):
            raise self.error('A condition needs a "name" and an "op".')
        operator = operator.strip("_")
        if operator not in OPERATORS:
            raise self.error(f'"{operator[:50]}" is no operator. Known: {", ".join(OPERATORS)}.')
        name = undasherize(name.strip())
        if operator in RELATIONAL and "__" in name:
            name, _, column = name.partition("__")
            item = {"val": {"name": column, "op": "eq", "val": item.get("val")}}
        relations = resource.followed
        relation = relations.get(name) or relations.get(name.removesuffix("_id"))
        if relation is not None:
            return self.relation(relation, operator, item, depth)
        if operator in RELATIONAL:
            raise self.unknown("relationship", name, resource, relations)
        if name == "id" and resource.model is not None:
            field: Any = model_of(resource)._meta.pk
            return self.compare(None, field, operator, item, resource)
        attribute = resource.columns.get(name)
        if attribute is None:
            known = ["id", *resource.columns] if resource.model else []
            raise self.unknown("attribute to filter by", name, resource, known)
        return self.compare(name, field_behind(attribute, resource), operator, item, resource)

    def relation(
        self, relation: Relation, operator: str, item: Mapping[str, Any], depth: int
    ) -> Node:
        value = item.get("val")
        if operator in RELATIONAL:
            if value is None:
                return Related(relation.name, ALL)
            if relation.target is None:
                return Related(relation.name, ALL)  # whatever is asked of it, there is none
            return Related(relation.name, self.conjunction(value, relation.target, depth + 1))
        if value is None and operator in ("eq", "is"):
            return Negation(Related(relation.name, ALL))
        if value is None and operator in ("ne", "isnot"):
            return Related(relation.name, ALL)
        if operator in ("eq", "ne", "in", "notin") and relation.target is not None:
            inner = self.leaf(
                {
                    "name": "id",
                    "op": {"ne": "eq", "notin": "in"}.get(operator, operator),
                    "val": value,
                },
                relation.target,
                depth + 1,
            )
            found = Related(relation.name, inner)
            return Negation(found) if operator in ("ne", "notin") else found
        raise self.error(
            f'"{relation.key}" is a relationship; ask it with has or any, or compare its id.'
        )

    def compare(
        self,
        name: str | None,
        field: models.Field,
        operator: str,
        item: Mapping[str, Any],
        resource: Resource,
    ) -> Node:
        if "val" not in item:
            if not isinstance(item.get("field"), str):
                raise self.error('A condition needs a "val", or a "field" to compare with.')
            return self.with_field(name, operator, undasherize(item["field"]), resource)
        value = item["val"]
        if value is None:
            if operator in ("eq", "is"):
                return Leaf(name, "isnull")
            if operator in ("ne", "isnot"):
                return Leaf(name, "isnotnull")
            raise self.error(f'"{operator}" cannot be asked with null; use is or isnot.')
        self.require_compared(name, resource)
        operator = {"is": "eq", "isnot": "ne"}.get(operator, operator)
        if operator in ("in", "notin", "between"):
            values = self.listed(operator, value)
            cast = [self.cast(each, field, name) for each in values]
            if operator == "between":
                return Leaf(name, operator, (self.bind(cast[0]), self.bind(cast[1])))
            return Leaf(name, operator, (self.bind(cast),))
        if operator in PATTERNS:
            return Leaf(name, operator, (self.bind(pattern(self.text(value))),))
        if operator in WITHIN:
            text = WITHIN[operator].format(escaped(self.text(value)))
            return Leaf(name, "like", (self.bind(text),))
        return Leaf(name, operator, (self.bind(self.cast(value, field, name)),))

    def with_field(self, name: str | None, operator: str, other: str, resource: Resource) -> Node:
        attribute = resource.columns.get(other)
        if operator not in COMPARISONS:
            raise self.error(f"Fields are compared with {', '.join(COMPARISONS)}.")
        if attribute is None:
            raise self.unknown("attribute to compare with", other, resource, resource.columns)
        self.require_compared(name, resource)
        self.require_compared(other, resource)
        mine: Any = (
            field_behind(resource.attributes[name], resource)
            if name is not None
            else model_of(resource)._meta.pk
        )
        if kind(mine) is not kind(field_behind(attribute, resource)):
            raise self.error(
                f'"{dasherize(name or "id")}" and "{dasherize(other)}" are of different kinds.'
            )
        return Leaf(name, operator, other=other)

    def require_compared(self, name: str | None, resource: Resource) -> None:
        attribute = resource.columns.get(name or "")
        if attribute is None:
            return
        if isinstance(field_behind(attribute, resource), models.JSONField):
            raise self.error(f'"{attribute.key}" is JSON and can only be compared with null.')
        if not attribute.is_compared:
            raise self.error(f'"{attribute.key}" can only be compared with null.')

    def listed(self, operator: str, value: Any) -> list[Any]:
        if not isinstance(value, list) or len(value) > MAX_LIST:
            raise self.error(f'"{operator}" takes a list of at most {MAX_LIST} values.')
        if operator == "between" and len(value) != 2:
            raise self.error('"between" takes two values.')
        return value

    def bind(self, value: Any) -> str:
        name = f"f{len(self.values)}"
        self.values[name] = value
        return name

    def text(self, value: Any) -> str:
        if isinstance(value, bool):
            value = "true" if value else "false"
        if not isinstance(value, str | int | float) or len(str(value)) > MAX_TEXT:
            raise self.error(f"Compare with text of at most {MAX_TEXT} characters.")
        if "\0" in str(value):
            raise self.error("A value may not hold the character U+0000.")
        return str(value)

    def cast(self, value: Any, field: models.Field, name: str | None) -> Any:
        """Return `value` as the column's type; clients often send another JSON type."""
        text = self.text(value)
        try:
            return _CASTS[kind(field)](text)
        except (ValueError, OverflowError, InvalidOperation):
            expected = _WORDS[kind(field)]
            raise self.error(
                f'"{dasherize(name or "id")}" is compared with {expected}, not "{text[:100]}".'
            ) from None

    def unknown(self, what: str, name: str, resource: Resource, known: Any) -> QueryError:
        names = ", ".join(sorted(dasherize(each) for each in known)) or "none"
        return self.error(
            f'"{dasherize(name)[:100]}" is no {what} of {resource.type}. Known: {names}.'
        )


def kind(field: models.Field) -> type:
    """Return the Python type by which values of `field` are compared."""
    if isinstance(field, models.BooleanField):
        return bool
    if isinstance(field, models.DateTimeField):
        return datetime
    if isinstance(field, models.DateField):
        return date
    if isinstance(field, models.IntegerField | models.AutoField | models.ForeignKey):
        return int
    if isinstance(field, models.FloatField | models.DecimalField):
        return Decimal
    return str


def _boolean(text: str) -> bool:
    try:
        return {"true": True, "1": True, "false": False, "0": False}[text.strip().lower()]
    except KeyError:
        raise ValueError(text) from None


def _number(text: str) -> Decimal:
    number = Decimal(text.strip())
    # one that is no float, too large or too small, is none that a column can be compared with
    if not math.isfinite(number) or bool(number) is not bool(float(number)):
        raise ValueError(text)
    return number


def _integer(text: str) -> int:
    number = _number(text)
    if number != int(number) or abs(number) > 10**30:
        raise ValueError(text)
    return int(number)


def _moment(text: str) -> datetime:
    """Read a time. One client wraps it in percent signs; without a zone it is UTC."""
    moment = datetime.fromisoformat(text.strip("% ").replace(" ", "T"))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


# What a value has to be, as an error says it.
_WORDS: dict[type, str] = {
    bool: "true or false",
    datetime: "a time such as 2026-11-22T21:48:00Z",
    date: "a day such as 2026-11-22",
    int: "a whole number",
    Decimal: "a number",
    str: "text",
}
_CASTS: dict[type, Callable[[str], Any]] = {
    bool: _boolean,
    datetime: _moment,
    date: lambda text: date.fromisoformat(text.strip("% ")[:10]),
    int: _integer,
    Decimal: _number,
    str: str,
}


def escaped(text: str) -> str:
    """Return `text` as a LIKE pattern that matches it and nothing else."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def pattern(text: str) -> str:
    """Return a client's LIKE pattern; one may not end in the middle of an escape."""
    trailing = len(text) - len(text.rstrip("\\"))
    return text + "\\" if trailing % 2 else text


def field_behind(attribute: Attribute, resource: Resource) -> models.Field:
    """Return the model field, or the output field, of an attribute's expression."""
    expression: Any = attribute.expression
    if not isinstance(expression, str):
        output: models.Field = expression.output_field
        return output
    model: Any = model_of(resource)
    for step in expression.split("__"):
        field = model._meta.get_field(step)
        model = field.related_model
    found: models.Field = field
    return found


def condition(node: Node, resource: Resource, user: Person, *, negated: bool = False) -> Condition:
    """Compile `node` for rows of `resource`; negations are pushed down to the leaves."""
    match node:
        case Negation():
            return condition(node.node, resource, user, negated=not negated)
        case Group(nodes=()):
            return not negated
        case Group():
            parts = [condition(each, resource, user, negated=negated) for each in node.nodes]
            return _combined(parts, (node.connector == "or") is not negated)
        case Related():
            return _related(node, resource, user, negated)
        case Leaf():
            return _leaf(node, resource, user, negated)


def _combined(parts: list[Condition], is_or: bool) -> Condition:
    if is_or:
        return either(*parts)
    if any(part is False for part in parts):
        return False
    remaining = [part for part in parts if part is not True]
    return Q(*remaining) if remaining else True


def _seen(attribute: Attribute | None, resource: Resource, user: Person) -> Condition:
    return True if attribute is None else sees(resource, attribute.level, user)


def _leaf(leaf: Leaf, resource: Resource, user: Person, negated: bool) -> Condition:
    attribute = resource.attributes[leaf.attribute] if leaf.attribute else None
    left: Combinable = attribute.sql() if attribute else F("pk")
    parts = [_seen(attribute, resource, user)]
    binds = [Bind(name) for name in leaf.binds]
    if leaf.other:
        other = resource.attributes[leaf.other]
        parts.append(_seen(other, resource, user))
        comparison = _compared(left, COMPARISONS[leaf.operator], other.sql())
    elif leaf.operator in COMPARISONS:
        comparison = _compared(left, COMPARISONS[leaf.operator], binds[0])
    elif leaf.operator in PATTERNS:
        is_text = attribute is not None and kind(field_behind(attribute, resource)) is str
        text = left if is_text else Cast(left, TextField())
        comparison = _compared(text, PATTERNS[leaf.operator], binds[0])
    elif leaf.operator == "between":
        bounds = _sql("%(expressions)s", " AND ", *binds)
        comparison = _compared(left, "BETWEEN", bounds)
    elif leaf.operator in ("in", "notin"):
        word = "NOT " if leaf.operator == "notin" else ""
        comparison = _sql(f"({word}%(expressions)s))", " = ANY(", left, binds[0])
    else:
        word = "" if leaf.operator == "isnull" else "NOT "
        comparison = _sql(f"(%(expressions)s IS {word}NULL)", "", left)
    parts.append(_sql("(NOT %(expressions)s)", "", comparison) if negated else comparison)
    return _combined(parts, is_or=False)


def _compared(left: Any, operator: str, right: Any) -> Func:
    return _sql("(%(expressions)s)", f" {operator} ", left, right)


def _sql(template: str, joiner: str, *parts: Any) -> Func:
    return Func(*parts, template=template, arg_joiner=joiner, output_field=BooleanField())


def _related(node: Related, resource: Resource, user: Person, negated: bool) -> Condition:
    relation = resource.relationships[node.relation]
    if relation.is_empty:
        return negated
    inner = condition(node.node, relation.served, user)
    found = Exists(narrowed(linked(relation, user), inner))
    parts: list[Condition] = [sees(resource, relation.level, user), ~found if negated else found]
    return _combined(parts, is_or=False)


def linked(relation: Relation, user: Person) -> models.QuerySet[Any]:
    """Return the rows that `relation` leads to from an outer query's row, if `user` may view."""
    rows = members(relation, user, embedded=False)
    if relation.column:
        return rows.filter(pk=OuterRef(relation.column))
    return rows.filter(relation.leading_to(OuterRef("pk"), user))
