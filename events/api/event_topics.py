"""Event topics: subjects of events, a list that admins keep (`/v1/event-topics`)."""

from events.models import EventTopic
from openevent.api.fields import ToMany
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import anyone, is_admin
from permissions.statements import allow


class EventTopicSerializer(ResourceSerializer):
    event_sub_topics = ToMany("event-sub-topic")

    class Meta:
        model = EventTopic
        fields = ["deleted_at", "name", "system_image_url", "slug", "events", "event_sub_topics"]


class EventTopicViewSet(ResourceViewSet):
    serializer_class = EventTopicSerializer
    permissions = allow(view=anyone, write=is_admin)
