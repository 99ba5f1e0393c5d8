"""Feeds of an event: `/v1/events/{id}.ics` and `/v1/events/{id}/schedule.{ics,xcs,xml}`.

They are written when they are asked for, so they say what the programme is now, and nobody reads
that of an event which is a draft again.
"""

import contextlib
import hashlib
import tempfile
from collections.abc import Iterable
from typing import IO, ClassVar

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponseBase
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.request import Request
from rest_framework.views import APIView

from events.models import Event, Session
from exports.feeds import FORMATS, Format
from exports.feeds.programme import FEW, Programme
from openevent.api import reading
from openevent.api.negotiation import AnyFile
from openevent.api.openapi.facts import describes
from openevent.api.plan import spool
from openevent.api.registry import registry
from openevent.api.visibility import visible
from permissions.manager import has_access, public
from users.models import User

MEMORY = 1_000_000  # bytes of a feed, before the rest goes to disk
# Seconds for which a published programme may be kept by whoever passes it on.
MAX_AGE = 300


class FeedView(APIView):
    """The announced sessions of an event, to whoever may see the event."""

    content_negotiation_class = AnyFile
    renders: ClassVar[str] = "ical"

    @describes(None, media_type="*/*")
    @public()
    def get(self, request: Request, ref: str) -> HttpResponseBase:
        event = seen_event(request, ref)
        return answer(
            request, Programme(event, seen_sessions(request, event)), FORMATS[self.renders]
        )


class CalendarView(FeedView):
    """The event as one entry of a calendar; with more of it, if asked for.

    `include_sessions`: its sessions too. `my_schedule`: the sessions that the caller marked, or
    the account `user_id` did if its profile is public. `download`: as a file to be kept.
    """

    @describes(
        None,
        media_type="text/calendar",
        query={
            "include_sessions": "Its sessions too.",
            "my_schedule": "Those that the caller marked.",
            "user_id": "Those that this account marked.",
            "download": "As a file.",
        },
    )
    @public()
    def get(self, request: Request, ref: str) -> HttpResponseBase:
        event = seen_event(request, ref)
        sessions = seen_sessions(request, event)
        is_personal = "my_schedule" in request.GET
        if is_personal:
            sessions = sessions.filter(favourites__user_id=_whose(request))
        elif "include_sessions" not in request.GET:
            sessions = sessions.none()
        programme = Programme(event, sessions)
        programme.shows_event = not is_personal
        return answer(request, programme, FORMATS["ical"], is_personal=is_personal)


def seen_event(request: Request, ref: str) -> Event:
    """Return the event that `ref` of a URL names.

    :raises Http404: there is none, or the caller may not view it.
    """
    return Event.objects.get(pk=reading.id_of(registry["event"], ref, request.user))


def seen_sessions(request: Request, event: Event) -> QuerySet[Session]:
    """Return the sessions of `event` that the caller may view."""
    return visible(registry["session"], request.user).filter(event=event)


def answer(
    request: Request, programme: Programme, form: Format, *, is_personal: bool = False
) -> HttpResponseBase:
    """Answer with `programme`, written before the first byte leaves."""
    is_long = programme.bounds["count"] > FEW
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=MEMORY)  # noqa: SIM115  the response closes it
    try:
        with spool.place() if is_long else contextlib.nullcontext():
            digest = _write(file, form.write(programme))
    except BaseException:
        file.close()
        raise
    event = programme.event
    name = f"{event.identifier}.{form.suffix}"
    response = FileResponse(
        file, content_type=form.media_type, filename=name, as_attachment="download" in request.GET
    )
    response["ETag"] = f'W/"{digest}"'
    is_public = event.is_published and not is_personal
    response["Cache-Control"] = f"public, max-age={MAX_AGE}" if is_public else "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _write(file: IO[bytes], pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
        file.write(piece)
    file.seek(0)
    return digest.hexdigest()[:40]


def _whose(request: Request) -> int:
    """Return the id of the account whose marks are asked for.

    :raises NotAuthenticated: it is the caller's, who is nobody.
    :raises PermissionDenied: that account keeps its profile to itself.
    """
    asked = request.GET.get("user_id", "")
    if not asked:
        if not request.user.is_authenticated:
            raise NotAuthenticated
        return int(request.user.pk)
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 19):
        raise Http404
    user = User.objects.filter(pk=int(asked), deleted_at=None).first()
    if user is None or not (
        user.is_profile_public or has_access("is_user_itself", user_id=user.pk)
    ):
        raise PermissionDenied("This person's schedule is not public.")
    return int(user.pk)
