"""Feedback: giving it, and changing it."""

from typing import Any

from events.atoms import is_coorganizer
from events.models import Feedback
from openevent.errors import DomainError
from permissions.targets import Target


class FeedbackNotOnOneThing(DomainError):
    detail = "Feedback is on an event or on a session: send one of the two."
    pointer = "/data/relationships/event"


class OnlyOrganizersRateSessions(DomainError):
    status = 403
    detail = "Co-organizer access is required to give feedback on a session."
    pointer = "/data/relationships/session"


def give_feedback(feedback: Feedback, *, by: Any) -> None:
    """Save `feedback`, new or changed.

    :raises FeedbackNotOnOneThing: it is on neither an event nor a session, or on both.
    :raises OnlyOrganizersRateSessions: it is on a session, and `by` does not organize the event.
    """
    session = feedback.session
    if (feedback.event_id is None) == (session is None):
        raise FeedbackNotOnOneThing
    if session is not None and is_coorganizer.fold(by, Target(session)) is not True:
        raise OnlyOrganizersRateSessions
    feedback.save()
