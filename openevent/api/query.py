"""The query string of a read: include, fields, sort, filter and page, checked against a resource.

Names are looked up among the resource's own fields, so none from a URL reaches the ORM.
What the JSON:API families do not name is ignored, as are paging, filters and sorting of one row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from django.http import QueryDict

from . import filters
from .errors import QueryError
from .names import dasherize, undasherize
from .registry import registry
from .resources import Attribute, Relation, Resource

DEFAULT_SIZE = 20
# A path with more steps, or a request with more paths, asks for a crawl and not for a page.
MAX_INCLUDE_DEPTH = 4
MAX_INCLUDES = 40
MAX_SORTS = 10
# PostgreSQL's bigint bounds LIMIT and OFFSET; nothing lies beyond the product of these.
MAX_PAGE = 2**31

# The parameters that a link to another page keeps.
_KEPT = re.compile(r"(filter|page|fields|sort|include)(\[|$)")


@dataclass(frozen=True)
class Include:
    """A tree of relationships to sideload: `include=a.b,a.c` is a with b and c below."""

    relation: str
    below: tuple[Include, ...] = ()


@dataclass(frozen=True)
class SortKey:
    """One key of the order: an attribute, perhaps of a row that to-ones lead to."""

    path: tuple[str, ...]
    descending: bool


@dataclass(frozen=True)
class Shape:
    """All of a query that decides its statements; the values of filters are bound later."""

    include: tuple[Include, ...] = ()
    # type -> names of its fields that were asked for; a type that is absent shows all
    fields: tuple[tuple[str, frozenset[str]], ...] = ()
    sort: tuple[SortKey, ...] = ()
    filter: filters.Node | None = None
    trashed: bool = False

    def fields_of(self, type_name: str) -> frozenset[str] | None:
        return dict(self.fields).get(type_name)


@dataclass(frozen=True)
class Query:
    """A parsed query string. `size` 0 means everything, on one page."""

    shape: Shape
    number: int = 1
    size: int = DEFAULT_SIZE
    values: Mapping[str, Any] = field(default_factory=dict)
    kept: tuple[tuple[str, str], ...] = ()

    def link(self, path: str, page: int | None = None) -> str:
        """Return `path` with the parameters kept; those of `page` in place of this page's."""
        pairs = [(key, value) for key, value in self.kept if page is None or key != "page[number]"]
        if page is not None:
            pairs.append(("page[number]", str(page)))
        if not pairs:
            return path
        return path + "?" + "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in pairs)


def parse(parameters: QueryDict, resource: Resource, *, many: bool) -> Query:
    """Return what `parameters` ask of `resource`; of one row unless `many`.

    :raises QueryError: a name is unknown, or a value cannot be read.
    """
    values: dict[str, Any] = {}
    tree = None
    if many:
        tree = filters.parse(list(_filters(parameters)), resource, values)
    shape = Shape(
        include=_includes(str(parameters.get("include", "")), resource),
        fields=_fieldsets(parameters),
        sort=tuple(_sort(str(parameters.get("sort", "")), resource)) if many else (),
        filter=tree,
        trashed=parameters.get("get_trashed") == "true",
    )
    kept = tuple(
        (key, str(value))
        for key in parameters
        if _KEPT.match(key)
        for value in parameters.getlist(key)
    )
    if not many:
        return Query(shape, kept=kept)
    return Query(
        shape,
        number=_page_number(str(parameters.get("page[number]", "1"))),
        size=_page_size(str(parameters.get("page[size]", DEFAULT_SIZE))),
        values=values,
        kept=kept,
    )


def _names(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _includes(text: str, resource: Resource) -> tuple[Include, ...]:
    paths = _names(text)
    if len(paths) > MAX_INCLUDES:
        raise QueryError("include", f"Include at most {MAX_INCLUDES} paths.")
    tree: dict[str, Any] = {}
    for path in paths:
        steps = [undasherize(step) for step in path.split(".")]
        if len(steps) > MAX_INCLUDE_DEPTH:
            raise QueryError(
                "include", f"A path may have at most {MAX_INCLUDE_DEPTH} steps: {path}"
            )
        at: Resource | None = resource
        branch = tree
        for step in steps:
            if at is not None:
                if step not in at.followed:
                    raise QueryError("include", _unknown("relationship", step, at, at.followed))
                at = at.followed[step].target
            branch = branch.setdefault(step, {})
    return _frozen(tree)


def _frozen(tree: Mapping[str, Any]) -> tuple[Include, ...]:
    return tuple(Include(name, _frozen(below)) for name, below in sorted(tree.items()))


def _fieldsets(parameters: QueryDict) -> tuple[tuple[str, frozenset[str]], ...]:
    found = {}
    for key, text in parameters.items():
        match = re.fullmatch(r"fields\[([^\]]+)\]", key)
        resource = registry.get(match[1]) if match else None
        if resource is None:
            continue
        known = {*resource.declared_fields}
        # every row has these, asked for or not; `type` may be an attribute besides
        names = {undasherize(name) for name in _names(str(text))} - ({"id", "type"} - known)
        for name in sorted(names - known):
            raise QueryError(key, _unknown("field", name, resource, known))
        found[resource.type] = frozenset(names)
    return tuple(sorted(found.items()))


def _sort(text: str, resource: Resource) -> Iterator[SortKey]:
    keys = _names(text)
    if len(keys) > MAX_SORTS:
        raise QueryError("sort", f"Sort by at most {MAX_SORTS} keys.")
    for key in keys:
        path = tuple(undasherize(step) for step in key.lstrip("-+").split("."))
        resolve_sort(path, resource)
        yield SortKey(path, key.startswith("-"))


def resolve_sort(
    path: tuple[str, ...], resource: Resource
) -> tuple[tuple[Relation, ...], Attribute | None, Resource]:
    """Return the to-one relations that `path` walks, the attribute at its end (`None`: the id),
    and that attribute's resource.

    :raises QueryError: it leads nowhere, or through a to-many relationship.
    """
    *steps, last = path
    if len(steps) > MAX_INCLUDE_DEPTH:
        raise QueryError("sort", f"A sort key may have at most {MAX_INCLUDE_DEPTH} steps.")
    relations = []
    at = resource
    for step in steps:
        relation = at.followed.get(step)
        if relation is None:
            raise QueryError("sort", _unknown("relationship", step, at, at.followed))
        if relation.many or relation.target is None:
            raise QueryError("sort", f'"{dasherize(step)}" does not lead to one row to sort by.')
        relations.append(relation)
        at = relation.target
    if last == "id" and at.model is not None:
        return tuple(relations), None, at
    attribute = at.columns.get(last)
    if attribute is None:
        raise QueryError("sort", _unknown("attribute to sort by", last, at, at.columns))
    return tuple(relations), attribute, at


def _filters(parameters: QueryDict) -> Iterator[tuple[str, str | None, str]]:
    """Iterate over (parameter, field or None for the JSON language, text)."""
    for text in parameters.getlist("filter"):
        yield "filter", None, str(text)
    for key, value in parameters.items():
        match = re.fullmatch(r"filter\[([^\]]+)\]", key)
        if match:
            yield key, match[1], str(value)


def _page_number(text: str) -> int:
    number = _integer("page[number]", text)
    if number < 1:
        raise QueryError("page[number]", "Pages are counted from 1.")
    return min(number, MAX_PAGE)


def _page_size(text: str) -> int:
    size = _integer("page[size]", text)
    if size < 0:
        raise QueryError("page[size]", "A page has at least 1 row; 0 asks for all on one page.")
    return min(size, MAX_PAGE)


def _integer(parameter: str, text: str) -> int:
    text = text.strip()
    if not re.fullmatch(r"-?[0-9]{1,30}", text, re.ASCII):
        raise QueryError(parameter, "Write a whole number.")
    return int(text)


def _unknown(what: str, name: str, resource: Resource, known: Any) -> str:
    names = ", ".join(sorted(dasherize(each) for each in known)) or "none"
    return f'"{dasherize(name)[:100]}" is no {what} of {resource.type}. Known: {names}.'
