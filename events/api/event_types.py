"""Event types: kinds of events, a list that admins keep (`/v1/event-types`)."""

from events.models import EventType
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import anyone, is_admin
from permissions.statements import allow


class EventTypeSerializer(ResourceSerializer):
    class Meta:
        model = EventType
        fields = ["deleted_at", "name", "slug", "events"]


class EventTypeViewSet(ResourceViewSet):
    serializer_class = EventTypeSerializer
    permissions = allow(view=anyone, write=is_admin)
