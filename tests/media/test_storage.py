"""Keeping a file, reading it back, and what it is called."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory

from media import storage
from openevent.site.models import Site
from permissions import current

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


def kept_files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*"))


def read(kept: str) -> bytes:
    with storage.opened(kept) as file:
        return file.read()


def test_private_file_is_read_back_by_its_name() -> None:
    kept = storage.keep_private(io.BytesIO(b"abc"), "exports/7/f00/talks.zip")

    assert kept == "local:private/exports/7/f00/talks.zip"
    assert storage.exists(kept)
    assert read(kept) == b"abc"


def test_file_is_kept_from_its_beginning_in_place_of_what_was_there() -> None:
    first = storage.keep_public(io.BytesIO(b"the first"), "a/b.png")
    file = io.BytesIO(b"second")
    file.read()

    assert storage.keep_public(file, "a/b.png") == first
    assert read(first) == b"second"


def test_deleted_file_leaves_nothing_and_its_neighbours(tmp_path: Path) -> None:
    gone = storage.keep_private(io.BytesIO(b"abc"), "exports/7/f00/talks.zip")
    other = storage.keep_private(io.BytesIO(b"abc"), "exports/8/f00/talks.zip")

    storage.delete(gone)
    storage.delete(gone)

    assert not storage.exists(gone)
    with pytest.raises(FileNotFoundError):
        storage.opened(gone)
    assert kept_files(tmp_path) == [
        "private",
        "private/exports",
        "private/exports/8",
        "private/exports/8/f00",
        "private/exports/8/f00/talks.zip",
    ]
    assert read(other) == b"abc"


def test_attempt_that_was_killed_goes_with_its_file(tmp_path: Path) -> None:
    kept = storage.keep_private(io.BytesIO(b"abc"), "exports/talks.zip")
    (tmp_path / "private/exports/.talks.zip.0123abcd.part").write_bytes(b"half of it")

    storage.delete(kept)

    assert kept_files(tmp_path) == []


class Broken(io.BytesIO):
    def read(self, *_: Any) -> bytes:
        raise OSError("The upload broke off.")


def test_file_that_breaks_off_leaves_what_was_there(tmp_path: Path) -> None:
    kept = storage.keep_private(io.BytesIO(b"whole"), "exports/talks.zip")

    with pytest.raises(OSError, match="broke off"):
        storage.keep_private(Broken(b"half"), "exports/talks.zip")

    assert read(kept) == b"whole"
    assert kept_files(tmp_path) == ["private", "private/exports", "private/exports/talks.zip"]


def test_nobody_else_on_this_machine_reads_what_is_kept(tmp_path: Path) -> None:
    storage.keep_private(io.BytesIO(b"abc"), "exports/talks.zip")

    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert modes == {"private": 0o700, "exports": 0o700, "talks.zip": 0o600}


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


# URLs


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
        ("  ", "https://api.example.org"),
    ],
)
def test_static_domain_takes_effect_on_what_is_kept_already(domain: str, address: str) -> None:
    Site.objects.update_or_create(pk=1, defaults={"static_domain": domain})

    assert storage.url(LOGO) == f"{address}{PATH}"


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
