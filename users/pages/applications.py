"""The accounts elsewhere that people link to theirs (`/settings/applications`)."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from openevent.errors import DomainError
from permissions.atoms import auth_required
from permissions.current import caller_of
from users.actions.passwords import set_first_password
from users.actions.social_accounts import OnlyWayIn, disconnect
from users.models import SocialAccount, User
from users.providers import KNOWN, offered

from . import session
from .frame import HOME, page, show
from .sign_in import visit


@dataclass(frozen=True)
class Application:
    """A line of the page: a provider, and the account there, if one is connected."""

    provider: Any
    account: SocialAccount | None
    is_offered: bool


@page("GET", who=auth_required)
def applications(request: HttpRequest) -> HttpResponse:
    """List the providers there are, and what of them is connected."""
    linked = {account.provider: account for account in _person(request).social_accounts.all()}
    names = {provider.name for provider in offered()}
    lines = [
        Application(provider, linked.get(name), name in names)
        for name, provider in KNOWN.items()
        if name in names or name in linked
    ]
    return show(request, "applications", lines=lines)


@page("POST", who=auth_required)
def connect_at(request: HttpRequest, provider: str) -> HttpResponse:
    """Send the browser to a provider, to connect the account there."""
    return visit(request, provider, connects=True, goal=HOME)


@page("POST", who=auth_required)
def disconnect_from(request: HttpRequest, provider: str) -> HttpResponse:
    """End the link to a provider; who could not sign in any more is asked for a password first."""
    try:
        _disconnect(request, provider)
    except OnlyWayIn:
        return redirect(f"{reverse('set-password')}?disconnect={provider}")
    return redirect(HOME)


@page("GET, POST", who=auth_required)
def set_password(request: HttpRequest) -> HttpResponse:
    """Give somebody a password who has none, and then end the link that needed one."""
    person = _person(request)
    if person.has_usable_password():
        messages.error(request, "Your account has a password already.")
        return redirect(HOME)
    asked = request.POST.get("disconnect") or request.GET.get("disconnect") or ""
    provider = KNOWN.get(asked)
    if request.method != "POST":
        return show(request, "password", provider=provider)
    known = session.current(request)
    try:
        with transaction.atomic():
            password = request.POST.get("password", "")
            set_first_password(person, password, sid=known.pk if known else None)
            messages.success(request, "Your password is set.")
            if provider is not None:
                _disconnect(request, provider.name)
    except DomainError as refusal:
        return show(request, "password", provider=provider, error=refusal.detail, status=422)
    return redirect(HOME)


def _person(request: HttpRequest) -> User:
    known: Any = caller_of(request)
    return known


def _disconnect(request: HttpRequest, provider: str) -> None:
    """End the link to `provider`; if there is none, there is nothing to end.

    :raises OnlyWayIn: nobody could sign in to the account any more.
    """
    person = _person(request)
    linked = {account.provider: account for account in person.social_accounts.all()}
    if provider not in linked:
        return
    disconnect(linked[provider], by=person)
    messages.success(request, f"Your {KNOWN[provider].label} account is disconnected.")
