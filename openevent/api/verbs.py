"""Extra endpoints of a resource: verbs of its own, each with a statement of its name.

    class SessionViewSet(ResourceViewSet):
        permissions = allow(..., accept=is_organizer)

        @row_verb("post")
        def accept(self, request, row):
            accept_session(row, by=request.user)

is POST /v1/sessions/{id}/accept. `request.data` is the body, whatever JSON it is. What the method
returns is the answer: nothing is the row's document, a dict or a list is plain JSON, and a
response is itself.
"""

import functools
from collections.abc import Callable
from typing import Any

import orjson
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from rest_framework.decorators import action
from rest_framework.exceptions import APIException

from permissions.asking import require, require_unless_unknown
from permissions.targets import Target

from . import idempotency, reading
from .parsers import ValueParser, ValueUnderJSONAPI
from .visibility import visible
from .writing import Write

Method = Callable[..., Any]


def row_verb(
    method: Any, path: str | None = None, *, acts: bool = False
) -> Callable[[Method], Method]:
    """Make a viewset's method an endpoint of one row, which it gets: locked, if it writes.

    `path` may have more to be filled in, `<ref:event>`: the method gets it by that name.
    `acts`: it is a GET that writes, because clients follow it as a link. HEAD does nothing.
    """

    def decorate(function: Method) -> Method:
        name = function.__name__

        @functools.wraps(function)
        def endpoint(self: Any, request: Any, ref: str, **more: Any) -> HttpResponseBase:
            if method == "get" and not acts:
                return _answer(function(self, request, _seen(self, request, ref, name), **more))

            problem = None if method == "get" else _problem(request)

            def effect() -> HttpResponseBase:
                write = Write(self)
                row = write.locked(ref, name)
                if problem is not None:
                    raise problem
                if request.method == "HEAD":
                    return HttpResponse()
                answer = function(self, request, row, **more)
                return write.answer(row) if answer is None else _answer(answer)

            if method == "post":
                return idempotency.once(request, effect, lambda: Write(self).locked(ref, name))
            with transaction.atomic():
                return effect()

        return _routed(endpoint, method, path or name, detail=True)

    return decorate


def collection_verb(method: Any, path: str | None = None) -> Callable[[Method], Method]:
    """Make a viewset's method an endpoint of the collection; its statement may need no row."""

    def decorate(function: Method) -> Method:
        name = function.__name__

        @functools.wraps(function)
        def endpoint(self: Any, request: Any) -> HttpResponseBase:
            require(self.resource.permissions[name], request.user, Target())
            if method == "get":
                return _answer(function(self, request))
            problem = _problem(request)
            if problem is not None:
                raise problem
            if method == "post":
                return idempotency.once(request, lambda: _answer(function(self, request)))
            with transaction.atomic():
                return _answer(function(self, request))

        return _routed(endpoint, method, path or name, detail=False)

    return decorate


def _routed(endpoint: Method, method: Any, path: str, *, detail: bool) -> Method:
    made: Method = action(
        detail=detail,
        methods=[method],
        url_path=path,
        parser_classes=[ValueParser, ValueUnderJSONAPI],
    )(endpoint)
    return made


def _problem(request: Any) -> Exception | None:
    """Read the body, and return what is wrong with it: to be said once permission is asked."""
    try:
        _ = request.data
    except APIException as problem:
        return problem
    return None


def _seen(view: Any, request: Any, ref: str, verb: str) -> Any:
    """Return the row `ref`, if the caller may view it and `verb` it."""
    resource = view.resource
    reading.view_of(resource, request.user)
    require_unless_unknown(resource.permissions[verb], request.user, Target())
    scope, key = reading.key_of(resource, ref)
    row = visible(resource, request.user).filter(**{scope.column: key}).first()
    if row is None:
        raise Http404
    require(resource.permissions[verb], request.user, Target(row))
    return row


def _answer(answer: Any) -> HttpResponseBase:
    if isinstance(answer, HttpResponseBase):
        return answer
    return HttpResponse(orjson.dumps(answer), content_type="application/json")
