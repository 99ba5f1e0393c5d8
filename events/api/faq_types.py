"""FAQ types: headings of an event's questions (`/v1/faq-types`)."""

from events.atoms import has_event_role, is_coorganizer, is_event_published
from events.models import FaqType
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.statements import allow


class FaqTypeSerializer(ResourceSerializer):
    class Meta:
        model = FaqType
        fields = ["name", "event", "faqs"]


class FaqTypeViewSet(ResourceViewSet):
    serializer_class = FaqTypeSerializer
    permissions = allow(view=is_event_published | has_event_role, write=is_coorganizer)
