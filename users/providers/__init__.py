"""Providers: where people may have accounts that open theirs here.

Each is one file: the library's backend, where it speaks what the provider speaks today, and what
is ours about it. A provider is offered once the super admin's settings have both its client's id
and secret, without a restart; one that is not offered is there for nobody.
"""

from typing import Any, ClassVar, Final

from openevent.errors import DomainError

from .base import Identity
from .example import Example
from .facebook import Facebook
from .google import Google
from .instagram import Instagram
from .strategy import SiteStrategy
from .twitter import Twitter

__all__ = [
    "KNOWN",
    "Identity",
    "ProviderNotOffered",
    "SiteStrategy",
    "named",
    "offered",
    "share_links",
]

# All there are, offered or not, in the order in which people are shown them.
KNOWN: Final[dict[str, Any]] = {
    each.name: each for each in (Google, Facebook, Twitter, Instagram, Example)
}


class ProviderNotOffered(DomainError):
    status: ClassVar[int] = 404

    def __init__(self, name: str) -> None:
        known = ", ".join(each.name for each in offered()) or "none"
        super().__init__(f'"{name}" is no provider of accounts here. There are: {known}.')


def offered() -> list[Any]:
    """Return the providers at which this server is registered."""
    return [each for each in KNOWN.values() if each.is_offered()]


def named(name: str) -> Any:
    """Return the provider called `name`.

    :raises ProviderNotOffered: there is none, or this server is not registered there.
    """
    found = KNOWN.get(name)
    if found is None or not found.is_offered():
        raise ProviderNotOffered(name)
    return found


def share_links(url: str, names: set[str]) -> list[dict[str, str]]:
    """Return where to share the page at `url`, at those of the providers called `names`."""
    return [
        {"provider": each.name, "name": each.label, "url": each.share_url(url)}
        for each in offered()
        if each.name in names and each.sharer
    ]
