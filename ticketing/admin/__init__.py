"""The pages of what is sold at events."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from events.admin.base import OfEvent
from ticketing.actions.tickets import save_ticket
from ticketing.models import Ticket, TicketTag


@admin.register(Ticket)
class TicketDesk(OfEvent):
    icon = "confirmation_number"
    list_display = ("name", "event", "type", "price", "quantity", "is_hidden", "deleted_at")
    list_filter = ("type", "is_hidden")
    autocomplete_fields = ("event", "ticket_tags")

    def save_model(self, request: HttpRequest, obj: Ticket, form: Any, change: bool) -> None:
        save_ticket(obj, Ticket.objects.get(pk=obj.pk) if change else None)


@admin.register(TicketTag)
class TicketTagDesk(OfEvent):
    icon = "sell"
    called = "Ticket tags"
