"""The whole document, built once in a process."""

from functools import cache
from typing import Any, Final

import orjson

from openevent.api.errors import MEDIA_TYPE
from openevent.api.registry import registry
from permissions.routes import Route, routes

from . import schemas
from .operations import PLAIN, is_operation, operation

_ERRORS: Final = {
    400: "The query string or the body cannot be read; `source` says where.",
    401: "Nobody is signed in, or the token is not accepted.",
    403: "Somebody is signed in who may not; `detail` says which access is required.",
    404: "There is no such row, or the caller may not know of it.",
    406: "None of the media types that `Accept` names can be given.",
    409: "It contradicts what is there: a duplicate, a row still in use, another type.",
    411: "The length of the body is not said.",
    412: "It is no longer what `If-Match` says.",
    413: "The body is too long.",
    415: "The body is of another media type than JSON.",
    422: "A value is not accepted; `source.pointer` says which, `detail` what would be.",
    429: "This was done too often; the sentence says when it may be done again.",
    503: "Too many people read everything at once, or where files are kept does not answer; "
    "`Retry-After` says when to come back.",
}
_SERVED: Final = ("/v1/", "/auth/")
_ABOUT: Final = ("/v1/openapi.json", "/v1/docs")  # what says all this is not said itself
_INTRODUCTION: Final = """\
JSON:API 1.0 over conferences: events, their sessions, speakers, tracks, and what belongs to them.

Sign in with POST /v1/auth/login and send the token as "Authorization: JWT <token>". \
What you may not see is not there: lists leave it out, and its URL answers 404. \
Each operation says who may."""


def paths() -> dict[str, list[Route]]:
    """Return the routes of the API that do something, by path."""
    found: dict[str, list[Route]] = {}
    for route in routes():
        is_api = route.path.startswith(_SERVED) and not route.path.startswith(_ABOUT)
        if is_api and is_operation(route):
            found.setdefault(route.path, []).append(route)
    return found


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the API."""
    found = paths()  # first of all: the resources are known once the URLconf is loaded
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Open Event",
            "version": "1",
            "description": _INTRODUCTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": resource.type} for resource in registry] + [{"name": PLAIN}],
        "paths": {
            path: {route.method.lower(): operation(route) for route in methods}
            for path, methods in found.items()
        },
        "components": {
            "securitySchemes": {
                "jwt": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "`JWT` and the access token, with a space between them.",
                }
            },
            "parameters": _parameters(),
            "responses": _responses(),
            "schemas": _schemas(),
        },
    }


@cache
def text() -> bytes:
    """Return the document as it is sent."""
    return orjson.dumps(document())


def _schemas() -> dict[str, Any]:
    found = {name: each for resource in registry for name, each in schemas.of_resource(resource)}
    text_ = {"type": "string"}
    error = {
        "type": "object",
        "required": ["status", "title", "detail", "source"],
        "properties": {
            "status": {"type": ["integer", "string"]},
            "title": text_,
            "detail": text_,
            "source": {
                "type": "object",
                "properties": {"pointer": text_, "parameter": text_},
            },
        },
    }
    return {
        **found,
        "included": {"anyOf": [schemas.ref(resource.type) for resource in registry]},
        "links": {"type": "object", "additionalProperties": text_},
        "jsonapi": {"type": "object", "properties": {"version": {"const": "1.0"}}},
        "errors": {
            "type": "object",
            "required": ["errors"],
            "properties": {"errors": {"type": "array", "items": error}},
        },
        "error": {
            "type": "object",
            "properties": {
                "error": text_,
                "errors": {"type": "array", "items": error},
            },
        },
    }


def _responses() -> dict[str, Any]:
    errors = {MEDIA_TYPE: {"schema": schemas.ref("errors")}}
    plain = {"application/json": {"schema": schemas.ref("error")}, **errors}
    return {
        **{
            str(status): {"description": said, "content": errors}
            for status, said in _ERRORS.items()
        },
        "plain": {"description": "A sentence says what is wrong.", "content": plain},
    }


def _parameters() -> dict[str, Any]:
    number = {"type": "integer", "minimum": 1, "maximum": 1000, "default": 1}
    size = {"type": "integer", "minimum": 0, "maximum": 1000, "default": 20}
    names = {"type": "string"}
    return {
        "page": {
            "name": "page",
            "in": "query",
            "description": "`page[number]` from 1, `page[size]` of 20; 0 puts all on one page.",
            "style": "deepObject",
            "explode": True,
            "schema": {"type": "object", "properties": {"number": number, "size": size}},
        },
        "fields": {
            "name": "fields",
            "in": "query",
            "description": "`fields[type]`: the fields of a type that are wanted, with commas.",
            "style": "deepObject",
            "explode": True,
            "schema": {"type": "object", "maxProperties": 0, "additionalProperties": names},
        },
        "include": {
            "name": "include",
            "in": "query",
            "description": "Relationships to bring along, with commas.",
            "schema": {"const": ""},
        },
        "idempotency-key": {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "A key of your own: the same request sent again takes effect once.",
            "schema": {"type": "string", "pattern": "^[a-zA-Z0-9-]{1,200}$"},
        },
    }
