"""Tags of an event (`/v1/tags`)."""

from events.atoms import has_event_role, is_coorganizer, is_event_published
from events.models import Tag
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.statements import allow


class TagSerializer(ResourceSerializer):
    class Meta:
        model = Tag
        fields = ["deleted_at", "name", "color", "is_read_only", "event"]


class TagViewSet(ResourceViewSet):
    serializer_class = TagSerializer
    permissions = allow(view=is_event_published | has_event_role, write=is_coorganizer)
