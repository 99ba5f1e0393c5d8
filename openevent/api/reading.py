"""Reads: from a request to a document, through a plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from permissions.asking import refuse, require_unless_unknown
from permissions.predicates import Predicate
from permissions.targets import Target
from permissions.users import Person

from . import documents, query
from .errors import VERSION
from .plan import page, spool
from .plan.compiler import compiled, plan_of
from .plan.sql import Bind, Statement, Viewer, statement, values_of
from .resources import Relation, Resource
from .scopes import Given, One, RelatedTo, Scope, Written
from .visibility import audience_of_row, visible

# PostgreSQL's bigint; a larger number in a URL is the id of no row.
MAX_ID = 2**63 - 1

NULL = b"null"


def view_of(resource: Resource, user: Person) -> Predicate:
    """Return who may view `resource`, after refusing those whom no row could help."""
    predicate = resource.permissions["view"]
    require_unless_unknown(predicate, user, Target())
    return predicate


def collection(
    request: HttpRequest,
    resource: Resource,
    user: Person,
    scope: Scope,
    values: Mapping[str, Any] | None = None,
) -> HttpResponseBase:
    """Answer with the rows of `scope`, as the query string asks."""
    asked = query.parse(request.GET, resource, many=True)
    viewer = Viewer.of(user)
    # a queryset made for one request is compiled for it alone
    if isinstance(scope, Given):
        plan = compiled(resource, viewer, asked.shape, scope)
    else:
        plan = plan_of(resource.type, viewer, asked.shape, scope)
    bound = {**values_of(user), **asked.values, **(values or {})}
    wanted = asked.size or page.BUDGET + 1
    offset = (asked.number - 1) * asked.size
    try:
        found = page.read(plan, bound, limit=min(wanted, page.BUDGET + 1), offset=offset)
    except page.OverBudget:
        file, _, count = spool.spool(plan, viewer, bound, limit=asked.size or None, offset=offset)
        links = documents.page_links(request.path, asked, count)
        return documents.streamed(file, links, count)
    shown = len(found.rows)
    if shown < wanted and (shown or offset == 0):
        count = offset + shown
    else:
        count = plan.count.scalar(bound, 0)
    links = documents.page_links(request.path, asked, count)
    return documents.answer(documents.many(found.data, found.included, count, links))


def document(
    request: HttpRequest,
    resource: Resource,
    user: Person,
    scope: Scope,
    values: Mapping[str, Any],
    path: str | None = None,
) -> HttpResponseBase | None:
    """Answer with the one row of `scope`; `None` if there is none to be seen."""
    asked = query.parse(request.GET, resource, many=False)
    plan = plan_of(resource.type, Viewer.of(user), asked.shape, scope)
    bound = {**values_of(user), **values}
    links = {"self": asked.link(path or request.path)}
    try:
        found = page.read(plan, bound, limit=1)
    except page.OverBudget:
        file, _, _ = spool.spool(plan, Viewer.of(user), bound, limit=1, single=True)
        return documents.streamed(file, links)
    if not found.data:
        return None
    return documents.answer(documents.one(found.data[0], found.included, links))


def written(request: HttpRequest, resource: Resource, user: Person, row: Any) -> HttpResponseBase:
    """Return the document of a row that `user` just wrote."""
    path = f"/v1/{resource.path}/{row.pk}"
    found = document(request, resource, user, Written(), {"key": row.pk}, path)
    if found is None:
        raise LookupError(f"{resource.type} {row.pk} was written and is not there")
    return found


def key_of(resource: Resource, ref: str) -> tuple[One, Any]:
    """Return the scope that `ref` of a URL names, and the value to bind: an id, or an identifier.

    :raises Http404: no row can have it.
    """
    if ref.isascii() and ref.isdecimal():
        if int(ref[:30]) > MAX_ID:
            raise Http404
        return One("pk"), int(ref)
    if resource.identifier is None or "\0" in ref:
        raise Http404
    return One(resource.identifier), ref


def id_of(resource: Resource, ref: str, user: Person) -> int:
    """Return the id of the row that `ref` of a URL names.

    :raises Http404: there is none, or `user` may not view it.
    """
    view_of(resource, user)
    scope, key = key_of(resource, ref)
    found = visible(resource, user).filter(**{scope.column: key}).values_list("pk", flat=True)
    for each in found[:1]:
        return int(each)
    raise Http404


@dataclass(frozen=True)
class Owner:
    """A row named in a URL before one of its relationships."""

    id: int
    level: int
    key: int | None  # the id that a forward relationship leads to


@lru_cache(maxsize=1024)
def _owner_statement(type_name: str, relation: str, viewer: Viewer, scope: One) -> Statement:
    from .registry import registry  # noqa: PLC0415  it holds what is read here

    resource = registry[type_name]
    column = resource.relationships[relation].column or "pk"
    level = audience_of_row(resource, viewer)
    rows = visible(resource, viewer).filter(**{scope.column: Bind("key")})
    more = [] if isinstance(level, int) else [level]
    found = statement(rows.values_list("pk", column, *more))
    return found


def owner(resource: Resource, ref: str, relation: Relation, user: Person) -> Owner:
    """Return the row `ref` of `resource`, of which `user` wants to follow `relation`.

    :raises Http404: there is none, or `user` may not view it.
    :raises NotAuthenticated, PermissionDenied: the relationship is for others.
    """
    view_of(resource, user)
    scope, key = key_of(resource, ref)
    viewer = Viewer.of(user)
    rows = _owner_statement(resource.type, relation.name, viewer, scope).rows(
        {**values_of(user), "key": key}
    )
    if not rows:
        raise Http404
    level = audience_of_row(resource, viewer)
    found = Owner(rows[0][0], level if isinstance(level, int) else rows[0][2], rows[0][1])
    if relation.level < found.level:
        refuse(resource.audiences[relation.level].who, user)
    return found


def related(
    request: HttpRequest, resource: Resource, ref: str, relation: Relation, user: Person
) -> HttpResponseBase:
    """Answer a related resource URL: the rows that `relation` leads to, as `user` may view them."""
    if relation.target is not None:
        view_of(relation.target, user)
    at = owner(resource, ref, relation, user)
    if relation.is_empty:
        return _nothing(request, relation)
    scope = RelatedTo(resource.type, relation.name)
    values = {"owner": at.id, "key": at.key}
    if relation.many:
        return collection(request, relation.served, user, scope.of(at.id, user), values)
    if relation.column and at.key is None:
        return _nothing(request, relation)
    found = document(request, relation.served, user, scope, values)
    if found is None:
        if relation.column:
            raise Http404
        return _nothing(request, relation)
    return found


def _nothing(request: HttpRequest, relation: Relation) -> HttpResponse:
    links = {"self": request.path}
    if relation.many:
        return documents.answer(documents.many([], [], 0, links))
    return documents.answer(documents.one(NULL, [], links))


def linkage(
    request: HttpRequest, resource: Resource, ref: str, relation: Relation, user: Person
) -> HttpResponse:
    """Answer a relationships URL: the linkage that `user` may see."""
    at = owner(resource, ref, relation, user)
    base = f"/v1/{resource.path}/{at.id}"
    links = {"self": f"{base}/relationships/{relation.key}", "related": f"{base}/{relation.alias}"}
    ids = linked_ids(relation, at, user)
    if relation.many:
        data = page.linkage_many(ids, relation.spelled)
    else:
        data = page.linkage_one(relation.spelled) % ids[0] if ids else page.LINKAGE_NULL
    if not relation.many and not ids and at.key is not None and relation.column:
        data = b""  # hidden from `user`, which is not the same as empty
    body = data.removeprefix(b",") + b"," if data else b""
    return documents.answer(b"{" + body + documents.link_member(links) + b"," + VERSION + b"}")


@lru_cache(maxsize=1024)
def _linkage_statement(type_name: str, relation: str, viewer: Viewer) -> Statement:
    from .registry import registry  # noqa: PLC0415  it holds what is read here

    found = registry[type_name].relationships[relation]
    scope = RelatedTo(type_name, relation, embedded=True)
    rows = scope.rows(found.served, viewer, query.Shape())
    return statement(rows.order_by(*found.served.ordering, "pk").values_list("pk"))


def linked_ids(relation: Relation, at: Owner, user: Person) -> list[int]:
    """Return the ids of the rows that `user` sees `relation` lead to."""
    if relation.is_empty or (relation.column and at.key is None):
        return []
    found = _linkage_statement(relation.resource.type, relation.name, Viewer.of(user))
    rows = found.rows({**values_of(user), "owner": at.id, "key": at.key})
    return [row[0] for row in (rows if relation.many else rows[:1])]
