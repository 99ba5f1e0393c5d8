"""Microlocations: the rooms of an event (`/v1/microlocations`)."""

from events.atoms import has_event_role, is_coorganizer, is_event_published
from events.models import Microlocation
from openevent.api.fields import Constant, ToOne
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.statements import allow


class MicrolocationSerializer(ResourceSerializer):
    chat_room_name = Constant(None)
    video_stream = ToOne("video-stream")

    class Meta:
        model = Microlocation
        fields = """
            deleted_at name latitude longitude floor hidden_in_scheduler chat_room_name
            is_chat_enabled is_global_event_room position room sessions event video_stream
        """.split()


class MicrolocationViewSet(ResourceViewSet):
    serializer_class = MicrolocationSerializer
    ordering = ["position", "id"]
    permissions = allow(view=is_event_published | has_event_role, write=is_coorganizer)
