"""Groups that users follow (`/v1/user-follow-groups`)."""

from events.models import FollowedGroup
from openevent.api.serializers import ResourceSerializer
from permissions.atoms import auth_required, is_user_itself
from permissions.statements import allow

from .own import OwnViewSet, discreet_user


class FollowedGroupSerializer(ResourceSerializer):
    user = discreet_user()

    class Meta:
        model = FollowedGroup
        fields = ["created_at", "group", "user"]


class FollowedGroupViewSet(OwnViewSet):
    serializer_class = FollowedGroupSerializer
    resource_type = "user-follow-group"
    permissions = allow(view=auth_required, create=auth_required, delete=is_user_itself)
