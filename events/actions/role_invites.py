"""Role invites: asking somebody to work on an event, their answer, and handing an event over."""

import secrets
from typing import Any

from django.db import transaction

from events.atoms import is_owner
from events.models import Event, EventRole, Role, RoleInvite
from events.models.invitations import in_a_while
from events.models.role import BUILT_IN, ORGANIZER, OWNER
from messaging import mail
from messaging.links import page
from openevent import activity
from openevent.errors import DomainError
from permissions.targets import Target
from users.models import User

from .groups import (
    InvitationAnswered,
    InvitationExpired,
    InvitationNotFound,
    InvitationOfAnother,
    hash_of,
)
from .invitations import count_invitation
from .names import name_of

S = RoleInvite.Status


class InviteNotPending(DomainError):
    detail = "A new invitation is pending; whoever is invited answers it."
    pointer = "/data/attributes/status"


class RoleNameDiffers(DomainError):
    detail = "This is not the name of the role; leave it out, or write the same."
    pointer = "/data/attributes/role-name"


class RoleNotForInvites(DomainError):
    detail = f"Invite somebody to one of: {', '.join(BUILT_IN)}."
    pointer = "/data/relationships/role"


class OwnerInvitesOwner(DomainError):
    status = 403
    detail = "Owner access is required to hand an event over."


class HasTheRole(DomainError):
    status = 409
    detail = "This person has the role on the event already."


class InviteAccepted(DomainError):
    status = 409
    detail = "This invitation was accepted; take the role away instead."


class AddressNotVerified(DomainError):
    status = 403
    detail = (
        "Nobody has verified the invited address of this account. Sign in to it, or have a new "
        "password sent to the address, and accept then."
    )


class NoAccount(DomainError):
    status = 404
    detail = "Nobody has an account with the invited address yet; sign up with it first."


@transaction.atomic
def invite(new: RoleInvite, *, role_name: str | None, by: Any) -> str:
    """Save the invitation `new` and mail its token; return that too.

    Only one person at a time is asked to become owner: who was asked before no longer is.

    :raises RoleNameDiffers, RoleNotForInvites, InviteNotPending, OwnerInvitesOwner, HasTheRole:
        as their names say.
    :raises TooManyAttempts: too many invitations were sent.
    """
    if role_name is not None and role_name != new.role.name:
        raise RoleNameDiffers
    if new.role.name not in BUILT_IN:
        raise RoleNotForInvites
    if new.status != S.PENDING:
        raise InviteNotPending
    if EventRole.objects.filter(
        event=new.event, role=new.role, user__in=User.objects.of_email(new.email)
    ).exists():
        raise HasTheRole
    if new.role.name == OWNER:
        _require_owner(new.event, by)
        Event.objects.select_for_update().get(pk=new.event_id)  # and not two at the same moment
        pending = RoleInvite.objects.filter(event=new.event, role=new.role, status=S.PENDING)
        pending.delete()
    return _send(new, by=by)


@transaction.atomic
def resend(old: RoleInvite, *, by: Any) -> str:
    """Mail `old` again with a new token, for as long again; the earlier one is void.

    :raises InvitationAnswered, OwnerInvitesOwner: as their names say.
    :raises TooManyAttempts: too many invitations were sent.
    """
    if old.status != S.PENDING:
        raise InvitationAnswered
    if old.role.name == OWNER:
        _require_owner(old.event, by)
    return _send(old, by=by)


def withdraw(old: RoleInvite) -> None:
    """Remove `old`.

    :raises InviteAccepted: the person has the role.
    """
    if old.status == S.ACCEPTED:
        raise InviteAccepted
    old.delete()


def invited_by(token: str) -> RoleInvite:
    """Return the invitation that the mailed `token` stands for, whatever became of it.

    :raises InvitationNotFound: there is none.
    """
    found = (
        RoleInvite.objects.filter(event__deleted_at=None, token_hash=hash_of(token))
        .select_related("event", "role")
        .first()
    )
    if found is None:
        raise InvitationNotFound
    return found


@transaction.atomic
def accept(token: str, *, by: Any) -> tuple[RoleInvite, User]:
    """Give whom the mailed `token` invites their role; return the invitation and them.

    The token was mailed to the address, so whoever has it has proved that the address is
    theirs; `by` may be nobody, but nobody else. That the account of that address is theirs too is
    known once it has verified the address, or if they are signed in to it: else somebody could
    have opened it with the address of another, to get what that other accepts.

    :raises InvitationNotFound, InvitationOfAnother, InvitationAnswered, InvitationExpired,
        NoAccount, AddressNotVerified: as their names say.
    """
    offered, user = _answered(token, by)
    if user is None:
        raise NoAccount
    if not (user.is_verified or user.pk == by.pk):
        raise AddressNotVerified
    event = Event.objects.select_for_update().filter(pk=offered.event_id, deleted_at=None).first()
    if event is None:
        raise InvitationNotFound
    if offered.role.name == OWNER:
        _hand_over(event, to=user, role=offered.role)
    else:
        EventRole.objects.get_or_create(event=event, user=user, role=offered.role)
    offered.status = S.ACCEPTED
    offered.save()
    if not user.is_verified:
        user.is_verified = True
        user.save(update_fields=["is_verified"])
    activity.record(
        f"{offered.role.name} of event {event.name} (id {event.pk}): invitation accepted", by=user
    )
    return offered, user


@transaction.atomic
def decline(token: str, *, by: Any) -> RoleInvite:
    """Turn down what the mailed `token` offers.

    :raises InvitationNotFound, InvitationOfAnother, InvitationAnswered, InvitationExpired: as
        their names say.
    """
    offered, _ = _answered(token, by)
    offered.status = S.DECLINED
    offered.save()
    return offered


def _require_owner(event: Event, by: Any) -> None:
    if is_owner.fold(by, Target(event)) is not True:
        raise OwnerInvitesOwner


def _send(offered: RoleInvite, *, by: Any) -> str:
    token = secrets.token_urlsafe(32)
    offered.token_hash = hash_of(token)
    offered.expires_at = in_a_while()
    offered.save()
    count_invitation(offered.email, by=by)
    role = offered.role
    mail.send(
        "event_role",
        to=User.objects.of_email(offered.email).first() or offered.email,
        context={
            "inviter": name_of(by),
            "role": role.title_name or role.name,
            "event": offered.event.name,
            "link": page(f"/role-invites?token={token}"),
        },
        event=offered.event,
        notice={
            "target": offered,
            "action": "invited",
            "actors": [by],
            "event_invite": {"id": offered.pk},
            "role": {"id": role.pk, "name": role.name, "title_name": role.title_name},
        },
    )
    return token


def _answered(token: str, by: Any) -> tuple[RoleInvite, User | None]:
    """Return the invitation and whom it is for, if they have an account; both are locked.

    So somebody who closes their account meanwhile does so before or after, and not in between.
    """
    found = RoleInvite.objects.select_for_update(of=("self",)).select_related("event", "role")
    offered = found.filter(event__deleted_at=None, token_hash=hash_of(token)).first()
    if offered is None:
        raise InvitationNotFound
    if by.is_authenticated and not offered.is_for(by.email):
        raise InvitationOfAnother
    if offered.status != S.PENDING:
        raise InvitationAnswered
    if offered.has_expired:
        raise InvitationExpired
    return offered, User.objects.of_email(offered.email).select_for_update().first()


def _hand_over(event: Event, *, to: User, role: Role) -> None:
    """Make `to` the owner of `event`, whose owner becomes an organizer; it leaves its group."""
    for former in EventRole.objects.filter(event=event, is_owner=True).select_related("user"):
        former_owner = former.user
        former.delete()
        EventRole.objects.get_or_create(
            event=event, user=former_owner, role=Role.objects.get(name=ORGANIZER)
        )
    EventRole.objects.filter(event=event, user=to).delete()
    EventRole.objects.create(event=event, user=to, role=role)
    Event.objects.filter(pk=event.pk).update(group=None)
