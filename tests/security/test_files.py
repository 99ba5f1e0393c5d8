"""What went wrong elsewhere with files, and cannot here."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from events.models import Event
from exports.models import Export, ImportJob
from media import storage
from openevent.jobs.testing import run_due
from tests.api_client import Api
from tests.factories.events import EventFactory, hold
from tests.factories.exports import ExportFactory
from tests.factories.users import UserFactory, authorization
from tests.services.stores import UNREACHABLE, Store, choose, in_one_process
from users.models import User

pytestmark = pytest.mark.usefixtures("local")


@pytest.fixture
def event() -> Event:
    event: Event = EventFactory(published=True)
    return event


@pytest.fixture
def olivia(event: Event) -> User:
    user: User = UserFactory()
    hold(user, event, "coorganizer")
    return user


@pytest.fixture
def export(event: Event) -> Export:
    export: Export = ExportFactory(event=event)
    export.file = storage.keep_private(io.BytesIO(b"secret"), export.key)
    export.save()
    return export


# --- pretix CVE-2026-9712: a UUID is no permission


def test_who_knows_the_key_of_an_export_gets_nothing_by_it(export: Export) -> None:
    elsewhere = UserFactory()
    hold(elsewhere, EventFactory(), "owner")
    key = export.file.partition(":")[2]

    for address in (
        f"/media/local/{key}",
        f"/media/local/{key.removeprefix('private/')}",
        f"/media/local/../{key}",
        f"/v1/exports/{export.token}",
        f"/v1/exports/{export.pk}",
        f"/static/{key}",
        f"/{key}",
    ):
        answer = Client().get(address, headers=authorization(elsewhere))
        assert answer.status_code == 404, address


# --- the former server's exports.py: any path of the server process could be had


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "etc/passwd", "..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd", "../secret-key"],
)
def test_no_path_of_the_server_is_handed_out(event: Event, olivia: User, path: str) -> None:
    for before in (f"/v1/events/{event.pk}/exports/", "/v1/exports/", "/media/local/", "/media/"):
        answer = Client().get(before + path, headers=authorization(olivia))
        assert answer.status_code in (400, 404), before


def test_column_that_names_a_file_of_the_server_opens_nothing(
    settings: Any, event: Event, olivia: User
) -> None:
    (Path(settings.FILES_ROOT) / "secret-key").write_text("secret")
    for name in ("local:secret-key", "local:private/../secret-key", "local:/etc/passwd"):
        export = ExportFactory(event=event, file=name)
        (kept, *_) = Api(olivia).get(f"/v1/events/{event.pk}/exports").document

        answer = Client().get(kept["download_url"].removeprefix("http://testserver"))

        assert answer.status_code == 404
        export.delete()


# --- indico CVE-2026-25739, and HTML from S3 on the own origin: uploads served inline


@pytest.mark.parametrize(
    "name", ["a.html", "a.htm", "a.svg", "a.xml", "a.xhtml", "a.js", "a", "a.png.html"]
)
def test_upload_never_runs_in_a_browser(name: str) -> None:
    kept = storage.keep_public(io.BytesIO(b"<script>alert(1)</script>"), f"a/{name}")

    answer = Client().get(f"/media/{kept.replace(':public', '')}")
    answer.close()

    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == "attachment"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


@in_one_process
def test_upload_in_a_bucket_is_another_origin_s_and_saved(s3: Store) -> None:
    kept = storage.keep_public(io.BytesIO(b"<script>alert(1)</script>"), "a/a.html")

    answer = Client().get(f"/media/{kept.replace(':public', '')}")

    assert answer["Location"].startswith(s3.url)


# --- the former server's exports: the place was a global that each request changed


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_each_keep_their_own_file() -> None:
    def keep(number: int) -> tuple[str, bytes]:
        content = str(number).encode() * 1000
        try:
            return storage.keep_private(io.BytesIO(content), f"{number % 3}/{number}.zip"), content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        kept = dict(pool.map(keep, range(40)))

    assert len(kept) == 40
    for name, content in kept.items():
        with storage.opened(name) as file:
            assert file.read() == content


# --- keys of a store are nobody's to see


def test_store_that_fails_says_nothing_of_its_keys(
    olivia: User, caplog: pytest.LogCaptureFixture
) -> None:
    choose("s3", **UNREACHABLE)

    answer = Client().post(
        "/v1/events/import/json",
        {"file": SimpleUploadedFile("event.zip", b"x")},
        headers=authorization(olivia),
    )

    assert answer.status_code == 503
    assert answer.json() == {
        "error": "Where files are kept does not answer as it should. Try again in a while."
    }
    assert answer["Retry-After"] == "11"
    assert not ImportJob.objects.exists()
    assert UNREACHABLE["aws_secret"] not in caplog.text


def test_export_that_waits_for_its_store_says_nothing_of_its_keys(
    event: Event, olivia: User, caplog: pytest.LogCaptureFixture
) -> None:
    choose("s3", **UNREACHABLE)
    Api(olivia).send("post", f"/v1/events/{event.pk}/export/json", {}, "application/json")

    (job, *_) = run_due()

    assert "does not answer" in caplog.text
    assert UNREACHABLE["aws_secret"] not in caplog.text + str(job.error)
