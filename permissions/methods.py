"""The HTTP methods that a statement may be about."""

from collections.abc import Iterable
from typing import Final

from .lookups import listed

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


def methods_of(methods: str | Iterable[str] | None) -> frozenset[str] | None:
    """Return the HTTP methods of a comma list, whatever its spaces and case; `None`: all.

    :raises TypeError: there is no such method, or none is named.
    """
    if methods is None:
        return None
    found = {each.upper() for each in listed(methods)}
    if not found:
        raise TypeError("methods= names none, so nobody would be asked; leave it out to mean all")
    if unknown := sorted(each for each in found if not is_method(each)):
        raise TypeError(f"{', '.join(unknown)} is no method; known: {', '.join(METHODS)}")
    return frozenset("GET" if each == "HEAD" else each for each in found)


def is_method(name: str) -> bool:
    """Return whether there is a method called `name`, in upper case; HEAD is a GET."""
    return name in METHODS or name == "HEAD"
