"""What one route takes and answers, as an OpenAPI operation."""

import inspect
import re
from collections.abc import Iterable
from typing import Any, Final

from openevent.api import filters
from openevent.api.errors import MEDIA_TYPE
from openevent.api.names import dasherize
from openevent.api.parsers import JSON
from openevent.api.resources import Relation, Resource
from permissions.routes import Route

from .facts import Facts, facts_of, schema_of
from .schemas import identifier_of, linkage_of, ref

Operation = dict[str, Any]

PLAIN: Final = "other"  # the tag of what belongs to no resource

# What a request for a resource may be answered with, besides success.
_READ: Final = (400, 401, 403, 404, 406, 412)
_WRITE: Final = (400, 401, 403, 404, 406, 409, 411, 413, 415, 422, 429, 503)

_SUMMARIES: Final = {
    "list": "List {many}",
    "named_list": "List {many}: {last}",
    "retrieve": "Get one {one}",
    "retrieve_only": "Get the {one}",
    "create": "Create {a_one}",
    "update": "Change {a_one}",
    "update_only": "Change the {one}",
    "destroy": "Delete {a_one}",
    "linkage": "Get the linkage of {relation}",
    "add_linkage": "Add to {relation}",
    "replace_linkage": "Replace {relation}",
    "remove_linkage": "Remove from {relation}",
    "layer_list": "List {many}",
    "layer_retrieve": "Get one {one}",
    "layer_create": "Create {a_one}",
    "layer_update": "Change {a_one}",
    "layer_destroy": "Delete {a_one}",
}
_LISTS: Final = {"list", "named_list", "layer_list"}
_CREATES: Final = {"create", "layer_create"}
_CHANGES: Final = {"update", "update_only", "layer_update"}
_DELETES: Final = {"destroy", "layer_destroy"}
_LINKS: Final = {"add_linkage", "replace_linkage", "remove_linkage"}


def is_operation(route: Route) -> bool:
    """Return whether a route does something for somebody; others are there to say what does."""
    resource = resource_of(route)
    if resource is None:
        return True
    relation = relation_of(route, resource)
    if route.handler == "add_linkage" and relation is not None and not relation.many:
        return False
    return route.predicate is not None and route.handler != "named_list_post"


def resource_of(route: Route) -> Resource | None:
    return getattr(route.view_class, "resource", None)


def relation_of(route: Route, resource: Resource) -> Relation | None:
    name = route.options.get("relationship")
    return resource.relationships[name] if name else None


def operation(route: Route) -> Operation:
    """Return what `route` takes and answers."""
    resource = resource_of(route)
    facts = facts_of(_handler(route))
    if resource is None or facts is not None:
        found = _described(route, facts)
    else:
        found = _of_resource(route, resource)
    if route.method == "GET":
        found["responses"]["304"] = {"description": "It is still what `If-None-Match` says."}
    parameters = [*_path_parameters(route.path), *found.pop("parameters", ())]
    return {
        "operationId": _id(route),
        "tags": [resource.type if resource else PLAIN],
        **found,
        "parameters": parameters,
        "description": _text(route, found.get("description", "")),
        "security": [{}, {"jwt": []}] if _is_public(route) else [{"jwt": []}],
    }


def _handler(route: Route) -> Any:
    return getattr(route.view_class, route.handler) if route.view_class else route.view


def _id(route: Route) -> str:
    path = re.sub(r"[^a-zA-Z0-9]+", "-", route.path.removeprefix("/v1/")).strip("-")
    return f"{route.method.lower()}-{path}"


def _text(route: Route, description: str) -> str:
    return f"{description}\n\nWho may: {route.sentence}.".strip()


def _is_public(route: Route) -> bool:
    if route.predicate is not None:
        return any(atom.anonymous for atom in route.predicate.atoms())
    return all(
        any(atom.anonymous for atom in stated.predicate.atoms()) for stated in route.statements
    )


def _path_parameters(path: str) -> list[Operation]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{([^{}]+)}", path)
    ]


def _doc(route: Route) -> str:
    """Return what the handler says of itself, or else its view, not what that inherits."""
    own = vars(route.view_class).get("__doc__") if route.view_class is not None else None
    return inspect.cleandoc(getattr(_handler(route), "__doc__", None) or own or "")


def _described(route: Route, facts: Facts | None) -> Operation:
    """Return the operation of a plain view, or of an extra endpoint of a resource."""
    if facts is None:
        raise TypeError(f"{route.method} {route.path}: say what it takes with @describes(...)")
    doc = _doc(route)
    title = re.sub(r"`[A-Z]+ [^`]*`(, `[A-Z]+ [^`]*`)*:? ?", "", doc.split("\n")[0]).strip()
    if not title.strip("."):
        raise TypeError(f"{route.method} {route.path}: say what it does in a docstring")
    found: Operation = {
        "summary": title[:1].upper() + title[1:].rstrip("."),
        "description": doc.partition("\n\n")[2],
        "responses": {
            "200": {
                "description": "Done.",
                "content": {facts.media_type: {"schema": schema_of(facts.answer)}},
            }
            if facts.answer is not None
            else {"description": "The file.", "content": {facts.media_type: {}}},
            "4XX": {"$ref": "#/components/responses/plain"},
        },
        "parameters": [
            {"name": name, "in": "query", "description": said, "schema": {"type": "string"}}
            for name, said in facts.query.items()
        ],
    }
    if facts.body is not None:
        content = {facts.takes: {"schema": schema_of(facts.body)}}
        found["requestBody"] = {"required": True, "content": content}
    return found


def _of_resource(route: Route, resource: Resource) -> Operation:
    handler = route.handler
    relation = relation_of(route, resource)
    summary = _SUMMARIES.get(handler, "Get {relation}").format(
        one=resource.type,
        a_one=_a(resource.type),
        many=resource.path,
        last=route.path.rpartition("/")[2],
        relation=f'"{relation.key}" of {_a(resource.type)}' if relation else "",
    )
    if handler in _LISTS:
        return _reads(summary, resource, many=True)
    if handler in _DELETES:
        answers = {"200": _success("Deleted.", {"type": "object"}), **_errors(_WRITE)}
        return {"summary": summary, "responses": answers}
    if handler in _CREATES or handler in _CHANGES:
        return _writes(summary, resource, is_new=handler in _CREATES)
    if relation is not None and handler == "related":
        return _related(summary, relation)
    if relation is not None and handler == "linkage":
        return {"summary": summary, "responses": _linkage_answer(relation)}
    if relation is not None and handler in _LINKS:
        return _links(summary, relation)
    return _reads(summary, resource, many=False)


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeio' else 'a'} {noun}"  # "a user"


def _related(summary: str, relation: Relation) -> Operation:
    if relation.target is None:
        empty: Operation = {"enum": [[], None]}
        schema = {"type": "object", "properties": {"data": empty}}
        answers = {"200": _success("Nothing yet.", schema), **_errors(_READ)}
        return {"summary": summary, "responses": answers}
    found = _reads(summary, relation.target, many=relation.many)
    return found


def _linkage_answer(relation: Relation) -> Operation:
    identifier = identifier_of(relation)
    data: Operation = {"type": "array", "items": identifier}
    if not relation.many:
        data = {"anyOf": [identifier, {"type": "null"}]}
    schema = {"type": "object", "properties": {"data": data}}
    return {"200": _success("The linkage.", schema), **_errors(_READ)}


def _links(summary: str, relation: Relation) -> Operation:
    answers = {
        "200": _success("The linkage as it is now.", {"type": "object"}),
        "204": {"description": "Done."},
        **_errors(_WRITE),
    }
    return {"summary": summary, "requestBody": _body(linkage_of(relation)), "responses": answers}


def _writes(summary: str, resource: Resource, *, is_new: bool) -> Operation:
    status = "201" if is_new else "200"
    name = f"{resource.type}.{'create' if is_new else 'change'}"
    found: Operation = {
        "summary": summary,
        "requestBody": _body(ref(name)),
        "parameters": [{"$ref": "#/components/parameters/include"}],
        "responses": {
            status: _success("The row as it is now.", _document(resource.type)),
            **_errors(_WRITE),
        },
    }
    if is_new:
        found["parameters"].append({"$ref": "#/components/parameters/idempotency-key"})
    return found


def _body(schema: Operation) -> Operation:
    return {
        "required": True,
        "content": {MEDIA_TYPE: {"schema": schema}, JSON: {"schema": schema}},
    }


def _reads(summary: str, resource: Resource, *, many: bool) -> Operation:
    is_of_rows = resource.model is not None  # what a layer gives is taken as it comes
    parameters: list[Operation] = [{"$ref": "#/components/parameters/fields"}]
    if is_of_rows:
        parameters.append(_include(resource))
    if many and is_of_rows:
        parameters += [_sort(resource), _filter(resource)]
    if many:
        parameters.append({"$ref": "#/components/parameters/page"})
        schema = _list_of(resource.type)
        statuses: Iterable[int] = (*_READ, 503)
    else:
        schema, statuses = _document(resource.type), _READ
    answers = {
        "200": _success("What was asked for.", schema),
        **_errors(statuses),
    }
    return {"summary": summary, "parameters": parameters, "responses": answers}


def _document(type_name: str) -> Operation:
    one = {"anyOf": [ref(type_name), {"type": "null"}]}
    return {"type": "object", "required": ["data"], "properties": {"data": one, **_AROUND}}


def _list_of(type_name: str) -> Operation:
    count = {"type": "object", "properties": {"count": {"type": "integer"}}}
    return {
        "type": "object",
        "required": ["data"],
        "properties": {
            "data": {"type": "array", "items": ref(type_name)},
            "meta": count,
            **_AROUND,
        },
    }


_AROUND: Final[Operation] = {
    "included": {"type": "array", "items": {"$ref": "#/components/schemas/included"}},
    "links": {"$ref": "#/components/schemas/links"},
    "jsonapi": {"$ref": "#/components/schemas/jsonapi"},
}


def _success(description: str, schema: Operation) -> Operation:
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}


def _errors(statuses: Iterable[int]) -> Operation:
    return {str(each): {"$ref": f"#/components/responses/{each}"} for each in statuses}


def _include(resource: Resource) -> Operation:
    names = [each.key for each in resource.followed.values() if not each.is_empty]
    return {
        "name": "include",
        "in": "query",
        "description": "Relationships to bring along, with dots for more steps: `speakers.user`.",
        "style": "form",
        "explode": False,
        "schema": {"type": "array", "items": {"enum": names}} if names else {"const": ""},
    }


def _columns(resource: Resource) -> list[str]:
    return [each.key for each in resource.columns.values()]


def _sort(resource: Resource) -> Operation:
    names = ["id", *_columns(resource)]
    return {
        "name": "sort",
        "in": "query",
        "description": "Attributes to order by, the first one counting most; `-` turns one round. "
        "Dots go through relationships to one: `track.name`.",
        "style": "form",
        "explode": False,
        "schema": {
            "type": "array",
            "maxItems": 10,
            "items": {"enum": [*names, *(f"-{name}" for name in names)]},
        },
    }


def _filter(resource: Resource) -> Operation:
    condition = {
        "type": "object",
        "required": ["name", "op"],
        "properties": {
            "name": {
                "enum": [
                    *_columns(resource),
                    *(dasherize(each) for each in resource.followed),
                ]
            },
            "op": {"enum": list(filters.OPERATORS)},
            "val": {},
        },
    }
    return {
        "name": "filter",
        "in": "query",
        "description": "Conditions that all hold, as JSON; `and`, `or` and `not` group them, `has` "
        "and `any` ask of related rows. `filter[name]=value` is short for one that equals.",
        "content": {JSON: {"schema": {"type": "array", "items": condition}}},
    }
