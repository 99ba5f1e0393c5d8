"""What people do who cannot sign in yet: opening an account, and what links in mails are for.

`/verify` and `/reset-password` are where the mails lead (`messaging.links`): to the pages of the
web client, and where the super admin names this server's own address as that of the client, to
these. Without a token they ask whom to send another link.

Following a link changes nothing: programs that look mails through follow them too, and would use
them up. A button does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from openevent.errors import DomainError
from permissions.atoms import anyone
from users.actions.accounts import LONGEST_PASSWORD, BadPassword, EmailTaken, register
from users.actions.passwords import ask_for_reset, reset_password
from users.actions.verification import ask_for_verification, verify_any
from users.models import User
from users.models.user import LONGEST_EMAIL
from users.throttles import (
    MailRequestThrottle,
    RegistrationThrottle,
    TooManyAttempts,
    count_from,
)

from .frame import page, refused, show


class Address(forms.Form):
    email = forms.EmailField(max_length=LONGEST_EMAIL)


class Registration(Address):
    password = forms.CharField(max_length=LONGEST_PASSWORD, strip=False)


@dataclass(frozen=True)
class Link:
    """One that is mailed to people: the page that asks for another, in words."""

    url_name: str
    title: str
    lead: str
    ask: Callable[[str], None]


VERIFICATION: Final = Link(
    "verify",
    "Confirm your address",
    "We send you a link that confirms that your address is yours.",
    ask_for_verification,
)
RESET: Final = Link(
    "reset-password",
    "Set a new password",
    "We send you a link that sets a new password.",
    ask_for_reset,
)
OF_NO_USE: Final = "This link is not good any more. Have another one sent to you."


@page("GET, POST", who=anyone)
def register_here(request: HttpRequest) -> HttpResponse:
    """Open an account, and lead on to signing in."""
    if request.method != "POST":
        return show(request, "register")
    form = Registration(request.POST)
    email = request.POST.get("email", "")
    if not form.is_valid():
        error = "Enter your email and a password."
        return show(request, "register", status=400, email=email, error=error)
    try:
        count_from(request, RegistrationThrottle.limit)
        _register(**form.cleaned_data)
    except (DomainError, TooManyAttempts) as refusal:
        return refused(request, "register", refusal, email=email)
    messages.success(
        request, f"Welcome. Open the link that we have sent to {email}: it confirms your address."
    )
    return redirect("sign-in")


@page("GET, POST", who=anyone)
def verify_address(request: HttpRequest) -> HttpResponse:
    """Confirm an address by the token that was mailed to it."""
    token = _token(request)
    if not token:
        return _ask_for(VERIFICATION, request)
    if request.method != "POST":
        return _kept_to_itself(show(request, "verify", token=token))
    try:
        verify_any(token)
    except DomainError:
        return _of_no_use(VERIFICATION, request)
    messages.success(request, "Your address is confirmed.")
    return redirect("sign-in")


@page("GET, POST", who=anyone)
def set_new_password(request: HttpRequest) -> HttpResponse:
    """Set a new password by the token that was mailed to who forgot theirs."""
    token = _token(request)
    if not token:
        return _ask_for(RESET, request)
    if request.method != "POST":
        return _kept_to_itself(show(request, "new_password", token=token))
    try:
        reset_password(token, password=request.POST.get("password", ""))
    except BadPassword as refusal:
        return refused(request, "new_password", refusal, token=token)
    except DomainError:
        return _of_no_use(RESET, request)
    messages.success(request, "Your password is set. Sign in with it.")
    return redirect("sign-in")


def _register(*, email: str, password: str) -> None:
    try:
        with transaction.atomic():
            register(User(email=email), password=password)
    except IntegrityError:  # somebody was faster by a moment
        raise EmailTaken from None


def _ask_for(link: Link, request: HttpRequest) -> HttpResponse:
    """Have `link` sent to an address; the answer is the same whoever has it, if anybody."""
    if request.method != "POST":
        return show(request, "link", link=link)
    form = Address(request.POST)
    email = request.POST.get("email", "")
    if not form.is_valid():
        error = "Enter the email of your account."
        return show(request, "link", status=400, link=link, email=email, error=error)
    try:
        count_from(request, MailRequestThrottle.limit)
        link.ask(form.cleaned_data["email"])
    except TooManyAttempts as refusal:
        return refused(request, "link", refusal, link=link, email=email)
    messages.success(
        request, f"If there is an account with the address {email}, a link is on its way there."
    )
    return redirect("sign-in")


def _of_no_use(link: Link, request: HttpRequest) -> HttpResponse:
    return show(request, "link", status=422, link=link, error=OF_NO_USE)


def _token(request: HttpRequest) -> str:
    """Return the token that a link or a form brings along; empty if none does."""
    # what the web server writes into its log: the token is good until it is used
    request.META["RAW_URI"] = request.path
    found: Any = request.POST.get("token") or request.GET.get("token", "")
    return str(found)


def _kept_to_itself(response: HttpResponse) -> HttpResponse:
    """Have the browser tell nobody the address of a page that holds a token."""
    response["Referrer-Policy"] = "strict-origin"
    return response
