"""Settings: one row, three audiences, and secrets that go in but never out."""

import json

import pytest

from openevent.api.fields import SecretField
from openevent.sealed import SealedField, Secret
from openevent.site.models import Site
from tests.api_client import Api
from tests.contract.test_documents import FACTS
from tests.factories.users import UserFactory
from tests.seeds import fill

pytestmark = pytest.mark.django_db


def keys(names):
    return {name.replace("_", "-") for name in names}


def shown(row, key):
    """Return what the API shows of the setting `key`: whether there is a secret, and the rest."""
    value = getattr(row, key.replace("-", "_"))
    return SecretField.MASK if isinstance(value, Secret) else value


@pytest.mark.parametrize(("traits", "level"), [(None, 0), ({}, 1), ({"admin": True}, 2)], ids=str)
def test_each_audience_sees_the_whole_of_its_settings_and_no_other(traits, level):
    """The contract's three views, as `tests/contract/facts.json` has them."""
    fill(Site.objects.get()).save()
    row = Site.objects.get()
    attributes = FACTS["setting"]["attributes"].items()
    expected = {key: shown(row, key) for key, (_, _, least) in attributes if least <= level}

    document = Api(None if traits is None else UserFactory(**traits)).get("/v1/settings").data

    assert document["attributes"] == expected
    assert (document["type"], document["id"]) == ("setting", "1")
    assert len(expected) == (59, 61, 108)[level]


def test_only_admins_change_settings():
    assert Api().patch("/v1/settings", "setting", id_=1, tagline="x").status == 401
    assert Api(UserFactory()).patch("/v1/settings", "setting", id_=1, tagline="x").status == 403
    answer = Api(UserFactory(admin=True)).patch("/v1/settings", "setting", id_=1, tagline="x")
    assert (answer.status, answer.attributes["tagline"]) == (200, "x")


def test_secrets_are_kept_sealed_and_never_shown():
    api = Api(UserFactory(admin=True))
    secrets = [field.name for field in Site._meta.fields if isinstance(field, SealedField)]
    assert len(secrets) > 15

    answer = api.patch("/v1/settings", "setting", id_=1, **dict.fromkeys(secrets, "hunter2"))

    assert answer.status == 200
    assert {answer.attributes[key] for key in keys(secrets)} == {SecretField.MASK}
    assert "hunter2" not in json.dumps(answer.document)
    assert {getattr(Site.objects.get(), name) for name in secrets} == {"hunter2"}


def test_a_mask_sent_back_keeps_the_secret_and_null_clears_it():
    api = Api(UserFactory(admin=True))
    api.patch("/v1/settings", "setting", id_=1, smtp_password="hunter2")

    masked = api.get("/v1/settings").attributes
    api.patch(
        "/v1/settings", "setting", id_=1, **{k.replace("-", "_"): v for k, v in masked.items()}
    )
    assert Site.objects.get().smtp_password == "hunter2"
    cleared = api.patch("/v1/settings", "setting", id_=1, smtp_password=None)
    assert cleared.attributes["smtp-password"] is None


def test_a_service_is_activated_by_its_keys():
    api = Api(UserFactory(admin=True))

    before = Api().get("/v1/settings").attributes
    api.patch(
        "/v1/settings", "setting", id_=1, stripe_client_id="ca_1", alipay_publishable_key="pk"
    )
    half = Api().get("/v1/settings").attributes
    api.patch("/v1/settings", "setting", id_=1, alipay_secret_key="sk")
    after = Api().get("/v1/settings").attributes

    flags = ("is-stripe-activated", "is-alipay-activated")
    assert [[each[flag] for flag in flags] for each in (before, half, after)] == [
        [False, False],
        [True, False],
        [True, True],
    ]


@pytest.mark.parametrize("minutes", [0, 61, -1, "soon"])
def test_the_time_to_pay_is_bounded(minutes):
    answer = Api(UserFactory(admin=True)).patch(
        "/v1/settings", "setting", id_=1, order_expiry_time=minutes
    )

    assert (answer.status, answer.pointer) == (422, "/data/attributes/order-expiry-time")


S3 = {"aws_key": "k", "aws_secret": "s", "aws_bucket_name": "files"}
GS = {"gs_key": "k", "gs_secret": "s", "gs_bucket_name": "files"}
ACCOUNT = json.dumps(
    {"type": "service_account", "client_email": "a@b", "private_key": "k", "token_uri": "https://t"}
)


@pytest.mark.parametrize(
    ("place", "keys"),
    [
        ("local", {}),
        (None, {}),
        ("s3", S3),
        ("gs", GS),
        ("gs", {"gs_service_account": ACCOUNT, "gs_bucket_name": "files"}),
    ],
)
def test_files_go_to_a_place_whose_keys_are_there(place, keys):
    answer = Api(UserFactory(admin=True)).patch(
        "/v1/settings", "setting", id_=1, storage_place=place, **keys
    )

    assert (answer.status, answer.attributes["storage-place"]) == (200, place)


@pytest.mark.parametrize(
    ("place", "keys", "detail"),
    [
        *(
            ("s3", S3 | {missing: None}, "set aws-key, aws-secret and aws-bucket-name.")
            for missing in S3
        ),
        *(
            ("gs", GS | {missing: ""}, "set gs-bucket-name, and gs-service-account or both")
            for missing in GS
        ),
        ("gs", GS | {"gs_service_account": "{"}, "gs-service-account is the whole JSON"),
        ("gs", GS | {"gs_service_account": "[]"}, "gs-service-account is the whole JSON"),
        ("ftp", {}, "Write local, s3 or gs."),
    ],
)
def test_place_that_takes_no_files_is_not_chosen(place, keys, detail):
    answer = Api(UserFactory(admin=True)).patch(
        "/v1/settings", "setting", id_=1, storage_place=place, **keys
    )

    assert (answer.status, answer.pointer) == (422, "/data/attributes/storage-place")
    assert detail in answer.detail
    assert Site.objects.get().storage_place == "local"


def test_keys_stay_as_long_as_files_go_to_their_place():
    api = Api(UserFactory(admin=True))
    api.patch("/v1/settings", "setting", id_=1, storage_place="s3", **S3)

    refused = api.patch("/v1/settings", "setting", id_=1, aws_secret=None)
    away = api.patch("/v1/settings", "setting", id_=1, storage_place="local")
    cleared = api.patch("/v1/settings", "setting", id_=1, aws_secret=None)

    assert [answer.status for answer in (refused, away, cleared)] == [422, 200, 200]


@pytest.mark.parametrize("name", ["aws_endpoint_url", "aws_public_url", "gs_public_url"])
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("https://s3.example.org", 200),
        ("http://minio:9000/base", 200),
        ("", 200),
        (None, 200),
        ("s3.example.org", 422),
        ("ftp://example.org", 422),
        ("javascript:alert(1)", 422),
        ("https://user:password@example.org", 422),
        ("https://example.org?a=b", 422),
        ("https://example.org:port", 422),
        ("https://[", 422),
        ("https://", 422),
    ],
)
def test_address_of_a_store_is_one(name, address, status):
    answer = Api(UserFactory(admin=True)).patch("/v1/settings", "setting", id_=1, **{name: address})

    assert answer.status == status
    if status == 422:
        assert answer.pointer == f"/data/attributes/{name.replace('_', '-')}"
        assert answer.detail == "Write an address as https://storage.example.org."
