"""Public files over HTTP: to everybody, for ever, and never as something that a browser runs."""

import io
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import time_machine
from django.test import Client
from django.utils import timezone

from media import storage
from media.api import files
from media.places import StorageUnavailable
from media.places.s3 import S3
from tests.services.stores import UNREACHABLE, Store, choose, in_one_process

pytestmark = pytest.mark.usefixtures("local")


def get(path: str, method: str = "get", **headers: str) -> Any:
    response = getattr(Client(), method)(path, headers=headers)
    response.body = b"".join(response.streaming_content) if response.streaming else response.content
    return response


def address(content: bytes = b"0123456789", key: str = "events/7/f00/logo.png") -> str:
    url = storage.url(storage.keep_public(io.BytesIO(content), key))
    return urlsplit(str(url)).path


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


def test_head_says_the_same_without_the_file(place: Store) -> None:
    """Of a file in a bucket too, whose links are good for GET alone."""
    path = address()

    head = get(path, "head")

    assert (head.status_code, head.body) == (200, b"")
    said = ("Content-Length", "Content-Type", "Content-Disposition", "Cache-Control")
    for_ever = "public, max-age=31536000, immutable"
    assert [head[name] for name in said] == ["10", "image/png", "inline", for_ever]
    assert get(path.replace("logo", "no"), "head").status_code == 404
    other = get(address(b"another", "events/7/f01/logo.png"), "head")
    assert head["ETag"] != other["ETag"]


@in_one_process
def test_link_into_a_bucket_is_for_get_alone(s3: Store) -> None:
    """Why HEAD is answered here."""
    link = get(address())["Location"]

    assert requests.get(link, timeout=5).status_code == 200
    assert requests.head(link, timeout=5).status_code == 403


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


# --- in a bucket


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    files._address.cache_clear()


def test_reader_is_sent_to_where_the_file_is(bucket: Store) -> None:
    path = address()

    answer = get(path)

    assert path == f"/media/{bucket.name}/events/7/f00/logo.png"
    assert (answer.status_code, answer["Cache-Control"]) == (302, "public, max-age=900")
    file = requests.get(answer["Location"], timeout=5)
    assert (file.status_code, file.content) == (200, b"0123456789")
    assert file.headers["Content-Type"] == "image/png"
    assert file.headers["Content-Disposition"] == "inline"
    assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_bucket_says_of_no_file_that_a_browser_should_run_it(bucket: Store) -> None:
    answer = get(address(b"<script>", "documents/page.html"))

    file = requests.get(answer["Location"], timeout=5)
    assert file.headers["Content-Type"] == "application/octet-stream"
    assert file.headers["Content-Disposition"] == "attachment"


def test_link_stays_the_same_for_a_period(bucket: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    path = address()

    def link(period: int, later: int) -> str:
        monkeypatch.setattr(files, "_period", lambda: period)
        monkeypatch.setattr(files, "SIGNED", files.SIGNED + later)  # as another moment would
        return str(get(path)["Location"])

    assert link(1, 0) == link(1, 1) != link(2, 1)


@in_one_process
def test_link_is_good_for_as_long_as_it_is_remembered(
    s3: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = address()
    monkeypatch.setattr(S3, "exists", lambda *_: True)  # the store would not talk to the past

    with time_machine.travel(timezone.now() - timedelta(seconds=files.PERIOD + files.REMEMBERED)):
        link = get(path)["Location"]
    with time_machine.travel(timezone.now() - timedelta(seconds=files.SIGNED + 1)):
        files._address.cache_clear()
        expired = get(path)["Location"]

    assert [requests.get(each, timeout=5).status_code for each in (link, expired)] == [200, 400]


@in_one_process
def test_bucket_that_everybody_may_read_is_linked_itself(s3: Store) -> None:
    path = address()
    choose("s3", aws_public_url="https://cdn.example.org/files/")

    kept = "s3:public/events/7/f00/logo.png"
    assert storage.url(kept) == "https://cdn.example.org/files/public/events/7/f00/logo.png"
    assert storage.kept_of(storage.url(kept)) == kept
    assert storage.is_url_of(storage.url(kept), kept)
    assert get(path)["Location"] == storage.url(kept)


def test_file_that_moved_is_found_under_its_old_address(bucket: Store) -> None:
    choose("local")
    old = address(key="a/b.png")
    choose(bucket.name)
    new = address(key="a/b.png")
    storage.delete("local:public/a/b.png")

    assert (old, new) == ("/media/local/a/b.png", f"/media/{bucket.name}/a/b.png")
    assert get(old)["Location"] == get(new)["Location"]


def test_file_that_moved_here_is_found_under_its_old_address() -> None:
    address(key="a/b.png")

    assert get("/media/s3/a/b.png").body == b"0123456789"


def test_file_that_is_nowhere_is_not_found(bucket: Store) -> None:
    assert get(f"/media/{bucket.name}/a/b.png").status_code == 404
    assert get("/media/local/a/b.png").status_code == 404


@in_one_process
def test_private_file_of_a_bucket_has_no_address(s3: Store) -> None:
    storage.keep_private(io.BytesIO(b"secret"), "exports/talks.zip")

    for path in ("private/exports/talks.zip", "../private/exports/talks.zip", "%2e%2e/private/x"):
        assert get(f"/media/s3/{path}").status_code == 404


def test_bucket_that_does_not_answer_is_an_error_that_says_so() -> None:
    choose("s3", **UNREACHABLE)

    answer = get("/media/s3/a/b.png")

    assert (answer.status_code, answer["Retry-After"]) == (503, "11")
    (error,) = answer.json()["errors"]
    assert error["detail"] == StorageUnavailable.default_detail
