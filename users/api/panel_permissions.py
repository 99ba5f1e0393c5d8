"""Panel permissions: the parts of the admin site (`/v1/panel-permissions`)."""

from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import is_admin
from permissions.statements import allow
from users.models import PanelPermission


class PanelPermissionSerializer(ResourceSerializer):
    class Meta:
        model = PanelPermission
        fields = ["panel_name", "can_access", "custom_system_roles"]


class PanelPermissionViewSet(ResourceViewSet):
    serializer_class = PanelPermissionSerializer
    permissions = allow(view=is_admin, write=is_admin)
