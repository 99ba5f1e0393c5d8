"""Signing in by an account elsewhere, and linking one, in plain JSON (`/v1/auth/oauth...`).

    GET  /v1/auth/oauth                      which providers there are
    GET  /v1/auth/oauth/google               where to send the browser, and a secret to keep
    POST /v1/auth/oauth/login/google         code, state and secret: tokens, as of a password
    POST /v1/auth/oauth/connect/google       the same, by somebody signed in: a linked account

The browser comes back to the web client, at `/oauth/callback?platform=google`. Whoever signs in
there shows by the secret that they began it: a link from somebody else signs nobody in as them
(docs/decisions/0111-a-client-keeps-a-secret.md).
"""

import secrets
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from messaging.links import page
from openevent.api.openapi.facts import NULLABLE_TEXT, describes
from openevent.errors import DomainError
from permissions.manager import has_permission, public
from users.actions import handshakes
from users.actions.social_accounts import account_of, connect
from users.client_address import client_address
from users.providers import named, offered

from .passwords import NotFresh
from .plain import PlainView, text_of
from .sign_in import signed_in

_SENT_BACK = {"code": str, "state": str, "secret": str}


class NotGivenOut(DomainError):
    status: ClassVar[int] = 403
    detail = (
        "What this server itself may do at a provider is nobody else's. To sign somebody in, "
        "begin at /v1/auth/oauth/{provider}."
    )


class ProvidersView(PlainView):
    """`GET /v1/auth/oauth`: where people may have accounts that open theirs here."""

    authentication_classes = []

    @describes({"providers": [{"provider": str, "name": str}]})
    @public()
    def get(self, request: Request) -> Response:
        found = [{"provider": each.name, "name": each.label} for each in offered()]
        return Response({"providers": found})


class BeginView(PlainView):
    """`GET /v1/auth/oauth/{provider}`: the URL to send the browser to.

    Somebody who is signed in begins to link an account, and anybody else to sign in. `secret` is
    for the caller alone, who sends it with the code within ten minutes.
    """

    @describes({"url": str, "secret": str})
    @public()
    def get(self, request: Request, provider: str) -> Response:
        secret = secrets.token_urlsafe(32)
        url = handshakes.begin(
            provider,
            user=request.user if request.user.is_authenticated else None,
            holder=secret,
            redirect_uri=page("/oauth/callback", platform=provider),
            address=client_address(request),
        )
        return Response({"url": url, "secret": secret})


class OAuthSignInView(PlainView):
    """`POST /v1/auth/oauth/login/{provider}`: the code that came back, into tokens."""

    authentication_classes = []

    @describes(
        {"access_token": str, "refresh_token?": str, "user_id": int, "email": str},
        body={**_SENT_BACK, "remember-me?": bool, "include-in-response?": bool},
    )
    @public()
    def post(self, request: Request, provider: str) -> Response:
        back = _finish(request, provider, user=None)
        user = account_of(back.identity)
        return Response({**signed_in(user, request), "user_id": user.pk, "email": user.email})


class ConnectView(PlainView):
    """`POST /v1/auth/oauth/connect/{provider}`: the code that came back, into a linked account.

    It is a new way to sign in, so it takes a sign-in of a moment ago.
    """

    @describes(
        {"id": str, "provider": str, "name": NULLABLE_TEXT, "url": str},
        body=_SENT_BACK,
    )
    @has_permission("auth_required")
    def post(self, request: Request, provider: str) -> Response:
        if not request.auth.get("fresh"):
            raise NotFresh
        back = _finish(request, provider, user=request.user)
        if not back.connects:
            raise handshakes.NotBegunHere
        account = connect(request.user, back.identity)
        body = {"id": str(account.pk), "provider": account.provider, "name": account.name}
        return Response(body | {"url": f"/v1/social-accounts/{account.pk}"}, status=201)


class AppTokenView(PlainView):
    """`GET /v1/auth/oauth/token/{provider}`: nothing; this server keeps its own tokens."""

    authentication_classes = []

    @describes({"error": str})
    @public()
    def get(self, request: Request, provider: str) -> Response:
        named(provider)
        raise NotGivenOut


def _finish(request: Request, provider: str, *, user: Any) -> handshakes.Return:
    sent = {key: text_of(request.data, key) for key in ("code", "state")}
    return handshakes.finish(provider, sent, user=user, holder=text_of(request.data, "secret"))
