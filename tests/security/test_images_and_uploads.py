"""What went wrong elsewhere with images and uploads, and cannot here."""

import base64
import io
import socket
from typing import Any

import pytest
import responses
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http.multipartparser import MultiPartParser
from django.test import Client
from django.urls import reverse

from events.models import Event, Speaker
from media import storage
from media.actions import owning
from media.fields import image_models, images_of
from openevent.api.registry import registry
from openevent.api.resources import Resource
from openevent.jobs.testing import run_due
from openevent.site.models import Site
from tests.api_client import Answer, Api
from tests.factories import events as factories
from tests.factories.events import EventFactory, SpeakerFactory
from tests.factories.users import UserFactory, authorization
from tests.media.pictures import image, png_bomb
from tests.resources.reference import COLLECTIONS
from tests.services.stores import Store
from users.models import User

pytestmark = pytest.mark.usefixtures("local")

OUTSIDE = "https://pictures.example/photo.png"
INSIDE = [
    "http://127.0.0.1:8000/admin/",
    "http://169.254.169.254/latest/meta-data/iam/",
    "http://[::ffff:10.0.0.1]/",
    "http://2130706433/",
]


@pytest.fixture
def admin() -> User:
    user: User = UserFactory(is_admin=True, is_super_admin=True)
    return user


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Where this process connected to by TCP."""
    seen: list[Any] = []
    connect = socket.socket.connect

    def watched(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX:
            seen.append(address)
            raise ConnectionRefusedError
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", watched)
    return seen


def chosen_images() -> list[Any]:
    """Return each image attribute of each resource: every URL that this server may be sent to."""
    return [
        pytest.param(resource, image.chosen.name, id=f"{resource.type}.{image.chosen.name}")
        for resource in COLLECTIONS
        for image in images_of(resource.model or Event)
        if resource.model and image.chosen.name in resource.attributes
    ]


FACTORIES = {
    factory._meta.model: factory
    for factory in (
        UserFactory,
        EventFactory,
        SpeakerFactory,
        factories.GroupFactory,
        factories.ExhibitorFactory,
        factories.SponsorFactory,
        factories.EventTopicFactory,
        factories.EventCopyrightFactory,
        factories.CustomPlaceholderFactory,
    )
}


def change(admin: User, resource: Resource, name: str, url: str) -> Answer:
    model: Any = resource.model
    row = FACTORIES[model]()
    return Api(admin).patch(f"/v1/{resource.path}/{row.pk}", resource.type, **{name: url})


# --- indico CVE-2026-25738, Hi.Events PR 982: the server is sent to its neighbours


def test_every_image_that_a_model_has_is_asked_here() -> None:
    assert set(image_models()) == set(FACTORIES)
    asked = {(resource.values[0].model, resource.values[1]) for resource in chosen_images()}
    assert asked == {
        (model, image.chosen.name) for model in FACTORIES for image in images_of(model)
    }


@pytest.mark.parametrize("url", INSIDE)
@pytest.mark.parametrize(("resource", "name"), chosen_images())
def test_no_image_leads_to_the_inside(
    resource: Resource, name: str, url: str, admin: User, connected: list[Any]
) -> None:
    answer = change(admin, resource, name, url)

    pointer = f"/data/attributes/{name.replace('_', '-')}"
    assert (answer.status, answer.pointer, connected) == (422, pointer, [])


@pytest.mark.parametrize("url", INSIDE)
def test_no_image_of_an_archive_leads_to_the_inside(url: str, connected: list[Any]) -> None:
    speaker = SpeakerFactory(photo_url=url)

    found = owning.give_own(Speaker, [speaker.pk], lambda *_: None, transaction.atomic)

    assert (found, connected) == ({"own": 0, "left": 1}, [])


@pytest.mark.parametrize("url", INSIDE)
def test_no_admin_page_leads_to_the_inside(url: str, admin: User, connected: list[Any]) -> None:
    topic = factories.EventTopicFactory()
    client = Client()
    client.force_login(admin)
    page = reverse("admin:events_eventtopic_change", args=[topic.pk])

    client.post(page, {"name": topic.name, "slug": topic.slug, "system_image_url": url})

    topic.refresh_from_db()
    assert (topic.system_image_url, connected) == (None, [])


# --- the former server fetched its own images over HTTP, and hung while it answered itself


@pytest.mark.parametrize(("resource", "name"), chosen_images())
def test_an_own_image_is_not_fetched_over_http(
    resource: Resource, name: str, admin: User, connected: list[Any]
) -> None:
    url = storage.url(storage.keep_public(io.BytesIO(image("JPEG")), "images/x/f00.jpg"))

    answer = change(admin, resource, name, str(url))

    assert (answer.status, connected) == (200, [])


# --- pretix CVE-2024-27447: what is uploaded is told by its content, wherever it comes in

POLYGLOT = b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(document.domain)//<script>alert(1)</script>"


def by_json(admin: User, content: bytes) -> Answer:
    data = "data:image/gif;base64," + base64.b64encode(content).decode()
    return Api(admin).send("post", "/v1/upload/image", {"data": data})


def by_form(admin: User, content: bytes) -> Answer:
    file = SimpleUploadedFile("photo.gif", content, content_type="image/gif")
    headers = authorization(admin)
    return Answer(Client().post("/v1/upload/image", {"file": file}, headers=headers))


def as_document(admin: User, content: bytes) -> Answer:
    file = SimpleUploadedFile("photo.pdf", content, content_type="application/pdf")
    headers = authorization(admin)
    return Answer(Client().post("/v1/upload/files", {"file": file}, headers=headers))


def by_url(admin: User, content: bytes) -> Answer:
    with responses.RequestsMock() as web:
        web.get(OUTSIDE, body=content, content_type="image/gif")
        return change(admin, registry["event"], "logo_url", OUTSIDE)


EVERY_WAY = pytest.mark.parametrize("send", [by_json, by_form, by_url, as_document])


@EVERY_WAY
@pytest.mark.parametrize("content", [POLYGLOT, b"<svg onload=alert(1)>\0", b"\x7fELF\0\0"])
def test_what_only_looks_like_an_image_comes_in_nowhere(
    send: Any, content: bytes, admin: User, local: Store
) -> None:
    answer = send(admin, content)

    assert answer.status in (415, 422)
    assert local.keys == []


@pytest.mark.parametrize("send", [by_json, by_form, by_url])
def test_a_bomb_comes_in_nowhere(send: Any, admin: User, local: Store) -> None:
    answer = send(admin, png_bomb(20_000, 20_000))

    assert (answer.status, local.keys) == (422, [])
    assert "million pixels" in answer.detail


# --- pretalx 2026.2.0: the limit on uploads held in the form and not in the API


@EVERY_WAY
def test_what_is_too_large_comes_in_nowhere(send: Any, admin: User, local: Store) -> None:
    Site.objects.update(image_size=10, slide_size=10)

    answer = send(admin, image("PNG") + b"\0" * 20_000)

    assert answer.status in (413, 422)
    assert "larger than" in answer.detail
    assert local.keys == []


# --- the web client: an upload hung, or ended in 413 without a word


def test_an_upload_of_many_megabytes_is_answered_with_a_sentence(admin: User) -> None:
    for send in (by_json, by_form, as_document):
        answer = send(admin, b"\0" * 21_000_000)

        assert answer.status == 413
        assert answer.detail.startswith(("The file is larger", "The body is larger", "The files"))


# --- no limit on the size of a request: forms of pages are read before anybody is asked for a right


@pytest.mark.parametrize("path", ["/admin/login/", "/admin/events/event/add/", "/sign-in"])
def test_a_form_without_end_is_not_written_to_the_disk(
    path: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    monkeypatch.setattr(MultiPartParser, "parse", lambda _: pytest.fail("it was read"))

    answer = Client(enforce_csrf_checks=True).post(path, {"file": io.BytesIO(b"x" * 10_001)})

    assert answer.status_code == 413
    assert answer.content == b"The form is larger than the 10,000 bytes that are taken."


# --- one row's image is not another's to delete


def test_who_shows_the_same_image_does_not_lose_it_with_the_other(
    admin: User, local: Store
) -> None:
    url = by_form(admin, image()).document["url"]
    event = registry["event"]
    first, second = (change(admin, event, "logo_url", url).attributes for _ in range(2))
    third = change(admin, event, "logo_url", first["logo-url"]).attributes

    Event.objects.order_by("pk")[0].delete()
    run_due()

    shown = [storage.kept_of(each["logo-url"]) for each in (first, second, third)]
    assert [storage.exists(str(each)) for each in shown] == [False, True, True]


def test_no_path_leads_out_of_what_is_public(local: Store, admin: User) -> None:
    secret = storage.keep_private(io.BytesIO(image()), "exports/7/f00/secret.jpg")
    key = secret.partition(":")[2]

    for url in (
        f"http://testserver/media/local/../{key}",
        f"http://testserver/media/local/..%2f{key}",
        f"http://testserver/media/../{key}",
        f"http://testserver/media/local/%2e%2e/{key}",
        f"http://testserver/media/local/public/../../{key}",
    ):
        assert change(admin, registry["event"], "logo_url", url).status == 422
    assert local.keys == [key]
