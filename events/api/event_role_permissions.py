"""What each role may do with each service (`/v1/event-role-permissions`)."""

from events.models import RolePermission
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import anyone, is_admin
from permissions.statements import allow


class RolePermissionSerializer(ResourceSerializer):
    class Meta:
        model = RolePermission
        fields = ["can_create", "can_read", "can_update", "can_delete", "role", "service"]


class RolePermissionViewSet(ResourceViewSet):
    serializer_class = RolePermissionSerializer
    resource_type = "event-role-permissions"
    permissions = allow(view=anyone, list=is_admin, change=is_admin)
