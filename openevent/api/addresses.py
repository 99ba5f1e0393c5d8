"""Addresses on this server, as whoever asks calls it."""

from django.conf import settings
from django.http import HttpRequest

from permissions import current


def absolute(path: str) -> str:
    """Return the address of `path` on this server."""
    return f"{server()}{path}"


def server() -> str:
    """Return the address of this server, as `https://events.example.org`.

    It is what the request being answered calls it. Outside of one (in a job) it is the first
    of `ALLOWED_HOSTS`, and on a private machine `localhost`.
    """
    request = current.request()
    if request is not None:
        return _origin_of(request)
    named = [host for host in settings.ALLOWED_HOSTS if host.strip("*.")]
    if not named:
        return f"http://localhost:{settings.PORT}"
    scheme = "https" if settings.SECURE_PROXY_SSL_HEADER else "http"
    return f"{scheme}://{named[0].lstrip('*.')}"


def _origin_of(request: HttpRequest) -> str:
    """Return "https://host:port"; found out once, as a page may have hundreds of addresses."""
    known: str | None = getattr(request, "_origin", None)
    if known is None:
        known = request._origin = f"{request.scheme}://{request.get_host()}"  # type: ignore[attr-defined]
    return known
