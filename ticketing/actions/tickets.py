"""Tickets: what can be sold, and when."""

from decimal import Decimal
from typing import Final

from events.models import Event
from openevent.errors import DomainError
from ticketing.models import Ticket

# The ways in which an event may take money.
_PAYMENTS: Final = tuple(
    field.name for field in Event._meta.get_fields() if field.name.startswith("can_pay_")
)


class PriceMissing(DomainError):
    detail = "A paid ticket costs something: write a price above 0."
    pointer = "/data/attributes/price"


class EventTakesNoMoney(DomainError):
    detail = "Say first how the event can be paid: it needs one of its can-pay-... to be true."
    pointer = "/data/attributes/type"


class DonationBoundsCrossed(DomainError):
    detail = "The most that a donation may be is not less than the least (min-price)."
    pointer = "/data/attributes/max-price"


class SalesEndTooSoon(DomainError):
    detail = "Sales end after they start."
    pointer = "/data/attributes/sales-ends-at"


class SalesOutlastEvent(DomainError):
    detail = "Sales end at the latest when the event does."
    pointer = "/data/attributes/sales-ends-at"


class NothingToSell(DomainError):
    detail = "There is at least one ticket of a kind."
    pointer = "/data/attributes/quantity"


class OrderBoundsCrossed(DomainError):
    detail = "An order may have at least as many tickets as it must have (min-order)."
    pointer = "/data/attributes/max-order"


class OrderBeyondQuantity(DomainError):
    detail = "An order has at most as many tickets as there are (quantity)."
    pointer = "/data/attributes/max-order"


class LeastBeyondQuantity(DomainError):
    detail = "An order cannot need more tickets than there are (quantity)."
    pointer = "/data/attributes/min-order"


def save_ticket(ticket: Ticket, was: Ticket | None = None) -> None:
    """Save `ticket`, which `was` otherwise before; `None` of a new one. Free ones cost 0.

    What nobody changes is not asked again: an event that ends earlier than it did, or takes no
    money any more, keeps nobody from mending the name of a ticket.

    :raises PriceMissing, EventTakesNoMoney, DonationBoundsCrossed: it cannot cost that.
    :raises SalesEndTooSoon, SalesOutlastEvent: it cannot be sold then.
    :raises NothingToSell, OrderBoundsCrossed, OrderBeyondQuantity, LeastBeyondQuantity: it cannot
        be as many.
    """
    changed = _changes(ticket, was or Ticket())
    if changed & {"type", "price", "min_price", "max_price"}:
        settle_price(ticket)
    if changed & {"type", "event_id"}:
        _require_way_to_pay(ticket)
    if changed & {"sales_starts_at", "sales_ends_at", "event_id"}:
        _require_times(ticket)
    if changed & {"quantity", "min_order", "max_order"}:
        _require_numbers(ticket, changed)
    ticket.save()


def _changes(ticket: Ticket, was: Ticket) -> set[str]:
    names = (column.attname for column in Ticket._meta.concrete_fields)
    return {name for name in names if getattr(ticket, name) != getattr(was, name)}


def settle_price(ticket: Ticket) -> None:
    """Have a ticket cost what its type allows: a free one 0. What a form leaves empty is 0 too.

    :raises PriceMissing, DonationBoundsCrossed: it cannot cost that.
    """
    ticket.price = ticket.price or Decimal(0)
    ticket.min_price = ticket.min_price or Decimal(0)
    if ticket.type in Ticket.FREE:
        ticket.price = Decimal(0)
    if ticket.type in Ticket.PAID and not ticket.price:
        raise PriceMissing
    is_donation = ticket.type in Ticket.DONATIONS
    if is_donation and ticket.max_price is not None and ticket.max_price < ticket.min_price:
        raise DonationBoundsCrossed


def _require_way_to_pay(ticket: Ticket) -> None:
    takes_money = ticket.type in Ticket.PAID | Ticket.DONATIONS
    if takes_money and not any(getattr(ticket.event, name) for name in _PAYMENTS):
        raise EventTakesNoMoney


def _require_times(ticket: Ticket) -> None:
    if ticket.sales_ends_at <= ticket.sales_starts_at:
        raise SalesEndTooSoon
    if ticket.sales_ends_at > ticket.event.ends_at:
        raise SalesOutlastEvent


def _require_numbers(ticket: Ticket, changed: set[str]) -> None:
    if ticket.quantity == 0:
        raise NothingToSell
    least, there_are = ticket.min_order, ticket.quantity
    if least is not None and there_are is not None and least > there_are:
        raise LeastBeyondQuantity
    if ticket.max_order is None:
        return
    if least is not None and ticket.max_order < least:
        raise OrderBoundsCrossed
    # where only the quantity is said, an order cannot have more than there are anyway
    is_said = "max_order" in changed
    if is_said and there_are is not None and ticket.max_order > there_are:
        raise OrderBeyondQuantity
