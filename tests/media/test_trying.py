"""Trying a place: what is well, and what is wrong in a sentence without secrets."""

import io
import json
import socket
import time
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from media import storage
from media.actions.trying import try_place
from media.places import StorageUnavailable
from openevent.embedded import doctor
from openevent.site.models import Site
from tests.factories.users import UserFactory
from tests.services.stores import (
    BUCKET,
    KEY,
    SECRET,
    UNREACHABLE,
    Store,
    account_with,
    choose,
    in_one_process,
    new_key,
)

pytestmark = pytest.mark.django_db

NOBODY_LISTENS = UNREACHABLE["aws_endpoint_url"]


@pytest.fixture
def silent_server() -> Iterator[str]:
    """The address of a server that takes connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def reason(name: str) -> str:
    """Return why the place does not do, having looked that nothing said holds a secret."""
    with pytest.raises(StorageUnavailable) as refusal:
        try_place(name)
    said = "".join(traceback.format_exception(refusal.value)) + str(refusal.value.detail)
    assert SECRET not in said
    assert "PRIVATE KEY" not in said
    return refusal.value.reason


def test_place_that_is_well_says_so_and_keeps_nothing(place: Store) -> None:
    said = try_place(place.name)

    assert said == f"Files can be kept in {place.name}: one was written, read and deleted."
    assert place.keys == []


@in_one_process
@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (
            {"aws_secret": "another"},
            "{url} does not accept the key: its id or its secret is wrong.",
        ),
        ({"aws_key": "another"}, "{url} does not accept the key: its id or its secret is wrong."),
        ({"aws_bucket_name": "another"}, "There is no bucket 'another' at {url}."),
        (
            {"aws_bucket_name": "a bucket"},
            "The bucket 'a bucket' cannot be reached at {url}: is there a slip in its name, its "
            "region or the endpoint?",
        ),
        ({"aws_endpoint_url": NOBODY_LISTENS}, "http://127.0.0.1:1 does not answer."),
        ({"aws_secret": ""}, "The keys of s3 are not in the settings (any more)."),
        (
            {"aws_public_url": NOBODY_LISTENS},
            "Not everybody can read http://127.0.0.1:1/public/tests/",
        ),
    ],
)
def test_s3_says_what_is_wrong(s3: Store, columns: dict[str, str], said: str) -> None:
    choose("s3", **columns)

    assert reason("s3").startswith(said.format(url=s3.url))
    assert s3.keys == []


@in_one_process
@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"gs_bucket_name": "another"}, "Google has no bucket 'another'."),
        (
            {"gs_service_account": "[of another key]"},
            "Google does not accept the service account's key.",
        ),
        ({"gs_service_account": "[of a silent one]"}, "Google does not answer."),
        (
            {"gs_service_account": '{"type": "service_account"}'},
            "The service account is not one that can be used: is its JSON whole?",
        ),
        ({"gs_bucket_name": ""}, "The keys of gs are not in the settings (any more)."),
    ],
)
def test_google_says_what_is_wrong(
    gs: Store, service_account: str, columns: dict[str, str], said: str
) -> None:
    made_up = {
        "[of another key]": account_with(new_key(), json.loads(service_account)["token_uri"]),
        "[of a silent one]": account_with(new_key(), NOBODY_LISTENS),
    }
    choose("gs", **{name: made_up.get(value, value) for name, value in columns.items()})

    assert reason("gs") == said
    assert gs.keys == []


@pytest.mark.parametrize("name", ["s3", "gs"])
def test_store_that_says_nothing_is_given_up(
    name: str,
    silent_server: str,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.setattr(f"media.places.{name}.READ", 0.1)
    monkeypatch.setattr("media.places.gs.ENDPOINT", silent_server)
    choose(
        name,
        aws_key=KEY,
        aws_secret=SECRET,
        aws_bucket_name=BUCKET,
        aws_endpoint_url=silent_server,
        gs_bucket_name=BUCKET,
        gs_service_account=account_with(new_key(), silent_server),
    )
    started = time.monotonic()

    said = reason(name)

    assert said.endswith("does not answer.")
    assert time.monotonic() - started < 10  # and not the minutes that the libraries would take


def test_secret_that_no_key_opens_says_so(settings: Any) -> None:
    choose("s3", aws_key=KEY, aws_secret=SECRET, aws_bucket_name=BUCKET)
    settings.FIELD_KEYS = ["another key"]

    assert reason("s3").startswith("None of FIELD_KEYS opens site.Site.aws_secret.")


@in_one_process
@pytest.mark.usefixtures("s3")
def test_keys_that_change_take_effect_at_once() -> None:
    kept = storage.keep_private(io.BytesIO(b"abc"), "a.zip")
    choose("s3", aws_secret="another")

    with pytest.raises(StorageUnavailable):
        storage.opened(kept)
    choose("s3", aws_secret=SECRET)

    with storage.opened(kept) as file:
        assert file.read() == b"abc"


# --- who is told


def pressed(user: Any, place: str) -> Any:
    client = Client()
    client.force_login(user)
    return client.post(reverse("admin:site_site_test_storage"), {"place": place}, follow=True)


def shown(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_super_admin_tests_each_place_that_is_set_up(local: Store) -> None:
    choose("local", **UNREACHABLE)
    admin = UserFactory(super_admin=True)

    well, broken, missing = (pressed(admin, name) for name in ("local", "s3", "gs"))

    assert shown(well) == ["Files can be kept in local: one was written, read and deleted."]
    assert shown(broken) == [f"{NOBODY_LISTENS} does not answer."]
    assert shown(missing) == ["The keys of gs are not in the settings (any more)."]
    page = well.content.decode()
    assert [f'name="place" value="{name}"' in page for name in ("local", "s3", "gs")] == [
        True,
        True,
        False,
    ]
    assert SECRET not in page
    assert local.keys == []


def test_storage_is_tested_by_super_admins_who_press_the_button(local: Store) -> None:
    address = reverse("admin:site_site_test_storage")
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory(super_admin=True))

    assert pressed(UserFactory(admin=True), "local").status_code == 403
    assert client.get(address).status_code == 405
    assert client.post(address, {"place": "local"}).status_code == 403


def test_place_without_keys_is_no_choice_in_the_admin(local: Store) -> None:
    client = Client()
    client.force_login(UserFactory(super_admin=True))
    page = reverse("admin:site_site_change", args=[1])
    form = client.get(page).context["adminform"].form
    sent = {name: value for name in form.fields if (value := form[name].value()) is not None}

    answer = client.post(page, sent | {"storage_place": "s3"})

    assert answer.context["adminform"].form.errors == {
        "storage_place": ["To keep files in s3, set aws-key, aws-secret and aws-bucket-name."]
    }
    assert Site.objects.get().storage_place == "local"


@pytest.mark.django_db(transaction=True)
def test_doctor_tries_the_place_that_is_chosen(local: Store) -> None:
    def said() -> doctor.Finding:
        return next(each for each in doctor.examine() if each.name == "storage")

    well = said()
    choose("s3", **UNREACHABLE)
    broken = said()

    assert (well.ok, well.detail) == (
        True,
        "Files can be kept in local: one was written, read and deleted.",
    )
    assert (broken.ok, broken.detail) == (False, f"{NOBODY_LISTENS} does not answer.")
    assert "settings in the admin" in broken.mend
