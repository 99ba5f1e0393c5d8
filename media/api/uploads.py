"""Uploads (`/v1/upload/image`, `/v1/upload/files`): a file goes in, its URL comes out.

The URL is for whoever is told it, and for about a day: a row that gets it makes the file last.
"""

import binascii
import io
from typing import IO, Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from media import storage
from media.actions.uploads import keep_document, keep_image
from media.models import Upload
from openevent import site
from openevent.api.openapi.facts import describes, schema
from openevent.api.parsers import FormParser, PlainJSONParser, PlainUnderJSONAPI
from openevent.errors import DomainError
from permissions.manager import has_permission

FILE = schema(type="string", contentMediaType="application/octet-stream")


class NothingUploaded(DomainError):
    detail = 'Send the file of a form as "file".'


class NoImageUploaded(DomainError):
    detail = 'Send the image as "data", a data URL with base64, or as "file" of a form.'
    pointer = "/data"


class UploadImageView(APIView):
    """Takes an image, in JSON or as a file, and keeps a JPEG of it."""

    parser_classes = [PlainJSONParser, PlainUnderJSONAPI, FormParser]
    max_body = settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    @describes({"url": str}, body={"data": str})
    @has_permission("auth_required")
    def post(self, request: Request) -> Response:
        return Response({"url": url_of(keep_image(_image_in(request), by=request.user))})


class UploadFilesView(APIView):
    """Takes a document, or as "files[]" several, and keeps each as it is."""

    parser_classes = [FormParser]

    @property
    def max_body(self) -> int:
        return site.current().slide_size * 1024

    @describes({"url": str}, body={"file": FILE}, takes="multipart/form-data")
    @has_permission("auth_required")
    def post(self, request: Request) -> Response:
        several = request.FILES.getlist("files[]")
        if several:
            return Response({"url": [_document(each, request) for each in several]})
        file = request.FILES.get("file")
        if file is None:
            raise NothingUploaded
        return Response({"url": _document(file, request)})


def _document(file: Any, request: Request) -> str | None:
    return url_of(keep_document(file, file.name or "", by=request.user))


def url_of(upload: Upload) -> str | None:
    return storage.url(upload.kept)


def _image_in(request: Request) -> IO[bytes]:
    file = request.FILES.get("file")
    data = request.data.get("data")
    if file is not None:
        return file
    if not isinstance(data, str):
        raise NoImageUploaded
    try:
        # Some clients break lines inside the base64, or leave out its padding; more of it than
        # is needed is no harm. What it is said to be is not heeded.
        return io.BytesIO(binascii.a2b_base64(data.rpartition(",")[2] + "=="))
    except ValueError:
        raise NoImageUploaded from None
