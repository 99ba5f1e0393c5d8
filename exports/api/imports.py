"""Bringing an event in: `POST /v1/events/import/{json,pentabarf,ical}`, a file in a form."""

from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from exports.actions.imports import LARGEST, ask_for_import
from exports.archives.sources import SOURCES
from openevent.api.openapi.facts import describes, schema
from openevent.api.parsers import FormParser
from openevent.errors import DomainError
from permissions.manager import has_permission
from users.api.plain import PlainView


class NothingToImport(DomainError):
    status: ClassVar[int] = 404


class ImportView(PlainView):
    """Starts an import; the result of the task says which event it made."""

    parser_classes = [FormParser]
    max_body = LARGEST

    @describes(
        {"task_url": str},
        body={"file": schema(type="string", contentMediaType="application/octet-stream")},
        takes="multipart/form-data",
    )
    @has_permission("may_create_event")
    def post(self, request: Request, source: str) -> Response:
        known = SOURCES.get(source)
        if known is None:
            raise NothingToImport(f"Events come in from {', '.join(SOURCES)}.")
        file = request.FILES.get("file")
        if file is None or not file.name.lower().endswith(known.suffixes):
            raise NothingToImport(
                f'Send a file that ends in {" or ".join(known.suffixes)} as "file".'
            )
        job = ask_for_import(file, source, by=request.user)
        return Response({"task_url": f"/v1/tasks/{job.pk}"})
