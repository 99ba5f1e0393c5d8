"""The document, and pages to read it by: `/v1/openapi.json`, `/v1/docs`. Nothing is loaded."""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import MethodNotAllowed

from openevent.api import documents
from openevent.api.errors import exception_handler
from permissions.manager import public

from .document import document, text
from .operations import PLAIN

_METHODS: Final = ("get", "post", "patch", "delete")
_PAGE: Final = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'"
_FOR: Final = 300  # seconds for which anybody may keep them; a release may change them
_ALLOWED: Final = "GET, HEAD, OPTIONS"

View = Callable[..., HttpResponse]


def _read_only(view: View) -> View:
    """Let `view` answer reads, and refuse the rest as everywhere under /v1: in JSON."""

    @csrf_exempt  # nothing is written, so nobody has to show that it was their form
    @wraps(view)
    def answer(request: HttpRequest, **named: str) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            return view(request, **named)
        if request.method == "OPTIONS":
            return documents.nothing(Allow=_ALLOWED)
        refused = exception_handler(MethodNotAllowed(request.method or ""))
        refused["Allow"] = _ALLOWED
        return refused

    return answer


@_read_only
@public()
def openapi(request: HttpRequest) -> HttpResponse:
    """Answer with the document."""
    return _kept(HttpResponse(text(), content_type="application/json"))


@_read_only
@public()
def index(request: HttpRequest) -> HttpResponse:
    """Show what there is, by resource."""
    context = {"types": _counts(), "info": document()["info"]}
    return _page(render(request, "openapi/index.html", context))


@_read_only
@public()
def one_type(request: HttpRequest, name: str) -> HttpResponse:
    """Show the operations and the fields of one resource; what belongs to none is `other`."""
    found = _operations().get(name)
    if found is None:
        raise Http404
    context = {"name": name, "types": _counts(), "operations": found, "fields": _fields(name)}
    return _page(render(request, "openapi/type.html", context))


def _kept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = f"public, max-age={_FOR}"
    return response


def _page(response: HttpResponse) -> HttpResponse:
    response["Content-Security-Policy"] = _PAGE
    return _kept(response)


@cache
def _operations() -> dict[str, list[dict[str, Any]]]:
    """Return the operations by tag, each with its method, its path and its statuses."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document()["paths"].items():
        for method in _METHODS:
            if operation := methods.get(method):
                description, _, who = operation["description"].rpartition("Who may: ")
                found.setdefault(operation["tags"][0], []).append(
                    {
                        "method": method.upper(),
                        "path": path,
                        "marked": _marked(path),
                        "id": operation["operationId"],
                        "summary": operation["summary"],
                        "description": description.strip(),
                        "who": who.removesuffix("."),
                        "query": [
                            each for each in operation["parameters"] if each.get("in") == "query"
                        ],
                        "body": _plain_body(operation),
                        "statuses": sorted(operation["responses"]),
                        "is_public": {} in operation["security"],
                    }
                )
    return found


def _plain_body(operation: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a plain endpoint takes; what a resource takes stands among its fields."""
    found = []
    for media_type in operation.get("requestBody", {}).get("content", {}).values():
        schema = media_type["schema"]
        found = [
            {"name": name, "kind": _kind(each), "required": name in schema.get("required", ())}
            for name, each in schema.get("properties", {}).items()
            if name != "data" or "$ref" not in str(each)
        ]
    return found


def _marked(path: str) -> SafeString:
    """Return a path that may break after its slashes."""
    return mark_safe(path.replace("/", "/<wbr>"))  # noqa: S308  a path of ours


@cache
def _counts() -> list[tuple[str, int]]:
    found = _operations()
    names = sorted(found, key=lambda name: (name == PLAIN, name))
    return [(name, len(found[name])) for name in names]


def _fields(name: str) -> list[dict[str, Any]]:
    """Return the fields of a resource as a table: what each holds, who sees it, who writes it."""
    schemas = document()["components"]["schemas"]
    if name not in schemas:
        return []
    audiences = [each["$ref"].rpartition("/")[2] for each in schemas[name].get("anyOf", ())]
    read = [schemas[each] for each in audiences or [name]]
    writes = [schemas.get(f"{name}.{verb}", {}) for verb in ("create", "change")]
    rows = []
    for member in ("attributes", "relationships"):
        for key, schema in read[0]["properties"][member]["properties"].items():
            seen = [key in level["properties"][member]["properties"] for level in read]
            rows.append(
                {
                    "name": key,
                    "kind": _kind(schema) if member == "attributes" else schema["description"],
                    "seen_by": ""
                    if all(seen)
                    else ", ".join(
                        audience.partition(".")[2].replace("_", " ")
                        for audience, sees in zip(audiences, seen, strict=True)
                        if sees
                    ),
                    "written": [
                        verb
                        for verb, schema_ in zip(("POST", "PATCH"), writes, strict=True)
                        if key in _members(schema_, member).get("properties", {})
                    ],
                    "required": key in _members(writes[0], member).get("required", ()),
                }
            )
    return rows


def _members(written: dict[str, Any], member: str) -> dict[str, Any]:
    found: dict[str, Any] = (
        written.get("properties", {}).get("data", {}).get("properties", {}).get(member, {})
    )
    return found


def _kind(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join("null" if each is None else str(each) or '""' for each in schema["enum"])
    if "const" in schema:
        return f"always {schema['const']}"
    kinds = schema.get("type", "anything")
    names = [kinds] if isinstance(kinds, str) else kinds
    return " or ".join(
        schema["format"] if each == "string" and "format" in schema else each for each in names
    )
