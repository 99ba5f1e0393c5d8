"""Django's admin site lets in staff, under the rules of every other sign-in."""

from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory

from tests.factories.users import PASSWORD, UserFactory
from tests.services.passwords import CheapArgon2
from users.backends import EmailBackend
from users.models import User

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"
NOON = "2027-01-01T12:00Z"


def sign_in(client: Client, email: str, password: str = PASSWORD, **meta: str) -> Any:
    return client.post(LOGIN, {"username": email, "password": password}, **meta)


@pytest.mark.parametrize("rank", ["admin", "super_admin"])
def test_staff_sign_in_with_their_email_in_any_case(client: Client, rank: str) -> None:
    person = UserFactory(email="Grace@Example.org", **{rank: True})

    answer = sign_in(client, "GRACE@example.org")

    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)
    assert client.session["_auth_user_backend"] == "users.backends.EmailBackend"


def test_others_are_refused_in_the_same_words(client: Client) -> None:
    refused = [
        UserFactory(),
        UserFactory(admin=True, blocked=True),
        UserFactory(admin=True, trashed=True),
        UserFactory(admin=True, password="another one entirely"),
        UserFactory(admin=True, password=None),
        User(email="nobody@example.org"),
    ]

    errors = {
        str(sign_in(client, person.email).context["form"].non_field_errors()) for person in refused
    }

    assert len(errors) == 1
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("change", [{"is_blocked": True}, {"is_admin": False}])
def test_a_session_ends_with_the_account_or_the_rank(client: Client, change: Any) -> None:
    person = UserFactory(admin=True)
    sign_in(client, person.email)
    assert client.get("/admin/").status_code == 200

    User.objects.filter(pk=person.pk).update(**change)

    assert client.get("/admin/").status_code == 302


def test_too_many_failures_are_told_in_the_form(
    client: Client, settings: Any, time_machine: Any
) -> None:
    time_machine.move_to(NOON, tick=False)
    settings.THROTTLES = {**settings.THROTTLES, "password-by-account-and-address": (2, 900)}
    person = UserFactory(admin=True)
    for _ in range(2):
        sign_in(client, person.email, "wrong")

    answer = sign_in(client, person.email)

    (error,) = answer.context["form"].non_field_errors()
    assert error.startswith("Too many attempts. Try again in ")
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert sign_in(client, person.email, REMOTE_ADDR="192.0.2.9").status_code == 302


def test_the_limit_is_the_one_of_the_api(client: Client, settings: Any, time_machine: Any) -> None:
    time_machine.move_to(NOON, tick=False)
    settings.THROTTLES = {**settings.THROTTLES, "password-by-account-and-address": (2, 900)}
    person = UserFactory(admin=True)
    for _ in range(2):
        sign_in(client, person.email, "wrong")

    request = RequestFactory().post("/auth/session")
    with pytest.raises(ValidationError):
        authenticate(request, username=person.email, password=PASSWORD)


def test_the_backend_itself_knows_staff_only(rf: RequestFactory) -> None:
    somebody = UserFactory()
    blocked = UserFactory(admin=True, blocked=True)
    backend = EmailBackend()

    assert backend.authenticate(rf.post("/"), somebody.email, PASSWORD) is None
    assert backend.get_user(somebody.pk) is None
    assert backend.get_user(blocked.pk) is None


def test_a_session_survives_that_its_password_was_hashed_anew(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = UserFactory(admin=True)
    monkeypatch.setattr(CheapArgon2, "time_cost", 2)

    sign_in(client, person.email)

    assert client.get("/admin/").status_code == 200


def test_other_ways_to_sign_in_are_not_this_backends(db: None) -> None:
    assert EmailBackend().authenticate(None) is None
    assert EmailBackend().authenticate(None, username="a@b.org") is None
    assert EmailBackend().get_user(10**9) is None


def test_a_sign_in_without_a_request_is_possible(db: None) -> None:
    person = UserFactory(admin=True)

    assert authenticate(None, username=person.email, password=PASSWORD) == person
