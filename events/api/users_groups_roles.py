"""Who organizes which group, and who is asked to (`/v1/users-groups-roles`).

An invitation is accepted and sent again here too: two endpoints besides the resource.
"""

from typing import Any

from rest_framework.serializers import CharField

from events.actions.groups import accept_group_invite, invite_to_group
from events.groups import is_group_organizer, is_group_owner
from events.invited import is_invited
from events.models import GroupRole
from openevent.api.fields import Derived, ToOne
from openevent.api.openapi.facts import NULLABLE_TEXT, describes
from openevent.api.serializers import ResourceSerializer
from openevent.api.verbs import collection_verb, row_verb
from openevent.api.views import ResourceViewSet
from permissions.atoms import auth_required, is_user_itself
from permissions.statements import allow

from .plain_values import token_of


def withheld(role_id: int) -> None:
    """Return what is shown of the token, whose only copy is in the mail."""


class GroupRoleSerializer(ResourceSerializer):
    token = Derived(CharField(allow_null=True), reads=["id"], value=withheld)
    user = ToOne("user", read_only=True)

    class Meta:
        model = GroupRole
        fields = ["email", "accepted", "token", "group", "user", "role"]


class GroupRoleViewSet(ResourceViewSet):
    serializer_class = GroupRoleSerializer
    resource_type = "users-groups-role"
    permissions = allow(
        view=is_group_organizer | is_user_itself | is_invited,
        create=is_group_owner,
        delete=is_group_owner | is_user_itself | is_invited,
        accept_invite=auth_required,
        resend_invite=is_group_owner,
    )

    def perform_create(self, row: GroupRole, **extra: Any) -> None:
        invite_to_group(row, by=self.request.user)

    @describes(
        {"email": str, "group": int, "name": NULLABLE_TEXT, "role": str},
        body={"data": {"token": str}},
    )
    @collection_verb("post", path="accept-invite")
    def accept_invite(self, request: Any) -> dict[str, Any]:
        """Take the role that a token was mailed for."""
        held = accept_group_invite(token_of(request.data), by=request.user)
        return {
            "email": held.email,
            "group": held.group_id,
            "name": request.user.full_name or None,
            "role": held.role.name,
        }

    @describes({"success": bool, "message": str})
    @row_verb("post", path="resend-invite")
    def resend_invite(self, request: Any, row: GroupRole) -> dict[str, Any]:
        """Mail the invitation again."""
        invite_to_group(row, by=request.user)
        return {"success": True, "message": "Invite resent successfully"}
