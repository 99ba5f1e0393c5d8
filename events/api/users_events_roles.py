"""Who works on which event, and as what (`/v1/users-events-roles`)."""

from events.actions.roles import take_away
from events.atoms import is_coorganizer
from events.models import EventRole
from openevent.api.fields import ToOne
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import is_user_itself
from permissions.statements import allow


class UsersEventsRolesSerializer(ResourceSerializer):
    event = ToOne("event", changed_by="role-invites")
    user = ToOne("user", changed_by="role-invites")
    role = ToOne("role", changed_by="role-invites")

    class Meta:
        model = EventRole
        fields = ["event", "user", "role"]


class UsersEventsRolesViewSet(ResourceViewSet):
    serializer_class = UsersEventsRolesSerializer
    resource_type = "users-events-roles"
    permissions = allow(
        view=is_coorganizer | is_user_itself,
        change=is_coorganizer,
        delete=is_coorganizer | is_user_itself,
    )

    def perform_destroy(self, row: EventRole) -> None:
        take_away(row, by=self.request.user)
