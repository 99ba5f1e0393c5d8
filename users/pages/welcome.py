"""What somebody sees who opens the server's own address in a browser (`/`)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from permissions.atoms import anyone

from .frame import page, show


@page("GET", who=anyone)
def welcome(request: HttpRequest) -> HttpResponse:
    """Say what this is, and lead to what there is for a browser."""
    return show(request, "welcome", is_private=settings.IS_PRIVATE)
