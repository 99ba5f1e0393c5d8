"""Favourite sessions of users (`/v1/user-favourite-sessions`)."""

from events.atoms import (
    is_coorganizer,
    is_event_published,
    is_session_announced,
)
from events.models import FavouriteSession
from openevent.api.serializers import ResourceSerializer
from permissions.atoms import auth_required, is_user_itself
from permissions.statements import allow

from .own import OwnViewSet, discreet_user


class FavouriteSessionSerializer(ResourceSerializer):
    user = discreet_user()

    class Meta:
        model = FavouriteSession
        fields = ["session", "user"]


class FavouriteSessionViewSet(OwnViewSet):
    serializer_class = FavouriteSessionSerializer
    resource_type = "user-favourite-session"
    permissions = allow(
        view=is_session_announced & is_event_published | is_user_itself | is_coorganizer,
        create=auth_required,
        delete=is_user_itself | is_coorganizer,
    )
