"""Frequently asked questions of an event (`/v1/faqs`)."""

from events.atoms import has_event_role, is_coorganizer, is_event_published
from events.models import Faq
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.statements import allow


class FaqSerializer(ResourceSerializer):
    class Meta:
        model = Faq
        fields = ["deleted_at", "question", "answer", "event", "faq_type"]
        html = ["answer"]


class FaqViewSet(ResourceViewSet):
    serializer_class = FaqSerializer
    permissions = allow(view=is_event_published | has_event_role, write=is_coorganizer)
