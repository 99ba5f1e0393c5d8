"""What every request gets: an id, in its answer and on its log lines; a body of known length,
and a form of limited; and a weak ETag.
"""

import hashlib
import re
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response

from openevent import request_id
from permissions import current

from . import errors

_NO_LENGTH = "Say in Content-Length how many bytes the body has; one sent in chunks is not read."
_NOT_THAT_ONE = "What is here now is not what If-Match asks for."
_GOOD_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

Handler = Callable[[HttpRequest], HttpResponseBase]


class RequestIdMiddleware:
    """Gives each request an id: the one a proxy sent in X-Request-ID, or a new one.

    It is also known from here on as the request that `permissions.has_access` is asked in.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        sent = request.headers.get("X-Request-ID", "")
        name = sent if _GOOD_ID.fullmatch(sent) else uuid.uuid4().hex
        request_id.set(name)  # until the next request: Django logs a bad answer after this
        current.enter(request)
        try:
            response = self.get_response(request)
        finally:
            current.leave()
        response["X-Request-ID"] = name
        return response


def require_length(get_response: Handler) -> Handler:
    """Refuse a body of unknown length (a middleware): Django would take it for an empty one."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if "Transfer-Encoding" in request.headers:
            return errors.response([errors.error(411, _NO_LENGTH)], 411)
        return get_response(request)

    return middleware


class FormLimitMiddleware:
    """Answers 413 to a form of a page that is longer than any, before it is written to the disk.

    That would happen when its token is looked for, whoever sent it. What needs no such token (the
    API) counts for itself.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        length = request.META.get("CONTENT_LENGTH") or "0"
        if getattr(view, "csrf_exempt", False) or (length.isdigit() and int(length) <= limit):
            return None
        said = f"The form is larger than the {limit:,} bytes that are taken."
        return HttpResponse(said, status=413, content_type="text/plain")


class ETagMiddleware:
    """Answers 304 where the client has the document already (RFC 9110, section 13).

    The tag is weak, because a proxy may compress the body. A view that streams, or that knows
    a cheaper tag, sets its own.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method not in ("GET", "HEAD") or response.status_code != 200:
            return response
        if not response.has_header("ETag") and isinstance(response, HttpResponse):
            digest = hashlib.sha1(response.content, usedforsecurity=False)
            response["ETag"] = f'W/"{digest.hexdigest()}"'
        if not response.has_header("ETag"):
            return response
        found = get_conditional_response(request, etag=response["ETag"])
        if found is None:
            return response
        if found.status_code == 412:
            found = errors.response([errors.error(412, _NOT_THAT_ONE)], 412)
        for name in ("ETag", "Vary", "Cache-Control"):  # what the 200 would say to caches
            if name in response:
                found[name] = response[name]
        # what the unsent body holds open is closed with this answer
        vars(found)["_resource_closers"].extend(vars(response)["_resource_closers"])
        return found
