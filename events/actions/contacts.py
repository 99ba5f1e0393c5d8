"""Contacting organizers: a message that reaches them without telling who they are."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from events.models import Event, Group
from events.models.role import COORGANIZER, ORGANIZER, OWNER
from messaging import mail
from messaging.links import page
from openevent.errors import DomainError
from users.models import User
from users.throttles import count

from .names import name_of

LEADERS = (OWNER, ORGANIZER, COORGANIZER)


class NobodyToContact(DomainError):
    status = 404
    detail = "There is nobody left to write to."


class AddressUnverified(DomainError):
    status = 403
    detail = "Verify your e-mail address to write to organizers: they answer to it."


def contact_event(event: Event, message: str, *, by: Any) -> None:
    """Send `message` to those who lead `event`, and a copy to `by`.

    :raises NobodyToContact: all of them have left.
    :raises AddressUnverified: answers to `by` might reach somebody else.
    :raises TooManyAttempts: `by` wrote enough for a day.
    """
    leaders = event.roles.people(*LEADERS)
    link = page(f"/e/{event.identifier}")
    _contact("contact_organizers", leaders, event.name, link, message, by)


def contact_group(group: Group, message: str, *, by: Any) -> None:
    """Send `message` to those who organize `group`, and a copy to `by`.

    :raises NobodyToContact: all of them have left.
    :raises AddressUnverified: answers to `by` might reach somebody else.
    :raises TooManyAttempts: `by` wrote enough for a day.
    """
    roles = group.roles.filter(accepted=True).select_related("user")
    people = [group.user, *(role.user for role in roles)]
    leaders = [person for person in people if person.deleted_at is None]
    link = page(f"/g/{group.pk}")
    _contact("contact_group_organizers", leaders, group.name, link, message, by)


@transaction.atomic
def _contact(
    kind: str, leaders: Iterable[User], about: str, link: str, message: str, by: Any
) -> None:
    if not by.is_verified:
        raise AddressUnverified
    addresses = list(dict.fromkeys(leader.email for leader in leaders))
    if not addresses:
        raise NobodyToContact
    count("question-by-person", str(by.pk))
    first, *others = addresses
    context = {"sender": name_of(by), "about": about, "message": message, "link": link}
    mail.send(kind, to=first, bcc=others, reply_to=by.email, context=context)
    mail.send(kind, to=by.email, reply_to=by.email, context=context)
