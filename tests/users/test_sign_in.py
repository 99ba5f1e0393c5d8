"""Signing in and out over HTTP, as each client does it."""

import json
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, identify_hasher
from django.test import Client
from django.utils import timezone

from tests.factories.users import PASSWORD, UserFactory, authorization
from tests.services.passwords import CheapArgon2
from users.actions.sign_in import revoke_all, sign_in, verify
from users.models import SignIn, User

from .conftest import Post

pytestmark = pytest.mark.django_db

JSON_API = "application/vnd.api+json"
WRONG = {"error": "Invalid Credentials"}


def claims_of(token: str) -> dict[str, Any]:
    return jwt.decode(token, settings.SECRET_KEY, algorithms=["HS256"])


def lifetime_of(token: str) -> int:
    claims = claims_of(token)
    return claims["exp"] - claims["iat"]


# --- POST /auth/session and /v1/auth/login


@pytest.mark.parametrize("path", ["/auth/session", "/v1/auth/login"])
@pytest.mark.parametrize("name", ["email", "username"])
def test_email_and_password_give_a_fresh_access_token_for_a_day(
    post: Post, ada: User, path: str, name: str
) -> None:
    answer = post(path, {name: "ada@example.org", "password": PASSWORD})

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "no-store"
    assert list(answer.json()) == ["access_token"]
    claims = claims_of(answer.json()["access_token"])
    assert claims["identity"] == ada.pk
    assert claims["fresh"] is True
    assert claims["exp"] - claims["iat"] == 24 * 3600


def test_the_web_client_is_remembered_with_a_refresh_token_in_the_body(
    post: Post, ada: User
) -> None:
    answer = post(
        "/auth/session",
        {
            "username": "ada@example.org",
            "password": PASSWORD,
            "remember-me": True,
            "include-in-response": True,
        },
    )

    given = answer.json()
    assert list(given) == ["access_token", "refresh_token"]
    assert lifetime_of(given["access_token"]) == 90 * 60
    assert lifetime_of(given["refresh_token"]) == 365 * 24 * 3600


@pytest.mark.parametrize(
    ("remember", "include", "lifetime"),
    [
        (True, False, 90 * 60),
        (False, True, 24 * 3600),
        (None, None, 24 * 3600),
        ("true", "true", 24 * 3600),
        (1, [1], 24 * 3600),
    ],
)
def test_without_both_wishes_there_is_no_refresh_token(
    post: Post, ada: User, remember: Any, include: Any, lifetime: int
) -> None:
    wishes = {"remember-me": remember, "include-in-response": include}

    answer = post("/auth/session", {"email": ada.email, "password": PASSWORD, **wishes})

    assert list(answer.json()) == ["access_token"]
    assert lifetime_of(answer.json()["access_token"]) == lifetime


def test_check_in_signs_in_under_the_json_api_type_and_with_a_null_token(
    post: Post, ada: User
) -> None:
    answer = post(
        "/v1/auth/login",
        {"email": ada.email, "password": PASSWORD},
        content_type=JSON_API,
        Authorization="JWT null",
    )

    assert answer.status_code == 200


@pytest.mark.parametrize("stale", ["JWT null", "JWT undefined", "JWT ", "JWT rubbish", "Basic x"])
def test_a_stale_token_does_not_hinder_signing_in(post: Post, ada: User, stale: str) -> None:
    answer = post("/auth/session", {"email": ada.email, "password": PASSWORD}, Authorization=stale)

    assert answer.status_code == 200


def test_the_email_may_be_in_any_case_and_between_spaces(post: Post, ada: User) -> None:
    answer = post("/auth/session", {"email": " ADA@Example.ORG ", "password": PASSWORD})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "ada@example.org"},
        {"password": PASSWORD},
        {"email": "", "password": PASSWORD},
        {"email": "ada@example.org", "password": ""},
        {"email": None, "password": None},
        {"email": ["ada@example.org"], "password": PASSWORD},
        {"email": "ada@example.org", "password": 12345678},
        {"email": {"eq": "ada@example.org"}, "password": {"ne": ""}},
        {"email": True, "password": True},
    ],
)
def test_email_and_password_must_both_be_texts(post: Post, ada: User, body: Any) -> None:
    answer = post("/auth/session", body)

    assert answer.status_code == 400
    assert answer.json() == {"error": "username or password missing"}


def refused_accounts() -> dict[str, str]:
    """Return the e-mail addresses of accounts that nobody may sign in to, by why."""
    return {
        "wrong password": UserFactory(password="another one entirely").email,
        "blocked": UserFactory(blocked=True).email,
        "deleted": UserFactory(trashed=True).email,
        "without a password": UserFactory(password=None).email,
        "unknown": "nobody@example.org",
        "no address": "nobody",
    }


def test_a_refusal_does_not_tell_why(post: Post) -> None:
    answers = {
        why: post("/auth/session", {"email": email, "password": PASSWORD})
        for why, email in refused_accounts().items()
    }

    told = {
        (answer.status_code, answer.content, answer["WWW-Authenticate"])
        for answer in answers.values()
    }
    assert told == {(401, json.dumps(WRONG).replace(": ", ":").encode(), 'JWT realm="api"')}


def test_every_refusal_takes_one_hash_and_one_query(
    post: Post, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    hashes: list[str] = []
    for name in ("encode", "verify"):
        original = getattr(Argon2PasswordHasher, name)

        def counted(self: Any, *args: Any, _original: Any = original, **kwargs: Any) -> Any:
            hashes.append("hash")
            return _original(self, *args, **kwargs)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)

    for why, email in refused_accounts().items():
        hashes.clear()
        with django_assert_num_queries(1):
            post("/auth/session", {"email": email, "password": PASSWORD})
        assert hashes == ["hash"], why


def test_a_password_longer_than_any_is_refused_without_hashing_it(
    post: Post, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Argon2PasswordHasher, "verify", lambda *args: pytest.fail("hashed"))
    monkeypatch.setattr(Argon2PasswordHasher, "encode", lambda *args: pytest.fail("hashed"))

    for email in (ada.email, "nobody@example.org"):
        answer = post("/auth/session", {"email": email, "password": "x" * 1001})

        assert (answer.status_code, answer.json()) == (401, WRONG)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ('{"email": "a\\u0000@example.org", "password": "x"}', "application/json", 400),
        ('{"email": "a@example.org", "password": "x\\u0000"}', "application/json", 400),
        ('{"email": "\\ud800", "password": "x"}', "application/json", 400),
        ('{"email": "a@example.org", "password": "' + "x" * 1_000_000 + '"}', JSON_API, 413),
        ('{"email": ', "application/json", 400),
        ("[" * 10_000, "application/json", 400),
        ('["ada@example.org"]', "application/json", 400),
        ("email=a&password=b", "application/x-www-form-urlencoded", 415),
        ("<email/>", "text/xml", 415),
        (b"\xff\xfe", "application/json", 400),
    ],
)
@pytest.mark.parametrize(
    "path", ["/auth/session", "/v1/auth/token/refresh", "/v1/auth/logout", "/v1/users/check_email"]
)
def test_a_body_of_nonsense_is_refused_with_a_sentence(
    client: Client, path: str, body: Any, content_type: str, status: int
) -> None:
    answer = client.post(path, body, content_type)

    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert answer["Content-Type"] == "application/json"


def test_signing_in_asks_for_the_user_removes_what_lapsed_and_adds_a_row(
    post: Post, ada: User, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3):
        post("/auth/session", {"email": ada.email, "password": PASSWORD})


def test_the_account_is_found_by_the_index_that_keeps_its_address_unique(ada: User) -> None:
    UserFactory.create_batch(20)

    plan = User.objects.of_email("ada@example.org").explain()

    assert "user_email_unique" in plan


def test_a_password_hashed_with_old_parameters_is_hashed_anew(
    post: Post, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CheapArgon2, "time_cost", 2)
    before = ada.password

    answer = post("/auth/session", {"email": ada.email, "password": PASSWORD})

    ada.refresh_from_db()
    assert answer.status_code == 200
    assert ada.password != before
    assert identify_hasher(ada.password).decode(ada.password)["time_cost"] == 2
    assert post("/auth/session", {"email": ada.email, "password": PASSWORD}).status_code == 200


def test_a_password_changed_meanwhile_is_not_undone_by_hashing_the_old_one_anew(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CheapArgon2, "time_cost", 2)
    verified = CheapArgon2.verify

    def verify_while_it_changes(self: Any, *args: Any) -> bool:
        User.objects.filter(pk=ada.pk).update(password="changed")
        return verified(self, *args)

    monkeypatch.setattr(CheapArgon2, "verify", verify_while_it_changes)

    verify(ada.email, PASSWORD, address="192.0.2.1")

    ada.refresh_from_db()
    assert ada.password == "changed"


def test_a_sign_in_with_the_password_that_is_just_being_changed_is_void(
    client: Client, ada: User
) -> None:
    seen = verify(ada.email, PASSWORD, address="192.0.2.1")
    revoke_all(User.objects.get(pk=ada.pk))

    token = sign_in(seen).access

    answer = client.get(
        "/v1/users/user-details/get-user-id", headers={"Authorization": f"JWT {token}"}
    )
    assert answer.json() == {"error": "Token has been revoked"}


def test_lapsed_sign_ins_are_removed_by_the_next(ada: User, time_machine: Any) -> None:
    time_machine.move_to("2027-01-01T12:00Z")
    sign_in(ada)
    remembered = sign_in(ada, remember=True, renewable=True)
    time_machine.move_to("2027-01-02T12:01Z")

    sign_in(ada)

    kept = {row.pk.hex for row in SignIn.objects.all()}
    assert len(kept) == 2
    assert jwt.decode(remembered.access, options={"verify_signature": False})["sid"] in kept


# --- POST /v1/auth/fresh-login


def test_a_fresh_token_continues_the_same_sign_in(post: Post, ada: User) -> None:
    headers = authorization(ada)

    answer = post("/v1/auth/fresh-login", {"email": ada.email, "password": PASSWORD}, **headers)

    assert list(answer.json()) == ["access_token"]
    claims = claims_of(answer.json()["access_token"])
    assert claims["fresh"] is True
    assert claims["sid"] == claims_of(headers["Authorization"].removeprefix("JWT "))["sid"]


def test_a_sign_in_lasts_as_long_as_the_fresh_token_given_for_it(
    post: Post, ada: User, time_machine: Any
) -> None:
    time_machine.move_to("2027-01-01T12:00Z")
    headers = authorization(ada)
    time_machine.move_to("2027-01-02T11:00Z")
    credentials = {"email": ada.email, "password": PASSWORD}
    token = post("/v1/auth/fresh-login", credentials, **headers).json()["access_token"]
    time_machine.move_to("2027-01-03T10:00Z")
    sign_in(ada)

    answer = post("/v1/auth/blacklist", Authorization=f"JWT {token}")

    assert answer.json() == {"success": True}


def test_somebody_else_cannot_freshen_a_token(post: Post, ada: User) -> None:
    somebody_else = UserFactory()

    answer = post(
        "/v1/auth/fresh-login",
        {"email": somebody_else.email, "password": PASSWORD},
        **authorization(ada),
    )

    assert (answer.status_code, answer.json()) == (401, WRONG)


def test_a_fresh_login_needs_the_right_password(post: Post, ada: User) -> None:
    headers = authorization(ada)

    wrong = post("/v1/auth/fresh-login", {"email": ada.email, "password": "wrong"}, **headers)
    missing = post("/v1/auth/fresh-login", {"email": ada.email}, **headers)

    assert (wrong.status_code, wrong.json()) == (401, WRONG)
    assert missing.status_code == 400


# --- POST /v1/auth/logout and /v1/auth/blacklist


@pytest.mark.parametrize("kind", ["access", "refresh"])
def test_signing_out_with_either_token_ends_both(post: Post, ada: User, kind: str) -> None:
    tokens = sign_in(ada, remember=True, renewable=True)
    elsewhere = authorization(ada)

    answer = post("/v1/auth/logout", Authorization=f"JWT {getattr(tokens, kind)}")

    assert (answer.status_code, answer.json()) == (200, {"success": True})
    refreshed = post("/v1/auth/token/refresh", {"refresh_token": tokens.refresh})
    assert (refreshed.status_code, refreshed.json()) == (401, {"error": "Token has been revoked"})
    used = post("/v1/auth/verify-password", Authorization=f"JWT {tokens.access}")
    assert (used.status_code, used.json()) == (401, {"error": "Token has been revoked"})
    assert post("/v1/auth/blacklist", **elsewhere).status_code == 200


def test_signing_out_works_with_the_refresh_token_in_the_body(post: Post, ada: User) -> None:
    tokens = sign_in(ada, remember=True, renewable=True)

    post("/v1/auth/logout", {"refresh_token": tokens.refresh})

    assert not SignIn.objects.exists()


def test_signing_out_works_with_a_token_that_has_expired(
    post: Post, ada: User, time_machine: Any
) -> None:
    time_machine.move_to("2027-01-01T12:00Z")
    tokens = sign_in(ada, remember=True, renewable=True)
    time_machine.move_to("2027-01-01T14:00Z")

    post("/v1/auth/logout", Authorization=f"JWT {tokens.access}")

    assert not SignIn.objects.exists()


@pytest.mark.parametrize("body", [None, {}, {"refresh_token": "x"}, {"refresh_token": [1]}])
@pytest.mark.parametrize("header", ["", "JWT null", "JWT x.y.z", "JWT \xff"])
def test_signing_out_always_succeeds(post: Post, ada: User, body: Any, header: str) -> None:
    sign_in(ada)

    answer = post("/v1/auth/logout", body, Authorization=header)

    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert SignIn.objects.count() == 1


def test_a_blacklist_ends_all_sign_ins_of_the_caller_and_nobody_elses(
    post: Post, ada: User
) -> None:
    here, there, others = authorization(ada), authorization(ada), authorization(UserFactory())

    answer = post("/v1/auth/blacklist", **here)

    assert (answer.status_code, answer.json()) == (200, {"success": True})
    for headers in (here, there):
        refused = post("/v1/auth/blacklist", **headers)
        assert (refused.status_code, refused.json()) == (401, {"error": "Token has been revoked"})
    assert post("/v1/auth/blacklist", **others).status_code == 200
    assert post("/auth/session", {"email": ada.email, "password": PASSWORD}).status_code == 200


def test_signing_out_everywhere_can_spare_the_sign_in_that_asks(post: Post, ada: User) -> None:
    here, there = sign_in(ada), sign_in(ada)

    revoke_all(ada, spare=claims_of(here.access)["sid"])

    ids = "/v1/auth/blacklist"
    assert post(ids, Authorization=f"JWT {there.access}").status_code == 401
    assert post(ids, Authorization=f"JWT {here.access}").status_code == 200


def test_signing_out_everywhere_holds_though_no_time_has_passed(
    post: Post, time_machine: Any
) -> None:
    time_machine.move_to("2027-01-01T12:00Z", tick=False)
    user = UserFactory(tokens_valid_from=timezone.now())
    headers = authorization(user)

    revoke_all(user)

    assert post("/v1/auth/blacklist", **headers).status_code == 401


# --- POST /v1/auth/verify-password


@pytest.mark.parametrize(("password", "result"), [(PASSWORD, True), ("wrong", False)])
def test_a_password_is_verified(post: Post, ada: User, password: str, result: bool) -> None:
    answer = post("/v1/auth/verify-password", {"password": password}, **authorization(ada))

    assert (answer.status_code, answer.json()) == (200, {"result": result})


@pytest.mark.parametrize("body", [{}, {"password": ""}, {"password": 1}, {"password": ["x"]}])
def test_a_password_to_verify_must_be_a_text(post: Post, ada: User, body: Any) -> None:
    answer = post("/v1/auth/verify-password", body, **authorization(ada))

    assert (answer.status_code, answer.json()) == (400, {"error": "password missing"})


# --- who may


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/v1/auth/fresh-login"),
        ("post", "/v1/auth/blacklist"),
        ("post", "/v1/auth/verify-password"),
        ("get", "/v1/users/user-details/get-user-id"),
    ],
)
@pytest.mark.parametrize(
    ("header", "error"),
    [
        (None, "Missing Authorization Header"),
        ("JWT null", "Missing Authorization Header"),
        ("JWT rubbish", "Token is invalid"),
    ],
)
def test_what_is_for_the_signed_in_says_why_others_are_not(
    client: Client, method: str, path: str, header: str | None, error: str
) -> None:
    headers = {"Authorization": header} if header else {}

    answer = getattr(client, method)(path, headers=headers)

    assert (answer.status_code, answer.json()) == (401, {"error": error})
    assert answer["WWW-Authenticate"] == 'JWT realm="api"'


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_other_methods_are_refused_in_plain_json(client: Client, method: str) -> None:
    answer = getattr(client, method)("/v1/auth/login")

    assert answer.status_code == 405
    assert list(answer.json()) == ["error"]
    assert answer["Allow"] == "POST, OPTIONS"


def test_options_tell_the_methods_and_nothing_of_the_code(client: Client) -> None:
    answer = client.options("/v1/auth/login")

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Allow"] == "POST, OPTIONS"


# --- the two small questions


def test_the_caller_learns_their_id(client: Client, ada: User) -> None:
    answer = client.get("/v1/users/user-details/get-user-id", headers=authorization(ada))

    assert (answer.status_code, answer.json()) == (200, {"user_id": ada.pk})


@pytest.mark.parametrize("path", ["/v1/users/check_email", "/v1/users/checkEmail"])
@pytest.mark.parametrize(
    ("email", "exists"),
    [
        ("ada@example.org", True),
        (" ADA@EXAMPLE.ORG", True),
        ("eve@example.org", False),
        ("x" * 9000, False),
    ],
)
def test_an_address_is_checked_in_the_words_of_each_client(
    post: Post, ada: User, path: str, email: str, exists: bool
) -> None:
    answer = post(path, {"email": email}, Authorization="JWT null")

    assert (answer.status_code, answer.json()) == (200, {"exists": exists, "result": not exists})


def test_the_address_of_a_deleted_account_is_free(post: Post) -> None:
    gone = UserFactory(trashed=True)

    assert post("/v1/users/check_email", {"email": gone.email}).json()["exists"] is False


@pytest.mark.parametrize(
    "body", [{}, {"email": ""}, {"email": None}, {"email": 1}, {"email": ["a"]}]
)
def test_an_address_to_check_must_be_a_text(post: Post, body: Any) -> None:
    answer = post("/v1/users/check_email", body)

    assert (answer.status_code, answer.json()) == (422, {"error": "Email field missing"})
