"""What organizers may do with sessions and speakers beyond what everybody may with their own."""

from typing import Any

from events.atoms import is_coorganizer, is_organizer
from events.models import Session, Speaker
from openevent.api.names import type_of_model
from openevent.errors import DomainError
from permissions.predicates import Predicate
from permissions.targets import Target


class NotToBeMovedThere(DomainError):
    status = 403
    detail = (
        "Sessions and speakers are moved into an event by its co-organizers; submit it there anew."
    )
    pointer = "/data/relationships/event"


def organizes(row: Session | Speaker, user: Any, verb: str) -> bool:
    """Return whether `user` may `verb` ("create", "change", "delete") `row` as an organizer.

    Whose session it is may change it too, but not accept it; and so may an organizer from
    whose role an admin took the right to sessions, where it is their own.
    """
    return _holds(is_organizer, row, user, verb)


def helps_organize(row: Session | Speaker, user: Any, verb: str) -> bool:
    """Return whether `user` may do so as a co-organizer at least."""
    return _holds(is_coorganizer, row, user, verb)


def require_may_move(row: Session | Speaker, was: Session | Speaker, *, by: Any) -> None:
    """Refuse unless `by` may bring `row` into its event from the one that it `was` in.

    It keeps what was decided elsewhere, that it is accepted or featured; so it is not enough
    that it is theirs.

    :raises NotToBeMovedThere: they are no co-organizer of the event.
    """
    if row.event_id != was.event_id and not helps_organize(row, by, "change"):
        raise NotToBeMovedThere


def _holds(atom: Predicate, row: Session | Speaker, user: Any, verb: str) -> bool:
    stated = atom.about(verb, type_of_model(type(row).__name__))
    return stated.fold(user, Target(row)) is True
