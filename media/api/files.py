"""Public files (`/media/{place}/…`): from this machine, or by a redirect to where they are kept."""

from django.http import Http404, HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import NotARegularFileError, StaticFile

from media import content_types, places, storage
from openevent.api.negotiation import AnyFile
from permissions.manager import public


class PublicFileView(APIView):
    """One public file, for everybody. What is private has no address here."""

    authentication_classes = []
    content_negotiation_class = AnyFile

    @public()
    def get(self, request: Request, place: str, key: str) -> HttpResponseBase:
        kept = f"{place}:{storage.PUBLIC}{key}"
        if not storage.is_kept(kept):
            raise Http404
        return from_this_machine(request, storage.PUBLIC + key)


def from_this_machine(request: Request, key: str) -> HttpResponseBase:
    """Return a file of this machine, or as much of it as the client asks for.

    :raises Http404: there is none.
    """
    headers = [
        ("Content-Type", content_types.content_type(key)),
        ("Content-Disposition", content_types.disposition(key)),
        ("Cache-Control", content_types.FOR_EVER),
        ("Content-Security-Policy", "default-src 'none'; sandbox"),
        ("X-Content-Type-Options", "nosniff"),
        ("Accept-Ranges", "bytes"),
    ]
    try:
        file = StaticFile(str(places.local().path(key)), headers)
        return WhiteNoiseMiddleware.serve(file, request._request)
    except (NotARegularFileError, FileNotFoundError):
        raise Http404 from None
