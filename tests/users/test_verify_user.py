"""Verifying an account by its token: `POST /v1/users/{id}/verify`, a data layer."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from tests.api_client import Api
from tests.factories.users import UserEmailFactory, UserFactory
from users.email_tokens import issue
from users.models import EmailToken, User

pytestmark = pytest.mark.django_db

Purpose = EmailToken.Purpose


@pytest.fixture
def ada(db: None) -> User:
    return UserFactory(unverified=True)


def path(user: User) -> str:
    return f"/v1/users/{user.pk}/verify"


def is_verified(user: User) -> bool:
    user.refresh_from_db()
    return user.is_verified


def test_the_account_is_verified_and_answered_with(ada):
    answer = Api(ada).post(path(ada), "verify-user", token=issue(ada, Purpose.VERIFY))

    assert (answer.status, answer.data["type"], answer.data["id"]) == (201, "user", str(ada.pk))
    assert answer.attributes["is-verified"] is True
    assert answer.attributes["email"] == ada.email
    assert is_verified(ada)


@pytest.mark.parametrize("content_type", ["application/json", "application/vnd.api+json"])
def test_the_token_may_be_sent_as_a_plain_object(ada, content_type):
    body = {"token": issue(ada, Purpose.VERIFY)}

    answer = Api(ada).send("post", path(ada), body, content_type)

    assert (answer.status, answer.attributes["is-verified"]) == (201, True)


def test_admins_verify_others_by_their_token(ada):
    answer = Api(UserFactory(admin=True)).post(
        path(ada), "verify-user", token=issue(ada, Purpose.VERIFY)
    )

    assert (answer.status, answer.attributes["is-verified"]) == (201, True)


def test_verifying_takes_a_sign_in(ada):
    token = issue(ada, Purpose.VERIFY)

    assert Api().post(path(ada), "verify-user", token=token).status == 401
    assert Api().post("/v1/users/999999/verify", "verify-user", token=token).status == 401
    assert not is_verified(ada)


def test_an_unknown_user_is_not_found(ada):
    token = issue(ada, Purpose.VERIFY)

    assert Api(ada).post("/v1/users/999999/verify", "verify-user", token=token).status == 404
    assert Api(ada).post("/v1/users/nobody/verify", "verify-user", token=token).status == 404
    assert not is_verified(ada)


@pytest.mark.parametrize("method", ["get", "patch", "put", "delete"])
def test_it_is_only_posted_to(ada, method):
    api = Api(ada)

    answer = api.client.generic(method.upper(), path(ada), headers=api.headers)

    assert (answer.status_code, answer["Allow"]) == (405, "POST, OPTIONS")


def of_another(ada: User) -> str:
    return issue(UserFactory(unverified=True), Purpose.VERIFY)


def used(ada: User) -> str:
    token = issue(ada, Purpose.VERIFY)
    Api(ada).post(path(ada), "verify-user", token=token)
    User.objects.update(is_verified=False)
    return token


def for_a_password(ada: User) -> str:
    return issue(ada, Purpose.RESET)


def for_another_address(ada: User) -> str:
    return issue(ada, Purpose.ALTERNATE, UserEmailFactory(user=ada))


def for_an_address_that_was(ada: User) -> str:
    token = issue(ada, Purpose.VERIFY)
    User.objects.filter(pk=ada.pk).update(email="new@example.org")
    return token


def forged(ada: User) -> str:
    token = issue(ada, Purpose.VERIFY)
    return token[:-1] + ("A" if token[-1] != "A" else "B")


def nonsense(ada: User) -> Any:
    return "nonsense"


def empty(ada: User) -> Any:
    return ""


def no_text(ada: User) -> Any:
    return {"a": 1}


def null(ada: User) -> Any:
    return None


BAD = (
    of_another,
    used,
    for_a_password,
    for_another_address,
    for_an_address_that_was,
    forged,
    nonsense,
    empty,
    no_text,
    null,
)


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("is_plain", [False, True])
def test_any_bad_token_is_told_alike_and_changes_nothing(ada, bad, is_plain):
    token = bad(ada)
    tokens = set(EmailToken.objects.values_list("pk", flat=True))

    api = Api(ada)
    if is_plain:
        answer = api.send("post", path(ada), {"token": token}, "application/json")
    else:
        answer = api.post(path(ada), "verify-user", token=token)

    assert answer.status == 422
    assert (answer.error["status"], answer.detail) == ("422", "Invalid Token")
    assert answer.pointer == "/data/attributes/token"
    assert not is_verified(ada)
    assert set(EmailToken.objects.values_list("pk", flat=True)) == tokens


def test_an_expired_token_is_bad(ada, time_machine):
    token = issue(ada, Purpose.VERIFY)
    time_machine.move_to(timezone.now() + timedelta(days=7, seconds=1))

    answer = Api(ada).post(path(ada), "verify-user", token=token)

    assert (answer.status, answer.detail) == (422, "Invalid Token")
    assert not is_verified(ada)


def test_no_token_is_a_bad_one(ada):
    answer = Api(ada).send("post", path(ada), {"data": {"type": "verify-user"}})

    assert (answer.status, answer.detail) == (422, "Invalid Token")


def test_a_token_of_another_is_good_for_them_afterwards(ada):
    other = UserFactory(unverified=True)
    token = issue(other, Purpose.VERIFY)

    assert Api(ada).post(path(ada), "verify-user", token=token).status == 422
    assert Api(other).post(path(other), "verify-user", token=token).status == 201
    assert not is_verified(ada)


def test_the_page_about_data_layers_shows_this_one_word_for_word():
    root = Path(django_settings.BASE_DIR)
    page = (root / "docs" / "data-layers.md").read_text()

    (shown,) = re.findall(r"```python\n# users/api/verify_users.py\n(.*?)```", page, re.DOTALL)

    assert shown == (root / "users" / "api" / "verify_users.py").read_text()
