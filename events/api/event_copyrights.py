"""Event copyrights (`/v1/event-copyrights`), one of each event."""

from events.atoms import has_event_role, is_coorganizer, is_event_published
from events.models import EventCopyright
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.statements import allow


class EventCopyrightSerializer(ResourceSerializer):
    class Meta:
        model = EventCopyright
        fields = "deleted_at holder holder_url licence licence_url year logo_url event".split()


class EventCopyrightViewSet(ResourceViewSet):
    serializer_class = EventCopyrightSerializer
    permissions = allow(view=is_event_published | has_event_role, write=is_coorganizer)
