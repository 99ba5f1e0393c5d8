"""Signing in and out (`/auth/session`, `/v1/auth/...`), and two small questions about accounts."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from openevent.api.openapi.facts import describes
from openevent.errors import DomainError
from permissions.manager import has_permission, public
from users import tokens
from users.actions import sign_in as actions
from users.client_address import client_address
from users.models import User
from users.throttles import EmailCheckThrottle

from .plain import NotSignedIn, PlainView


class CredentialsMissing(DomainError):
    status: ClassVar[int] = 400
    detail = "username or password missing"


class PasswordMissing(DomainError):
    status: ClassVar[int] = 400
    detail = "password missing"


class EmailMissing(DomainError):
    detail = "Email field missing"


class SignInView(PlainView):
    """`POST /auth/session`, `POST /v1/auth/login`: a password into tokens."""

    # a stale token, or "JWT null", may come along and means nothing
    authentication_classes = []

    @describes(
        {"access_token": str, "refresh_token?": str},
        body={"email": str, "password": str, "remember-me?": bool, "include-in-response?": bool},
    )
    @public()
    def post(self, request: Request) -> Response:
        return Response(signed_in(_verified(request), request))


class FreshSignInView(PlainView):
    """`POST /v1/auth/fresh-login`: the password once more, before something delicate."""

    @describes({"access_token": str}, body={"email": str, "password": str})
    @has_permission("auth_required")
    def post(self, request: Request) -> Response:
        if _verified(request) != request.user:
            raise actions.InvalidCredentials
        return Response({"access_token": actions.sign_in_again(request.auth)})


class RefreshView(PlainView):
    """`POST /v1/auth/token/refresh`: a refresh token, in the header or the body, into new ones."""

    authentication_classes = []

    @describes({"access_token": str, "refresh_token?": str}, body={"refresh_token?": str})
    @public()
    def post(self, request: Request) -> Response:
        sent = _sent_tokens(request)
        if not sent:
            raise NotSignedIn
        # The header first; but some clients put an access token there whatever they ask.
        token = next((each for each in sent if _is_refresh_token(each)), sent[0])
        return Response(_body(actions.refresh(token)))


class SignOutView(PlainView):
    """`POST /v1/auth/logout`: the end of the sign-in that a token of it names."""

    authentication_classes = []

    @describes({"success": bool}, body={"refresh_token?": str})
    @public()
    def post(self, request: Request) -> Response:
        for token in _sent_tokens(request):
            actions.sign_out(token)
        return Response({"success": True})


class SignOutEverywhereView(PlainView):
    """`POST /v1/auth/blacklist`: the end of all sign-ins of the caller, this one too."""

    @describes({"success": bool})
    @has_permission("auth_required")
    def post(self, request: Request) -> Response:
        actions.revoke_all(request.user)
        return Response({"success": True})


class PasswordCheckView(PlainView):
    """`POST /v1/auth/verify-password`: whether it is the caller's password."""

    @describes({"result": bool}, body={"password": str})
    @has_permission("auth_required")
    def post(self, request: Request) -> Response:
        password = _text(request.data, "password")
        if not password:
            raise PasswordMissing
        address = client_address(request)
        return Response({"result": actions.is_password_of(request.user, password, address=address)})


class EmailCheckView(PlainView):
    """`POST /v1/users/check_email`: whether there is an account with this address.

    The web client reads `exists`. The Android apps read `result`, which tells the opposite:
    that the address is free.
    """

    authentication_classes = []
    throttle_classes = [EmailCheckThrottle]

    @describes({"exists": bool, "result": bool}, body={"email": str})
    @public()
    def post(self, request: Request) -> Response:
        email = _text(request.data, "email")
        if not email:
            raise EmailMissing
        exists = User.objects.of_email(email).exists()
        return Response({"exists": exists, "result": not exists})


class OwnIdView(PlainView):
    """`GET /v1/users/user-details/get-user-id`: who the caller is."""

    @describes({"user_id": int})
    @has_permission("auth_required")
    def get(self, request: Request) -> Response:
        return Response({"user_id": request.user.pk})


def signed_in(user: User, request: Request) -> dict[str, str]:
    """Sign `user` in, for as long as the body of `request` wishes, and return their tokens."""
    remember = request.data.get("remember-me") is True
    renewable = remember and request.data.get("include-in-response") is True
    return _body(actions.sign_in(user, remember=remember, renewable=renewable))


def _verified(request: Request) -> User:
    """Return the account whose email and password the body names.

    :raises CredentialsMissing: it does not name both.
    :raises InvalidCredentials, TooManyAttempts: as `verify` does.
    """
    email = _text(request.data, "email") or _text(request.data, "username")
    password = _text(request.data, "password")
    if not email or not password:
        raise CredentialsMissing
    return actions.verify(email, password, address=client_address(request))


def _text(body: Mapping[str, Any], name: str) -> str | None:
    """Return the text that is sent as `name`; `None` if none is, or something else than text."""
    value = body.get(name)
    return value if isinstance(value, str) else None


def _sent_tokens(request: Request) -> list[str]:
    """Return the tokens in the header and the body, in this order."""
    sent = [tokens.sent_with(request), _text(request.data, "refresh_token")]
    return [token for token in sent if token]


def _is_refresh_token(token: str) -> bool:
    try:
        tokens.read(token, tokens.REFRESH, even_expired=True)
    except tokens.MalformedToken:
        return False
    return True


def _body(given: actions.Tokens) -> dict[str, str]:
    body = {"access_token": given.access}
    if given.refresh is not None:
        body["refresh_token"] = given.refresh
    return body
