"""Endpoints in plain JSON, whose errors are `{"error": "a sentence"}`: clients show it as it is."""

from collections.abc import Mapping
from typing import Any, ClassVar

import orjson
from django.http import HttpResponse
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.api import errors
from openevent.api.parsers import PlainJSONParser, PlainUnderJSONAPI
from openevent.errors import DomainError


class NotSignedIn(DomainError):
    status: ClassVar[int] = 401
    detail = "Missing Authorization Header"


class PlainView(APIView):
    """A view of one URL that takes and gives plain JSON, under either media type."""

    parser_classes = [PlainJSONParser, PlainUnderJSONAPI]
    # Bytes of a body; the longest of an honest client is a refresh token or a password.
    max_body: ClassVar[int] = 16_384

    def get_exception_handler(self) -> Any:
        return exception_handler

    def options(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(status=204)  # `Allow` is added to every answer

    def finalize_response(self, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(*args, **kwargs)
        response["Cache-Control"] = "no-store"  # tokens and facts about one person
        return response


class FieldMissing(DomainError):
    status: ClassVar[int] = 400


def data_of(request: Request) -> Mapping[str, Any]:
    """Return what clients wrap in `data`, or the body itself if they do not.

    :raises FieldMissing: that is no object.
    """
    data = request.data.get("data", request.data)
    if not isinstance(data, Mapping):
        raise FieldMissing('"data" is an object here.')
    return data


def text_of(data: Mapping[str, Any], name: str) -> str:
    """Return the text sent as `name`.

    :raises FieldMissing: none is, or something else than text.
    """
    value = data.get(name)
    if not isinstance(value, str) or not value:
        raise FieldMissing(f'Write a text as "{name}".')
    return value


def exception_handler(exc: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """Return the answer to `exc` that the rest of the API gives, with its sentence alone."""
    if isinstance(exc, NotAuthenticated) and exc.detail == NotAuthenticated.default_detail:
        exc = NotSignedIn()
    response = errors.exception_handler(exc, context)
    (error,) = orjson.loads(response.content)["errors"]
    response.content = orjson.dumps({"error": error["detail"]})
    response["Content-Type"] = "application/json"
    if response.status_code == 401:
        response["WWW-Authenticate"] = 'JWT realm="api"'
    return response
