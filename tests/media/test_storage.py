"""Keeping a file, reading it back, and what it is called."""

import hashlib
import io
import os
import random
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import time_machine
from django.test import RequestFactory
from django.utils import timezone

from media import storage
from media.places import StorageUnavailable
from openevent.site.models import Site
from permissions import current
from tests.services.stores import Store, choose, in_one_process

pytestmark = pytest.mark.django_db


def kept_by(keep: Any, content: bytes, key: str) -> str:
    kept: str = keep(io.BytesIO(content), key)
    return kept


def read(kept: str) -> bytes:
    with storage.opened(kept) as file:
        return file.read()


# --- each place


def test_file_is_read_back_by_its_name(place: Store) -> None:
    kept = kept_by(storage.keep_private, b"abc", "exports/7/f00/talks.zip")

    assert kept == f"{place.name}:private/exports/7/f00/talks.zip"
    assert place.keys == ["private/exports/7/f00/talks.zip"]
    assert (storage.exists(kept), storage.size(kept)) == (True, 3)
    with storage.opened(kept) as file:
        assert (file.read(1), file.seek(0), file.read()) == (b"a", 0, b"abc")


def test_file_is_kept_from_its_beginning_in_place_of_what_was_there(place: Store) -> None:
    first = kept_by(storage.keep_public, b"the first", "a/b ü.png")
    file = io.BytesIO(b"second")
    file.read()

    assert storage.keep_public(file, "a/b ü.png") == first
    assert read(first) == b"second"


class ReadInPieces(io.BytesIO):
    """A file that knows the longest piece of it that was read at once."""

    longest = 0

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        self.longest = max(self.longest, len(piece))
        return piece


@pytest.mark.parametrize("size", [0, 9_000_000])  # the second is sent in parts
def test_file_comes_back_whole(place: Store, size: int) -> None:
    content = random.Random(7).randbytes(size)  # noqa: S311  no secret
    sent = ReadInPieces(content)

    kept = storage.keep_private(sent, "exports/talks.tar.gz")

    assert sent.longest <= 8 * 1024 * 1024  # what is in memory of a file of any length
    with storage.opened(kept) as file:
        assert hashlib.sha256(file.read()).digest() == hashlib.sha256(content).digest()


def test_deleted_file_is_gone_and_its_neighbours_stay(place: Store) -> None:
    gone = kept_by(storage.keep_private, b"abc", "exports/7/f00/talks.zip")
    other = kept_by(storage.keep_private, b"def", "exports/8/f00/talks.zip")

    storage.delete(gone)
    storage.delete(gone)

    assert (storage.exists(gone), storage.exists(other)) == (False, True)
    assert place.keys == ["private/exports/8/f00/talks.zip"]
    with pytest.raises(FileNotFoundError):
        storage.opened(gone)


class Broken(io.BytesIO):
    def read(self, *_: Any) -> bytes:
        raise RuntimeError("The upload broke off.")


def test_file_that_breaks_off_leaves_what_was_there(place: Store) -> None:
    kept = kept_by(storage.keep_private, b"whole", "exports/talks.zip")

    with pytest.raises((RuntimeError, StorageUnavailable)):
        storage.keep_private(Broken(b"half"), "exports/talks.zip")

    assert read(kept) == b"whole"
    assert place.keys == ["private/exports/talks.zip"]


@pytest.mark.usefixtures("local")
def test_old_files_stay_readable_when_new_ones_go_elsewhere(place: Store) -> None:
    choose("local")
    old = kept_by(storage.keep_private, b"old", "exports/old.zip")
    choose(place.name)

    new = kept_by(storage.keep_private, b"new", "exports/new.zip")

    assert (old, new) == ("local:private/exports/old.zip", f"{place.name}:private/exports/new.zip")
    assert (read(old), read(new)) == (b"old", b"new")


def test_half_made_file_is_looked_for_wherever_it_may_lie(bucket: Store) -> None:
    assert storage.private_names("a.zip") == [
        "local:private/a.zip",
        f"{bucket.name}:private/a.zip",
    ]


# --- links into a bucket


@pytest.mark.usefixtures("bucket")
def test_link_hands_out_a_private_file_as_it_is_told() -> None:
    kept = kept_by(storage.keep_private, b"abc", "exports/talks.zip")

    link = storage.link(kept, seconds=60, filename="Tägliche.zip", content_type="application/zip")

    answer = requests.get(str(link), timeout=5)
    assert (answer.status_code, answer.content) == (200, b"abc")
    told = parse_qs(urlsplit(link).query)
    assert told["response-content-type"] == ["application/zip"]
    assert told["response-content-disposition"] == [
        "attachment; filename*=utf-8''T%C3%A4gliche.zip"
    ]


@in_one_process
@pytest.mark.usefixtures("s3")
def test_store_keeps_private_what_is_private() -> None:
    kept = kept_by(storage.keep_private, b"secret", "exports/talks.zip")
    link = (
        storage.link(kept, seconds=60, filename="talks.zip", content_type="application/zip") or ""
    )
    with time_machine.travel(timezone.now() - timedelta(seconds=90)):
        expired = (
            storage.link(kept, seconds=60, filename="a.zip", content_type="application/zip") or ""
        )
    said = requests.get(link, timeout=5).headers
    assert (said["Content-Type"], said["Cache-Control"]) == ("application/zip", "private, no-store")

    refused = [
        requests.get(address, timeout=5)
        for address in (
            link.partition("?")[0],
            expired,
            link.replace("talks.zip?", "talks2.zip?"),
            link.replace("X-Amz-Expires=60", "X-Amz-Expires=600"),
            link.replace("application%2Fzip", "text%2Fhtml"),
        )
    ]

    assert {answer.status_code for answer in refused} <= {400, 403}
    assert all(b"secret" not in answer.content for answer in refused)


@pytest.mark.usefixtures("local")
def test_this_machine_has_no_links() -> None:
    kept = kept_by(storage.keep_private, b"abc", "exports/talks.zip")

    assert storage.link(kept, seconds=60, filename="a.zip", content_type="application/zip") is None


@pytest.mark.parametrize(
    ("endpoint", "region", "address"),
    [
        (None, None, "https://bucket.s3.amazonaws.com/private/a.zip"),
        (None, "eu-central-1", "https://bucket.s3.eu-central-1.amazonaws.com/private/a.zip"),
        ("http://minio:9000", None, "http://minio:9000/bucket/private/a.zip"),
        ("https://x.test/base/", "auto", "https://x.test/base/bucket/private/a.zip"),
    ],
)
def test_bucket_is_found_where_the_settings_say(
    endpoint: str | None, region: str | None, address: str
) -> None:
    choose(
        "s3",
        aws_key="key",
        aws_secret="hush",
        aws_bucket_name="bucket",
        aws_region=region,
        aws_endpoint_url=endpoint,
    )

    link = storage.link("s3:private/a.zip", seconds=60, filename="a", content_type="a/b") or ""

    assert link.partition("?")[0] == address
    assert "hush" not in link


# --- this machine


def lying_in(folder: Path) -> list[str]:
    found = {str(path.relative_to(folder)) for path in folder.rglob("*")}
    return sorted(found - {"half-made"})


@pytest.mark.usefixtures("local")
def test_empty_folders_go_with_their_last_file(settings: Any) -> None:
    kept = kept_by(storage.keep_private, b"abc", "exports/7/f00/talks.zip")
    other = kept_by(storage.keep_private, b"abc", "exports/8/talks.zip")

    storage.delete(kept)
    assert lying_in(settings.FILES_ROOT) == [
        "private",
        "private/exports",
        "private/exports/8",
        "private/exports/8/talks.zip",
    ]
    storage.delete(other)
    assert lying_in(settings.FILES_ROOT) == []


@pytest.fixture
def killed(settings: Any, local: Store, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What is left of an attempt that was killed while it wrote `exports/talks.zip`."""
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", lambda *_: pytest.fail("killed", pytrace=False))
        patch.setattr(Path, "unlink", lambda *_, **__: None)
        with pytest.raises(pytest.fail.Exception):
            kept_by(storage.keep_private, b"half of it", "exports/talks.zip")
    left = [path for path in settings.FILES_ROOT.rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in left] == [b"half of it"]
    return left


def test_attempt_that_was_killed_goes_with_its_file(local: Store, killed: list[Path]) -> None:
    storage.delete("local:private/exports/another.zip")
    assert killed[0].exists()

    storage.delete("local:private/exports/talks.zip")

    assert local.keys == []


def test_attempt_that_was_killed_goes_after_a_day(local: Store, killed: list[Path]) -> None:
    kept_by(storage.keep_private, b"abc", "a.zip")
    assert killed[0].exists()
    os.utime(killed[0], (0, 0))

    kept_by(storage.keep_private, b"abc", "b.zip")

    assert local.keys == ["private/a.zip", "private/b.zip"]


def test_folder_that_is_deleted_while_a_file_comes_is_made_again(
    local: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, deleted = Path.replace, []

    def once_it_is_deleted(part: Path, path: Path) -> Any:
        if not deleted:
            deleted.append(path.parent.rmdir())
        return replace(part, path)

    monkeypatch.setattr(Path, "replace", once_it_is_deleted)

    kept = kept_by(storage.keep_private, b"abc", "exports/talks.zip")

    assert read(kept) == b"abc"


@pytest.mark.usefixtures("local")
def test_nobody_else_on_this_machine_reads_what_is_kept(settings: Any) -> None:
    kept_by(storage.keep_private, b"abc", "exports/talks.zip")

    modes = {path.name: path.stat().st_mode & 0o777 for path in settings.FILES_ROOT.rglob("*")}
    assert modes == {"half-made": 0o700, "private": 0o700, "exports": 0o700, "talks.zip": 0o600}


@pytest.mark.usefixtures("local")
def test_folder_that_cannot_be_written_is_told(settings: Any) -> None:
    (settings.FILES_ROOT / "private").touch()

    with pytest.raises(StorageUnavailable) as refusal:
        kept_by(storage.keep_private, b"abc", "exports/talks.zip")

    assert refusal.value.reason.startswith(f"Files cannot be kept in {settings.FILES_ROOT}: ")


# --- keys and names


BAD_KEYS = [
    "",
    "/etc/passwd",
    "../secret-key",
    "a/../../secret-key",
    "a//b",
    "a/./b",
    "a/.hidden",
    "a\\b",
    "a/b\0",
    "a/b\n",
    "a/\ud800",
    "a/" + "ü" * 101,
    "a/" * 400 + "b",
]


@pytest.mark.parametrize("key", BAD_KEYS)
def test_key_that_leads_elsewhere_is_none(key: str) -> None:
    for keep in (storage.keep_public, storage.keep_private):
        with pytest.raises(ValueError, match="is no key"):
            keep(io.BytesIO(b"abc"), key)


@pytest.mark.parametrize(
    "kept",
    [
        *(f"local:private/{key}" for key in BAD_KEYS),
        "local:secret-key",
        "local:etc/passwd",
        "private/exports/talks.zip",
        "ftp:private/exports/talks.zip",
        "https://example.org/a.png",
        "",
    ],
)
def test_nothing_else_than_a_name_is_opened_or_deleted(kept: str) -> None:
    assert not storage.is_kept(kept)
    assert not storage.exists(kept)
    storage.delete(kept)
    with pytest.raises(FileNotFoundError):
        storage.opened(kept)


# --- URLs


@pytest.fixture
def _answering(settings: Any) -> Any:
    """As while a request is answered that came to https://api.example.org."""
    settings.ALLOWED_HOSTS = ["api.example.org", ".example.net"]
    current.enter(RequestFactory().get("/", headers={"host": "api.example.org"}, secure=True))
    yield
    current.leave()


LOGO = "local:public/events/7/f00/logo ü.png"
PATH = "/media/local/events/7/f00/logo%20%C3%BC.png"


@pytest.mark.usefixtures("_answering")
def test_url_has_the_host_that_the_request_came_to() -> None:
    assert storage.url(LOGO) == f"https://api.example.org{PATH}"
    assert storage.url("https://example.com/a.png?b") == "https://example.com/a.png?b"
    assert storage.url(None) is None
    assert storage.url("") is None
    assert storage.url("local:private/exports/talks.zip") is None


@pytest.mark.usefixtures("_answering")
@pytest.mark.parametrize(
    ("domain", "address"),
    [
        ("https://static.example.org/", "https://static.example.org"),
        ("http://localhost:9000", "http://localhost:9000"),
        ("static.example.org", "https://static.example.org"),
        ("https://cdn.example.org/files/", "https://cdn.example.org/files"),
        ("  ", "https://api.example.org"),
    ],
)
def test_static_domain_takes_effect_on_what_is_kept_already(domain: str, address: str) -> None:
    Site.objects.update_or_create(pk=1, defaults={"static_domain": domain})

    assert storage.url(LOGO) == f"{address}{PATH}"
    assert storage.kept_of(f"{address}{PATH}") == LOGO
    assert storage.is_url_of(f"{address}{PATH}", LOGO)


@pytest.mark.parametrize(
    ("hosts", "proxy", "address"),
    [
        (["*"], None, "http://localhost:8000"),
        (["api.example.org", "other.example.org"], None, "http://api.example.org"),
        ([".example.org"], ("HTTP_X_FORWARDED_PROTO", "https"), "https://example.org"),
    ],
)
def test_url_made_by_a_job_has_the_host_that_is_configured(
    settings: Any, hosts: Any, proxy: Any, address: str
) -> None:
    settings.ALLOWED_HOSTS, settings.SECURE_PROXY_SSL_HEADER = hosts, proxy

    assert storage.url(LOGO) == f"{address}{PATH}"


@pytest.mark.usefixtures("_answering")
@pytest.mark.parametrize(
    "host", ["https://api.example.org", "http://a.example.net", "http://static.example.com:8080"]
)
def test_own_url_is_known_by_any_of_our_hosts(host: str) -> None:
    Site.objects.update_or_create(
        pk=1, defaults={"static_domain": "http://static.example.com:8080"}
    )

    assert storage.kept_of(host + PATH) == LOGO


@pytest.mark.usefixtures("_answering")
@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "https://other.example.com" + PATH,
        "https://api.example.org/v1/media/local/a.png",
        "https://api.example.org/media/ftp/a.png",
        "https://api.example.org/media/local/../private/exports/talks.zip",
        "https://api.example.org/media/local/%2e%2e/private/exports/talks.zip",
        "https://api.example.org/media/local",
        "https://[/media/local/a.png",
        "local:public/a.png",
    ],
)
def test_other_urls_are_not_ours(url: Any) -> None:
    assert storage.kept_of(url) is None


def test_url_that_comes_back_is_known_whatever_it_was_made_with() -> None:
    assert storage.is_url_of("http://www.old.example.org" + PATH, LOGO)
    assert storage.is_url_of(storage.url(LOGO), LOGO)
    assert storage.is_url_of("https://example.com/a.png", "https://example.com/a.png")
    assert storage.is_url_of(None, None)
    assert not storage.is_url_of("http://localhost:8000/media/local/other.png", LOGO)
    assert not storage.is_url_of("https://[/media/local/a.png", LOGO)
    assert not storage.is_url_of(None, LOGO)
    assert not storage.is_url_of(storage.url(LOGO), None)
