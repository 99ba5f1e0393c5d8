"""Addresses on this server, as whoever asks calls it."""

from django.http import HttpRequest

from permissions import current


def absolute(path: str) -> str:
    """Return the address of `path` on this server, as the request being answered calls it.

    Outside of a request it is the path alone.
    """
    request = current.request()
    return path if request is None else f"{_origin_of(request)}{path}"


def _origin_of(request: HttpRequest) -> str:
    """Return "https://host:port"; found out once, as a page may have hundreds of addresses."""
    known: str | None = getattr(request, "_origin", None)
    if known is None:
        known = request._origin = request.build_absolute_uri("/").rstrip("/")  # type: ignore[attr-defined]
    return known
