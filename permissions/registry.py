"""Atoms by name, so that an app below `events` can say `named("is_coorganizer")`."""

from .predicates import Atom

_atoms: dict[str, Atom] = {}


def register(*atoms: Atom) -> None:
    """Make `atoms` known by name; an app calls this in `ready()`.

    :raises ValueError: another atom has the name already.
    """
    for atom in atoms:
        if _atoms.setdefault(atom.name, atom) is not atom:
            raise ValueError(f'there are two atoms called "{atom.name}"')


def named(name: str) -> Atom:
    """Return the atom called `name`.

    :raises LookupError: there is none; the message lists those there are.
    """
    try:
        return _atoms[name]
    except KeyError:
        raise LookupError(
            f'no atom is called "{name}"; known: {", ".join(sorted(_atoms))}'
        ) from None
