"""Image sizes in the admin site: pictures that show how pictures are cut."""

import io
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from administration import sample_picture
from media.images import Size
from media.models import EventImageSize, SpeakerImageSize
from openevent.jobs.models import Job
from tests.administration.desk import sent_by, shown, signed_in, somebody_with, url

pytestmark = pytest.mark.django_db

EVENT, SPEAKER = "media.eventimagesize", "media.speakerimagesize"


@pytest.fixture
def client() -> Client:
    return signed_in(somebody_with("settings"))


def picture(client: Client, size: str = "full", page: str = EVENT, **query: Any) -> Any:
    name = page.partition(".")[2]
    return client.get(f"/admin/media/{name}/picture/{size}/", query)


def opened(answer: Any) -> Image.Image:
    return Image.open(io.BytesIO(b"".join(answer.streaming_content)))


def save(client: Client, page: str, **changes: Any) -> Any:
    address = url(page, "change", 1)
    return client.post(address, sent_by(client.get(address)) | changes, follow=True)


@pytest.mark.parametrize(
    ("query", "size"),
    [
        ({"width": 400, "height": 400}, (400, 300)),
        ({"width": 400, "height": 400, "keeps_aspect": "False"}, (400, 400)),
        ({"width": 300, "height": 900, "keeps_aspect": "False"}, (300, 900)),
        ({}, (667, 500)),
        ({"width": "", "height": "0", "keeps_aspect": "True"}, (667, 500)),
        ({"width": "x", "height": "5001", "quality": "101"}, (667, 500)),
        ({"width": "٤٠٠", "height": "-1", "quality": "9" * 400}, (667, 500)),
    ],
)
def test_picture_is_cut_as_all_pictures_are(client: Client, query: Any, size: Any) -> None:
    answer = picture(client, **query)

    assert opened(answer).size == size
    assert answer["X-Picture-Size"] == "{} x {}".format(*size)
    assert answer["Content-Type"] == "image/jpeg"


def test_very_large_size_is_shown_smaller_and_named_as_it_is(client: Client) -> None:
    answer = picture(client, width=5000, height=2500, keeps_aspect="False")

    assert opened(answer).size == (900, 450)
    assert answer["X-Picture-Size"] == "5000 x 2500"


def test_picture_has_the_quality_that_is_asked_for(client: Client) -> None:
    coarse, fine = (
        len(b"".join(picture(client, quality=quality).streaming_content)) for quality in (5, 95)
    )

    assert coarse < fine / 2


def test_photo_is_somebody_in_a_square(client: Client) -> None:
    answer = picture(client, "thumbnail", SPEAKER, width=200)

    assert opened(answer).size == (150, 200)


def test_picture_is_shown_to_holders_of_the_panel_and_of_known_sizes_only(client: Client) -> None:
    assert picture(client, "poster").status_code == 404
    assert picture(Client()).status_code == 302


@pytest.mark.parametrize("is_portrait", [True, False])
def test_dimensions_are_those_of_the_picture(is_portrait: bool) -> None:
    for size in (Size(500, 200), Size(333, 777), Size(64, 64, False), Size(2000, 2000)):
        named = sample_picture.dimensions(size, is_portrait=is_portrait)
        made = Image.open(sample_picture.cut(size, is_portrait=is_portrait)).size

        scale = min(1, 900 / max(named))
        assert made == pytest.approx([each * scale for each in named], abs=1)


def test_page_shows_each_size_as_it_is_saved_without_a_script(client: Client) -> None:
    EventImageSize.objects.update(icon_width=64, icon_height=64, icon_aspect=False)

    page = client.get(url(EVENT, "change", 1)).content.decode()

    assert page.count("<figure") == 4
    assert "/picture/icon/?width=64&amp;height=64&amp;keeps_aspect=False&amp;quality=80" in page
    assert "<output>64 x 64</output>" in page


def test_new_sizes_are_saved_and_the_images_made_anew(client: Client) -> None:
    answer = save(client, SPEAKER, small_size_width_height="60")

    assert SpeakerImageSize.objects.get().small_size_width_height == 60
    assert "The images that there are, are being made in the new sizes." in shown(answer)
    assert [job.kind for job in Job.objects.all()] == ["media.remake-sizes"]


def test_size_that_is_too_large_is_refused(client: Client) -> None:
    answer = save(client, EVENT, full_width="5001")

    assert list(answer.context["adminform"].form.errors) == ["full_width"]
    assert not Job.objects.exists()


def test_every_column_has_its_place_on_the_page(client: Client) -> None:
    for page, model in ((EVENT, EventImageSize), (SPEAKER, SpeakerImageSize)):
        form = client.get(url(page, "change", 1)).context["adminform"].form
        columns = [field.name for field in model._meta.fields if field.editable]
        assert list(form.fields) == columns
