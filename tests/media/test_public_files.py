"""Public files over HTTP: to everybody, for ever, and never as something that a browser runs."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from media import storage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


def get(path: str, method: str = "get", **headers: str) -> Any:
    response = getattr(Client(), method)(path, headers=headers)
    response.body = b"".join(response.streaming_content) if response.streaming else response.content
    return response


def address(content: bytes = b"0123456789", key: str = "events/7/f00/logo.png") -> str:
    url = storage.url(storage.keep_public(io.BytesIO(content), key))
    return str(url).removeprefix("http://localhost:8000")


def test_picture_is_shown_and_cached_for_ever() -> None:
    answer = get(address())

    assert (answer.status_code, answer.body) == (200, b"0123456789")
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"] == "inline"
    assert answer["Content-Length"] == "10"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("talk.pdf", "application/pdf"),
        ("talk.mp4", "video/mp4"),
        ("page.html", "application/octet-stream"),
        ("page.svg", "application/octet-stream"),
        ("page.xhtml", "application/octet-stream"),
        ("page", "application/octet-stream"),
        ("html", "application/octet-stream"),
    ],
)
def test_what_is_no_picture_is_saved_and_never_run(name: str, content_type: str) -> None:
    answer = get(address(b"<script>alert(1)</script>", f"documents/{name}"))

    assert answer["Content-Type"] == content_type
    assert answer["Content-Disposition"] == "attachment"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_head_says_the_same_without_the_file() -> None:
    path = address()

    head, whole = get(path, "head"), get(path)

    assert (head.status_code, head.body) == (200, b"")
    assert head["Content-Length"] == whole["Content-Length"]
    assert head["Content-Type"] == whole["Content-Type"]


@pytest.mark.parametrize(
    ("wanted", "status", "body"),
    [
        ("bytes=2-4", 206, b"234"),
        ("bytes=8-", 206, b"89"),
        ("bytes=-3", 206, b"789"),
        ("bytes=20-30", 416, b""),
        ("pages=1", 200, b"0123456789"),
    ],
)
def test_part_of_a_file_can_be_had(wanted: str, status: int, body: bytes) -> None:
    answer = get(address(), Range=wanted)

    assert (answer.status_code, answer.body) == (status, body)


def test_file_that_is_there_already_is_not_sent_again() -> None:
    path = address()

    answer = get(path, **{"If-None-Match": get(path)["ETag"]})

    assert (answer.status_code, answer.body) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/media/local/private/exports/talks.zip",
        "/media/local/../private/exports/talks.zip",
        "/media/local/%2e%2e/private/exports/talks.zip",
        "/media/local/..%2fprivate/exports/talks.zip",
        "/media/local/a/%2e%2e/%2e%2e/private/exports/talks.zip",
        "/media/local//private/exports/talks.zip",
        "/media/private/exports/talks.zip",
        "/media/local/..\\private\\exports\\talks.zip",
    ],
)
def test_private_file_has_no_address(path: str) -> None:
    storage.keep_private(io.BytesIO(b"secret"), "exports/talks.zip")
    address(key="a/b.png")

    answer = get(path)

    assert answer.status_code == 404
    assert b"secret" not in answer.body


@pytest.mark.parametrize(
    "path",
    ["/media/", "/media/local", "/media/local/", "/media/local/events", "/media/local/x.png"],
)
def test_nothing_is_listed(path: str) -> None:
    address()

    assert get(path).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_public_file_is_only_read(method: str) -> None:
    assert get(address(), method).status_code == 405
