"""Public files (`/media/{place}/…`): from this machine, or by a redirect to where they are kept."""

import contextlib
import hashlib
import time
from functools import lru_cache
from typing import Final

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from rest_framework.request import Request
from rest_framework.views import APIView
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import NotARegularFileError, StaticFile

from media import content_types, places, storage
from openevent.api.negotiation import AnyFile
from permissions.manager import public

# Seconds. A link into a bucket is signed once per period and process, so that browsers find what
# they have under the same URL. It holds for whoever is sent there at the end of the period, and
# for who remembers that.
PERIOD: Final = 1800
REMEMBERED: Final = 900
SIGNED: Final = PERIOD + REMEMBERED + 60


class PublicFileView(APIView):
    """One public file, for everybody. What is private has no address here.

    The URL says where the file was when it was made. If it has been moved since, it is found.
    """

    authentication_classes = []
    content_negotiation_class = AnyFile

    @public()
    def get(self, request: Request, place: str, key: str) -> HttpResponseBase:
        key = storage.PUBLIC + key
        if not storage.is_kept(f"{place}:{key}"):
            raise Http404
        if places.this_machine().exists(key):
            return from_this_machine(request, key)
        if request.method == "HEAD":
            return described(key, first=place)
        response = HttpResponseRedirect(_found(key, first=place))
        response["Cache-Control"] = f"public, max-age={REMEMBERED}"
        return response


def from_this_machine(request: Request, key: str) -> HttpResponseBase:
    """Return a file of this machine, or as much of it as the client asks for.

    :raises Http404: it has just been deleted.
    """
    try:
        path = places.this_machine().path(key)
        file = StaticFile(str(path), [*_said_of(key).items()])
        return WhiteNoiseMiddleware.serve(file, request._request)
    except (NotARegularFileError, FileNotFoundError):
        raise Http404 from None


def described(key: str, *, first: str) -> HttpResponse:
    """Return what is said of a file in a bucket, without the file.

    The bucket itself would not say it: its links are signed for GET, and refuse HEAD.

    :raises Http404: no bucket has it.
    """
    for name in _buckets(first):
        with contextlib.suppress(FileNotFoundError):
            size = places.place(name).size(key)
            tag = hashlib.sha256(key.encode()).hexdigest()[:32]  # other content has another key
            return HttpResponse(
                headers={**_said_of(key), "Content-Length": size, "ETag": f'"{tag}"'}
            )
    raise Http404


def _said_of(key: str) -> dict[str, str]:
    """Return the headers that a public file has wherever it is."""
    return {
        "Content-Type": content_types.content_type(key),
        "Content-Disposition": content_types.disposition(key),
        "Cache-Control": content_types.FOR_EVER,
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "bytes",
    }


def _found(key: str, *, first: str) -> str | None:
    """Return where a bucket hands out the file under `key`.

    :raises Http404: no bucket has it.
    """
    for name in _buckets(first):
        with contextlib.suppress(FileNotFoundError):
            return _address(places.place(name), key, places.public_url(name), _period())
    raise Http404


def _buckets(first: str) -> list[str]:
    """Return the buckets that a file may be in, the one named `first` before others."""
    names = sorted(places.set_up(), key=lambda name: name != first)
    return [name for name in names if name != "local"]


@lru_cache(maxsize=4096)
def _address(bucket: places.Place, key: str, public_url: str | None, period: int) -> str | None:
    """Return a URL of the file in `bucket`, the same one during a period.

    :raises FileNotFoundError: it is not there.
    """
    if not bucket.exists(key):
        raise FileNotFoundError(key)
    if public_url is not None:
        return storage.url_at(public_url, key)
    return bucket.link(key, seconds=SIGNED)


def _period() -> int:
    return int(time.time() // PERIOD)
