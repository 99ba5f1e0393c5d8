"""Who is asking, for code that is far from the request: `has_access` in the middle of anything."""

from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.settings import api_settings

from .users import Anonymous, Person

_request: ContextVar[HttpRequest | None] = ContextVar("permissions_request", default=None)


def enter(request: HttpRequest) -> None:
    """Note the request that is being answered; the middleware calls this."""
    _request.set(request)


def leave() -> None:
    _request.set(None)


def request() -> HttpRequest | None:
    """Return the request that is being answered; `None` outside of one."""
    return _request.get()


def user() -> Person:
    """Return who sent the request that is being answered; nobody, outside of one."""
    answered = request()
    return Anonymous() if answered is None else caller_of(answered)


def caller_of(request: HttpRequest | Request) -> Person:
    """Return who sent `request`, by its token; nobody, without a valid one.

    A cookie does not count here, so that no page of another site can make a browser act in its
    owner's name. Pages whose forms show that they are ours know somebody by one, and note whom.
    """
    if isinstance(request, Request):
        known: Any = request.user
        return known
    known = getattr(request, "_caller", None)
    return _by_token(request) if known is None else known


def note_caller(request: HttpRequest | Request, user: Person) -> None:
    """Keep who sent `request`, for whoever asks next; authentication calls this."""
    plain: Any = getattr(request, "_request", request)
    plain._caller = user


def _by_token(request: HttpRequest) -> Any:
    authenticators: Any = api_settings.DEFAULT_AUTHENTICATION_CLASSES
    for authenticator in authenticators:
        found = authenticator().authenticate(request)
        if found is not None:
            return found[0]
    return Anonymous()
