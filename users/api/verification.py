"""Verifying addresses, in plain JSON (`/v1/auth/verify-email`, `resend-verification-email`)."""

from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from openevent.api.openapi.facts import describes
from openevent.errors import DomainError
from permissions.manager import public
from users.actions import verification as actions
from users.email_tokens import InvalidToken
from users.throttles import MailRequestThrottle

from .plain import PlainView, data_of, text_of


class TokenOfNoUse(DomainError):
    """What the clients of this endpoint take for a bad token."""

    status: ClassVar[int] = 400
    detail = InvalidToken.detail


class VerifyEmailView(PlainView):
    """`POST /v1/auth/verify-email`: the token that was sent to an address, back."""

    authentication_classes = []

    @describes({"message": str}, body={"data": {"token": str}})
    @public()
    def post(self, request: Request) -> Response:
        try:
            actions.verify_any(text_of(data_of(request), "token"))
        except InvalidToken:
            raise TokenOfNoUse from None
        return Response({"message": "Email Verified"})


class ResendVerificationView(PlainView):
    """`POST /v1/auth/resend-verification-email`: that token once more.

    The answer is the same whoever has the address, if anybody, and what it asks for is done
    later.
    """

    authentication_classes = []
    throttle_classes = [MailRequestThrottle]

    @describes({"message": str}, body={"data": {"email": str}})
    @public()
    def post(self, request: Request) -> Response:
        actions.ask_for_verification(text_of(data_of(request), "email"))
        return Response({"message": "Verification email resent"})
