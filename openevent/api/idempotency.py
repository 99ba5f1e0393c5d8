"""Idempotency-Key: a POST sent twice takes effect once (draft-ietf-httpapi-idempotency-key).

The key belongs to a caller and a route. The first request's answer is stored in the same
transaction as its effect, so there is never one without the other; the second waits for the
first to end, and gets that answer. Nobody and sign-in routes are exempt.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from rest_framework.request import Request

from .errors import ApiError
from .models import IdempotentAnswer

HEADER = "Idempotency-Key"
KEPT_HEADERS = ("Content-Type", "Location")
KEPT_FOR = timedelta(days=1)


class KeyReused(ApiError):
    """The key came with another body before: 422."""

    status_code = 422
    default_detail = "This Idempotency-Key was used for another body; send a new key."


class BadKey(ApiError):
    """A key that cannot be kept: 400."""

    status_code = 400
    default_detail = "Write an Idempotency-Key of 1 to 200 printable ASCII characters."


def once(
    request: Request,
    effect: Callable[[], HttpResponseBase],
    ask: Callable[[], Any] = lambda: None,
) -> HttpResponseBase:
    """Return what `effect` answers, which runs inside a transaction; or what it answered before.

    `ask` refuses who may not have that answer again, where nothing did before this was called.

    :raises KeyReused: the body is another than the first time.
    :raises BadKey: the header is empty, too long or not ASCII.
    """
    key = request.headers.get(HEADER)
    if key is None or not request.user.is_authenticated:
        with transaction.atomic():
            return effect()
    if not (0 < len(key) <= 200 and key.isascii() and key.isprintable()):
        raise BadKey
    fingerprint = hashlib.sha256(getattr(request, "raw_body", b"")).hexdigest()
    owner = {"user_id": request.user.pk, "route": request.path[:500], "key": key}
    with transaction.atomic():
        # Of two at once, the second waits here until the first has committed or given up.
        IdempotentAnswer.objects.bulk_create(
            [IdempotentAnswer(**owner, fingerprint=fingerprint)], ignore_conflicts=True
        )
        answer = IdempotentAnswer.objects.select_for_update().get(**owner)
        if answer.fingerprint != fingerprint:
            raise KeyReused
        if answer.status is not None:
            ask()
            return _replay(answer)
        response: Any = effect()
        body = b"".join(response.streaming_content) if response.streaming else response.content
        answer.status = response.status_code
        answer.headers = {name: response[name] for name in KEPT_HEADERS if name in response}
        answer.body = body
        answer.save(update_fields=["status", "headers", "body"])
        return _response(answer)


def _replay(answer: IdempotentAnswer) -> HttpResponse:
    response = _response(answer)
    response["Idempotent-Replayed"] = "true"
    return response


def _response(answer: IdempotentAnswer) -> HttpResponse:
    return HttpResponse(bytes(answer.body), status=answer.status, headers=answer.headers)


def forget_before(now: datetime) -> int:
    """Delete the answers older than a day at `now` (aware UTC); return how many."""
    deleted, _ = IdempotentAnswer.objects.filter(created_at__lt=now - KEPT_FOR).delete()
    return deleted
