"""Taking an event out: who may, what comes of it, and how long it is kept."""

import hashlib
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
import requests
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from events.models import Event, EventRole
from exports.actions.exports import MOST_WAITING
from exports.models import Export
from media import storage
from messaging.models import Mail, Notification
from openevent.jobs.models import Job
from openevent.jobs.testing import run_due
from openevent.site.models import Site
from tests.api_client import Api
from tests.factories.events import EventFactory, EventRoleFactory, SessionFactory, hold
from tests.factories.users import UserFactory, authorization
from tests.services.stores import UNREACHABLE, Store, choose, in_one_process
from users.models import User

pytestmark = pytest.mark.django_db

# How each is asked for, and what its file is called.
KINDS = [
    ("post", "json", "made-up-days-{}.zip"),
    ("get", "ical", "made-up-days-{}.ics"),
    ("get", "xcal", "made-up-days-{}.xcs"),
    ("get", "pentabarf", "made-up-days-{}.xml"),
    ("post", "sessions/csv", "made-up-days-sessions-{}.csv"),
    ("get", "sessions/pdf", "made-up-days-sessions-{}.pdf"),
    ("post", "speakers/csv", "made-up-days-speakers-{}.csv"),
    ("get", "speakers/pdf", "made-up-days-speakers-{}.pdf"),
]


@pytest.fixture
def event() -> Event:
    return EventFactory(published=True, name="Made Up Days")


@pytest.fixture
def olivia(event: Event) -> User:
    user = UserFactory(email="olivia@example.org")
    hold(user, event, "coorganizer")
    return user


def ask(user: Any, event: Event, path: str = "json", method: str = "post") -> Any:
    url = f"/v1/events/{event.identifier}/export/{path}"
    api = Api(user)
    return api.get(url) if method == "get" else api.send(method, url, {}, "application/json")


def exported(user: Any, event: Event, path: str = "json", method: str = "post") -> str:
    """Return the link to what comes of an export."""
    task_url = ask(user, event, path, method).document["task_url"]
    run_due()
    task = Api(user).get(task_url).document
    assert task["state"] == "SUCCESS", task
    return task["result"]["download_url"].removeprefix("http://testserver")


def download(link: str, user: Any = None) -> Any:
    response = Client().get(link, headers=authorization(user) if user else {})
    response.body = b"".join(response.streaming_content) if response.streaming else b""
    return response


def private_files() -> list[Path]:
    return [path for path in Path(settings.FILES_ROOT).rglob("*") if path.is_file()]


@pytest.fixture(autouse=True)
def _own_place(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


@pytest.mark.parametrize(("method", "path", "name"), KINDS)
def test_export_is_a_task_that_ends_in_a_link(
    event: Event, olivia: User, method: str, path: str, name: str
) -> None:
    answer = ask(olivia, event, path, method)

    assert answer.status == 200
    assert Api(olivia).get(answer.document["task_url"]).document["state"] == "WAITING"
    run_due()
    task = Api(olivia).get(answer.document["task_url"]).document
    assert task["state"] == "SUCCESS"
    assert task["result"]["download_url"].startswith("http://testserver/v1/exports/")
    file = download(task["result"]["download_url"].removeprefix("http://testserver"))
    assert (file.status_code, file["Cache-Control"]) == (200, "private, no-store")
    name = name.format(timezone.now().date())
    assert file["Content-Disposition"] == f'attachment; filename="{name}"'
    export = Export.objects.get()
    assert (export.size, export.sha256) == (len(file.body), hashlib.sha256(file.body).hexdigest())


@pytest.mark.parametrize(("method", "path", "name"), KINDS)
def test_export_is_the_teams(event: Event, method: str, path: str, name: str) -> None:
    elsewhere, moderator = UserFactory(), UserFactory()
    hold(elsewhere, EventFactory(), "owner")
    hold(moderator, event, "moderator")

    assert ask(None, event, path, method).status == 401
    assert ask(elsewhere, event, path, method).status == 403
    assert ask(moderator, event, path, method).status == 403
    assert ask(UserFactory(admin=True), event, path, method).status == 200
    other = "get" if method == "post" else "post"
    assert ask(UserFactory(admin=True), event, path, other).status == 405
    assert Export.objects.count() == 1


def test_looking_starts_nothing(event: Event, olivia: User) -> None:
    url = f"/v1/events/{event.pk}/export/ical"

    assert Client().head(url, headers=authorization(olivia)).status_code == 200
    assert not Job.objects.exists()


def test_event_in_the_trash_is_not_exported(event: Event, olivia: User) -> None:
    event.trash()

    assert ask(olivia, event).status == 404


def test_nobody_has_more_waiting_than_they_can_want(event: Event, olivia: User) -> None:
    statuses = [ask(olivia, event).status for _ in range(MOST_WAITING + 1)]

    assert statuses == [200] * MOST_WAITING + [429]


def test_who_asked_is_told(event: Event, olivia: User) -> None:
    exported(olivia, event)

    mail = Mail.objects.get(action="event_exported")
    assert (mail.recipient, mail.subject) == ("olivia@example.org", "Made Up Days is exported")
    assert "It is kept for 30 days" in mail.text
    assert f"/events/{event.identifier}" in mail.text
    told = Notification.objects.get()
    assert (told.user, told.event, told.content["type"]) == (olivia, event, "event_exported")


def test_export_that_fails_is_told_and_leaves_nothing(
    event: Event, olivia: User, monkeypatch: Any
) -> None:
    task_url = ask(olivia, event).document["task_url"]

    def no_room(*_: Any) -> str:
        raise OSError("No space left on device")

    monkeypatch.setattr(storage, "keep_private", no_room)
    with time_machine.travel(timezone.now(), tick=True):
        for _ in range(4):
            run_due("exports.make")
            Job.objects.filter(kind="exports.make").update(run_after=timezone.now())
    run_due()

    task = Api(olivia).get(task_url).document
    assert task["state"] == "FAILURE"
    assert Mail.objects.get().action == "event_export_fail"
    assert not Export.objects.exists()
    assert private_files() == []


def test_two_exports_at_once_have_a_file_each(event: Event, olivia: User) -> None:
    for _ in range(2):
        ask(olivia, event)
    run_due()

    first, second = Export.objects.all()
    assert first.file != second.file
    assert len(private_files()) == 2


# The link


def test_link_is_good_for_five_minutes(event: Event, olivia: User) -> None:
    link = exported(olivia, event)

    with time_machine.travel(timezone.now() + timedelta(minutes=4)):
        assert download(link).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert download(link).status_code == 404


def test_link_is_fresh_at_each_look(event: Event, olivia: User) -> None:
    exported(olivia, event)

    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        (kept,) = Api(olivia).get(f"/v1/events/{event.pk}/exports").document
        link = kept["download_url"].removeprefix("http://testserver")
        assert download(link).status_code == 200


def test_link_opens_nothing_for_somebody_else(event: Event, olivia: User) -> None:
    link = exported(olivia, event)
    other = UserFactory()
    hold(other, EventFactory(), "coorganizer")

    assert download(link, other).status_code == 404
    assert download(link, olivia).status_code == 200


@pytest.mark.parametrize(
    "end",
    [
        lambda: EventRole.objects.all().delete(),
        lambda: Event.objects.update(deleted_at=timezone.now()),
    ],
)
def test_link_ends_with_the_right_and_with_the_event(
    event: Event, olivia: User, end: Callable[[], Any]
) -> None:
    link = exported(olivia, event)
    end()

    assert download(link).status_code == 404


def test_link_of_a_blocked_account_is_dead(event: Event, olivia: User) -> None:
    link = exported(olivia, event)
    User.objects.filter(pk=olivia.pk).update(is_blocked=True)

    assert download(link).status_code == 404


@pytest.mark.parametrize("change", [lambda t: t + "x", lambda t: "x" + t[1:], lambda t: "x"])
def test_link_cannot_be_made_up(event: Event, olivia: User, change: Any) -> None:
    base, token = exported(olivia, event).rsplit("/", 1)

    assert download(f"{base}/{change(token)}").status_code == 404


def test_task_of_another_is_not_shown(event: Event, olivia: User) -> None:
    task_url = ask(olivia, event).document["task_url"]
    run_due()
    other = UserFactory()
    EventRoleFactory(user=other, event=event)

    assert Api(other).get(task_url).status == 404


# Where it is kept


def test_link_leads_to_the_bucket_for_a_minute(event: Event, olivia: User, bucket: Store) -> None:
    link = exported(olivia, event)

    answer = download(link)

    export = Export.objects.get()
    assert export.file.startswith(f"{bucket.name}:private/exports/{event.pk}/")
    assert (answer.status_code, answer["Cache-Control"]) == (302, "private, no-store")
    query = parse_qs(urlsplit(answer["Location"]).query)
    assert ["60"] in (query.get("X-Amz-Expires"), query.get("X-Goog-Expires"))
    assert query["response-content-disposition"] == [f'attachment; filename="{export.name}"']
    file = requests.get(answer["Location"], timeout=5)
    assert hashlib.sha256(file.content).hexdigest() == export.sha256


@in_one_process
@pytest.mark.usefixtures("s3")
def test_head_says_what_the_file_is_wherever_it_is(
    event: Event, olivia: User, place: Store
) -> None:
    link = exported(olivia, event)
    export = Export.objects.get()

    head = Client().head(link)

    assert (head.status_code, head["Content-Length"]) == (200, str(export.size))
    assert head["Content-Type"] == "application/zip"
    assert head["Content-Disposition"] == f'attachment; filename="{export.name}"'
    assert head["Cache-Control"] == "private, no-store"
    storage.delete(export.file)
    assert Client().head(link).status_code == 404


@in_one_process
@pytest.mark.usefixtures("s3")
def test_right_is_asked_before_the_bucket_hands_anything_out(event: Event, olivia: User) -> None:
    link = exported(olivia, event)
    EventRole.objects.filter(event=event).delete()

    assert download(link).status_code == 404


def test_export_follows_the_setting_and_an_older_one_stays(
    event: Event, olivia: User, bucket: Store
) -> None:
    choose("local")
    old = exported(olivia, event)
    choose(bucket.name)
    new = exported(olivia, event)

    assert (download(old).status_code, download(new).status_code) == (200, 302)
    assert (len(private_files()), len(bucket.keys)) == (1, 1)


def test_file_in_a_bucket_goes_with_its_event(event: Event, olivia: User, bucket: Store) -> None:
    exported(olivia, event)
    assert len(bucket.keys) == 1

    Event.objects.filter(pk=event.pk).delete()
    run_due()

    assert bucket.keys == []


def test_half_made_file_is_replaced_and_goes_with_its_row(
    event: Event, olivia: User, bucket: Store
) -> None:
    ask(olivia, event)
    half_made = storage.keep_private(io.BytesIO(b"half of it"), Export.objects.get().key)
    run_due()
    replaced = Export.objects.get().file
    ask(olivia, event)
    unmade = Export.objects.latest("pk")
    storage.keep_private(io.BytesIO(b"half of it"), unmade.key)
    unmade.delete()
    run_due()

    assert replaced == half_made
    assert [f"{bucket.name}:{key}" for key in bucket.keys] == [replaced]
    with storage.opened(replaced) as file:
        assert zipfile.is_zipfile(file)


def test_half_made_file_goes_from_the_place_that_was_chosen_before(
    event: Event, olivia: User, bucket: Store
) -> None:
    choose("local")
    ask(olivia, event)
    storage.keep_private(io.BytesIO(b"half of it"), Export.objects.get().key)
    Job.objects.filter(kind="exports.make").update(attempt=1)  # and that died
    choose(bucket.name)
    run_due()

    assert private_files() == []
    assert [f"{bucket.name}:{key}" for key in bucket.keys] == [Export.objects.get().file]


def test_export_waits_for_a_bucket_that_does_not_answer(event: Event, olivia: User) -> None:
    choose("s3", **UNREACHABLE)
    task_url = ask(olivia, event).document["task_url"]

    run_due()
    waiting = Api(olivia).get(task_url).document["state"]
    choose("local")
    Job.objects.filter(kind="exports.make").update(run_after=timezone.now())
    run_due()

    assert (waiting, Api(olivia).get(task_url).document["state"]) == ("WAITING", "SUCCESS")


def test_file_that_is_gone_is_not_found(event: Event, olivia: User) -> None:
    link = exported(olivia, event)
    storage.delete(Export.objects.get().file)

    assert download(link).status_code == 404


# How long


def test_what_is_kept_is_listed_for_the_team(event: Event, olivia: User) -> None:
    exported(olivia, event)
    exported(olivia, event, "ical", "get")
    ask(olivia, event)

    listed = Api(olivia).get(f"/v1/events/{event.identifier}/exports").document

    assert [each["kind"] for each in listed] == ["ical", "archive"]
    assert all(each["size"] and each["sha256"] for each in listed)
    assert Api(UserFactory()).get(f"/v1/events/{event.pk}/exports").status == 403
    assert Api().get(f"/v1/events/{event.pk}/exports").status == 401


def clean_up(after: timedelta) -> list[int]:
    """Clean up that much later; return the ids of what is kept."""
    Job.objects.all().delete()
    with time_machine.travel(timezone.now() + after):
        from openevent import jobs  # noqa: PLC0415

        jobs.enqueue("exports.clean-up", due=timezone.now().isoformat())
        run_due()
    return list(Export.objects.order_by("pk").values_list("pk", flat=True))


def test_old_exports_go_and_the_latest_archive_stays(event: Event, olivia: User) -> None:
    for _ in range(2):
        exported(olivia, event)
    exported(olivia, event, "ical", "get")
    other = EventFactory()
    hold(olivia, other, "owner")
    exported(olivia, other)
    first, second, third, fourth = Export.objects.order_by("pk").values_list("pk", flat=True)

    assert clean_up(timedelta(days=29)) == [first, second, third, fourth]
    assert clean_up(timedelta(days=31)) == [second, fourth]
    assert len(private_files()) == 2


@pytest.mark.parametrize(("days", "kept"), [(None, 2), (3, 1), (100, 2)])
def test_how_long_is_the_super_admins(event: Event, olivia: User, days: Any, kept: int) -> None:
    Site.objects.update_or_create(pk=1, defaults={"export_retention_days": days})
    for _ in range(2):
        exported(olivia, event)

    assert len(clean_up(timedelta(days=50))) == kept


def test_retention_is_set_in_the_settings() -> None:
    answer = Api(UserFactory(admin=True)).patch(
        "/v1/settings", "setting", 1, export_retention_days=7
    )

    assert answer.attributes["export-retention-days"] == 7
    assert "export-retention-days" not in Api(UserFactory()).get("/v1/settings").attributes


def test_file_goes_with_its_event(event: Event, olivia: User) -> None:
    exported(olivia, event)
    assert len(private_files()) == 1

    Event.objects.filter(pk=event.pk).delete()
    run_due()

    assert private_files() == []


# What is in it


def test_archive_has_the_files_of_the_contract_and_a_manifest(event: Event, olivia: User) -> None:
    SessionFactory(event=event, title="A talk")

    archive = zipfile.ZipFile(io.BytesIO(download(exported(olivia, event)).body))

    contract = "event microlocations sessions speakers sponsors tracks session_types forms meta"
    assert set(contract.split()) < set(archive.namelist())
    (session,) = orjson.loads(archive.read("sessions"))
    assert session["title"] == "A talk"
    assert orjson.loads(archive.read("meta")) == {"root_url": "http://testserver/"}
    known = orjson.loads(archive.read("manifest"))["files"]
    assert set(known) == set(archive.namelist()) - {"manifest"}
    for name, facts in known.items():
        content = archive.read(name)
        assert facts == {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
