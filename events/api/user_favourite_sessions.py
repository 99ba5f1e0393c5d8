"""Favourite sessions of users (`/v1/user-favourite-sessions`)."""

from typing import Any

from events.atoms import (
    is_coorganizer,
    is_coorganizer_of_user,
    is_event_published,
    is_session_announced,
)
from events.models import FavouriteSession
from openevent.api.fields import ToOne
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import auth_required, is_user_itself
from permissions.statements import allow
from users.atoms import is_profile_public


class FavouriteSessionSerializer(ResourceSerializer):
    # whoever keeps their profile to themselves is counted, but not named
    user = ToOne(
        "user",
        read_only=True,
        seen_by=is_user_itself | is_profile_public | is_coorganizer_of_user,
    )

    class Meta:
        model = FavouriteSession
        fields = ["session", "user"]


class FavouriteSessionViewSet(ResourceViewSet):
    serializer_class = FavouriteSessionSerializer
    resource_type = "user-favourite-session"
    permissions = allow(
        view=is_session_announced & is_event_published | is_user_itself | is_coorganizer,
        create=auth_required,
        delete=is_user_itself | is_coorganizer,
    )

    def perform_create(self, row: FavouriteSession, **extra: Any) -> None:
        row.user = self.request.user
        row.save()
