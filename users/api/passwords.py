"""Passwords, in plain JSON: changing one, and setting a new one by mail (`/v1/auth/...`)."""

from collections.abc import Mapping
from typing import Any, ClassVar

import orjson
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from openevent.api import errors
from openevent.api.openapi.facts import NULLABLE_TEXT, describes
from openevent.errors import DomainError
from permissions.manager import has_permission, public
from users.actions import passwords as actions
from users.client_address import client_address
from users.models import User
from users.throttles import MailRequestThrottle

from .plain import PlainView, data_of, text_of


class NotFresh(DomainError):
    status: ClassVar[int] = 401
    detail = "Fresh token required"


class ResetPasswordView(PlainView):
    """`/v1/auth/reset-password`: POST asks for a mail, PATCH sets the password by its token.

    POST answers the same to everybody, at once, and what it asks for is done later.
    """

    authentication_classes = []

    def get_throttles(self) -> list[BaseThrottle]:
        return [MailRequestThrottle()] if self.request.method == "POST" else []

    @describes({"message": str, "email": str}, body={"data": {"email": str}})
    @public()
    def post(self, request: Request) -> Response:
        """Mail a token to whoever forgot a password."""
        email = text_of(data_of(request), "email")
        actions.ask_for_reset(email)
        return Response(
            {
                "message": "If there is an account with this address, we have sent a link to it "
                "that sets a new password.",
                "email": email,
            }
        )

    @describes(
        {"id": int, "email": str, "name": NULLABLE_TEXT},
        body={"data": {"token": str, "password": str}},
    )
    @public()
    def patch(self, request: Request) -> Response:
        """Set a new password by that token."""
        data = data_of(request)
        password = text_of(data, "password")
        return Response(_shown(actions.reset_password(text_of(data, "token"), password=password)))


class ChangePasswordView(PlainView):
    """`POST /v1/auth/change-password`: a new password for who knows the old one.

    It takes a sign-in of a moment ago, and ends all others.
    """

    @describes(
        {"id": int, "email": str, "name": NULLABLE_TEXT, "password-changed": bool},
        body={"data": {"old-password": str, "new-password": str}},
    )
    @has_permission("auth_required")
    def post(self, request: Request) -> Response:
        if not request.auth.get("fresh"):
            raise NotFresh
        data = data_of(request)
        user: User = request.user
        actions.change_password(
            user,
            old=text_of(data, "old-password"),
            new=text_of(data, "new-password"),
            sid=request.auth["sid"],
            address=client_address(request),
        )
        return Response(_shown(user) | {"password-changed": True})

    def get_exception_handler(self) -> Any:
        return _told_twice


def _told_twice(exc: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """Return the answer to `exc` with `errors`, which the web client shows, and `error`."""
    response = errors.exception_handler(exc, context)
    document = orjson.loads(response.content)
    response.content = orjson.dumps(document | {"error": document["errors"][0]["detail"]})
    return response


def _shown(user: User) -> dict[str, Any]:
    return {"id": user.pk, "email": user.email, "name": user.full_name or None}
