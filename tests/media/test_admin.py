"""Images, their sizes and uploads in the admin."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import responses
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.models import CustomPlaceholder, Event, Sponsor
from media import storage
from media.models import EventImageSize, Upload
from openevent.jobs.models import Job
from openevent.jobs.testing import run_due
from openevent.site.models import Site
from tests.administration.desk import sent_by, shown, signed_in, somebody_with
from tests.factories.events import EventFactory, SponsorFactory
from tests.factories.media import UploadFactory
from tests.factories.users import UserFactory
from tests.media.pictures import BLUE, image, is_like, opened, png_bomb
from tests.services.stores import UNREACHABLE, Store, choose
from users.models import User

pytestmark = pytest.mark.django_db

OUTSIDE = "https://pictures.example/photo.png"


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(UserFactory(super_admin=True))
    return client


def page_of(row: Any) -> str:
    options = row._meta
    return reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[row.pk])


def kept(files: Path) -> set[str]:
    return {path.name for path in (files / "public").rglob("*") if path.is_file()}


def sent(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.png", content)


def size_of(kept: str) -> tuple[int, int]:
    with storage.opened(kept) as file:
        return opened(file).size


def save(desk: Client, row: Any, **changes: Any) -> Any:
    """Change a row on its page, and follow to where that leads."""
    sent = sent_by(desk.get(page_of(row)))
    return desk.post(page_of(row), sent | changes, follow=True)


def test_an_image_is_copied_with_its_sizes(desk: Client, files: Path) -> None:
    event = EventFactory()
    with responses.RequestsMock() as web:
        web.get(OUTSIDE, body=image())
        save(desk, event, original_image_url=OUTSIDE)

    event.refresh_from_db()
    assert storage.exists(event.original_image_url)
    assert storage.exists(event.icon_image_url)
    url = sent_by(desk.get(page_of(event)))["original_image_url"]
    assert url.startswith("http://testserver/media/local/images/")
    assert storage.is_url_of(url, event.original_image_url)


def test_a_page_saved_as_it_is_changes_no_image(desk: Client, files: Path) -> None:
    sponsor = SponsorFactory()
    with responses.RequestsMock() as web:
        web.get(OUTSIDE, body=image())
        save(desk, sponsor, logo_url=OUTSIDE)
    before, names = Sponsor.objects.get().logo_url, kept(files)

    save(desk, sponsor, name="Renamed")
    run_due()

    sponsor.refresh_from_db()
    assert (sponsor.name, sponsor.logo_url) == ("Renamed", before)
    assert kept(files) == names

    save(desk, sponsor, logo_url="")
    run_due()
    assert (Sponsor.objects.get().logo_url, kept(files)) == (None, set())


def test_what_is_no_image_is_said_and_nothing_is_saved(desk: Client, files: Path) -> None:
    event = EventFactory(name="Before")
    with responses.RequestsMock() as web:
        web.get(OUTSIDE, body=b"<html>")
        answer = save(desk, event, original_image_url=OUTSIDE, name="After")

    assert shown(answer)[0].startswith("This is no image that can be taken")
    assert (Event.objects.get().name, kept(files)) == ("Before", set())


def test_what_names_a_file_by_itself_is_no_url(desk: Client) -> None:
    event = EventFactory()

    answer = save(desk, event, logo_url="local:private/exports/1/secret.zip")

    assert list(answer.context["adminform"].form.errors) == ["logo_url"]


# --- images that are sent as files


def test_a_file_becomes_an_image_with_its_sizes(desk: Client, files: Path) -> None:
    event = EventFactory(original_image_url=OUTSIDE)

    save(desk, event, **{"original_image_url-file": sent(image("PNG", (1000, 800)))})

    event.refresh_from_db()
    kept = event.original_image_url, event.large_image_url, event.icon_image_url
    assert [size_of(each) for each in kept] == [(1000, 800), (625, 500), (38, 30)]
    upload = Upload.objects.get()
    assert upload.uploaded_by == User.objects.get()
    assert upload.expires_at < timezone.now() + timedelta(hours=2)  # the row has a copy


def test_a_new_row_may_have_its_image_by_a_file(desk: Client) -> None:
    page = reverse("admin:events_customplaceholder_add")
    values = sent_by(desk.get(page)) | {"name": "Hills"}

    assert "original_image_url" in desk.post(page, values).context["adminform"].form.errors
    desk.post(page, values | {"original_image_url-file": sent(image())})

    assert storage.exists(CustomPlaceholder.objects.get().thumbnail_image_url)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg>", "This is no image that can be taken: send a JPEG, PNG, WebP, GIF or AVIF."),
        (image() + b"\0" * 102_400, "The file is larger than the 100 kB that are taken."),
        (png_bomb(20_000, 20_000), "This image has more than 40 million pixels, or more than"),
    ],
    ids=["no image", "too large", "bomb"],
)
def test_a_file_that_is_not_taken_is_refused_beside_its_field(
    desk: Client, files: Path, content: bytes, said: str
) -> None:
    Site.objects.update(image_size=100)
    event = EventFactory(name="Before", original_image_url=OUTSIDE)

    answer = save(desk, event, name="After", **{"original_image_url-file": sent(content)})

    form = answer.context["adminform"].form
    assert [each[0].startswith(said) for each in form.errors.values()] == [True]
    assert (form["name"].value(), form["original_image_url"].value()) == ("After", OUTSIDE)
    assert (Event.objects.get().name, kept(files)) == ("Before", set())


def test_a_store_that_is_away_is_said_and_nothing_is_saved(desk: Client) -> None:
    event = EventFactory()
    choose("s3", **UNREACHABLE)

    answer = save(desk, event, **{"logo_url-file": sent(image())})
    with responses.RequestsMock() as web:
        web.get(OUTSIDE, body=image())
        by_url = save(desk, event, logo_url=OUTSIDE)

    away = "Where files are kept does not answer as it should. Try again in a while."
    assert answer.context["adminform"].form.errors == {"logo_url": [away]}
    assert shown(by_url) == [away]
    assert (Event.objects.get().logo_url, Upload.objects.count()) == (None, 0)


def test_a_file_is_not_lost_by_what_is_wrong_elsewhere(desk: Client) -> None:
    event = EventFactory(name="Before")

    answer = save(desk, event, name="", **{"logo_url-file": sent(image(color=BLUE))})
    save(desk, event, logo_url=answer.context["adminform"].form["logo_url"].value(), name="After")

    event.refresh_from_db()
    assert event.name == "After"
    with storage.opened(event.logo_url) as file:
        assert is_like(opened(file).getpixel((5, 5)), BLUE)


# --- images that are shown


def picture_of(row: Any, column: str) -> str:
    return f"{page_of(row).removesuffix('change/')}image/{column}/"


def test_a_page_shows_the_images_that_are_kept(place: Store, desk: Client) -> None:
    """From here, wherever they are: nothing on the page comes from another host."""
    event = EventFactory(logo_url=OUTSIDE)
    save(desk, event, **{"original_image_url-file": sent(image("PNG", (3000, 2000)))})

    page = desk.get(page_of(event)).content.decode()
    answer = desk.get(picture_of(event, "original_image_url"))

    assert re.findall('<img src="([^"]*)"', page) == [picture_of(event, "original_image_url")]
    assert opened(b"".join(answer.streaming_content)).size == (750, 500)  # type: ignore[attr-defined]
    assert (answer["Content-Type"], answer.status_code) == ("image/jpeg", 200)
    Event.objects.update(large_image_url="local:private/exports/1/talks.zip")
    assert desk.get(picture_of(event, "original_image_url")).status_code == 404


def test_images_are_shown_to_who_sees_the_page(desk: Client) -> None:
    event = EventFactory()
    save(desk, event, **{"logo_url-file": sent(image())})
    url = picture_of(event, "logo_url")

    assert b"".join(desk.get(url).streaming_content).startswith(b"\xff\xd8")  # type: ignore[attr-defined]
    assert signed_in(somebody_with("sessions")).get(url).status_code == 403
    assert Client().get(url).status_code == 302
    assert desk.post(url).status_code == 405
    for other in ("name", "large_image_url", "original_image_url"):
        assert desk.get(picture_of(event, other)).status_code == 404


# --- sizes and uploads


def test_sizes_that_are_saved_have_images_made_anew(desk: Client) -> None:
    save(desk, EventImageSize.objects.get(), full_width="640")

    assert EventImageSize.objects.get().full_width == 640
    assert Job.objects.filter(kind="media.remake-sizes").exists()


def test_an_upload_is_deleted_with_its_file(desk: Client, files: Path) -> None:
    one, two, three = UploadFactory.create_batch(3)
    for upload in (one, two, three):
        path = files / upload.kept.removeprefix("local:")
        path.parent.mkdir(parents=True)
        path.write_bytes(b"%PDF-")

    desk.post(reverse("admin:media_upload_delete", args=[one.pk]), {"post": "yes"})
    desk.post(
        reverse("admin:media_upload_changelist"),
        {"action": "delete_selected", "_selected_action": [two.pk], "post": "yes"},
    )
    run_due()

    assert list(Upload.objects.all()) == [three]
    assert [storage.exists(each.kept) for each in (one, two, three)] == [False, False, True]
