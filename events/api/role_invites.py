"""Invitations to work on an event (`/v1/role-invites`)."""

from typing import Any

from django.db.models import OuterRef, Subquery
from rest_framework.serializers import CharField, ChoiceField

from events.actions.role_invites import invite, resend, withdraw
from events.atoms import is_coorganizer, is_organizer
from events.invited import is_invited
from events.models import Role, RoleInvite
from events.models.role import BUILT_IN
from openevent.api.fields import Derived, Managed
from openevent.api.openapi.facts import describes
from openevent.api.serializers import ResourceSerializer
from openevent.api.verbs import row_verb
from openevent.api.views import ResourceViewSet
from permissions.statements import allow

from .users_groups_roles import withheld


def role_name() -> Any:
    return Subquery(Role.objects.filter(pk=OuterRef("role_id")).values("name"))


class RoleInviteSerializer(ResourceSerializer):
    # its only copy is in the mail
    hash = Derived(CharField(allow_null=True), reads=["id"], value=withheld)
    role_name = Managed(ChoiceField(choices=BUILT_IN), role_name, required=False)

    class Meta:
        model = RoleInvite
        fields = ["email", "hash", "created_at", "role_name", "status", "event", "role"]
        read_only_fields = ["created_at"]


class RoleInviteViewSet(ResourceViewSet):
    serializer_class = RoleInviteSerializer
    permissions = allow(
        view=is_coorganizer | is_invited,
        create=is_organizer,
        delete=is_organizer,
        resend_invite=is_organizer,
    )

    def perform_create(self, row: RoleInvite, **extra: Any) -> None:
        invite(row, role_name=extra.get("role_name"), by=self.request.user)

    def perform_destroy(self, row: RoleInvite) -> None:
        withdraw(row)

    @describes({"success": bool, "message": str})
    @row_verb("post", path="resend-invite")
    def resend_invite(self, request: Any, row: RoleInvite) -> dict[str, Any]:
        """Mail the invitation again, with a new token."""
        resend(row, by=request.user)
        return {"success": True, "message": "Invite resent successfully"}
