"""Calls for speakers: announcing one, and whom it lets submit."""

import secrets
from typing import Any

from django.utils import timezone

from events.models import Event, Session, Speaker, SpeakerInvite, SpeakersCall
from openevent.errors import DomainError

from .organizing import helps_organize


class CallEndsTooSoon(DomainError):
    detail = "A call for speakers ends after it starts."
    pointer = "/data/attributes/ends-at"


class SoftEndOutsideCall(DomainError):
    detail = "The announced end lies between the start and the end of the call."
    pointer = "/data/attributes/soft-ends-at"


class CallStartsAfterEvent(DomainError):
    detail = "A call for speakers starts before its event does."
    pointer = "/data/attributes/starts-at"


class CallForSpeakersClosed(DomainError):
    status = 403
    detail = "This event takes no sessions and speakers."
    pointer = "/data/relationships/event"


def save_call(call: SpeakersCall) -> None:
    """Save `call`; a private one gets a hash if it has none.

    :raises CallEndsTooSoon, SoftEndOutsideCall, CallStartsAfterEvent: its times cannot be.
    """
    if call.ends_at <= call.starts_at:
        raise CallEndsTooSoon
    if call.soft_ends_at and not call.starts_at <= call.soft_ends_at <= call.ends_at:
        raise SoftEndOutsideCall
    if call.starts_at > call.event.starts_at:
        raise CallStartsAfterEvent
    if call.privacy == SpeakersCall.Privacy.PRIVATE and not call.hash:
        call.hash = secrets.token_hex(16)
    call.save()


def require_open_call(row: Session | Speaker, *, by: Any, key: str | None = None) -> None:
    """Refuse unless the event of the new `row` takes it from `by`, who may show `key`.

    Co-organizers may enter them at any time. From the others, an event with a call takes them
    while it is open, and while it is private only with its hash. Whoever is invited to speak
    may always introduce themselves.

    :raises CallForSpeakersClosed: it does not.
    """
    event = row.event
    if not event.is_sessions_speakers_enabled:
        raise CallForSpeakersClosed
    if helps_organize(row, by, "create") or _is_invited(event, by):
        return
    call = SpeakersCall.objects.filter(event=event, deleted_at=None).first()
    if call is None:
        return
    if not call.is_open(timezone.now()):
        raise CallForSpeakersClosed("The call for speakers of this event is not open.")
    is_private = call.privacy == SpeakersCall.Privacy.PRIVATE
    if is_private and not secrets.compare_digest((key or "").encode(), (call.hash or "").encode()):
        raise CallForSpeakersClosed(
            "The call for speakers of this event is private: send the hash of its link as the "
            "parameter speaker_call."
        )


def _is_invited(event: Event, user: Any) -> bool:
    invites = SpeakerInvite.objects.filter(
        event=event,
        email__iexact=user.email,
        status=SpeakerInvite.Status.PENDING,
        expires_at__gt=timezone.now(),
    )
    return user.is_verified and invites.exists()
