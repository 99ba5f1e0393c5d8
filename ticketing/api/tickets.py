"""Tickets of an event (`/v1/tickets`)."""

from typing import Any, Final

from events.atoms import has_event_role, is_coorganizer, is_event_published
from openevent.api.fields import ToMany
from openevent.api.resources import Audience
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.statements import allow
from ticketing.actions.tickets import save_ticket
from ticketing.atoms import is_ticket_offered
from ticketing.models import Ticket

# Who comes, and who gets it by a code.
TEAM: Final = ("access_codes", "attendees")


class TicketSerializer(ResourceSerializer):
    discount_codes = ToMany("discount-code")
    access_codes = ToMany("access-code")
    attendees = ToMany("attendee")

    class Meta:
        model = Ticket
        fields = """
            deleted_at name description type price min_price max_price quantity
            is_description_visible position is_fee_absorbed sales_starts_at sales_ends_at
            is_hidden min_order max_order is_checkin_restricted auto_checkin_enabled form_id
            badge_id event ticket_tags discount_codes access_codes attendees
        """.split()
        html = ["description"]


class TicketViewSet(ResourceViewSet):
    serializer_class = TicketSerializer
    ordering = ["position", "id"]
    audiences = [Audience("team", is_coorganizer, only=TEAM)]
    # a hidden one is for who has a code, and for who keeps the tickets
    permissions = allow(
        view=(is_event_published | has_event_role) & is_ticket_offered | is_coorganizer,
        write=is_coorganizer,
    )

    def perform_create(self, row: Ticket, **extra: Any) -> None:
        save_ticket(row)

    def perform_update(self, row: Ticket, was: Ticket, **extra: Any) -> None:
        save_ticket(row, was)
