"""Predicates by name, so that an app below `events` can say `named("is_coorganizer")`."""

from .predicates import Atom, Predicate

_atoms: dict[str, Atom] = {}
_aliases: dict[str, Predicate] = {}


def register(*atoms: Atom) -> None:
    """Make `atoms` known by name; an app calls this in `ready()`.

    :raises ValueError: another atom has the name already.
    """
    for atom in atoms:
        if _atoms.setdefault(atom.name, atom) is not atom:
            raise ValueError(f'there are two atoms called "{atom.name}"')


def alias(name: str, predicate: Predicate) -> None:
    """Make `name` stand for `predicate`: `is_coorganizer_or_user_itself` for the two."""
    _aliases[name] = predicate


def named(name: str) -> Predicate:
    """Return the predicate called `name`.

    :raises LookupError: there is none; the message lists those there are.
    """
    found = _atoms.get(name) or _aliases.get(name)
    if found is None:
        known = ", ".join(sorted({*_atoms, *_aliases}))
        raise LookupError(f'no permission is called "{name}"; known: {known}')
    return found


def atoms() -> tuple[Atom, ...]:
    """Return all atoms, in the order in which apps registered them."""
    return tuple(_atoms.values())


def aliases() -> dict[str, Predicate]:
    """Return what the other names stand for."""
    return dict(_aliases)
