"""Refresh tokens rotate, and clients that never heard of it live on."""

import threading
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.db import connection

from tests.factories.users import UserFactory, authorization
from users import tokens
from users.actions.sign_in import Tokens, refresh, revoke_all, sign_in
from users.models import SignIn, User

from .conftest import Post

pytestmark = pytest.mark.django_db

PATH = "/v1/auth/token/refresh"
REVOKED = {"error": "Token has been revoked"}


@pytest.fixture
def remembered(ada: User) -> Tokens:
    return sign_in(ada, remember=True, renewable=True)


def is_accepted(post: Post, access_token: str) -> bool:
    return post("/v1/auth/verify-password", Authorization=f"JWT {access_token}").status_code != 401


def test_the_web_client_renews_as_it_always_did(post: Post, remembered: Tokens) -> None:
    csrf = jwt.decode(remembered.access, options={"verify_signature": False})["csrf"]

    answer = post(
        PATH,
        {"refresh_token": remembered.refresh},
        Authorization=f"JWT {remembered.refresh}",
        X_CSRF_Token=csrf,
    )

    assert answer.status_code == 200
    claims = jwt.decode(answer.json()["access_token"], settings.SECRET_KEY, algorithms=["HS256"])
    assert claims["fresh"] is False
    assert claims["exp"] - claims["iat"] == 90 * 60


def test_a_client_that_keeps_its_first_refresh_token_renews_for_a_year(
    post: Post, ada: User, time_machine: Any
) -> None:
    time_machine.move_to("2027-01-01T12:00Z")
    first = sign_in(ada, remember=True, renewable=True).refresh
    for day in ("2027-01-01T13:28Z", "2027-03-01T00:00Z", "2027-12-31T00:00Z"):
        time_machine.move_to(day)
        answer = post(PATH, Authorization=f"JWT {first}")
        assert is_accepted(post, answer.json()["access_token"])

    time_machine.move_to("2028-01-01T12:00Z")

    answer = post(PATH, Authorization=f"JWT {first}")
    assert (answer.status_code, answer.json()) == (401, {"error": "Token has expired"})


def test_a_client_that_takes_each_new_refresh_token_renews_until_the_first_would_expire(
    post: Post, ada: User, time_machine: Any
) -> None:
    time_machine.move_to("2027-01-01T12:00Z")
    token = sign_in(ada, remember=True, renewable=True).refresh
    for day in ("2027-01-01T13:28Z", "2027-03-01T00:00Z", "2027-12-31T00:00Z"):
        time_machine.move_to(day)
        token = post(PATH, {"refresh_token": token}).json()["refresh_token"]

    time_machine.move_to("2028-01-01T12:00Z")

    answer = post(PATH, {"refresh_token": token})
    assert (answer.status_code, answer.json()) == (401, {"error": "Token has expired"})


def test_a_renewal_whose_answer_was_lost_may_be_asked_for_again(
    post: Post, remembered: Tokens
) -> None:
    second = post(PATH, {"refresh_token": remembered.refresh}).json()["refresh_token"]
    post(PATH, {"refresh_token": second})

    again = post(PATH, {"refresh_token": second})

    assert again.status_code == 200
    assert post(PATH, {"refresh_token": again.json()["refresh_token"]}).status_code == 200


def test_two_tabs_that_renew_at_once_both_go_on(post: Post, remembered: Tokens) -> None:
    one = post(PATH, {"refresh_token": remembered.refresh}).json()["refresh_token"]
    two = post(PATH, {"refresh_token": remembered.refresh}).json()["refresh_token"]

    assert post(PATH, {"refresh_token": one}).status_code == 200
    assert post(PATH, {"refresh_token": two}).status_code == 200


def test_a_superseded_refresh_token_ends_the_sign_in_for_whoever_holds_it(
    post: Post, ada: User, remembered: Tokens, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = authorization(ada)
    stolen = remembered.refresh
    theirs = post(PATH, {"refresh_token": stolen}).json()
    theirs = post(PATH, {"refresh_token": theirs["refresh_token"]}).json()

    answer = post(PATH, {"refresh_token": stolen})

    assert (answer.status_code, answer.json()) == (401, REVOKED)
    assert post(PATH, {"refresh_token": theirs["refresh_token"]}).json() == REVOKED
    assert not is_accepted(post, theirs["access_token"])
    assert not is_accepted(post, remembered.access)
    assert post("/v1/auth/blacklist", **elsewhere).status_code == 200
    assert [
        record.getMessage() for record in caplog.records if record.name.startswith("users")
    ] == [f"A superseded refresh token of user {ada.pk} was used: that sign-in has ended."]


def test_the_header_comes_before_the_body(post: Post, ada: User, remembered: Tokens) -> None:
    others = sign_in(UserFactory(), remember=True, renewable=True)

    answer = post(
        PATH, {"refresh_token": others.refresh}, Authorization=f"JWT {remembered.refresh}"
    )

    token = answer.json()["access_token"]
    assert tokens.read(token, tokens.ACCESS)["identity"] == ada.pk


@pytest.mark.parametrize("header", ["JWT null", "JWT rubbish", "access", "Bearer "])
def test_the_body_is_read_when_the_header_has_no_refresh_token(
    post: Post, remembered: Tokens, header: str
) -> None:
    header = f"JWT {remembered.access}" if header == "access" else header

    answer = post(PATH, {"refresh_token": remembered.refresh}, Authorization=header)

    assert answer.status_code == 200


def test_a_renewal_without_a_token_is_refused(post: Post) -> None:
    for body in (None, {}, {"refresh_token": ""}, {"refresh_token": None}, {"refresh_token": [1]}):
        answer = post(PATH, body)

        assert (answer.status_code, answer.json()) == (
            401,
            {"error": "Missing Authorization Header"},
        )


@pytest.mark.parametrize("token", ["rubbish", "a.b.c", "\xe4.\xf6.\xfc", "e30.e30.e30"])
def test_what_is_no_token_is_unprocessable(post: Post, token: str) -> None:
    for request in ({"body": {"refresh_token": token}}, {"Authorization": f"JWT {token}"}):
        answer = post(PATH, **request)

        assert (answer.status_code, answer.json()) == (422, {"error": "Token is invalid"})


def test_an_access_token_renews_nothing(post: Post, remembered: Tokens) -> None:
    answer = post(PATH, Authorization=f"JWT {remembered.access}")

    assert answer.status_code == 422
    assert answer.json() == {"error": "Only refresh tokens are accepted here"}


def test_a_refresh_token_is_no_access_token(post: Post, remembered: Tokens) -> None:
    answer = post("/v1/auth/blacklist", Authorization=f"JWT {remembered.refresh}")

    assert answer.status_code == 401
    assert answer.json() == {"error": "Only access tokens are accepted here"}


@pytest.mark.parametrize(
    "change",
    [
        lambda user: User.objects.filter(pk=user.pk).update(is_blocked=True),
        lambda user: user.trash(),
        lambda user: revoke_all(user),
        lambda user: user.delete(),
    ],
    ids=["blocked", "trashed", "signed out everywhere", "removed"],
)
def test_whoever_may_not_sign_in_any_more_cannot_renew(
    post: Post, ada: User, remembered: Tokens, change: Any
) -> None:
    change(ada)

    answer = post(PATH, {"refresh_token": remembered.refresh})

    assert (answer.status_code, answer.json()) == (401, REVOKED)


def test_renewing_takes_one_query_and_a_second_for_a_new_generation(
    post: Post, remembered: Tokens, django_assert_num_queries: Any
) -> None:
    savepoint = 2  # of the test's own transaction

    with django_assert_num_queries(1 + savepoint):
        second = post(PATH, {"refresh_token": remembered.refresh}).json()["refresh_token"]
    with django_assert_num_queries(2 + savepoint):
        post(PATH, {"refresh_token": second})


@pytest.mark.django_db(transaction=True)
def test_of_a_token_and_its_successor_used_at_once_the_theft_is_seen(ada: User) -> None:
    first = sign_in(ada, remember=True, renewable=True)
    second = refresh(first.refresh or "")
    barrier = threading.Barrier(2)

    def use(token: str | None) -> None:
        try:
            barrier.wait(5)
            refresh(token or "")
        except tokens.RevokedToken:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=use, args=[each.refresh]) for each in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    # whichever came first: the older one after the newer is a reuse, or is one the next time
    row = SignIn.objects.filter(user=ada).first()
    if row is not None:
        assert row.generation == 1
        with pytest.raises(tokens.RevokedToken):
            refresh(first.refresh or "")
    assert not SignIn.objects.filter(user=ada).exists()
