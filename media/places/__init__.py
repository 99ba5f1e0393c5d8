"""The places where files are kept, as the super admin set them up."""

import functools
from typing import Final

from django.conf import settings

from openevent import site

from .base import Place, StorageUnavailable
from .local import Local

__all__ = [
    "NAMES",
    "Place",
    "StorageUnavailable",
    "chosen",
    "local",
    "place",
    "public_url",
    "set_up",
]

NAMES: Final = ("local",)


def chosen() -> str:
    """Return the name of the place that new files go to."""
    wanted = site.current().storage_place
    return wanted if wanted in NAMES else Local.name


def place(name: str) -> Place:
    """Return the place called so, as it is set up now.

    :raises StorageUnavailable: it is not set up.
    """
    return local()


def set_up() -> list[str]:
    """Return the names of the places that are set up."""
    return [Local.name]


def public_url(name: str) -> str | None:
    """Return where everybody may read what is public there, if the place hands that out itself."""
    return None


def local() -> Local:
    """Return this machine's place, which is always set up."""
    return _local(settings.FILES_ROOT)


_local = functools.lru_cache(maxsize=4)(Local)
