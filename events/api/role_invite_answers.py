"""Answers to role invites, by the token that was mailed (`/v1/role_invites/...`). Plain JSON.

The token stands for the address it was mailed to, so nobody has to be signed in.
"""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from events.actions.role_invites import accept, decline, invited_by
from openevent.api.openapi.facts import NULLABLE_TEXT, describes
from permissions.manager import public

from .plain_values import token_of


class RoleInviteUserView(APIView):
    """`POST /v1/role_invites/user`: whom an invitation is for."""

    @describes({"email": str}, body={"data": {"token": str}})
    @public()
    def post(self, request: Request) -> Response:
        return Response({"email": invited_by(token_of(request.data)).email})


class AcceptRoleInviteView(APIView):
    """`POST /v1/role_invites/accept-invite`: take the role that a token was mailed for."""

    @describes(
        {"email": str, "event": int, "event_identifier": str, "name": NULLABLE_TEXT, "role": str},
        body={"data": {"token": str}},
    )
    @public()
    def post(self, request: Request) -> Response:
        offered, user = accept(token_of(request.data), by=request.user)
        return Response(
            {
                "email": offered.email,
                "event": offered.event_id,
                "event_identifier": offered.event.identifier,
                "name": user.full_name or None,
                "role": offered.role.name,
            }
        )


class DeclineRoleInviteView(APIView):
    """`POST /v1/role_invites/decline-invite`: turn it down."""

    @describes({"email": str, "event": int}, body={"data": {"token": str}})
    @public()
    def post(self, request: Request) -> Response:
        offered: Any = decline(token_of(request.data), by=request.user)
        return Response({"email": offered.email, "event": offered.event_id})
