"""What organizers may do with sessions and speakers beyond what everybody may with their own."""

from typing import Any

from events.atoms import is_coorganizer, is_organizer
from events.models import Session, Speaker
from openevent.api.names import type_of_model
from openevent.errors import DomainError
from permissions.predicates import Predicate
from permissions.targets import Target


class OrganizersMoveThis(DomainError):
    status = 403
    detail = (
        "Only who organizes both events moves this from one to the other; anybody may submit it "
        "there anew."
    )
    pointer = "/data/relationships/event"


def require_may_move(row: Session | Speaker, was: Session | Speaker, *, by: Any) -> None:
    """Refuse to take `row` to another event than it `was` in, unless `by` organizes both.

    Whose it is may change it, so without this they could have it accepted on an event of their
    own, and then put it into anybody's programme.

    :raises OrganizersMoveThis: they do not.
    """
    if row.event_id == was.event_id:
        return
    if not (organizes(was, by, "change") and organizes(row, by, "create")):
        raise OrganizersMoveThis


def organizes(row: Session | Speaker, user: Any, verb: str) -> bool:
    """Return whether `user` may `verb` ("create", "change", "delete") `row` as an organizer.

    Whose session it is may change it too, but not accept it; and so may an organizer from
    whose role an admin took the right to sessions, where it is their own.
    """
    return _holds(is_organizer, row, user, verb)


def helps_organize(row: Session | Speaker, user: Any, verb: str) -> bool:
    """Return whether `user` may do so as a co-organizer at least."""
    return _holds(is_coorganizer, row, user, verb)


def _holds(atom: Predicate, row: Session | Speaker, user: Any, verb: str) -> bool:
    stated = atom.about(verb, type_of_model(type(row).__name__))
    return stated.fold(user, Target(row)) is True
