"""Social accounts: what people are elsewhere (`/v1/social-accounts`, `/v1/users/{id}/...`).

They are linked at `/v1/auth/oauth/connect/{provider}`, for which a browser has to go there.
"""

from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import is_user_itself
from permissions.statements import allow
from users.actions.social_accounts import disconnect
from users.models import SocialAccount


class SocialAccountSerializer(ResourceSerializer):
    class Meta:
        model = SocialAccount
        fields = ["provider", "name", "picture_url", "profile_url", "connected_at", "user"]


class SocialAccountViewSet(ResourceViewSet):
    serializer_class = SocialAccountSerializer
    ordering = ["connected_at", "id"]
    permissions = allow(view=is_user_itself, delete=is_user_itself)

    def perform_destroy(self, row: SocialAccount) -> None:
        disconnect(row, by=self.request.user)
