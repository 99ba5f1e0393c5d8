"""Roles: what they may be called, and taking one away from somebody."""

from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from events.models import EventRole, Role, RoleInvite, RolePermission, Service
from events.models.role import ATTENDEE, COORGANIZER, ORGANIZER, OWNER
from events.roles import roles_of
from openevent.errors import DomainError

_RANKS: Final = (OWNER, ORGANIZER, COORGANIZER)


class RoleBuiltIn(DomainError):
    detail = "The built-in roles keep their names and stay."
    pointer = "/data/attributes/name"


class OwnerStays(DomainError):
    status = 403
    detail = "The owner stays until they hand the event to somebody else by a role invite."


class RoleAboveYours(DomainError):
    status = 403
    detail = "You can only take away roles below your own."


@transaction.atomic
def add_role(role: Role) -> None:
    """Save the new `role`: a title, whose holders read what their team works on."""
    role.save()
    RolePermission.objects.bulk_create(
        RolePermission(role=role, service=service, can_read=True)
        for service in Service.objects.all()
    )


def rename_role(role: Role, was: Role) -> None:
    """Save `role`, which `was` otherwise before.

    :raises RoleBuiltIn: its name means something to the server.
    """
    if was.is_built_in and role.name != was.name:
        raise RoleBuiltIn
    role.save()


def remove_role(role: Role) -> None:
    """Remove `role`.

    :raises RoleBuiltIn: its name means something to the server.
    """
    if role.is_built_in:
        raise RoleBuiltIn
    role.delete()


def take_away(held: EventRole, *, by: Any) -> None:
    """Take the role `held` away from who has it, and its invitation; anybody may lay down theirs.

    :raises OwnerStays: it is the owner's.
    :raises RoleAboveYours: it ranks with or above the best role `by` has.
    """
    if held.is_owner:
        raise OwnerStays
    if not (by.is_staff or held.user_id == by.pk) and rank(held.role.name) <= best_rank(
        held.event_id, by
    ):
        raise RoleAboveYours
    RoleInvite.objects.filter(
        event_id=held.event_id, role_id=held.role_id, email__iexact=held.user.email
    ).delete()
    held.delete()


def work_left(user: Any) -> str | None:
    """Return why the account of `user` cannot be closed yet; `None`: nothing needs them.

    That is while they own an event, or have another role on one that has not ended.
    """
    held = EventRole.objects.filter(user=user, event__deleted_at=None).select_related("event")
    owned = held.filter(is_owner=True).first()
    if owned is not None:
        return f'Hand over or delete "{owned.event.name}" first: an event has an owner.'
    working = held.exclude(role__name=ATTENDEE).filter(event__ends_at__gt=timezone.now()).first()
    if working is not None:
        return f'Lay down the role on "{working.event.name}" first, or wait until it is over.'
    return None


def rank(name: str) -> int:
    """Return the place of a role, the owner's being 0; the working roles share the last."""
    return _RANKS.index(name) if name in _RANKS else len(_RANKS)


def best_rank(event_id: int, user: Any) -> int:
    """Return the rank of the best role that `user` has on the event."""
    names = roles_of(user).get(event_id, frozenset())
    return min(map(rank, names), default=len(_RANKS))
