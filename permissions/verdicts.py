"""Verdicts: whether somebody may, what decided it, and what would be needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .asking import missing
from .predicates import And, Atom, Not, Or, Predicate
from .targets import Target
from .users import Person


@dataclass(frozen=True)
class Verdict:
    """What one request is answered as far as permission goes.

    `status` is 200 where it passes, else 401, 403, 404 or 405. `because` says which role or
    rule decided, or what is missing. `needed` is the access that is required.
    """

    status: int
    because: str
    needed: str = ""

    @property
    def allowed(self) -> bool:
        return self.status == 200


def passes(because: str, needed: str = "") -> Verdict:
    return Verdict(200, because, needed)


def hidden(what: str) -> Verdict:
    """Return the verdict of a row that is not there, or not for the one who asks."""
    return Verdict(404, f"{what} does not exist, or may not be viewed")


def judged(predicate: Predicate, user: Person, target: Target) -> Verdict:
    """Return what `predicate` says of `target`; what lacks a value is refused."""
    if predicate.fold(user, target) is True:
        return passes(reason(predicate, user, target), predicate.requirement)
    return refused(predicate, user, target)


def refused(predicate: Predicate, user: Person, target: Target | None = None) -> Verdict:
    status = 403 if user.is_authenticated else 401
    why = missing(predicate, user, Target() if target is None else target)
    return Verdict(status, why, predicate.requirement)


def reason(predicate: Predicate, user: Person, target: Target) -> str:
    """Return what makes `predicate` hold, which it does."""
    match predicate:
        case Atom():
            return predicate.because(user, target)
        case Not():
            return f"not {predicate.part.requirement.lower()}"
        case Or():
            holding = (part for part in predicate.parts if part.fold(user, target) is True)
            return next(reason(part, user, target) for part in holding)
        case And():
            return " and ".join(reason(part, user, target) for part in predicate.parts)
    return predicate.name


def lacking(user: Person, target: Target, predicate: Predicate) -> list[dict[str, Any]]:
    """Return every atom of `predicate`, and whether it holds: `None` while it is unknown."""
    return [
        {"permission": atom.name, "holds": atom.fold(user, target)}
        for atom in dict.fromkeys(predicate.atoms())
    ]
