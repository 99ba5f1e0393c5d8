"""Social links of an event (`/v1/social-links`)."""

from events.atoms import has_event_role, is_coorganizer, is_event_published
from events.models import SocialLink
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.statements import allow


class SocialLinkSerializer(ResourceSerializer):
    class Meta:
        model = SocialLink
        fields = ["deleted_at", "name", "link", "identifier", "event"]


class SocialLinkViewSet(ResourceViewSet):
    serializer_class = SocialLinkSerializer
    permissions = allow(view=is_event_published | has_event_role, write=is_coorganizer)
