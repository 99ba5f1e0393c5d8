"""The pages and endpoints of the example provider."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from oauthlib.oauth2 import AccessDeniedError, FatalClientError, OAuth2Error

from openevent.embedded.own_browser import require_own_browser
from permissions.manager import public

from .people import PEOPLE, ExamplePerson
from .server import server

View = Callable[..., HttpResponse]


def on_this_machine(methods: str) -> Callable[[View], View]:
    """Make a view one that this machine's own browser, and server, may call."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def answer(request: HttpRequest, **arguments: Any) -> HttpResponse:
            require_own_browser(request)
            return view(request, **arguments)

        return public(methods=methods)(require_http_methods(methods.split(", "))(answer))

    return decorate


@on_this_machine("GET, POST")
def authorize(request: HttpRequest) -> HttpResponse:
    """Ask who somebody wants to be, and send them back with a code, or with a refusal."""
    uri = request.build_absolute_uri()
    try:
        scopes, asked = server.validate_authorization_request(uri, "GET")
    except (FatalClientError, OAuth2Error) as error:
        # a client that is wrong is told here; sending it its browser back could help an attacker
        return render(request, "example_provider/refused.html", {"error": error}, status=400)
    if request.method == "GET":
        context = {"people": PEOPLE.values(), "scopes": scopes}
        return render(request, "example_provider/authorize.html", context)
    if request.POST.get("as") not in PEOPLE:
        denied = AccessDeniedError(state=asked["state"])
        return HttpResponseRedirect(denied.in_uri(asked["redirect_uri"]))
    headers, _, status = server.create_authorization_response(
        uri, "GET", scopes=scopes, credentials={"user": request.POST["as"]}
    )
    return HttpResponse(status=status, headers=headers)


@csrf_exempt
@on_this_machine("POST")
def token(request: HttpRequest) -> HttpResponse:
    return _answer(*server.create_token_response(**_sent(request)))


@csrf_exempt
@on_this_machine("POST")
def revoke(request: HttpRequest) -> HttpResponse:
    return _answer(*server.create_revocation_response(**_sent(request)))


@on_this_machine("GET")
def userinfo(request: HttpRequest) -> HttpResponse:
    is_valid, asked = server.verify_request(**_sent(request), scopes=[])
    if not is_valid:
        return JsonResponse({"error": "invalid_token"}, status=401)
    return JsonResponse(PEOPLE[asked.user].userinfo(settings.EXAMPLE_PROVIDER))


@on_this_machine("GET")
def profile(request: HttpRequest, sub: str) -> HttpResponse:
    """Show somebody's page, so that a link to it leads somewhere."""
    return render(request, "example_provider/profile.html", {"person": _person(sub)})


@on_this_machine("GET")
def picture(request: HttpRequest, sub: str) -> HttpResponse:
    person = _person(sub)
    drawn = render(request, "example_provider/picture.svg", {"initial": person.given_name[0]})
    drawn["Content-Type"] = "image/svg+xml"
    return drawn


def _person(sub: str) -> ExamplePerson:
    if sub not in PEOPLE:
        raise Http404
    return PEOPLE[sub]


def _sent(request: HttpRequest) -> dict[str, Any]:
    """Return a request as oauthlib takes it."""
    return {
        "uri": request.build_absolute_uri(),
        "http_method": request.method,
        "body": request.body.decode(),
        "headers": {"Authorization": request.headers.get("Authorization", "")},
    }


def _answer(headers: Mapping[str, str], body: str, status: int) -> HttpResponse:
    return HttpResponse(body or "", status=status, headers=dict(headers))


urlpatterns = [
    path("authorize", authorize, name="example-authorize"),
    path("token", token),
    path("revoke", revoke),
    path("userinfo", userinfo),
    path("people/<str:sub>", profile),
    path("people/<str:sub>/picture", picture),
]
