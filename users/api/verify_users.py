"""Verifying an account by the token that was mailed to it (`POST /v1/users/{id}/verify`)."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from openevent.api.datalayers import DataLayer
from openevent.api.serializers import DataSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import auth_required
from permissions.statements import allow
from users.actions.verification import verify
from users.email_tokens import InvalidToken
from users.models import User


class VerifyUserSerializer(DataSerializer):
    token = serializers.CharField(
        error_messages=dict.fromkeys(
            ("required", "null", "blank", "invalid", "null_characters_not_allowed"),
            InvalidToken.detail,
        )
    )


class VerifyUser(DataLayer):
    def create_object(self, data: Mapping[str, Any], view_kwargs: Mapping[str, Any]) -> User:
        """Verify the account instead of saving anything, and answer with the user."""
        return verify(data["token"], user_id=view_kwargs["user_id"])


class VerifyUserViewSet(ResourceViewSet):
    serializer_class = VerifyUserSerializer
    resource_type = "verify-user"
    data_layer = VerifyUser
    under = ("user", "verify")
    permissions = allow(create=auth_required)
