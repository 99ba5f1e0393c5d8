"""Bodies: read with a limit, parsed, and checked to be what the serializers expect."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from django.conf import settings
from rest_framework import parsers
from rest_framework_json_api.parsers import JSONParser

from .errors import BodyTooLarge, Conflict, MalformedDocument
from .names import undasherize

JSON = "application/json"
JSON_API = "application/vnd.api+json"
# Members that only a JSON:API document has (JSON:API 1.0, "Top Level").
TOP_LEVEL = {"data", "errors", "meta", "included", "links", "jsonapi"}


def read(stream: Any, limit: int) -> bytes:
    """Return the body, of at most `limit` bytes.

    :raises BodyTooLarge: it has more, whatever its Content-Length says.
    """
    body: bytes = stream.read(limit + 1)
    if len(body) > limit:
        raise BodyTooLarge(f"The body is larger than the {limit:,} bytes this route accepts.")
    return body


def load(body: bytes) -> Any:
    """Return the JSON value of `body`.

    :raises MalformedDocument: it is no JSON, or holds a character that cannot be kept.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as broken:
        raise MalformedDocument(f"The body is not JSON: {broken}.", pointer="") from None
    if b"\\u0000" in body:
        for pointer in _nul_characters(value, ""):
            raise MalformedDocument("Text may not hold the character U+0000.", pointer=pointer)
    return value


def _nul_characters(value: Any, pointer: str) -> Iterator[str]:
    """Iterate over the pointers of all members that hold a NUL, in their name or their value."""
    if isinstance(value, str):
        if "\0" in value:
            yield pointer
    elif isinstance(value, dict):
        for name, inner in value.items():
            if "\0" in name:
                yield pointer
            yield from _nul_characters(inner, f"{pointer}/{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _nul_characters(inner, f"{pointer}/{index}")


class ValueParser(parsers.BaseParser):
    """Any JSON value; an empty body is an empty object. Clients send it under either media type."""

    media_type = JSON

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        context = parser_context or {}
        body = read(stream, getattr(context.get("view"), "max_body", settings.API_MAX_BODY))
        if "request" in context:
            context["request"].raw_body = body
        return load(body) if body.strip() else {}


class ValueUnderJSONAPI(ValueParser):
    media_type = JSON_API


class PlainJSONParser(ValueParser):
    """JSON that is no JSON:API document: sign-in and the other plain endpoints."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        value = super().parse(*args, **kwargs)
        if not isinstance(value, dict):
            raise MalformedDocument("Write an object.", pointer="")
        return value


class PlainUnderJSONAPI(PlainJSONParser):
    media_type = JSON_API


class FormParser(parsers.MultiPartParser):
    """A form with files, refused by its length before any of it is written.

    `max_body` of the view is bytes of the files; what a form has around them is not counted.
    """

    _AROUND = 100_000

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = (parser_context or {})["view"].max_body
        length = stream.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > limit + self._AROUND:
            raise BodyTooLarge(f"The files are larger than the {limit:,} bytes this route accepts.")
        kind, separator, parameters = (media_type or "").partition(";")
        # Django's own knows the type in small letters only; it has no case (RFC 9110, 8.3.1)
        return super().parse(stream, f"{kind.lower()}{separator}{parameters}", parser_context)


class ResourceParser(JSONParser):
    """A JSON:API document about one resource, as DJA's parser reads it.

    DJA's own takes the shape for granted and fails on `"attributes": [1]`; so it is checked
    here first. A relationships endpoint gets its linkage as `{name: linkage}`, as if the
    whole resource had been sent with that relationship alone. A data layer also takes its
    attributes alone, as a plain object.
    """

    media_type = JSON_API

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: dict[str, Any] | None = None,
    ) -> Any:
        context: dict[str, Any] = parser_context or {}
        view: Any = context["view"]
        body = read(stream, settings.API_MAX_BODY)
        context["request"].raw_body = body
        document = load(body)
        if isinstance(document, dict) and view.data_layer and not document.keys() & TOP_LEVEL:
            return {undasherize(name): value for name, value in document.items()}
        if not isinstance(document, dict) or "data" not in document:
            raise MalformedDocument('Write an object with a "data" member.', pointer="")
        if view.relationship:
            return {view.relationship: document["data"]}
        check_shape(document)
        return self.parse_data(document, context)

    def parse_data(self, result: Any, parser_context: Any) -> Any:
        view = parser_context["view"]
        data = result["data"]
        if data.get("type") != view.resource.type:
            raise Conflict(
                f'This is the place of "{view.resource.type}", not "{data.get("type")}".',
                pointer="/data/type",
            )
        return {
            **self.parse_attributes(data),
            **self.parse_relationships(data),
            "id": data.get("id"),
        }

    @staticmethod
    def parse_relationships(data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the linkage that was sent. One without "data" says nothing, and clears nothing."""
        relationships = data.get("relationships") or {}
        return {
            undasherize(name): value["data"]
            for name, value in relationships.items()
            if "data" in value
        }


class ResourceUnderJSON(ResourceParser):
    media_type = JSON


def check_shape(document: Mapping[str, Any]) -> None:
    """Refuse what is no resource object (JSON:API 1.0, "Resource Objects").

    :raises MalformedDocument: a member has the wrong shape; the pointer says which.
    """
    data = document["data"]
    if not isinstance(data, dict):
        raise MalformedDocument('"data" is one resource object here.', pointer="/data")
    for member in ("attributes", "relationships"):
        if not isinstance(data.get(member) or {}, dict):
            raise MalformedDocument(f'"{member}" is an object.', pointer=f"/data/{member}")
    for name, value in (data.get("relationships") or {}).items():
        pointer = f"/data/relationships/{name}"
        if not isinstance(value, dict):
            raise MalformedDocument('A relationship is an object with "data".', pointer=pointer)
        if not isinstance(value.get("data"), dict | list | None):
            raise MalformedDocument(
                'The "data" of a relationship is null, an identifier, or a list of them.',
                pointer=f"{pointer}/data",
            )
