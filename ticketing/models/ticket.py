"""Tickets: what is sold or given away at an event."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Now

from events.copying import copied
from openevent.trash import Trashable

NOT_NEGATIVE: Final = [MinValueValidator(0)]


def amount(**options: Any) -> models.DecimalField:
    """Return a column for money in the event's currency.

    Three decimals, as currencies of which the smallest coin is a thousandth have.
    """
    return models.DecimalField(
        max_digits=15, decimal_places=3, validators=NOT_NEGATIVE, blank=True, **options
    )


@copied
class Ticket(Trashable):
    """A kind of ticket: how many there are, at which price, and from when until when.

    One that is `is_hidden` is for who has an access code; who keeps the tickets sees it too.
    """

    class Type(models.TextChoices):
        FREE = "free"
        PAID = "paid"
        DONATION = "donation"  # whoever buys it says what they give
        # The same for events whose tickets are registrations.
        FREE_REGISTRATION = "freeRegistration"
        PAID_REGISTRATION = "paidRegistration"
        DONATION_REGISTRATION = "donationRegistration"

    FREE: Final = frozenset({Type.FREE, Type.FREE_REGISTRATION})
    PAID: Final = frozenset({Type.PAID, Type.PAID_REGISTRATION})
    DONATIONS: Final = frozenset({Type.DONATION, Type.DONATION_REGISTRATION})

    needs_at = {"ticket_is_hidden": "is_hidden"}

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="tickets")
    ticket_tags = models.ManyToManyField("ticketing.TicketTag", blank=True, related_name="tickets")
    name = models.CharField(max_length=500)
    description = models.TextField(null=True, blank=True)
    is_description_visible = models.BooleanField(default=False)
    type = models.CharField(max_length=30, choices=Type)
    position = models.IntegerField(null=True, blank=True, default=1)
    is_hidden = models.BooleanField(default=False)

    # What it costs; of a donation, the least and the most (`None`: as much as anybody likes).
    # The price is never NULL, because clients fail on a ticket that does not say one.
    price = amount(default=Decimal(0))
    min_price = amount(default=Decimal(0))
    max_price = amount(null=True)
    is_fee_absorbed = models.BooleanField(default=False)  # the organizers pay the service fee

    # How many there are, and how few and how many go into one order; `None`: no limit.
    quantity = models.IntegerField(null=True, blank=True, default=100, validators=NOT_NEGATIVE)
    min_order = models.IntegerField(null=True, blank=True, default=1, validators=NOT_NEGATIVE)
    max_order = models.IntegerField(null=True, blank=True, default=10, validators=NOT_NEGATIVE)
    sales_starts_at = models.DateTimeField()
    sales_ends_at = models.DateTimeField()

    # At the door.
    is_checkin_restricted = models.BooleanField(default=True)
    auto_checkin_enabled = models.BooleanField(default=False)
    # The custom form that its attendees fill in, and the badge they get: ids that clients give.
    form_id = models.CharField(max_length=100, null=True, blank=True)
    badge_id = models.CharField(max_length=100, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "event",
                "name",
                condition=models.Q(deleted_at=None),
                name="ticket_name_unique",
                violation_error_message="This event has a ticket of this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name


def sells_a_ticket(now: datetime | Now) -> models.Q:
    """Return the condition on events of which everybody can get a ticket at `now`, aware UTC."""
    offered = Ticket.objects.filter(
        models.Q(quantity=None) | models.Q(quantity__gt=0),
        event=models.OuterRef("pk"),
        deleted_at=None,
        is_hidden=False,
        sales_ends_at__gt=now,
    )
    return models.Q(models.Exists(offered))
