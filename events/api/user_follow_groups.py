"""Groups that users follow (`/v1/user-follow-groups`)."""

from typing import Any

from events.atoms import is_coorganizer_of_user
from events.models import FollowedGroup
from openevent.api.fields import ToOne
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import auth_required, is_user_itself
from permissions.statements import allow
from users.atoms import is_profile_public


class FollowedGroupSerializer(ResourceSerializer):
    # whoever keeps their profile to themselves is counted, but not named
    user = ToOne(
        "user",
        read_only=True,
        seen_by=is_user_itself | is_profile_public | is_coorganizer_of_user,
    )

    class Meta:
        model = FollowedGroup
        fields = ["created_at", "group", "user"]


class FollowedGroupViewSet(ResourceViewSet):
    serializer_class = FollowedGroupSerializer
    resource_type = "user-follow-group"
    permissions = allow(view=auth_required, create=auth_required, delete=is_user_itself)

    def perform_create(self, row: FollowedGroup, **extra: Any) -> None:
        row.user = self.request.user
        row.save()
