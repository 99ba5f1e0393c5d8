"""Groups: which events belong to one, and inviting people to organize it."""

import hashlib
import secrets
from typing import Any

from django.db import transaction

from events.atoms import is_owner
from events.groups import is_group_organizer
from events.models import Event, Group, GroupRole
from events.models.invitations import in_a_while
from events.models.role import ORGANIZER
from messaging import mail
from messaging.links import page
from openevent.errors import DomainError
from permissions.targets import Target

from .invitations import count_invitation
from .names import name_of


class EventNotYours(DomainError):
    status = 403
    detail = "Owner access to an event is required to put it into a group."
    pointer = "/data/relationships/events"


class GroupNotYours(DomainError):
    status = 403
    detail = "Organizing a group is required to put an event into it."
    pointer = "/data/relationships/group"


class OnlyOrganizersAreInvited(DomainError):
    detail = "People are invited to a group as its organizers: send the role organizer."
    pointer = "/data/relationships/role"


class InvitationNotFound(DomainError):
    status = 404
    detail = "There is no such invitation; perhaps a newer link was sent."


class InvitationOfAnother(DomainError):
    status = 403
    detail = "This invitation was sent to another e-mail address: sign in with that."


class InvitationAnswered(DomainError):
    status = 409
    detail = "This invitation has been answered already."


class InvitationExpired(DomainError):
    status = 409
    detail = "This invitation has expired; ask for a new one."


def require_may_group(event: Event, *, by: Any) -> None:
    """Refuse unless `by` may put `event` into another group, or into none.

    A group's organizers organize its events, so the group is the owner's choice, and who gets
    to be listed in a group that of its organizers.

    :raises EventNotYours: `by` does not own the event.
    """
    if is_owner.fold(by, Target(event)) is not True:
        raise EventNotYours


def require_may_join(group: Group | None, *, by: Any) -> None:
    """Refuse unless `by` may put events into `group`.

    :raises GroupNotYours: `by` does not organize it.
    """
    if group is not None and is_group_organizer.fold(by, Target(group)) is not True:
        raise GroupNotYours


@transaction.atomic
def invite_to_group(invite: GroupRole, *, by: Any) -> str:
    """Save `invite`, new or again, and mail the token that accepts it; return that too.

    An earlier token is void.

    :raises OnlyOrganizersAreInvited: it is for another role.
    :raises InvitationAnswered: it has been accepted.
    :raises TooManyAttempts: too many invitations were sent.
    """
    if invite.role.name != ORGANIZER:
        raise OnlyOrganizersAreInvited
    if invite.accepted:
        raise InvitationAnswered
    token = secrets.token_urlsafe(32)
    invite.token_hash = hash_of(token)
    invite.expires_at = in_a_while()
    invite.save()
    count_invitation(invite.email, by=by)
    mail.send(
        "group_role",
        to=invite.email,
        context={
            "inviter": name_of(by),
            "group": invite.group.name,
            "link": page(f"/group-invites?token={token}"),
        },
    )
    return token


@transaction.atomic
def accept_group_invite(token: str, *, by: Any) -> GroupRole:
    """Give `by` the role in a group that the mailed `token` offers them, and return it.

    The token was mailed to the address, so whoever has both has proved that it is theirs.

    :raises InvitationNotFound, InvitationOfAnother, InvitationAnswered, InvitationExpired: as
        their names say.
    """
    invites = GroupRole.objects.filter(group__deleted_at=None).select_related("group", "role")
    invite = invites.select_for_update(of=("self",)).filter(token_hash=hash_of(token)).first()
    if invite is None:
        raise InvitationNotFound
    if not invite.is_for(by.email):
        raise InvitationOfAnother
    if invite.accepted:
        raise InvitationAnswered
    if invite.has_expired:
        raise InvitationExpired
    invite.user, invite.accepted = by, True
    invite.save()
    if not by.is_verified:
        by.is_verified = True
        by.save(update_fields=["is_verified"])
    return invite


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
