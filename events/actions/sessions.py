"""Sessions: submitting one, changing it, and the states it may go through."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils import timezone

from events.models import Feedback, Session
from openevent.errors import DomainError

from .custom_forms import hold_to_form
from .organizing import organizes, require_may_move
from .session_mails import TOLD, tell_of_state
from .speakers_calls import require_open_call

S = Session.State

# From each state: where organizers and staff may take a session, and where its speakers,
# its submitter and co-organizers may. Source: the contract's state map, which clients show.
_BY_ORGANIZER: Final[Mapping[str, frozenset[str]]] = {
    S.DRAFT: frozenset(),
    S.PENDING: frozenset({S.WITHDRAWN, S.ACCEPTED, S.REJECTED, S.CONFIRMED}),
    S.ACCEPTED: frozenset({S.PENDING, S.WITHDRAWN, S.REJECTED, S.CONFIRMED, S.CANCELED}),
    S.CONFIRMED: frozenset({S.PENDING, S.WITHDRAWN, S.ACCEPTED, S.REJECTED, S.CANCELED}),
    S.REJECTED: frozenset({S.PENDING, S.WITHDRAWN, S.ACCEPTED, S.CONFIRMED}),
    S.CANCELED: frozenset({S.PENDING, S.WITHDRAWN, S.ACCEPTED, S.REJECTED, S.CONFIRMED}),
    S.WITHDRAWN: frozenset({S.PENDING, S.WITHDRAWN, S.ACCEPTED, S.REJECTED, S.CANCELED}),
}
_BY_SPEAKER: Final[Mapping[str, frozenset[str]]] = {
    S.DRAFT: frozenset({S.PENDING}),
    S.PENDING: frozenset({S.WITHDRAWN}),
    S.ACCEPTED: frozenset({S.WITHDRAWN}),
    S.CONFIRMED: frozenset({S.WITHDRAWN}),
    S.REJECTED: frozenset({S.WITHDRAWN}),
    S.CANCELED: frozenset({S.WITHDRAWN}),
    S.WITHDRAWN: frozenset(),
}
# What somebody who only submits may begin with.
_FIRST: Final = frozenset({S.DRAFT, S.PENDING})


class SessionLocked(DomainError):
    status = 403
    detail = "This session is locked; only organizers can change it."


class StateNotReachable(DomainError):
    status = 403
    pointer = "/data/attributes/state"


class SessionEndsBeforeItStarts(DomainError):
    detail = "A session ends after it starts."
    pointer = "/data/attributes/ends-at"


class SessionStartsInThePast(DomainError):
    detail = "A new session starts in the future."
    pointer = "/data/attributes/starts-at"


def states_for(state: str, *, is_organizer: bool) -> frozenset[str]:
    """Return where a session in `state` may be taken, by an organizer or by its speakers."""
    return (_BY_ORGANIZER if is_organizer else _BY_SPEAKER)[state]


def state_map() -> dict[str, dict[str, dict[str, bool]]]:
    """Return all that `states_for` says, as clients read it: who, from, to."""
    by = {"organizer": _BY_ORGANIZER, "speaker": _BY_SPEAKER}
    return {
        who: {str(state): dict.fromkeys(map(str, sorted(to)), True) for state, to in table.items()}
        for who, table in by.items()
    }


def submit_session(session: Session, *, by: Any, key: str | None = None) -> None:
    """Save a new `session`, submitted by `by`, who may show the `key` of a private call.

    :raises CallForSpeakersClosed: its event takes none, or none from them.
    :raises SessionEndsBeforeItStarts, SessionStartsInThePast: its times cannot be.
    :raises StateNotReachable: only an organizer may begin with that state.
    :raises FieldRequired, AnswerInvalid: the event's form asks for something else.
    """
    require_open_call(session, by=by, key=key)
    _require_times(session)
    now = timezone.now()
    if session.starts_at is not None and session.starts_at <= now:
        raise SessionStartsInThePast
    if session.state not in _FIRST and not organizes(session, by, "create"):
        raise StateNotReachable("A new session is a draft or pending.")
    if session.state != S.DRAFT and session.submitted_at is None:
        session.submitted_at = now
    session.creator = by
    hold_to_form(session, None, by=by)
    session.save()


def edit_session(session: Session, was: Session, *, by: Any, tells: bool = False) -> None:
    """Save `session`, which `was` otherwise before; with `tells`, tell its people of a new state.

    Who was told of a state is not thereby told of the next one.

    :raises TooManyAttempts: they were told too often.
    :raises OrganizersMoveThis: it goes to another event, and `by` does not organize both.
    :raises SessionLocked: it was locked, and `by` is no organizer.
    :raises SessionEndsBeforeItStarts: its times cannot be.
    :raises StateNotReachable: its state cannot become that, or not by `by`.
    :raises FieldRequired, AnswerInvalid: the event's form asks for something else.
    """
    require_may_move(session, was, by=by)
    require_unlocked(was, by=by)
    is_organizer = organizes(was, by, "change")
    if (session.starts_at, session.ends_at) != (was.starts_at, was.ends_at):
        _require_times(session)
    if session.state != was.state:
        _require_reachable(session, was, is_organizer=is_organizer)
        if was.state == S.DRAFT and session.submitted_at is None:
            session.submitted_at = timezone.now()
        if session.is_mail_sent == was.is_mail_sent:
            session.is_mail_sent = False
    hold_to_form(session, was, by=by)
    session.save()
    if tells and session.state != was.state and session.state in TOLD:
        tell_of_state(session, by=by)
    if session.event_id != was.event_id:
        Feedback.objects.filter(session=session).update(given_at=session.event_id)


def trash_session(session: Session, *, by: Any) -> None:
    """Put `session` into the trash.

    :raises SessionLocked: it is locked, and `by` is no organizer.
    """
    require_unlocked(session, by=by, verb="delete")
    session.trash()


def require_unlocked(session: Session, *, by: Any, verb: str = "change") -> None:
    """Refuse to `verb` a `session` that is locked, unless `by` is an organizer.

    :raises SessionLocked: as its name says.
    """
    if session.is_locked and not organizes(session, by, verb):
        raise SessionLocked


def _require_times(session: Session) -> None:
    if session.starts_at and session.ends_at and session.ends_at <= session.starts_at:
        raise SessionEndsBeforeItStarts


def _require_reachable(session: Session, was: Session, *, is_organizer: bool) -> None:
    if session.state not in states_for(was.state, is_organizer=is_organizer):
        raise StateNotReachable(
            f"A session that is {was.state} cannot become {session.state} by you."
        )
