"""Event sub-topics: parts of topics, a list that admins keep (`/v1/event-sub-topics`)."""

from typing import Any

from events.actions.sub_topics import save_sub_topic
from events.models import EventSubTopic
from openevent.api.fields import ToOne
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import anyone, is_admin
from permissions.statements import allow


class EventSubTopicSerializer(ResourceSerializer):
    custom_placeholder = ToOne("custom-placeholder", read_only=True)

    class Meta:
        model = EventSubTopic
        fields = ["name", "slug", "events", "event_topic", "custom_placeholder"]


class EventSubTopicViewSet(ResourceViewSet):
    serializer_class = EventSubTopicSerializer
    permissions = allow(view=anyone, write=is_admin)

    def perform_update(self, row: EventSubTopic, was: EventSubTopic, **extra: Any) -> None:
        save_sub_topic(row, was)
