"""Speaker invites: asking somebody to join a session, and their answer."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from events.models import Speaker, SpeakerInvite
from messaging import mail
from messaging.links import page
from openevent.errors import DomainError

from .groups import InvitationAnswered, InvitationExpired, InvitationOfAnother
from .invitations import count_invitation
from .names import name_of
from .session_mails import tell_of_new_speaker

S = SpeakerInvite.Status


class InviteNotPending(DomainError):
    status = 403
    detail = "A new invitation is pending; whoever is invited answers it."
    pointer = "/data/attributes/status"


class SpeaksAlready(DomainError):
    status = 403
    detail = "This person is a speaker of the session already."
    pointer = "/data/attributes/email"


class InviteAccepted(DomainError):
    status = 409
    detail = "This invitation was accepted; take the speaker out of the session instead."


class InvitedToLockedSession(DomainError):
    status = 403
    detail = "This session is locked: nobody joins it until an organizer unlocks it."
    pointer = "/data/relationships/session"


class NoSpeakerProfile(DomainError):
    status = 404
    detail = "Add yourself as a speaker of the event first."


class AddressNotVerified(DomainError):
    status = 403
    detail = "Verify your e-mail address to answer an invitation."


@transaction.atomic
def invite_speaker(invite: SpeakerInvite, *, by: Any) -> None:
    """Save the new `invite` and mail it, in place of one to the same person that has expired.

    :raises InviteNotPending: it says that it was answered.
    :raises InvitedToLockedSession: nobody joins the session for now.
    :raises SpeaksAlready: the person is a speaker of the session.
    :raises TooManyAttempts: too many invitations were sent.
    """
    if invite.status != S.PENDING:
        raise InviteNotPending
    if invite.session.is_locked:
        raise InvitedToLockedSession
    speakers = invite.session.speakers.filter(deleted_at=None)
    if speakers.filter(email__iexact=invite.email).exists():
        raise SpeaksAlready
    SpeakerInvite.objects.filter(
        session=invite.session,
        email__iexact=invite.email,
        status=S.PENDING,
        expires_at__lte=timezone.now(),
    ).delete()
    invite.save()
    count_invitation(invite.email, by=by)
    event = invite.event
    mail.send(
        "speaker_invite",
        to=invite.email,
        context={
            "inviter": name_of(by),
            "session": invite.session.title,
            "event": event.name,
            "link": page(f"/e/{event.identifier}/speaker-invite/{invite.pk}/session"),
        },
        event=event,
    )


def withdraw_invite(invite: SpeakerInvite) -> None:
    """Remove `invite`.

    :raises InviteAccepted: the person speaks in the session since.
    """
    if invite.status == S.ACCEPTED:
        raise InviteAccepted
    invite.delete()


def accept_speaker_invite(invite: SpeakerInvite, *, by: Any) -> Speaker:
    """Make `by`, whom `invite` is for, a speaker of its session; return them as that.

    :raises NoSpeakerProfile: they are no speaker of the event yet.
    :raises InvitedToLockedSession: the session has been locked since.
    :raises AddressNotVerified, InvitationOfAnother, InvitationAnswered, InvitationExpired: as
        their names say.
    """
    _require_answerable(invite, by)
    if invite.session.is_locked:
        raise InvitedToLockedSession
    speakers = Speaker.objects.filter(event=invite.event, deleted_at=None)
    speaker = speakers.filter(user=by).first() or speakers.filter(email__iexact=by.email).first()
    if speaker is None:
        raise NoSpeakerProfile
    invite.session.speakers.add(speaker)
    tell_of_new_speaker(invite.session, speaker)
    invite.status = S.ACCEPTED
    invite.save()
    return speaker


def reject_speaker_invite(invite: SpeakerInvite, *, by: Any) -> None:
    """Decline `invite` for `by`, whom it is for.

    :raises AddressNotVerified, InvitationOfAnother, InvitationAnswered, InvitationExpired: as
        their names say.
    """
    _require_answerable(invite, by)
    invite.status = S.REJECTED
    invite.save()


def _require_answerable(invite: SpeakerInvite, by: Any) -> None:
    if not invite.is_for(by.email):
        raise InvitationOfAnother
    if not by.is_verified:
        raise AddressNotVerified
    if invite.status != S.PENDING:
        raise InvitationAnswered
    if invite.has_expired:
        raise InvitationExpired
