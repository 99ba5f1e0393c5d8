"""What all pages are: a statement of who may, headers that keep them to themselves, a refusal."""

import functools
import math
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from openevent import site
from openevent.errors import DomainError
from permissions.atoms import anyone
from permissions.current import caller_of, note_caller
from permissions.manager import has_permission
from permissions.predicates import Predicate
from permissions.users import Anonymous
from users.providers import ProviderNotOffered, offered
from users.throttles import TooManyAttempts

from . import session

View = Callable[..., HttpResponse]
HOME: Final = "/settings/applications"
LONGEST_PATH: Final = 2048  # characters, with a query


def page(methods: str, *, who: Predicate) -> Callable[[View], View]:
    """Make a view a page that `who` may call by `methods`: who is signed in in the browser.

    Somebody who has to sign in first is shown how, at the address they asked for; and a provider
    that is not offered has no page.
    """
    names = [name.strip() for name in methods.split(",")]

    def decorate(view: View) -> View:
        stated = has_permission(who, methods=methods)(view)

        @functools.wraps(stated)
        def answer(request: HttpRequest, **arguments: Any) -> HttpResponse:
            sign_in = session.current(request)
            note_caller(request, sign_in.user if sign_in else Anonymous())
            try:
                response = stated(request, **arguments)
            except ProviderNotOffered as refusal:
                response = show(request, "missing", status=404, detail=refusal.detail)
            if response.status_code == 401 and who != anyone:
                goal = request.get_full_path() if request.method == "GET" else HOME
                response = sign_in_form(request, goal, status=401)
            return _guarded(response)

        allowed = [*names, "HEAD"] if "GET" in names else names
        return require_http_methods(allowed)(answer)

    return decorate


def show(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Return the page of `template`."""
    settings = site.current()
    context |= {
        "app_name": settings.app_name,
        "client_url": _client_url(request, settings.frontend_url),
        "person": caller_of(request),
    }
    return render(request, f"pages/{template}.html", context, status=status)


def refused(
    request: HttpRequest,
    template: str,
    refusal: DomainError | TooManyAttempts,
    **context: Any,
) -> HttpResponse:
    """Return the page of `template` once more, with what `refusal` says, by its status."""
    context["error"] = str(refusal.detail)
    if isinstance(refusal, DomainError):
        return show(request, template, status=refusal.status, **context)
    response = show(request, template, status=refusal.status_code, **context)
    response["Retry-After"] = str(math.ceil(refusal.wait))
    return response


def _client_url(request: HttpRequest, url: str | None) -> str | None:
    """Return where the web client runs; `None` if that is here, where there is none."""
    return None if url and urlsplit(url).netloc == request.get_host() else url


def sign_in_form(
    request: HttpRequest, goal: str, *, email: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    """Return the page that asks who somebody is, and leads on to `goal`."""
    asked = {"goal": goal, "email": email, "error": error, "providers": offered()}
    return show(request, "sign_in", status=status, **asked)


def same_site(path: str | None) -> str:
    """Return `path`, which somebody put into a link, if it stays on this site; else our page."""
    if path is None or not path.startswith("/") or not path.isprintable():
        return HOME
    stays = url_has_allowed_host_and_scheme(path, None) and len(path) <= LONGEST_PATH
    return path if stays else HOME


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say what to do about a form that is too old, or was not ours."""
    return _guarded(show(request, "outdated", status=403))


def _guarded(response: HttpResponse) -> HttpResponse:
    """Let nothing run in a page, and nothing be loaded but our styles and people's pictures."""
    elsewhere = sorted({origin for provider in offered() for origin in provider.leads_to()})
    response["Content-Security-Policy"] = "; ".join(
        [
            "default-src 'none'",
            "style-src 'self'",
            " ".join(["img-src 'self' https:", *elsewhere]),
            # where a form is sent on to counts as well
            " ".join(["form-action 'self'", *elsewhere]),
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )
    response["Cache-Control"] = "no-store"
    response.setdefault("Referrer-Policy", "same-origin")
    return response
