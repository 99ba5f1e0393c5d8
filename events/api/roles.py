"""Roles: the names under which people work on events (`/v1/roles`)."""

from typing import Any

from events.actions.roles import add_role, remove_role, rename_role
from events.models import Role
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import anyone, is_admin
from permissions.statements import allow


class RoleSerializer(ResourceSerializer):
    class Meta:
        model = Role
        fields = ["name", "title_name"]


class RoleViewSet(ResourceViewSet):
    serializer_class = RoleSerializer
    permissions = allow(view=anyone, write=is_admin)

    def perform_create(self, row: Role, **extra: Any) -> None:
        add_role(row)

    def perform_update(self, row: Role, was: Role, **extra: Any) -> None:
        rename_role(row, was)

    def perform_destroy(self, row: Role) -> None:
        remove_role(row)
