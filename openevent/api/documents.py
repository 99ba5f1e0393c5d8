"""JSON:API documents around what the plan wrote (JSON:API 1.0, "Document Structure")."""

import io
import itertools
import math
from collections.abc import Mapping, Sequence
from typing import IO, Any

import orjson
from django.http import HttpResponse, StreamingHttpResponse

from .errors import MEDIA_TYPE, VERSION
from .query import Query

# A cache between us and many people must keep their documents apart.
_HEADERS = {"Content-Type": MEDIA_TYPE, "Vary": "Accept, Authorization"}


def answer(body: bytes, status: int = 200) -> HttpResponse:
    return HttpResponse(body, status=status, headers=_HEADERS)


def nothing(**headers: str) -> HttpResponse:
    """Answer 204; without content there is no type of it."""
    response = HttpResponse(status=204, headers=headers)
    del response["Content-Type"]
    return response


def one(data: bytes, included: Sequence[bytes], links: Mapping[str, str]) -> bytes:
    """Return the document of one resource, or of none (`null`)."""
    return b'{"data":' + data + _included(included) + _links(links) + VERSION + b"}"


def many(
    data: Sequence[bytes], included: Sequence[bytes], count: int, links: Mapping[str, str]
) -> bytes:
    """Return the document of a list; `count` is how many there are on all pages."""
    meta = b',"meta":{"count":%d}' % count
    return (
        b'{"data":['
        + b",".join(data)
        + b"]"
        + _included(included)
        + meta
        + _links(links)
        + VERSION
        + b"}"
    )


def streamed(
    file: IO[bytes], links: Mapping[str, str], count: int | None = None
) -> StreamingHttpResponse:
    """Answer with a document whose data and included resources `file` holds."""
    end = b"" if count is None else b',"meta":{"count":%d}' % count
    end += _links(links) + VERSION + b"}"
    length = 1 + file.seek(0, io.SEEK_END) + len(end)
    file.seek(0)
    response = StreamingHttpResponse(
        itertools.chain([b"{"], iter(lambda: file.read(65536), b""), [end]),
        headers={**_HEADERS, "Content-Length": str(length)},
    )
    closers: list[Any] = vars(response)["_resource_closers"]  # Django calls them with the end
    closers.append(file.close)
    return response


def meta(**values: Any) -> bytes:
    return b'{"meta":' + orjson.dumps(values) + b"," + VERSION + b"}"


def _included(included: Sequence[bytes]) -> bytes:
    return b',"included":[' + b",".join(included) + b"]" if included else b""


def link_member(links: Mapping[str, str]) -> bytes:
    return b'"links":' + orjson.dumps(links)


def _links(links: Mapping[str, str]) -> bytes:
    return b"," + link_member(links) + b","


def page_links(path: str, query: Query, count: int) -> dict[str, str]:
    """Return the links of a page; those to others only if there is more than one."""
    links = {"self": query.link(path)}
    last = math.ceil(count / query.size) if query.size else 1
    if last > 1:
        links["first"] = query.link(path, 1)
        links["last"] = query.link(path, last)
        if query.number > 1:
            links["prev"] = query.link(path, min(query.number - 1, last))
        if query.number < last:
            links["next"] = query.link(path, query.number + 1)
    return links
