"""What organizers may do with sessions and speakers beyond what everybody may with their own."""

from typing import Any

from events.atoms import is_coorganizer, is_organizer
from events.models import Session, Speaker
from openevent.api.names import type_of_model
from permissions.predicates import Predicate
from permissions.targets import Target


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
