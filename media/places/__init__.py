"""The places where files are kept, as the super admin set them up.

Each process builds a place from the settings it is made of and keeps it as long as those stay,
so a change takes effect everywhere without a restart (docs/decisions/0014).
"""

import functools
from typing import Final

from django.conf import settings

from openevent import site
from openevent.sealed import UnreadableSecretError

from . import gs
from .base import Place, StorageUnavailable
from .local import Local
from .s3 import S3

__all__ = [
    "NAMES",
    "Place",
    "StorageUnavailable",
    "chosen",
    "place",
    "public_url",
    "set_up",
    "this_machine",
]

NAMES: Final = ("local", "s3", "gs")


def chosen() -> str:
    """Return the name of the place that new files go to."""
    return site.current().storage_place or "local"


def set_up() -> list[str]:
    """Return the names of the places that files can go to: those whose keys are there."""
    known = site.current()
    there = {"local": True, "s3": known.is_s3_set_up, "gs": known.is_gs_set_up}
    return [name for name in NAMES if there[name]]


def place(name: str) -> Place:
    """Return the place called so, as it is set up now.

    :raises StorageUnavailable: it is not.
    """
    if name not in set_up():
        raise StorageUnavailable(f"The keys of {name} are not in the settings (any more).")
    try:
        return _BUILT[name]()
    except UnreadableSecretError as error:
        raise StorageUnavailable(str(error)) from error


def this_machine() -> Local:
    """Return this machine, which is always set up."""
    return _local(settings.FILES_ROOT)


def public_url(name: str) -> str | None:
    """Return where everybody may read the bucket of a place, if the super admin says so."""
    known = site.current()
    base = {"s3": known.aws_public_url, "gs": known.gs_public_url}.get(name) or ""
    return base.rstrip("/") or None


def _of_amazon() -> Place:
    known = site.current()
    return _s3(
        known.aws_bucket_name,
        known.aws_key,
        str(known.aws_secret),
        known.aws_region or None,
        known.aws_endpoint_url or None,
    )


def _of_google() -> Place:
    known = site.current()
    if known.gs_service_account:
        return _gs(known.gs_bucket_name, str(known.gs_service_account), gs.ENDPOINT)
    return _s3(known.gs_bucket_name, known.gs_key, str(known.gs_secret), "auto", gs.ENDPOINT)


_BUILT: Final = {"local": this_machine, "s3": _of_amazon, "gs": _of_google}
_local = functools.lru_cache(maxsize=4)(Local)
_s3 = functools.lru_cache(maxsize=4)(S3)
_gs = functools.lru_cache(maxsize=4)(gs.Gs)
