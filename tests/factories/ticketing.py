"""Tickets, for tests."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from ticketing.models import Ticket, TicketTag

from .events import EventFactory


class TicketFactory(DjangoModelFactory):
    """A free ticket, on sale from yesterday until the event begins."""

    class Meta:
        model = Ticket

    event = factory.SubFactory(EventFactory)
    name = factory.Sequence(lambda n: f"Ticket {n}")
    type = Ticket.Type.FREE
    sales_starts_at = factory.LazyFunction(
        lambda: timezone.now().replace(microsecond=0) - timedelta(days=1)
    )
    sales_ends_at = factory.LazyAttribute(lambda ticket: ticket.event.starts_at)


class TicketTagFactory(DjangoModelFactory):
    class Meta:
        model = TicketTag

    event = factory.SubFactory(EventFactory)
    name = factory.Sequence(lambda n: f"Ticket tag {n}")
