"""Taking an event out (`/v1/events/{id}/export/...`), or who follows a group; what is kept of that.

Each starts a job and answers with where to watch it; `/v1/tasks/{id}` then has the link.
"""

from typing import Any, ClassVar, Final

from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.utils.http import content_disposition_header
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from events.models import Event, Group
from exports.actions.exports import CONTENT_TYPES, ask_for_export
from exports.archives.media import FLAGS
from exports.links import download_url, read
from exports.models import Export
from exports.rights import takes, takes_everything, takes_programme
from media import storage
from openevent.api import idempotency, reading
from openevent.api.addresses import absolute
from openevent.api.negotiation import AnyFile
from openevent.api.openapi.facts import describes
from openevent.api.parsers import ValueParser, ValueUnderJSONAPI
from openevent.api.registry import registry
from openevent.errors import DomainError
from permissions.manager import has_permission, public
from permissions.targets import Target
from users.api.plain import PlainView

from .feeds import seen_event

MOST_LISTED: Final = 200
REDIRECTED: Final = 60  # seconds that an address in a bucket is good for
LONGEST_STATUS: Final = 40  # characters; an unknown one counts as none
# What is said of each that is kept.
KEPT: Final = {
    "id": int,
    "kind": str,
    "name": str,
    "size": int,
    "sha256": str,
    "created_at": str,
    "download_url": str,
}


class NeitherYesNorNo(DomainError):
    """A wish about the files of one kind that is no boolean."""


class ExportView(PlainView):
    """Starts an export of one kind."""

    parser_classes = [ValueParser, ValueUnderJSONAPI]
    kind: ClassVar[Export.Kind] = Export.Kind.ARCHIVE

    def start(self, request: Request, ref: str) -> HttpResponseBase:
        event = seen_event(request, ref)
        job = ask_for_export(event, self.kind, by=request.user, options=self.options_of(request))
        return Response({"task_url": f"/v1/tasks/{job.pk}"})

    def options_of(self, request: Request) -> dict[str, Any]:
        return {}


class ExportByGet(ExportView):
    """Starts an export, by GET as the contract has it; to look (HEAD) starts nothing."""

    @describes({"task_url": str})
    @has_permission(takes_programme, fetch="event_id", model=Event)
    def get(self, request: Request, ref: str) -> HttpResponseBase:
        return Response() if request.method == "HEAD" else self.start(request, ref)


class ArchiveView(ExportView):
    """Starts an archive, with the files that rows name, but for those said to be left out.

    It may be repeated with the same `Idempotency-Key`, as all that is asked for by POST.
    """

    @describes({"task_url": str}, body={f"{flag}?": bool for flag in FLAGS})
    @has_permission(takes_everything, fetch="event_id", model=Event)
    def post(self, request: Request, ref: str) -> HttpResponseBase:
        return idempotency.once(request, lambda: self.start(request, ref))

    def options_of(self, request: Request) -> dict[str, Any]:
        body = request.data if isinstance(request.data, dict) else {}
        return {"root_url": absolute("/"), "media": [each for each in FLAGS if _wants(body, each)]}


def _wants(body: dict[str, Any], flag: str) -> bool:
    """Return whether a body asks for files of a kind: unless it says otherwise, nothing is lost.

    :raises NeitherYesNorNo: it says something else.
    """
    value = body.get(flag)
    if not isinstance(value, bool | None):
        raise NeitherYesNorNo(f'Write true or false as "{flag}", or leave it out: that is true.')
    return value is not False


class ReportByPost(ExportView):
    """Starts a list of sessions, or of speakers; `status` says which, and all without it."""

    @describes({"task_url": str}, body={"status?": str})
    @has_permission(takes_programme, fetch="event_id", model=Event)
    def post(self, request: Request, ref: str) -> HttpResponseBase:
        return idempotency.once(request, lambda: self.start(request, ref))

    def options_of(self, request: Request) -> dict[str, Any]:
        body = request.data if isinstance(request.data, dict) else {}
        return {"status": str(body.get("status", ""))[:LONGEST_STATUS]}


class ReportByGet(ExportView):
    """The same by GET, where `status` is in the query."""

    @describes({"task_url": str}, query={"status": "The state of the sessions that count."})
    @has_permission(takes_programme, fetch="event_id", model=Event)
    def get(self, request: Request, ref: str) -> HttpResponseBase:
        return Response() if request.method == "HEAD" else self.start(request, ref)

    def options_of(self, request: Request) -> dict[str, Any]:
        return {"status": request.query_params.get("status", "")[:LONGEST_STATUS]}


class FollowersView(PlainView):
    """Starts a list of who follows a group, for who organizes it."""

    parser_classes = [ValueParser, ValueUnderJSONAPI]

    @describes({"task_url": str})
    @has_permission("is_group_organizer", fetch="group_id", fetch_as="group_id", model=Group)
    def post(self, request: Request, ref: str) -> HttpResponseBase:
        return idempotency.once(request, lambda: self.start(request, ref))

    def start(self, request: Request, ref: str) -> HttpResponseBase:
        group = Group.objects.get(pk=reading.id_of(registry["group"], ref, request.user))
        job = ask_for_export(group, Export.Kind.FOLLOWERS_CSV, by=request.user)
        return Response({"task_url": f"/v1/tasks/{job.pk}"})


class ExportsView(PlainView):
    """What is kept of an event, the latest first, of what the caller may have."""

    @describes([KEPT])
    @has_permission("is_coorganizer", fetch="event_id", model=Event)
    def get(self, request: Request, ref: str) -> Response:
        event = seen_event(request, ref)
        had = [kind for kind in Export.Kind if takes(kind).fold(request.user, Target(event))]
        kept = Export.objects.filter(event=event, kind__in=had).exclude(file="")
        return Response(
            [
                {
                    "id": export.pk,
                    "kind": export.kind,
                    "name": export.name,
                    "size": export.size,
                    "sha256": export.sha256,
                    "created_at": export.created_at.isoformat(),
                    "download_url": download_url(export, user_id=request.user.pk),
                }
                for export in kept.order_by("-created_at", "-pk")[:MOST_LISTED]
            ]
        )


class DownloadView(APIView):
    """The file that a link is for."""

    content_negotiation_class = AnyFile

    @describes(None, media_type="application/octet-stream")
    @public()
    def get(self, request: Request, token: str) -> HttpResponseBase:
        export = read(token, caller=request.user)
        answer = self.described if request.method == "HEAD" else self.answer
        response = answer(export, CONTENT_TYPES[Export.Kind(export.kind)])
        response["Cache-Control"] = "private, no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response

    @staticmethod
    def described(export: Export, content_type: str) -> HttpResponseBase:
        """Say of the file what it is: links into a bucket are signed for GET, and refuse HEAD."""
        try:
            size = storage.size(export.file)
        except FileNotFoundError:
            raise Http404 from None
        saved_as = content_disposition_header(as_attachment=True, filename=export.name)
        return HttpResponse(
            content_type=content_type,
            headers={"Content-Length": size, "Content-Disposition": saved_as},
        )

    @staticmethod
    def answer(export: Export, content_type: str) -> HttpResponseBase:
        """Send to where the file is kept, for as long as that takes, or hand it out."""
        said = {"content_type": content_type, "filename": export.name}
        try:
            link = storage.link(export.file, seconds=REDIRECTED, **said)
            if link is not None:
                return HttpResponseRedirect(link)
            return FileResponse(storage.opened(export.file), as_attachment=True, **said)
        except FileNotFoundError:
            raise Http404 from None
