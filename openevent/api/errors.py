"""Every error becomes a JSON:API errors document here, and nowhere else.

`status` is a number, except "422" for invalid body values: clients compare it that way
(docs/architecture.md, "Errors"). `source` is always an object.
"""

import logging
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import orjson
from django.apps import apps
from django.conf import settings
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
)
from django.db import DataError, IntegrityError
from django.db.models import BaseConstraint, ProtectedError, RestrictedError
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions

from openevent import request_id
from openevent.errors import DomainError

from .names import dasherize

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/vnd.api+json"
VERSION = b'"jsonapi":{"version":"1.0"}'
INVALID = "Validation error"
_NOT_UNDERSTOOD = "This request cannot be understood."


class ApiError(exceptions.APIException):
    """An error that knows where it lies: a `pointer` into the body, or a query `parameter`."""

    pointer: str | None = None
    parameter: str | None = None

    def __init__(
        self,
        detail: str | None = None,
        *,
        pointer: str | None = None,
        parameter: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.pointer = pointer
        self.parameter = parameter


class QueryError(ApiError):
    """A query string that means nothing: 400 with the parameter's name."""

    status_code = 400

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(detail, parameter=parameter)


class MalformedDocument(ApiError):
    """A body that is no JSON:API document: 400."""

    status_code = 400


class MemberNotFound(ApiError):
    """Linkage to a row that does not exist, or that the caller may not see: 404."""

    status_code = 404


class InvalidMember(ApiError):
    """Linkage to a row that exists but does not belong here: 422."""

    status_code = 422


class Conflict(ApiError):
    """The document contradicts the resource or its state: 409."""

    status_code = 409


class BodyTooLarge(ApiError):
    """A body over the route's limit: 413."""

    status_code = 413


class MethodNotRouted(exceptions.MethodNotAllowed):
    """A method that this URL has not; `detail` names the URL that has it, where there is one."""


class TooBusy(ApiError):
    """All places for reading everything at once are taken: 503."""

    status_code = 503
    wait = 5  # seconds


# The titles that clients show; elsewhere it is the reason phrase of the status.
_TITLES = {403: "Access Forbidden", 422: "Unprocessable Entity"}


def error(
    status: int | str, detail: str, *, title: str = "", source: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return one error object."""
    return {
        "status": status,
        "title": title or _TITLES.get(int(status)) or HTTPStatus(int(status)).phrase,
        "detail": detail,
        "source": dict(source or {}),
    }


def response(errors: list[dict[str, Any]], status: int) -> HttpResponse:
    """Return the errors document as an answer with `status`."""
    body = b'{"errors":' + orjson.dumps(errors) + b"," + VERSION + b"}"
    return HttpResponse(body, status=status, content_type=MEDIA_TYPE)


def exception_handler(exc: Exception, context: Mapping[str, Any] | None = None) -> HttpResponse:
    """Return the answer to any exception; what nobody foresaw is logged and answered as 500."""
    match exc:
        case exceptions.ValidationError():
            errors = list(_validation_errors(exc.detail))
            return response(errors, 422)
        case DomainError():
            source = {"pointer": exc.pointer} if exc.pointer else {}
            status: int | str = "422" if exc.status == 422 else exc.status
            return response([error(status, exc.detail, source=source)], exc.status)
        case exceptions.APIException():
            return _api_error(exc)
        case Http404():
            return _api_error(exceptions.NotFound())
        case PermissionDenied():
            return _api_error(exceptions.PermissionDenied())
        case RequestDataTooBig():
            return _api_error(BodyTooLarge("The body is larger than this route accepts."))
        case TooManyFieldsSent():
            most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
            return response([error(400, f"Send at most {most:,} parameters.")], 400)
        case SuspiciousOperation():
            return response([error(400, _NOT_UNDERSTOOD)], 400)
        case ProtectedError() | RestrictedError():
            return response([error(409, "Other rows still refer to this.")], 409)
        case IntegrityError():
            return _integrity_error(exc)
        case DataError():
            logger.warning("data refused by the database", exc_info=exc)
            return response([error("422", "A value is out of the range that can be kept.")], 422)
    logger.error("unforeseen error", exc_info=exc)
    return _unforeseen()


def _api_error(exc: exceptions.APIException) -> HttpResponse:
    source = {}
    if isinstance(exc, ApiError):
        if exc.pointer is not None:
            source = {"pointer": exc.pointer}
        elif exc.parameter is not None:
            source = {"parameter": exc.parameter}
    status: int | str = "422" if exc.status_code == 422 else exc.status_code
    answer = response([error(status, str(exc.detail), source=source)], exc.status_code)
    if isinstance(exc, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        answer["WWW-Authenticate"] = 'JWT realm="api"'
    wait = getattr(exc, "wait", None)
    if wait:
        answer["Retry-After"] = str(int(wait) + 1)
    return answer


def _validation_errors(detail: Any) -> Iterator[dict[str, Any]]:
    """Flatten a serializer's errors; `field.pointer` was set by the serializer (see there)."""
    if isinstance(detail, Mapping):
        for pointer, messages in detail.items():
            for message in _messages(messages):
                yield error("422", message, title=INVALID, source={"pointer": str(pointer)})
    else:
        for message in _messages(detail):
            yield error("422", message, title=INVALID, source={"pointer": "/data"})


def _messages(detail: Any, path: str = "") -> Iterator[str]:
    """Iterate over the sentences of nested details, each with its place inside the value."""
    if isinstance(detail, Mapping):
        for key, inner in detail.items():
            yield from _messages(inner, f"{path}{dasherize(str(key))}: ")
    elif isinstance(detail, list | tuple):
        for inner in detail:
            yield from _messages(inner, path)
    else:
        yield f"{path}{detail}"


def _integrity_error(exc: IntegrityError) -> HttpResponse:
    """Say which constraint a write broke: a duplicate is 409, a value out of bounds 422."""
    diagnosis = getattr(exc.__cause__, "diag", None)
    constraint = _constraint(getattr(diagnosis, "constraint_name", None) or "")
    sqlstate = getattr(exc.__cause__, "sqlstate", "") or ""
    if constraint is None:
        logger.warning("a constraint without words was broken", exc_info=exc)
    words = str(constraint.violation_error_message) if constraint else ""
    if sqlstate == "23505":
        return response([error(409, words or "This exists already.")], 409)
    if sqlstate == "23503":
        return response([error(409, words or "Other rows still refer to this.")], 409)
    return response([error("422", words or "The values contradict each other.")], 422)


def _constraint(name: str) -> BaseConstraint | None:
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return constraint
    return None


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a path that leads nowhere (Django's handler404)."""
    return response([error(404, "There is nothing at this path.")], 404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django itself refuses, such as a host it does not serve (handler400)."""
    return response([error(400, _NOT_UNDERSTOOD)], 400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer an exception that no view handled (handler500); Django has logged it."""
    return _unforeseen()


def _unforeseen() -> HttpResponse:
    name = request_id.current()
    detail = f"Something went wrong. Tell us this id and we can find out what: {name}"
    return response([error(500, detail)], 500)
