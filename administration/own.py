"""What somebody at the desk does with their own account: its password and its second factor."""

from typing import Any

import segno
from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from unfold.widgets import UnfoldAdminPasswordWidget

from openevent.errors import DomainError
from users.actions import second_factor
from users.actions.passwords import change_password
from users.client_address import client_address
from users.models import SecondFactor, User
from users.throttles import TooManyAttempts

from .doors import CodeForm, mark


def _password(label: str, autocomplete: str) -> forms.CharField:
    widget = UnfoldAdminPasswordWidget({"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=1000, widget=widget)


class PasswordForm(forms.Form):
    old = _password("Your password", "current-password")
    new = _password("A new one", "new-password")
    again = _password("The new one again", "new-password")

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("new") != values.get("again"):
            self.add_error("again", ValidationError("The two are not the same."))
        return values


def password_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Change the caller's own password; they stay signed in here, and nowhere else."""
    user: Any = request.user
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _change(request, user, form):
        messages.success(request, "Your password is changed.")
        return HttpResponseRedirect(reverse("admin:index"))
    context |= {"form": form, "title": "Your password", "button": "Change it"}
    return TemplateResponse(request, "desk/form.html", context)


def _change(request: HttpRequest, user: User, form: PasswordForm) -> bool:
    try:
        change_password(
            user,
            old=form.cleaned_data["old"],
            new=form.cleaned_data["new"],
            sid=None,
            address=client_address(request),
        )
    except (DomainError, TooManyAttempts) as refusal:
        form.add_error(None, str(refusal.detail))
        return False
    user.refresh_from_db()
    update_session_auth_hash(request, user)
    return True


def second_factor_page(request: HttpRequest) -> dict[str, Any]:
    """Do what the page of the caller's own second factor asks for; return what it shows then."""
    user: Any = request.user
    shown: dict[str, Any] = {}
    if request.method == "POST":
        asked = request.POST.get("do", "")
        try:
            shown = _do(request, user, asked)
        except (DomainError, TooManyAttempts) as refusal:
            messages.error(request, str(refusal.detail))
            shown = _waiting(user) if asked == "confirm" else {}
        user.refresh_from_db()
    factor = second_factor.factor_of(user)
    return {
        "title": "Your second factor",
        "form": CodeForm(),
        "factor": factor,
        "left": len(factor.recovery_digests) if factor else 0,
        "is_required": second_factor.is_required(),
        **shown,
    }


def _do(request: HttpRequest, user: User, what: str) -> dict[str, Any]:
    code = request.POST.get("code", "")[:50]
    match what:
        case "begin":
            second_factor.begin(user)
            return _waiting(user)
        case "confirm":
            codes = second_factor.confirm(user, code)
            mark(request, second_factor.factor_of(user))
            return {"codes": codes}
        case "renew":
            return {"codes": second_factor.new_recovery_codes(user, code)}
        case "off":
            second_factor.turn_off(user, code)
            mark(request, None)
            messages.success(request, "You sign in by your password alone from now on.")
    return {}


def _waiting(user: User) -> dict[str, Any]:
    """Return the secret that waits for a phone to take it, as a QR code and in letters."""
    factor = SecondFactor.objects.filter(user=user, confirmed_at=None).first()
    if factor is None:
        return {}
    code = segno.make(second_factor.uri(factor), error="m")
    picture = code.svg_inline(scale=5, border=3, dark="#000", light="#fff", omitsize=True)
    letters = str(factor.secret)
    return {
        # segno wrote it: a path, and nothing that anybody typed
        "picture": mark_safe(picture),  # noqa: S308
        "letters": " ".join(letters[at : at + 4] for at in range(0, len(letters), 4)),
    }
