"""Tickets: what can be sold and when, who sees which, and under which tags they stand."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from events.models import Event
from tests.api_client import Api
from tests.factories.events import EventFactory, hold
from tests.factories.ticketing import TicketFactory, TicketTagFactory
from tests.factories.users import UserFactory
from ticketing.models import Ticket
from ticketing.models.ticket import sells_a_ticket

pytestmark = pytest.mark.django_db

TICKETS = "/v1/tickets"


@pytest.fixture
def event():
    return EventFactory(published=True, can_pay_by_bank=True)


@pytest.fixture
def team(event):
    user = UserFactory()
    hold(user, event, "coorganizer")
    return Api(user)


def on_sale(event, **values):
    """Return the values of a ticket that can be sold at `event`."""
    return {
        "event": event,
        "name": "Regular",
        "type": "free",
        "sales_starts_at": timezone.now().isoformat(),
        "sales_ends_at": event.ends_at.isoformat(),
    } | values


# --- what is answered


def test_a_ticket_has_what_the_clients_read(event, team):
    sent = {"type": "paid", "price": 9.5, "quantity": 50, "min_order": 1, "max_order": 5}

    made = team.post(TICKETS, "ticket", **on_sale(event, **sent))

    assert made.status == 201, made
    assert made.attributes["price"] == 9.5
    assert made.attributes["min-price"] == 0
    assert made.attributes["is-checkin-restricted"] is True
    assert made.attributes["quantity"] == 50
    assert Ticket.objects.get().price == Decimal("9.5")


def test_a_free_ticket_says_that_it_costs_nothing(event, team):
    """The attendee app fails on a ticket without a price."""
    made = team.post(TICKETS, "ticket", **on_sale(event, price=None))
    assert (made.status, made.attributes["price"]) == (201, 0)

    changed = team.patch(f"{TICKETS}/{made.data['id']}", "ticket", price=12)

    assert (changed.status, changed.attributes["price"]) == (200, 0)


@pytest.mark.parametrize(
    "price", [0.001, 99.95, 123456789012.125, 0.1, 1234.567], ids=lambda price: str(price)
)
def test_an_amount_leaves_as_it_came(event, team, price):
    made = team.post(TICKETS, "ticket", **on_sale(event, type="paid", price=price))

    assert made.attributes["price"] == price
    assert team.get(f"{TICKETS}/{made.data['id']}").attributes["price"] == price


def test_tickets_are_listed_by_their_position(event):
    last = TicketFactory(event=event, position=3)
    first = TicketFactory(event=event, position=1)
    TicketFactory(event=event, deleted_at=timezone.now())

    assert Api().get(f"/v1/events/{event.identifier}/tickets").ids == [first.pk, last.pk]


# --- what can be sold


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"type": "paid"}, "/data/attributes/price"),
        ({"type": "paidRegistration", "price": 0}, "/data/attributes/price"),
        ({"price": -1}, "/data/attributes/price"),
        ({"price": 0.0001}, "/data/attributes/price"),
        ({"type": "raffle"}, "/data/attributes/type"),
        ({"type": "donation", "min_price": 5, "max_price": 4}, "/data/attributes/max-price"),
        ({"quantity": 0}, "/data/attributes/quantity"),
        ({"quantity": -1}, "/data/attributes/quantity"),
        ({"min_order": 3, "max_order": 2}, "/data/attributes/max-order"),
        ({"quantity": 2, "max_order": 3}, "/data/attributes/max-order"),
        ({"quantity": 2, "min_order": 3, "max_order": None}, "/data/attributes/min-order"),
        ({"sales_ends_at": "2001-01-01T00:00:00Z"}, "/data/attributes/sales-ends-at"),
        ({"sales_ends_at": "2091-01-01T00:00:00Z"}, "/data/attributes/sales-ends-at"),
        ({"name": None}, "/data/attributes/name"),
    ],
)
def test_what_cannot_be_sold_is_refused(event, team, values, pointer):
    answer = team.post(TICKETS, "ticket", **on_sale(event, **values))

    assert (answer.status, answer.pointer) == (422, pointer)
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("kind", ["paid", "donation", "paidRegistration", "donationRegistration"])
def test_what_costs_something_needs_a_way_to_pay(event, team, kind):
    Event.objects.filter(pk=event.pk).update(can_pay_by_bank=False)

    answer = team.post(TICKETS, "ticket", **on_sale(event, type=kind, price=5))

    assert (answer.status, answer.pointer) == (422, "/data/attributes/type")
    assert team.post(TICKETS, "ticket", **on_sale(event)).status == 201


def test_a_donation_may_have_no_most(event, team):
    made = team.post(TICKETS, "ticket", **on_sale(event, type="donation", min_price=5))

    assert (made.status, made.attributes["max-price"]) == (201, None)


def test_few_tickets_need_not_say_how_many_go_into_an_order(event, team):
    made = team.post(TICKETS, "ticket", **on_sale(event, quantity=3))
    assert made.status == 201, made

    fewer = team.patch(f"{TICKETS}/{made.data['id']}", "ticket", quantity=2)

    assert fewer.status == 200, fewer


def test_what_does_not_change_is_not_asked_again(event, team):
    """An event that has become shorter and free of charge keeps nobody from mending a name."""
    ticket = TicketFactory(event=event, type="paid", price=5, sales_ends_at=event.ends_at)
    Event.objects.filter(pk=event.pk).update(
        can_pay_by_bank=False, ends_at=event.ends_at - timedelta(days=1)
    )
    whole = team.get(f"{TICKETS}/{ticket.pk}").attributes

    assert team.patch(f"{TICKETS}/{ticket.pk}", "ticket", **whole | {"name": "Late"}).status == 200
    for change in ({"price": 0}, {"type": "donation"}, {"sales-starts-at": "2001-01-01T00:00:00Z"}):
        assert team.patch(f"{TICKETS}/{ticket.pk}", "ticket", **change).status == 422
    assert team.delete(f"{TICKETS}/{ticket.pk}").status == 200


def test_a_tickets_name_is_its_own_within_the_event(event, team):
    first = TicketFactory(event=event, name="Regular")
    TicketFactory(name="Student")

    assert team.post(TICKETS, "ticket", **on_sale(event)).status == 409
    assert team.post(TICKETS, "ticket", **on_sale(event, name="Student")).status == 201
    first.trash()
    assert team.post(TICKETS, "ticket", **on_sale(event)).status == 201
    assert (
        team.patch(f"{TICKETS}/{first.pk}?get_trashed=true", "ticket", deleted_at=None).status
        == 409
    )


# --- who sees which


def test_a_hidden_ticket_is_for_who_keeps_the_tickets(event, team):
    hidden = TicketFactory(event=event, is_hidden=True, name="Sponsors")
    tag = TicketTagFactory(event=event)
    tag.tickets.set([hidden, shown := TicketFactory(event=event)])
    helper = UserFactory()
    hold(helper, event, "moderator")

    for reader in (Api(), Api(UserFactory()), Api(helper)):
        assert reader.get(f"{TICKETS}/{hidden.pk}").status == 404
        assert reader.get(f"/v1/events/{event.pk}/tickets").ids == [shown.pk]
        assert reader.get(f"/v1/ticket-tags/{tag.pk}/tickets").ids == [shown.pk]
        answer = reader.get(f"/v1/events/{event.pk}", include="tickets,ticket-tags.tickets")
        assert answer.included == {("ticket", shown.pk), ("ticket-tag", tag.pk)}
        named = [
            {"name": "tickets", "op": "any", "val": {"name": "name", "op": "eq", "val": "Sponsors"}}
        ]
        assert reader.filter("/v1/events", *named).ids == []
    for reader in (team, Api(UserFactory(admin=True))):
        assert reader.get(f"{TICKETS}/{hidden.pk}").status == 200
        assert sorted(reader.get(f"/v1/events/{event.pk}/tickets").ids) == [hidden.pk, shown.pk]


def test_who_keeps_the_tickets_of_another_event_sees_no_hidden_one(event):
    hidden = TicketFactory(event=event, is_hidden=True)
    other = UserFactory()
    hold(other, EventFactory(published=True), "owner")

    assert Api(other).get(f"{TICKETS}/{hidden.pk}").status == 404
    assert Api(other).patch(f"{TICKETS}/{hidden.pk}", "ticket", is_hidden=False).status == 404


def test_tickets_of_a_draft_are_the_teams():
    ticket = TicketFactory(event=EventFactory())
    helper = UserFactory()
    hold(helper, ticket.event, "registrar")

    assert Api().get(f"{TICKETS}/{ticket.pk}").status == 404
    assert Api(helper).get(f"/v1/events/{ticket.event_id}/tickets").ids == [ticket.pk]


# --- tags


def test_tickets_stand_under_tags_of_their_event(event, team):
    ticket, tag = TicketFactory(event=event), TicketTagFactory(event=event)
    foreign = TicketTagFactory(event=EventFactory(published=True))
    linkage = f"{TICKETS}/{ticket.pk}/relationships/ticket-tags"

    assert team.link("post", linkage, [tag]).status == 200
    refused = team.link("post", linkage, [foreign])

    assert (refused.status, list(ticket.ticket_tags.all())) == (422, [tag])
    assert Api().get(f"{TICKETS}/{ticket.pk}/ticket-tags").ids == [tag.pk]
    assert Api().link("post", linkage, [tag]).status == 401  # the old server asked nobody here


def test_a_ticket_tags_name_is_its_own_within_the_event(event, team):
    TicketTagFactory(event=event, name="Early bird")

    again = team.post("/v1/ticket-tags", "ticket-tag", event=event, name="Early bird")

    assert again.status == 409


# --- with the event


def test_tickets_come_along_with_a_copy_of_their_event(event, team):
    ticket = TicketFactory(event=event, is_hidden=True)
    ticket.ticket_tags.add(TicketTagFactory(event=event, name="Crew"))

    answer = team.send("post", f"/v1/events/{event.pk}/copy", {}, "application/json")

    copied = Ticket.objects.get(event=answer.document["id"])
    assert (copied.name, copied.is_hidden) == (ticket.name, True)
    assert [(tag.name, tag.event_id) for tag in copied.ticket_tags.all()] == [
        ("Crew", copied.event_id)
    ]


@pytest.mark.parametrize(
    "missing",
    [
        {"is_hidden": True},
        {"quantity": 0},
        {"sales_ends_at": timezone.now() - timedelta(hours=1)},
        {"deleted_at": timezone.now()},
    ],
    ids=lambda values: next(iter(values)),
)
def test_a_ticket_that_nobody_can_get_makes_no_event_fit_for_the_front_page(missing):
    event = EventFactory(published=True)
    fit = Event.objects.filter(sells_a_ticket(timezone.now()))

    TicketFactory(event=event, **missing)
    assert not fit.all()
    TicketFactory(event=event, quantity=None)
    assert fit.all().get() == event
