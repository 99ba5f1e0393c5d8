"""The doors of the admin site: signing in by password and, where one is set up, a second factor.

Nobody is signed in before both are proved: between the two the session knows only whose password
was right, for five minutes. Then it is marked with the second factor that opened it, and a page
asks for that mark, so a session from before the factor was set up, or one that other pages
opened by a password, opens nothing here.
"""

import math
import time
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.contrib.auth import login as open_session
from django.contrib.auth.views import LoginView, RedirectURLMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.generic import FormView
from unfold.forms import AuthenticationForm
from unfold.widgets import UnfoldAdminTextInputWidget

from openevent.errors import DomainError
from users.actions import second_factor
from users.backends import TOO_MANY
from users.models import SecondFactor, User
from users.throttles import TooManyAttempts

BACKEND: Final = "users.backends.EmailBackend"
# In the session: whose password was right, and which factor opened it.
PENDING: Final = "desk.pending"
PASSED: Final = "desk.second_factor"
PATIENCE: Final = 300  # seconds between password and code


def is_open(request: HttpRequest) -> bool:
    """Return whether the caller may enter: they hold a panel, and proved all that is asked."""
    user: Any = request.user
    if not (user.is_active and user.panels):
        return False
    factor = _factor(user)
    if factor is None:
        return not second_factor.is_required()
    return request.session.get(PASSED) == factor.pk


def must_set_up(request: HttpRequest) -> bool:
    """Return whether all that keeps the caller out is that they have no second factor yet."""
    user: Any = request.user
    is_holder = bool(user.is_active and user.panels)
    return is_holder and _factor(user) is None and second_factor.is_required()


def mark(request: HttpRequest, factor: SecondFactor | None) -> None:
    """Note which second factor opened the session of `request`, under a new name of it."""
    request.session.cycle_key()
    if factor is None:
        request.session.pop(PASSED, None)
    else:
        request.session[PASSED] = factor.pk


def _factor(user: User) -> SecondFactor | None:
    """Return the confirmed second factor of `user`, whose row the backend read beside theirs."""
    factor: SecondFactor | None = getattr(user, "second_factor", None)
    return factor if factor is not None and factor.is_confirmed else None


class SignInForm(AuthenticationForm):
    """Address and password of somebody with a panel; the backend asks for the panel."""

    error_messages = AuthenticationForm.error_messages | {
        "invalid_login": "These are not the address and password of somebody who may enter."
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.input_type = "email"
        self.fields["username"].widget.attrs["autocomplete"] = "username"

    def confirm_login_allowed(self, user: Any) -> None:
        if not user.panels:
            raise ValidationError(self.error_messages["invalid_login"], code="invalid_login")


class SignInView(LoginView):
    """Takes address and password; who has a second factor goes on to be asked for it."""

    authentication_form = SignInForm
    template_name = "admin/login.html"

    def get_default_redirect_url(self) -> str:
        return reverse("admin:index")

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.get_user()
        if second_factor.factor_of(user) is None:
            return super().form_valid(form)
        self.request.session.cycle_key()
        self.request.session[PENDING] = {
            "user": user.pk,
            "hash": user.get_session_auth_hash(),
            "until": time.time() + PATIENCE,
        }
        query = urlencode({"next": self.get_success_url()})
        return HttpResponseRedirect(f"{reverse('admin:code')}?{query}")

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        for error in form.non_field_errors().as_data():
            if error.code == TOO_MANY:
                _say_when(response, error.params["wait"])
        return response


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Code",
        max_length=50,
        widget=UnfoldAdminTextInputWidget(
            {"autocomplete": "one-time-code", "autofocus": "", "spellcheck": "false"}
        ),
        help_text="Six digits from your app, or one of your recovery codes.",
    )


class CodeView(RedirectURLMixin, FormView):
    """Takes the code of who named their password a moment ago, and signs them in."""

    form_class = CodeForm
    template_name = "desk/code.html"

    def get_default_redirect_url(self) -> str:
        return reverse("admin:index")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.user = self._pending_user()
        if self.user is None:
            return HttpResponseRedirect(reverse("admin:login"))
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        user: Any = self.user
        try:
            second_factor.prove(user, form.cleaned_data["code"])
        except DomainError as refusal:
            form.add_error("code", refusal.detail)
            return self.form_invalid(form)
        except TooManyAttempts as refusal:
            form.add_error("code", str(refusal.detail))
            return _say_when(self.form_invalid(form), refusal.wait)
        open_session(self.request, user, backend=BACKEND)
        self.request.session.pop(PENDING, None)
        mark(self.request, second_factor.factor_of(user))
        return HttpResponseRedirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "title": "Second factor"}

    def _pending_user(self) -> User | None:
        """Return whose password was right; `None` once it is too long ago, or not theirs now."""
        pending = self.request.session.get(PENDING)
        if pending is None or pending["until"] < time.time():
            return None
        user = User.objects.filter(pk=pending["user"]).first()
        if user is None or not user.panels:
            return None
        is_same = constant_time_compare(pending["hash"], user.get_session_auth_hash())
        return user if is_same else None


def _say_when(response: HttpResponse, wait: float) -> HttpResponse:
    """Let `response` say that there were too many attempts, and the seconds until the next."""
    response.status_code = HTTPStatus.TOO_MANY_REQUESTS
    response["Retry-After"] = str(math.ceil(wait))
    return response
