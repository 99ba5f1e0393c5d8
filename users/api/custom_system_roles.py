"""System roles: what people who are no admins do for the server (`/v1/custom-system-roles`)."""

from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import anyone, is_admin
from permissions.statements import allow
from users.models import CustomSystemRole


class CustomSystemRoleSerializer(ResourceSerializer):
    class Meta:
        model = CustomSystemRole
        fields = ["name", "panel_permissions"]


class CustomSystemRoleViewSet(ResourceViewSet):
    serializer_class = CustomSystemRoleSerializer
    permissions = allow(view=anyone, write=is_admin)
