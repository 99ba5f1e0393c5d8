"""What the body of a request links, read before anything else of the body is looked at.

Who may create a row can depend on the parent that only the body names. What is no JSON:API
document links nothing: its sender is told so once it is known that they may write at all.
"""

from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request

from .lookups import MOST_DIGITS


def linked_id(request: HttpRequest | Request, need: str) -> int | None:
    """Return the id that the body of `request` links for `need`: `event` for `event_id`."""
    plain = getattr(request, "_request", request)
    if plain.method not in ("POST", "PATCH", "PUT") or not need.endswith("_id"):
        return None
    if int(plain.META.get("CONTENT_LENGTH") or 0) > settings.API_MAX_BODY:
        return None
    try:
        document: Any = orjson.loads(plain.body)
    except orjson.JSONDecodeError:
        return None
    noun = need.removesuffix("_id")
    for name in (noun.replace("_", "-"), noun):
        found: Any = document
        for step in ("data", "relationships", name, "data", "id"):
            found = found.get(step) if isinstance(found, dict) else None
        text = str(found)
        if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS:
            return int(text)
    return None
