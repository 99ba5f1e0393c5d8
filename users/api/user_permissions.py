"""User permissions: what needs no verified address (`/v1/user-permissions`)."""

from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import anyone, is_admin
from permissions.statements import allow
from users.models import UserPermission


class UserPermissionSerializer(ResourceSerializer):
    class Meta:
        model = UserPermission
        fields = ["deleted_at", "name", "description", "unverified_user", "anonymous_user"]


class UserPermissionViewSet(ResourceViewSet):
    serializer_class = UserPermissionSerializer
    permissions = allow(view=anyone, write=is_admin)
