"""Speakers: presenting somebody at an event."""

from typing import Any

from events.models import Speaker
from openevent.errors import DomainError

from .custom_forms import hold_to_form
from .organizing import organizes, require_may_move
from .speakers_calls import require_open_call


class SpeakerEmailTaken(DomainError):
    status = 403
    detail = "A speaker of this event has this email already."
    pointer = "/data/attributes/email"


def add_speaker(speaker: Speaker, *, by: Any, key: str | None = None) -> None:
    """Save a new `speaker`, entered by `by`, who may show the `key` of a private call.

    :raises CallForSpeakersClosed: the event takes none, or none from them.
    :raises SpeakerEmailTaken: the event has a speaker of that address.
    :raises FieldRequired, AnswerInvalid: the event's form asks for something else.
    """
    require_open_call(speaker, by=by, key=key)
    speaker.user = by
    _settle_email(speaker, None, by)
    hold_to_form(speaker, None, by=by)
    speaker.save()


def edit_speaker(speaker: Speaker, was: Speaker, *, by: Any) -> None:
    """Save `speaker`, which `was` otherwise before.

    :raises NotToBeMovedThere: `by` does not help to organize the event they are moved into.
    :raises SpeakerEmailTaken: the event has another speaker of that address.
    :raises FieldRequired, AnswerInvalid: the event's form asks for something else.
    """
    require_may_move(speaker, was, by=by)
    _settle_email(speaker, was, by)
    hold_to_form(speaker, was, by=by)
    speaker.save()


def _settle_email(speaker: Speaker, was: Speaker | None, by: Any) -> None:
    """Decide which address a speaker has: organizers choose it, others have their own.

    Only an organizer may enter a speaker without one (`is_email_overridden`).
    """
    if not organizes(speaker, by, "change" if was else "create"):
        before = was.email if was else None
        speaker.is_email_overridden = False
        speaker.email = by.email if speaker.user_id == by.pk else before
    elif speaker.is_email_overridden:
        speaker.email = None
    if not speaker.email:
        return
    others = Speaker.objects.filter(
        event_id=speaker.event_id, email__iexact=speaker.email, deleted_at=None
    )
    if others.exclude(pk=speaker.pk).exists():
        raise SpeakerEmailTaken
