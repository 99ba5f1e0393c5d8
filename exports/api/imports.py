"""Bringing an event in: `POST /v1/events/import/{json,pentabarf,ical}`, a file in a form."""

from typing import Any, ClassVar

from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from exports.actions.imports import LARGEST, FileTooLarge, ask_for_import
from exports.archives.sources import SOURCES
from openevent.api.openapi.facts import describes, schema
from openevent.errors import DomainError
from permissions.manager import has_permission
from users.api.plain import PlainView

_FORM = 100_000  # bytes that a form has around its file


class BoundedForm(MultiPartParser):
    """A form with a file, refused by its length before any of it is written."""

    def parse(self, stream: Any, *args: Any, **kwargs: Any) -> Any:
        length = stream.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > LARGEST + _FORM:
            raise FileTooLarge
        return super().parse(stream, *args, **kwargs)


class NothingToImport(DomainError):
    status: ClassVar[int] = 404


class ImportView(PlainView):
    """Starts an import; the result of the task says which event it made."""

    parser_classes = [BoundedForm]

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
