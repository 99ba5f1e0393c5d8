"""Session types: the formats of an event's sessions (`/v1/session-types`)."""

from events.atoms import has_event_role, is_coorganizer, is_event_published
from events.models import SessionType
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.statements import allow


class SessionTypeSerializer(ResourceSerializer):
    class Meta:
        model = SessionType
        fields = ["deleted_at", "name", "length", "position", "event", "sessions"]


class SessionTypeViewSet(ResourceViewSet):
    serializer_class = SessionTypeSerializer
    ordering = ["position", "id"]
    permissions = allow(view=is_event_published | has_event_role, write=is_coorganizer)
