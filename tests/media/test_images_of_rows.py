"""A row that is given the URL of an image gets files of its own, in all sizes, with the answer."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import responses
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone
from PIL import Image

from events.models import Event
from media import storage
from media.actions.images import settle
from media.actions.sweeping import sweep
from media.actions.uploads import sweep as sweep_uploads
from media.models import EventImageSize, Upload
from media.places import StorageUnavailable
from openevent.jobs.testing import run_due
from openevent.site.models import Site
from tests.api_client import Answer, Api
from tests.factories.events import (
    CustomPlaceholderFactory,
    EventCopyrightFactory,
    EventFactory,
    EventTopicFactory,
    ExhibitorFactory,
    GroupFactory,
    SpeakerFactory,
    SponsorFactory,
    hold,
)
from tests.factories.users import UserFactory, authorization
from tests.media.pictures import BLUE, RED, encoded, image, is_like, noise, opened
from tests.services.stores import UNREACHABLE, Store, choose
from users.models import User

pytestmark = pytest.mark.django_db

OUTSIDE = "https://pictures.example/photo.png"


@pytest.fixture
def ivy() -> User:
    """The organizer."""
    return UserFactory(email="ivy@example.org", is_verified=True)


@pytest.fixture
def api(ivy: User) -> Api:
    return Api(ivy)


@pytest.fixture
def event(ivy: User) -> Event:
    event = EventFactory(published=True)
    hold(ivy, event, "owner")
    return event


@pytest.fixture
def web() -> Any:
    """The web outside; what nobody put there is not there."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def uploaded(user: Any, content: bytes) -> str:
    """Return the URL at which `content` was uploaded."""
    answer = Client().post(
        "/v1/upload/image",
        {"file": SimpleUploadedFile("photo", content)},
        headers=authorization(user),
    )
    url: str = answer.json()["url"]
    return url


def picture(url: str | None) -> Image.Image:
    """Return the image that is served at `url`."""
    assert url is not None
    answer = Client().get(url)
    assert answer.status_code == 200
    return opened(b"".join(answer.streaming_content))  # type: ignore[attr-defined]


def kept(files: Path) -> set[str]:
    """Return the names of all files of rows that are kept."""
    return {path.name for path in (files / "public" / "images").rglob("*") if path.is_file()}


def put(api: Api, row: Any, **values: Any) -> Answer:
    return api.patch(f"/v1/events/{row.pk}", "event", **values)


# --- what a row gets


def test_the_answer_has_urls_of_a_copy_and_its_sizes_which_are_served(
    api: Api, ivy: User, event: Event
) -> None:
    url = uploaded(ivy, image("JPEG", (3000, 2000), BLUE))

    answer = put(api, event, original_image_url=url)

    assert answer.status == 200, answer
    shown = answer.attributes
    assert picture(shown["original-image-url"]).size == (3000, 2000)
    assert picture(shown["large-image-url"]).size == (750, 500)
    assert picture(shown["thumbnail-image-url"]).size == (300, 200)
    assert picture(shown["icon-image-url"]).size == (45, 30)
    assert is_like(picture(shown["icon-image-url"]).getpixel((5, 5)), BLUE)
    assert url not in shown.values()
    assert api.get(f"/v1/events/{event.pk}").attributes == shown


def test_a_new_row_has_them_from_the_beginning(api: Api, ivy: User) -> None:
    url = uploaded(ivy, image())
    times = {"starts_at": "2031-05-01T09:00:00Z", "ends_at": "2031-05-02T09:00:00Z"}

    answer = api.post("/v1/events", "event", name="Days", original_image_url=url, **times)

    assert answer.status == 201, answer
    assert picture(answer.attributes["large-image-url"]).size == (40, 30)


def rows_with_images() -> list[Any]:
    """Return what has an image: its factory, path, chosen attribute and its sizes in pixels."""
    photo = {"thumbnail": (500, 400), "small": (50, 40), "icon": (35, 28)}
    banner = {"thumbnail": (250, 200)}
    return [
        (SpeakerFactory, "speakers", "photo", photo, (1000, 800)),
        (UserFactory, "users", "avatar", photo | {"original": (1000, 800)}, (1000, 800)),
        (GroupFactory, "groups", "banner", banner, (1000, 800)),
        (GroupFactory, "groups", "logo", {}, (250, 200)),
        (ExhibitorFactory, "exhibitors", "banner", banner, (1000, 800)),
        (ExhibitorFactory, "exhibitors", "logo", {}, (250, 200)),
        (SponsorFactory, "sponsors", "logo", {}, (250, 200)),
        (EventCopyrightFactory, "event-copyrights", "logo", {}, (250, 200)),
        (EventFactory, "events", "logo", {}, (250, 200)),
        (EventTopicFactory, "event-topics", "system-image", {}, (1000, 800)),
        (
            CustomPlaceholderFactory,
            "custom-placeholders",
            "original-image",
            {"large": (625, 500), "thumbnail": (250, 200), "icon": (38, 30)},
            (1000, 800),
        ),
    ]


@pytest.mark.parametrize(("factory", "path", "chosen", "sizes", "own"), rows_with_images())
def test_whatever_has_an_image_keeps_it(
    factory: Any, path: str, chosen: str, sizes: dict[str, Any], own: Any
) -> None:
    admin = UserFactory(is_admin=True, is_super_admin=True)
    row = factory()
    url = uploaded(admin, image("PNG", (1000, 800)))

    answer = Api(admin).patch(f"/v1/{path}/{row.pk}", path.rstrip("s"), **{f"{chosen}-url": url})

    assert answer.status == 200, answer
    shown = answer.attributes
    assert picture(shown[f"{chosen}-url"]).size == own
    assert {name: picture(shown[f"{name}-image-url"]).size for name in sizes} == sizes


def test_sizes_are_those_that_the_super_admin_set(api: Api, ivy: User, event: Event) -> None:
    EventImageSize.objects.update(
        **{"full_width": 400, "full_height": 100, "full_aspect": False, "full_quality": 5},
        **{"thumbnail_width": 100, "thumbnail_height": None, "icon_width": 0},
    )
    url = uploaded(ivy, encoded(noise(1600, 1200), "JPEG"))

    shown = put(api, event, original_image_url=url).attributes

    assert picture(shown["large-image-url"]).size == (400, 100)
    # what is empty or 0 is as it always was
    assert picture(shown["thumbnail-image-url"]).size == (100, 75)
    assert picture(shown["icon-image-url"]).size == (40, 30)
    assert len(Client().get(shown["large-image-url"]).getvalue()) < 4000


def test_sizes_are_the_built_in_ones_where_nobody_set_any(
    api: Api, ivy: User, event: Event
) -> None:
    EventImageSize.objects.all().delete()
    url = uploaded(ivy, image("PNG", (1300, 1000)))

    shown = put(api, event, original_image_url=url).attributes

    assert picture(shown["large-image-url"]).size == (650, 500)


# --- where it comes from


def test_an_image_of_another_server_is_copied(
    api: Api, event: Event, web: responses.RequestsMock
) -> None:
    web.get(OUTSIDE, body=image("PNG", color=RED))

    shown = put(api, event, original_image_url=OUTSIDE).attributes

    assert shown["original-image-url"].startswith("http://testserver/media/local/images/")
    assert is_like(picture(shown["thumbnail-image-url"]).getpixel((5, 5)), RED)


def test_an_image_of_another_row_is_copied_and_outlives_it(
    api: Api, ivy: User, event: Event, files: Path
) -> None:
    other = EventFactory()
    hold(ivy, other, "owner")
    theirs = put(api, other, original_image_url=uploaded(ivy, image())).attributes

    ours = put(api, event, original_image_url=theirs["original-image-url"]).attributes
    put(api, other, original_image_url=None)
    run_due()

    assert ours["original-image-url"] != theirs["original-image-url"]
    assert picture(ours["original-image-url"]).size == (40, 30)
    assert Client().get(theirs["original-image-url"]).status_code == 404
    assert len(kept(files)) == 4


def test_an_event_without_an_image_gets_a_copy_of_its_topics(ivy: User, files: Path) -> None:
    topic = EventTopicFactory()
    admin = UserFactory(is_admin=True)
    url = uploaded(admin, image(color=BLUE))
    Api(admin).patch(f"/v1/event-topics/{topic.pk}", "event-topic", system_image_url=url)
    times = {"starts_at": "2031-05-01T09:00:00Z", "ends_at": "2031-05-02T09:00:00Z"}

    shown = Api(ivy).post("/v1/events", "event", name="Days", event_topic=topic, **times).attributes

    topic.refresh_from_db()
    assert shown["original-image-url"] != storage.url(topic.system_image_url)
    assert is_like(picture(shown["icon-image-url"]).getpixel((5, 5)), BLUE)
    assert len(kept(files)) == 5


def test_a_topic_whose_image_is_lost_is_no_reason_to_refuse_an_event(ivy: User) -> None:
    topic = EventTopicFactory(system_image_url="local:public/images/2026-01-01/lost.jpg")
    times = {"starts_at": "2031-05-01T09:00:00Z", "ends_at": "2031-05-02T09:00:00Z"}

    answer = Api(ivy).post("/v1/events", "event", name="Days", event_topic=topic, **times)

    assert (answer.status, answer.attributes["original-image-url"]) == (201, None)


# --- what is sent back


@pytest.mark.parametrize(
    "host", ["http://testserver", "https://cdn.example", "http://localhost:80"]
)
def test_the_url_that_was_given_sent_back_changes_nothing(
    api: Api, ivy: User, event: Event, files: Path, host: str
) -> None:
    before = put(api, event, original_image_url=uploaded(ivy, image())).attributes
    names = kept(files)
    again = before["original-image-url"].replace("http://testserver", host)

    answer = put(api, event, original_image_url=again, name="Renamed")
    run_due()

    assert answer.status == 200, answer
    changed = {key for key, value in answer.attributes.items() if before[key] != value}
    assert changed == {"name"}
    assert kept(files) == names


def test_an_outside_url_that_the_row_has_already_is_not_asked_for(
    api: Api, event: Event, web: responses.RequestsMock
) -> None:
    Event.objects.update(original_image_url=OUTSIDE, large_image_url=f"{OUTSIDE}?large")

    shown = put(api, event, original_image_url=OUTSIDE).attributes

    assert (shown["original-image-url"], shown["large-image-url"]) == (OUTSIDE, f"{OUTSIDE}?large")
    assert len(web.calls) == 0


def test_sizes_that_are_sent_are_not_heeded(api: Api, ivy: User, event: Event) -> None:
    evil = "https://evil.example/x.png"

    shown = put(
        api,
        event,
        original_image_url=uploaded(ivy, image()),
        large_image_url=evil,
        thumbnail_image_url=None,
        icon_image_url=evil,
    ).attributes

    assert evil not in shown.values()
    assert picture(shown["thumbnail-image-url"]).size == (40, 30)


# --- what goes


@pytest.mark.parametrize("nothing", [None, ""])
def test_null_clears_all_sizes_and_their_files(
    api: Api, ivy: User, event: Event, files: Path, nothing: Any
) -> None:
    put(api, event, original_image_url=uploaded(ivy, image()))
    assert len(kept(files)) == 4

    shown = put(api, event, original_image_url=nothing).attributes
    run_due("media.delete-files")

    names = ("original", "large", "thumbnail", "icon")
    assert [shown[f"{name}-image-url"] for name in names] == [None] * 4
    assert kept(files) == set()


def test_a_new_image_takes_the_place_of_the_old_ones_files(
    api: Api, ivy: User, event: Event, files: Path
) -> None:
    put(api, event, original_image_url=uploaded(ivy, image()), logo_url=uploaded(ivy, image()))
    before = kept(files)

    put(api, event, original_image_url=uploaded(ivy, image(color=BLUE)))
    assert before < kept(files)  # until the row is saved for good
    run_due("media.delete-files")

    event.refresh_from_db()
    assert len(kept(files)) == 6
    logo = {each.rpartition("/")[2] for each in (event.logo_url, event.original_logo_url)}
    assert kept(files) & before == logo


def test_a_row_that_is_removed_takes_its_files_along(ivy: User, event: Event, files: Path) -> None:
    speaker = SpeakerFactory(event=event)
    admin = UserFactory(is_admin=True, is_super_admin=True)
    path = f"/v1/speakers/{speaker.pk}"
    Api(admin).patch(path, "speaker", photo_url=uploaded(admin, image()))
    put(Api(admin), event, original_image_url=uploaded(admin, image()))

    Api(admin).delete(path)
    run_due()
    assert len(kept(files)) == 8  # the trash is not the end

    Api(admin).delete(f"/v1/events/{event.pk}?permanent=true")
    run_due()
    assert kept(files) == set()


def test_an_upload_that_was_taken_stays_for_an_hour_for_who_sends_it_again(
    api: Api, ivy: User, event: Event
) -> None:
    url = uploaded(ivy, image())
    before = Upload.objects.get().expires_at

    first, second = (put(api, event, original_image_url=url) for _ in range(2))

    assert (first.status, second.status) == (200, 200)
    assert before - Upload.objects.get().expires_at > timedelta(hours=22)
    assert sweep_uploads(timezone.now() + timedelta(minutes=59)) == 0
    assert sweep_uploads(timezone.now() + timedelta(minutes=61)) == 1
    run_due("media.delete-files")
    assert Client().get(url).status_code == 404
    assert picture(second.attributes["original-image-url"]).size == (40, 30)


# --- what is refused


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"<html>", "This is no image that can be taken: send a JPEG, PNG, WebP, GIF or AVIF."),
        (image()[:60], "This image is broken: it ends too early, or something else is wrong"),
        (b"x" * 2_000_001, "What is at this URL is larger than 1,024,000 bytes."),
    ],
)
def test_a_url_that_leads_to_no_image_is_refused_by_its_attribute(
    api: Api, event: Event, files: Path, web: responses.RequestsMock, body: bytes, sentence: str
) -> None:
    Site.objects.update(image_size=1000)
    web.get(OUTSIDE, body=body)

    answer = put(api, event, original_image_url=OUTSIDE, name="Renamed")

    assert (answer.status, answer.pointer) == (422, "/data/attributes/original-image-url")
    assert answer.error["status"] == "422"
    assert answer.detail.startswith(sentence)
    event.refresh_from_db()
    assert (event.original_image_url, event.name == "Renamed") == (None, False)
    assert kept(files) == set()


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost:6379/",
        "http://[::ffff:127.0.0.1]/",
        "ftp://pictures.example/photo.png",
        "local:private/exports/1/secret.zip",
        "local:public/images/2026-01-01/x.jpg",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "/media/local/images/x.jpg",
        "not a url",
    ],
)
def test_what_no_image_may_be_fetched_from_is_refused(api: Api, event: Event, url: str) -> None:
    answer = put(api, event, logo_url=url)

    assert (answer.status, answer.pointer) == (422, "/data/attributes/logo-url")


@pytest.mark.parametrize(
    "url",
    [
        "http://testserver/media/local/images/2026-01-01/gone.jpg",
        "http://testserver/media/gs/images/2026-01-01/of-no-place-that-is-set-up.jpg",
        "http://testserver/media/local/../private/exports/1/secret.zip",
        "http://testserver/media/local/%2e%2e/private/exports/1/secret.zip",
        "http://testserver/media/local/..%2fprivate/exports/1/secret.zip",
    ],
)
def test_an_own_url_leads_to_public_files_or_nowhere(
    api: Api, event: Event, files: Path, web: responses.RequestsMock, url: str
) -> None:
    secret = files / "private" / "exports" / "1" / "secret.zip"
    secret.parent.mkdir(parents=True)
    secret.write_bytes(image())

    answer = put(api, event, logo_url=url)

    assert (answer.status, answer.pointer) == (422, "/data/attributes/logo-url")


def test_who_may_not_change_a_row_has_nothing_fetched(
    event: Event, web: responses.RequestsMock
) -> None:
    for stranger, status in ((Api(), 401), (Api(UserFactory()), 403)):
        assert put(stranger, event, original_image_url=OUTSIDE).status == status
    assert len(web.calls) == 0


# --- all or nothing


def test_a_change_that_is_refused_leaves_no_file_behind(
    api: Api, ivy: User, event: Event, files: Path
) -> None:
    put(api, event, original_image_url=uploaded(ivy, image()))
    names = kept(files)
    before = api.get(f"/v1/events/{event.pk}").attributes

    answer = put(
        api,
        event,
        original_image_url=uploaded(ivy, image(color=BLUE)),
        ends_at=event.starts_at.isoformat(),
    )
    run_due()

    assert (answer.status, answer.pointer) == (422, "/data/attributes/ends-at")
    assert kept(files) == names
    assert api.get(f"/v1/events/{event.pk}").attributes == before


def test_a_store_that_fails_halfway_leaves_no_file_behind(
    api: Api, ivy: User, event: Event, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = uploaded(ivy, image())
    keep, calls = storage.keep_public, []

    def fails(file: Any, key: str, **options: Any) -> str:
        calls.append(key)
        if len(calls) == 3:
            raise StorageUnavailable("The disk is full.")
        return keep(file, key, **options)

    monkeypatch.setattr(storage, "keep_public", fails)
    answer = put(api, event, original_image_url=url)

    assert answer.status == 503
    assert len(calls) == 3
    assert kept(files) == set()
    event.refresh_from_db()
    assert event.original_image_url is None


@pytest.mark.django_db(transaction=True)
def test_what_has_committed_is_not_taken_for_a_leftover(files: Path) -> None:
    ivy = UserFactory()
    path = f"/v1/users/{ivy.pk}"

    shown = Api(ivy).patch(path, "user", avatar_url=uploaded(ivy, image())).attributes

    assert picture(shown["avatar-url"]).size == (40, 30)
    assert len(kept(files)) == 4


def test_what_was_made_for_a_row_that_went_meanwhile_stays_nowhere(
    api: Api, event: Event, files: Path, web: responses.RequestsMock
) -> None:
    def goes(request: Any) -> Any:
        Event.objects.filter(pk=event.pk).update(deleted_at=timezone.now())
        return 200, {}, image()

    web.add_callback("GET", OUTSIDE, goes)

    answer = put(api, event, original_image_url=OUTSIDE)

    assert (answer.status, kept(files)) == (404, set())


def test_who_loses_the_role_meanwhile_changes_nothing(
    api: Api, ivy: User, event: Event, files: Path, web: responses.RequestsMock
) -> None:
    def loses(request: Any) -> Any:
        ivy.event_roles.all()._raw_delete("default")
        return 200, {}, image()

    web.add_callback("GET", OUTSIDE, loses)

    answer = put(api, event, original_image_url=OUTSIDE)

    event.refresh_from_db()
    assert (answer.status, event.original_image_url, kept(files)) == (403, None, set())


def test_two_images_of_one_row_are_fetched_once_each(
    api: Api, event: Event, web: responses.RequestsMock
) -> None:
    web.get(OUTSIDE, body=image())
    logo = "https://pictures.example/logo.png"
    web.get(logo, body=image(color=BLUE))

    shown = put(api, event, original_image_url=OUTSIDE, logo_url=logo).attributes

    assert len(web.calls) == 2
    assert is_like(picture(shown["logo-url"]).getpixel((5, 5)), BLUE)


def test_a_new_row_that_is_sent_twice_has_its_image_fetched_once(
    ivy: User, web: responses.RequestsMock
) -> None:
    web.get(OUTSIDE, body=image())
    api = Api(ivy, **{"Idempotency-Key": "days"})
    times = {"starts_at": "2031-05-01T09:00:00Z", "ends_at": "2031-05-02T09:00:00Z"}

    first, second = (
        api.post("/v1/events", "event", name="Days", logo_url=OUTSIDE, **times) for _ in range(2)
    )

    assert (first.status, second.document) == (201, first.document)
    assert (Event.objects.count(), len(web.calls)) == (1, 1)


# --- who else wants the row


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_errand", [True, False])
def test_nobody_waits_for_a_row_while_its_image_is_fetched(
    web: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch, is_errand: bool
) -> None:
    """Without an errand they would: that is the control."""
    event = EventFactory(published=True)
    ivy = UserFactory(is_verified=True)
    hold(ivy, event, "owner")
    if not is_errand:
        monkeypatch.setattr("openevent.api.errands.done", lambda key, do: do())
    outcomes = []

    def meanwhile(request: Any) -> Any:
        with ThreadPoolExecutor(1) as elsewhere:
            outcomes.append(elsewhere.submit(rename, event).exception())
        return 200, {}, image()

    web.add_callback("GET", OUTSIDE, meanwhile)

    answer = put(Api(ivy), event, original_image_url=OUTSIDE)

    assert answer.status == 200, answer
    assert picture(answer.attributes["icon-image-url"]).size == (40, 30)
    assert [type(each) for each in outcomes] == [type(None) if is_errand else OperationalError]
    assert (answer.attributes["name"] == "Renamed") is is_errand


def rename(event: Event) -> None:
    """Change an event as another process does, by a connection of its own, unless it is locked."""
    try:
        with transaction.atomic():
            found = Event.objects.select_for_update(nowait=True).get(pk=event.pk)
            found.name = "Renamed"
            found.save()
    finally:
        connection.close()


# --- whatever the place


def test_images_are_kept_where_new_files_go(
    place: Store, api: Api, ivy: User, event: Event
) -> None:
    url = uploaded(ivy, image("JPEG", (1000, 800)))

    first = put(api, event, original_image_url=url)
    again = put(api, event, original_image_url=first.attributes["original-image-url"])
    refused = put(api, event, original_image_url=url, ends_at=event.starts_at.isoformat())

    assert (first.status, again.status, refused.status) == (200, 200, 422)
    assert again.attributes == first.attributes
    assert len([key for key in place.keys if key.startswith("public/images/")]) == 4
    event.refresh_from_db()
    with storage.opened(event.icon_image_url) as icon:
        assert (event.icon_image_url.partition(":")[0], opened(icon).size) == (place.name, (38, 30))

    put(api, event, original_image_url=None)
    run_due("media.delete-files")
    assert [key for key in place.keys if key.startswith("public/images/")] == []


def test_the_link_into_a_bucket_sent_back_changes_nothing(
    bucket: Store, api: Api, ivy: User, event: Event
) -> None:
    """What clients got by following our URL is signed, and another each time."""
    before = put(api, event, original_image_url=uploaded(ivy, image())).attributes
    keys = bucket.keys
    signed = Client().get(before["original-image-url"])["Location"]

    for again in (signed, signed.partition("?")[0]):
        answer = put(api, event, original_image_url=again, name="Renamed")

        assert answer.status == 200, answer
        changed = {key for key, value in answer.attributes.items() if before[key] != value}
        assert changed == {"name"}
    run_due()
    assert bucket.keys == keys


def test_files_of_nobody_are_found_wherever_they_are(place: Store, event: Event) -> None:
    for name in ("one", "two"):
        storage.keep_public(io.BytesIO(image("JPEG")), f"images/2031-05-01/{name}-original.jpg")
    Event.objects.update(logo_url=f"{place.name}:public/images/2031-05-01/two-original.jpg")

    assert sweep(date(2031, 5, 4)) == 1

    assert place.keys == ["public/images/2031-05-01/two-original.jpg"]


def test_a_store_that_is_away_is_said_with_503(api: Api, event: Event, web: Any) -> None:
    web.get(OUTSIDE, body=image())
    choose("s3", **UNREACHABLE)
    web.add_passthru("http://127.0.0.1:1")

    answer = put(api, event, original_image_url=OUTSIDE)

    assert (answer.status, "Retry-After" in answer.headers) == (503, True)
    event.refresh_from_db()
    assert event.original_image_url is None


# --- filters, and what rows hold


def test_a_filter_asks_for_an_image_or_none_and_for_nothing_else(
    api: Api, ivy: User, event: Event
) -> None:
    bare = EventFactory(published=True)
    put(api, event, logo_url=uploaded(ivy, image()))

    def found(operator: str, value: Any) -> Answer:
        return Api().filter("/v1/events", {"name": "logo-url", "op": operator, "val": value})

    assert found("eq", None).ids == [bare.pk]
    assert found("ne", None).ids == [event.pk]
    refused = found("like", "local:%")
    assert (refused.status, refused.detail) == (400, '"logo-url" can only be compared with null.')
    assert found("eq", "x").status == found("in", ["x"]).status == 400
    field = {"name": "logo-url", "op": "eq", "field": "original-image-url"}
    assert Api().filter("/v1/events", field).status == 400
    field = {"name": "name", "op": "eq", "field": "logo-url"}
    assert Api().filter("/v1/events", field).status == 400
    assert Api().get("/v1/events", sort="logo-url").ids == [event.pk, bare.pk]


def test_what_is_settled_is_not_settled_again(ivy: User, event: Event, files: Path) -> None:
    event.original_image_url = uploaded(ivy, image())
    settle(event)
    names = kept(files)

    settle(event)
    settle(event, Event.objects.get(pk=event.pk))

    assert kept(files) == names
