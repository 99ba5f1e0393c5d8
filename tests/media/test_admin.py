"""Images, their sizes and uploads in the admin."""

from pathlib import Path
from typing import Any

import pytest
import responses
from django.test import Client
from django.urls import reverse

from events.models import Event, Sponsor
from media import storage
from media.models import EventImageSize, Upload
from openevent.jobs.models import Job
from openevent.jobs.testing import run_due
from tests.administration.desk import sent_by, shown
from tests.factories.events import EventFactory, SponsorFactory
from tests.factories.media import UploadFactory
from tests.factories.users import UserFactory
from tests.media.pictures import image

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
