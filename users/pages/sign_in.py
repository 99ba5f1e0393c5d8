"""Signing in and out in a browser (`/sign-in`, `/sign-out`), by a password or a linked account."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from openevent.errors import DomainError
from permissions.atoms import anyone
from users.actions import handshakes
from users.actions.accounts import LONGEST_PASSWORD
from users.actions.sign_in import InvalidCredentials, verify
from users.actions.social_accounts import account_of, connect
from users.client_address import client_address
from users.models.user import LONGEST_EMAIL
from users.providers import named, offered
from users.throttles import TooManyAttempts

from . import session
from .frame import HOME, page, refused, same_site, sign_in_form


class Credentials(forms.Form):
    email = forms.CharField(max_length=LONGEST_EMAIL)
    password = forms.CharField(max_length=LONGEST_PASSWORD, strip=False)


@page("GET, POST", who=anyone)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for an email and a password, and lead on to where `next` says, on this site."""
    goal = same_site(request.POST.get("next") or request.GET.get("next"))
    if request.method != "POST":
        return redirect(goal) if session.current(request) else sign_in_form(request, goal)
    form = Credentials(request.POST)
    email = request.POST.get("email", "")
    if not form.is_valid():
        error = "Enter the email and the password of your account."
        return sign_in_form(request, goal, email=email, error=error, status=400)
    try:
        user = verify(**form.cleaned_data, address=client_address(request))
    except InvalidCredentials:
        error = "There is no account with this email and password."
        return sign_in_form(request, goal, email=email, error=error, status=401)
    except TooManyAttempts as refusal:
        return refused(request, "sign_in", refusal, goal=goal, email=email, providers=offered())
    session.begin(request, user)
    return redirect(goal)


@page("POST", who=anyone)
def sign_in_at(request: HttpRequest, provider: str) -> HttpResponse:
    """Send the browser to a provider, to sign in by the account there."""
    return visit(request, provider, connects=False, goal=same_site(request.POST.get("next")))


@page("POST", who=anyone)
def sign_out(request: HttpRequest) -> HttpResponse:
    session.end(request)
    messages.success(request, "You have signed out.")
    return redirect("sign-in")


@page("GET", who=anyone)
def returned(request: HttpRequest, provider: str) -> HttpResponse:
    """Take up a browser that a provider sends back."""
    # what the web server writes into its log: a code that is not used may be good for minutes
    request.META["RAW_URI"] = request.path
    label = named(provider).label
    known = session.current(request)
    try:
        back = handshakes.finish(
            provider,
            request.GET.dict(),
            user=known.user if known else None,
            holder=session.holder(request),
        )
        if back.connects and known:
            connect(known.user, back.identity)
            messages.success(request, f"Your {label} account is connected.")
        else:
            session.begin(request, account_of(back.identity))
    except DomainError as refusal:
        messages.error(request, refusal.detail)
        return redirect(HOME if known else "sign-in")
    return redirect(back.next_path)


def visit(request: HttpRequest, provider: str, *, connects: bool, goal: str) -> HttpResponse:
    """Send the browser to `provider`; it goes on to `goal` once it has returned from there.

    :raises ProviderNotOffered: nobody can go there.
    """
    named(provider)
    known = session.current(request)
    try:
        url = handshakes.begin(
            provider,
            user=known.user if known and connects else None,
            holder=session.new_holder(request),
            redirect_uri=request.build_absolute_uri(reverse("returned", args=[provider])),
            address=client_address(request),
            next_path=goal,
        )
    except (DomainError, TooManyAttempts) as refusal:
        messages.error(request, str(refusal.detail))
        return redirect(HOME if known else "sign-in")
    return redirect(url)
