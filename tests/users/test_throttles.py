"""Who guesses is slowed down; who signs in, or shares an address with a guesser, is not."""

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from tests.factories.users import PASSWORD, UserFactory, authorization
from users.api.users import UserViewSet
from users.models import User
from users.throttles import Counter, PasswordAttempt, RegistrationThrottle, TooManyAttempts

from .conftest import Post

pytestmark = pytest.mark.django_db

MINUTE = 60
FEW, MORE, MANY = 3, 7, 12


@pytest.fixture(autouse=True)
def limits(settings: Any, time_machine: Any) -> None:
    settings.THROTTLES = {
        "password-by-account-and-address": (FEW, 15 * MINUTE),
        "password-by-address": (MORE, 15 * MINUTE),
        "password-by-account": (MANY, 60 * MINUTE),
        "email-check": (FEW, 15 * MINUTE),
        "registration": (FEW, 60 * MINUTE),
    }
    time_machine.move_to("2027-01-01T12:05Z", tick=False)


@pytest.fixture
def sign_in(client: Any) -> Callable[..., Any]:
    def send(email: str, password: str = PASSWORD, address: str = "192.0.2.1", **meta: str) -> Any:
        body = {"email": email, "password": password}
        return client.post("/auth/session", body, "application/json", REMOTE_ADDR=address, **meta)

    return send


def test_after_a_few_failures_a_client_waits_for_the_window_to_end(
    sign_in: Any, ada: User, time_machine: Any
) -> None:
    failures = [sign_in(ada.email, "wrong").status_code for _ in range(FEW)]
    refused = sign_in(ada.email)

    assert failures == [401] * FEW
    assert refused.status_code == 429
    assert refused.json() == {"error": "Too many attempts. Try again in 11 minutes."}
    assert refused["Retry-After"] == str(10 * MINUTE + 1)
    time_machine.shift(10 * MINUTE + 1)
    assert sign_in(ada.email).status_code == 200


def test_attempts_while_refused_do_not_make_the_wait_longer(
    sign_in: Any, ada: User, time_machine: Any
) -> None:
    for _ in range(5 * MANY):
        sign_in(ada.email, "wrong")

    time_machine.shift(10 * MINUTE)

    assert sign_in(ada.email).status_code == 200


def test_nobody_learns_by_the_limit_who_has_an_account(sign_in: Any, ada: User) -> None:
    blocked = UserFactory(blocked=True)

    for n, email in enumerate([ada.email, blocked.email, "nobody@example.org"]):
        address = f"192.0.2.{n}"
        answers = [sign_in(email, "wrong", address) for _ in range(FEW + 1)]
        assert [answer.status_code for answer in answers] == [401] * FEW + [429]
        assert answers[-1].json() == {"error": "Too many attempts. Try again in 11 minutes."}


def test_a_guesser_at_one_address_cannot_lock_the_owner_out(sign_in: Any, ada: User) -> None:
    for _ in range(3 * MANY):
        sign_in(ada.email, "wrong", "203.0.113.66")

    assert sign_in(ada.email, address="203.0.113.66").status_code == 429
    assert sign_in(ada.email, address="192.0.2.1").status_code == 200


def test_a_guesser_in_one_ipv6_network_is_one_client(sign_in: Any, ada: User) -> None:
    statuses = [
        sign_in(ada.email, "wrong", f"2001:db8::{n:x}").status_code for n in range(1, FEW + 2)
    ]

    assert statuses == [401] * FEW + [429]


def test_a_guesser_at_many_addresses_has_no_more_guesses_than_the_account_allows(
    sign_in: Any, ada: User
) -> None:
    statuses = [sign_in(ada.email, "wrong", f"203.0.113.{n}").status_code for n in range(MANY + 3)]

    assert statuses == [401] * MANY + [429] * 3


def test_one_password_tried_on_many_accounts_is_stopped_by_the_address(
    sign_in: Any, ada: User
) -> None:
    statuses = [sign_in(f"{n}@example.org", "summer").status_code for n in range(MORE + 1)]

    assert statuses == [401] * MORE + [429]
    assert sign_in(ada.email, address="192.0.2.99").status_code == 200


def test_those_who_sign_in_do_not_use_up_the_limit_of_their_address(sign_in: Any) -> None:
    people = UserFactory.create_batch(2 * MORE)

    assert {sign_in(person.email).status_code for person in people} == {200}


def test_a_success_forgets_the_failures_on_that_account(sign_in: Any, ada: User) -> None:
    for _ in range(2):
        for _ in range(FEW - 1):
            sign_in(ada.email, "wrong")
        assert sign_in(ada.email).status_code == 200


def test_a_success_forgets_what_others_guessed_elsewhere(sign_in: Any, ada: User) -> None:
    for _ in range(2):
        for n in range(MANY - 1):
            sign_in(ada.email, "wrong", f"203.0.113.{n}")
        assert sign_in(ada.email).status_code == 200


def test_a_success_does_not_forget_the_failures_on_other_accounts(sign_in: Any, ada: User) -> None:
    for n in range(MORE - 1):
        sign_in(f"{n}@example.org", "summer")
    assert sign_in(ada.email).status_code == 200

    assert sign_in("last@example.org", "summer").status_code == 401
    assert sign_in("another@example.org", "summer").status_code == 429


@pytest.mark.parametrize("written", ["ADA@EXAMPLE.ORG", " ada@example.org ", "aDa@example.org"])
def test_an_address_written_otherwise_is_the_same_account(
    sign_in: Any, ada: User, written: str
) -> None:
    for _ in range(FEW):
        sign_in("ada@example.org", "wrong")

    assert sign_in(written).status_code == 429


@pytest.mark.parametrize(
    "written", ["\u0130ris@example.org", "\u0131ris@example.org", "iri\u017f@example.org"]
)
def test_an_address_that_looks_alike_to_some_is_another_account(sign_in: Any, written: str) -> None:
    """Were it found, each spelling of i and s would be a new name to guess under."""
    UserFactory(email="iris@example.org")

    assert sign_in(written).status_code == 401


def test_verifying_a_password_counts_as_signing_in_does(post: Post, ada: User) -> None:
    headers = authorization(ada)
    for _ in range(FEW):
        answer = post("/v1/auth/verify-password", {"password": "wrong"}, **headers)
        assert answer.json() == {"result": False}

    refused = post("/v1/auth/verify-password", {"password": PASSWORD}, **headers)

    assert refused.status_code == 429
    assert refused["Retry-After"] == str(10 * MINUTE + 1)
    credentials = {"email": ada.email, "password": PASSWORD}
    assert post("/auth/session", credentials).status_code == 429
    assert post("/v1/auth/fresh-login", credentials, **headers).status_code == 429


@pytest.mark.parametrize("path", ["/v1/users/check_email", "/v1/users/checkEmail"])
def test_one_client_may_check_a_few_addresses(post: Post, path: str, client: Any) -> None:
    statuses = [post(path, {"email": f"{n}@example.org"}).status_code for n in range(FEW)]
    refused = post(path, {"email": "one@more.org"})

    assert statuses == [200] * FEW
    assert refused.status_code == 429
    assert list(refused.json()) == ["error"]
    assert refused["Retry-After"] == str(10 * MINUTE + 1)
    other = client.post(path, {"email": "a@b.org"}, "application/json", REMOTE_ADDR="192.0.2.9")
    assert other.status_code == 200


def test_registrations_are_limited_and_nothing_else_of_that_resource(rf: RequestFactory) -> None:
    request = rf.post("/v1/users")

    def is_allowed(action: str) -> bool:
        return RegistrationThrottle().allow_request(request, SimpleNamespace(action=action))

    assert [is_allowed("create") for _ in range(FEW + 1)] == [True] * FEW + [False]
    assert [is_allowed("update") for _ in range(FEW + 1)] == [True] * (FEW + 1)


def test_too_many_registrations_are_refused_as_json_api(
    post: Post, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UserViewSet, "throttle_classes", [RegistrationThrottle])

    def register(n: int) -> Any:
        attributes = {"email": f"{n}@example.org", "password": PASSWORD}
        body = {"data": {"type": "user", "attributes": attributes}}
        return post("/v1/users", body, content_type="application/vnd.api+json")

    statuses = [register(n).status_code for n in range(FEW)]
    refused = register(FEW)

    assert statuses == [201] * FEW
    assert refused.status_code == 429
    assert refused.json()["errors"][0]["status"] == 429
    assert refused["Retry-After"] == str(55 * MINUTE + 1)
    assert User.objects.count() == FEW


def test_a_header_that_no_proxy_of_ours_wrote_gives_no_new_guesses(sign_in: Any, ada: User) -> None:
    statuses = [
        sign_in(ada.email, "wrong", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}").status_code
        for n in range(FEW + 1)
    ]

    assert statuses == [401] * FEW + [429]


def test_clients_behind_a_proxy_of_ours_are_told_apart(
    sign_in: Any, ada: User, settings: Any
) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    for _ in range(FEW + 1):
        sign_in(ada.email, "wrong", "10.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.66")

    answer = sign_in(ada.email, address="10.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.7")

    assert answer.status_code == 200


def test_guesses_at_the_same_moment_do_not_slip_past_together() -> None:
    let_through: list[int] = []
    barrier = threading.Barrier(8)

    def guess(n: int) -> None:
        attempt = PasswordAttempt("ada@example.org", "192.0.2.1")
        barrier.wait(5)
        try:
            attempt.begin()
            let_through.append(n)
        except TooManyAttempts:
            pass

    threads = [threading.Thread(target=guess, args=[n]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert len(let_through) == FEW


def test_a_counter_forgotten_between_its_two_steps_lets_pass(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counter = Counter("email-check", "192.0.2.1")
    monkeypatch.setattr(cache, "add", lambda *args: None, raising=False)

    counter.add()
    counter.take_back()

    assert cache.get(counter.key) is None


def test_no_key_in_the_cache_tells_an_address(valkey: Any, sign_in: Any, ada: User) -> None:
    sign_in(ada.email, "wrong", "203.0.113.66")

    keys = b"".join(valkey.keys("*"))
    assert keys.count(b"throttle:password") == 3
    assert b"ada" not in keys.lower()
    assert b"203.0.113" not in keys


def test_what_is_counted_lapses_by_itself(valkey: Any, sign_in: Any, ada: User) -> None:
    sign_in(ada.email, "wrong")

    lifetimes = [valkey.ttl(key) for key in valkey.keys("*throttle*")]
    assert all(0 < lifetime <= 60 * MINUTE for lifetime in lifetimes)


@pytest.mark.usefixtures("dead_cache")
def test_a_cache_that_is_away_stops_nobody(
    sign_in: Any, post: Post, ada: User, caplog: pytest.LogCaptureFixture
) -> None:
    assert sign_in(ada.email).status_code == 200
    assert sign_in(ada.email, "wrong").status_code == 401
    assert post("/v1/users/check_email", {"email": "a@b.org"}).status_code == 200
    headers = authorization(ada)
    answer = post("/v1/auth/verify-password", {"password": PASSWORD}, **headers)

    assert answer.json() == {"result": True}
    logged = [record for record in caplog.records if record.name == "users.throttles"]
    assert len(logged) == 4  # once for each attempt: a cache that hangs is not waited for twice
    assert "the cache is away" in logged[0].getMessage()
