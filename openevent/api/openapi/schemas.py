"""JSON Schemas of resources: as each audience reads them, and as they are written.

OpenAPI 3.1 has schemas of JSON Schema 2020-12, so what may be null says so in its `type`.
"""

from collections.abc import Iterator
from functools import singledispatch
from typing import Any, Final

from rest_framework import serializers

from openevent.api import fields
from openevent.api.names import dasherize
from openevent.api.resources import Attribute, Relation, Resource
from permissions.sentences import say

Schema = dict[str, Any]

_LINKS: Final[Schema] = {
    "type": "object",
    "properties": {"self": {"type": "string"}, "related": {"type": "string"}},
}
_ID: Final[Schema] = {"type": "string", "description": "A number, as text."}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


@singledispatch
def value_schema(field: serializers.Field) -> Schema:
    """Return the schema of the values of `field`, null aside."""
    return {}


@value_schema.register
def _(field: serializers.BooleanField) -> Schema:
    return {"type": "boolean"}


@value_schema.register
def _(field: serializers.CharField) -> Schema:
    found: Schema = {"type": "string"}
    if field.max_length is not None:
        found["maxLength"] = field.max_length
    if not field.allow_blank:
        found["minLength"] = max(field.min_length or 1, 1)
    return found


@value_schema.register
def _(field: serializers.EmailField) -> Schema:
    return {**value_schema.dispatch(serializers.CharField)(field), "format": "email"}


@value_schema.register
def _(field: serializers.URLField) -> Schema:
    return {**value_schema.dispatch(serializers.CharField)(field), "format": "uri"}


@value_schema.register
def _(field: serializers.UUIDField) -> Schema:
    return {"type": "string", "format": "uuid"}


@value_schema.register
def _(field: serializers.IntegerField) -> Schema:
    return {"type": "integer", **_bounds(field)}


@value_schema.register(serializers.FloatField)
@value_schema.register(serializers.DecimalField)
def _(field: Any) -> Schema:
    return {"type": "number", **_bounds(field)}


@value_schema.register
def _(field: serializers.DateTimeField) -> Schema:
    return {"type": "string", "format": "date-time"}


@value_schema.register
def _(field: serializers.DateField) -> Schema:
    return {"type": "string", "format": "date"}


@value_schema.register
def _(field: serializers.ChoiceField) -> Schema:
    blank = [""] if field.allow_blank else []
    return {"enum": [*field.choices, *(each for each in blank if each not in field.choices)]}


@value_schema.register
def _(field: serializers.ListField) -> Schema:
    child = field.child
    return {"type": "array", "items": value_schema(child) if child is not None else {}}


@value_schema.register
def _(field: serializers.DictField) -> Schema:
    return {"type": "object"}


@value_schema.register
def _(field: fields.Computed) -> Schema:
    return value_schema(field.field)


@value_schema.register
def _(field: fields.Derived) -> Schema:
    return value_schema(field.field)


@value_schema.register
def _(field: fields.Constant) -> Schema:
    return {"const": field.value}


def _bounds(field: Any) -> Schema:
    bounds = {"minimum": field.min_value, "maximum": field.max_value}
    return {name: float(value) for name, value in bounds.items() if value is not None}


def _or_null(found: Schema) -> Schema:
    if "const" in found or not found:
        return found
    if "enum" in found:
        return {**found, "enum": [*found["enum"], None]}
    return {**found, "type": [found["type"], "null"]}


def read_schema(attribute: Attribute) -> Schema:
    """Return the schema of an attribute as it is read."""
    field = attribute.field
    found = value_schema(field)
    # what was kept before a limit was set is shown all the same
    found = {name: said for name, said in found.items() if name not in _LIMITS}
    if found.get("format") in ("uri", "email"):
        del found["format"]  # people write addresses that no RFC has
    if _may_be_null(field):
        found = _or_null(found)
    return {**found, "readOnly": True} if field.read_only else found


_LIMITS: Final = {"minLength", "maxLength", "minimum", "maximum"}


def _may_be_null(field: serializers.Field) -> bool:
    is_made = isinstance(field, fields.Computed | fields.Derived | fields.SecretField)
    return bool(is_made or field.allow_null or field.read_only)


def of_resource(resource: Resource) -> Iterator[tuple[str, Schema]]:
    """Iterate over the schemas of `resource` by name.

    As it is read: one for each audience, and one that is any of them. As it is written: one for
    POST and one for PATCH, where there is such a route.
    """
    levels = range(len(resource.audiences) + 1)
    if len(levels) == 1:
        yield resource.type, _read(resource, 0)
    else:
        names = [f"{resource.type}.{name}" for name in resource.audience_names]
        for level, name in zip(levels, names, strict=True):
            yield name, _read(resource, level)
        yield resource.type, {"anyOf": [ref(name) for name in names]}
    for verb in ("create", "change"):
        if verb in resource.permissions:
            yield f"{resource.type}.{verb}", _written(resource, is_new=verb == "create")


def _read(resource: Resource, level: int) -> Schema:
    attributes = {}
    for attribute in resource.attributes.values():
        if attribute.level >= level:
            attributes[attribute.key] = read_schema(attribute)
        elif attribute.is_masked:
            attributes[attribute.key] = {"const": attribute.masked}
    relations = [each for each in resource.relationships.values() if each.level >= level]
    found: Schema = {
        "type": "object",
        "required": ["type", "id"],
        "properties": {
            "type": {"const": resource.type},
            "id": _ID,
            "attributes": {
                "type": "object",
                "properties": attributes,
                "additionalProperties": False,
            },
            "relationships": {
                "type": "object",
                "properties": {each.key: _linked(each) for each in relations},
                "additionalProperties": False,
            },
            "links": _LINKS,
        },
    }
    if resource.audiences:
        found["description"] = _seen_by(resource, level)
    return found


def _seen_by(resource: Resource, level: int) -> str:
    if level == len(resource.audiences):
        return f"A {resource.type} as everybody sees it who may view it."
    return f"A {resource.type} as it is shown to who {say(resource.audiences[level].who)}."


def _linked(relation: Relation) -> Schema:
    leads = f"Leads to {'any number of' if relation.many else 'one'} {relation.target_type}"
    if relation.resource.model is None:
        return {"type": "object", "properties": {"links": _LINKS}, "description": f"{leads}."}
    identifier = identifier_of(relation)
    one = {"anyOf": [identifier, {"type": "null"}]}
    data = {"type": "array", "items": identifier} if relation.many else one
    return {
        "type": "object",
        "properties": {"links": _LINKS, "data": data},
        "description": f"{leads}; its linkage is there if it is included.",
    }


def identifier_of(relation: Relation) -> Schema:
    """Return the schema of the identifiers that a relationship takes and gives."""
    return {
        "type": "object",
        "required": ["type", "id"],
        "properties": {"type": {"enum": relation.accepted_types}, "id": _ID},
    }


def linkage_of(relation: Relation) -> Schema:
    """Return the schema of a document with the linkage of a relationship."""
    identifier = identifier_of(relation)
    data: Schema = {"type": "array", "items": identifier}
    if not relation.many:
        may_lead_nowhere = relation.field.allow_null or relation.is_empty
        data = {"anyOf": [identifier, {"type": "null"}]} if may_lead_nowhere else identifier
    return {"type": "object", "required": ["data"], "properties": {"data": data}}


def _written(resource: Resource, *, is_new: bool) -> Schema:
    attributes, relationships = {}, {}
    required: dict[str, list[str]] = {"attributes": [], "relationships": []}
    for name, field in resource.declared_fields.items():
        if field.read_only:
            continue
        key = dasherize(name)
        if isinstance(field, fields.Relationship):
            relation = resource.relationships[name]
            relationships[key] = linkage_of(relation)
            member = "relationships"
        else:
            found = value_schema(field)
            attributes[key] = _or_null(found) if field.allow_null else found
            if who := resource.writable_by.get(name):
                attributes[key] = {
                    **attributes[key],
                    "description": f"Set by who {say(who)}; ignored from others.",
                }
            member = "attributes"
        if is_new and field.required:
            required[member].append(key)
    data: Schema = {
        "type": "object",
        "required": ["type"] if is_new else ["type", "id"],
        "properties": {
            "type": {"const": resource.type},
            "attributes": _members(attributes, required["attributes"]),
            "relationships": _members(relationships, required["relationships"]),
        },
    }
    if not is_new:
        data["properties"]["id"] = _ID
    data["required"] += [member for member, names in required.items() if names]
    return {"type": "object", "required": ["data"], "properties": {"data": data}}


def _members(properties: Schema, required: list[str]) -> Schema:
    found: Schema = {"type": "object", "properties": properties}
    if required:
        found["required"] = required
    return found
