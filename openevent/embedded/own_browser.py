"""Pages that a private machine shows to its own browser, and to nobody else."""

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest

NAMES: Final = {"localhost", "127.0.0.1", "::1"}  # of this machine


def require_own_browser(request: HttpRequest) -> None:
    """Let pass a request that comes from this machine, under a name of it, by no proxy.

    Another site's page, led here by its own DNS, comes under that site's name.

    :raises Http404: it comes otherwise, or this is no private machine.
    """
    name = urlsplit(f"//{request.get_host()}").hostname
    is_proxied = {"HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED"} & request.META.keys()
    if not settings.IS_PRIVATE or is_proxied or name not in NAMES:
        raise Http404
    if not _is_here(request.META.get("REMOTE_ADDR", "")):
        raise Http404


def _is_here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
