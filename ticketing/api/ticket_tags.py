"""Ticket tags of an event (`/v1/ticket-tags`)."""

from events.atoms import has_event_role, is_coorganizer, is_event_published
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.statements import allow
from ticketing.models import TicketTag


class TicketTagSerializer(ResourceSerializer):
    class Meta:
        model = TicketTag
        fields = ["deleted_at", "name", "tickets", "event"]


class TicketTagViewSet(ResourceViewSet):
    serializer_class = TicketTagSerializer
    permissions = allow(view=is_event_published | has_event_role, write=is_coorganizer)
