"""Accounts and mail: verifying addresses, forgotten and changed passwords, other addresses."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as outgoing
from django.utils import timezone

from messaging.models import Mail
from openevent.jobs.testing import run_due
from tests.api_client import Api
from tests.factories.users import PASSWORD, UserEmailFactory, UserFactory, authorization
from users.actions.sign_in import sign_in
from users.email_tokens import issue
from users.models import EmailToken, User, UserEmail
from users.tasks import delete_expired_tokens

pytestmark = pytest.mark.django_db

Purpose = EmailToken.Purpose
NEW = "a quite new password"


def token_in(message: Any) -> str:
    """Return the token of the link in a mail."""
    found = re.search(r"token=(\S+)", message.body)
    assert found
    return found[1].replace("%3A", ":")


def arrived(to: str) -> list[Any]:
    """Deliver what waits, and return what came to an address."""
    run_due()
    return [each for each in outgoing.outbox if each.to == [to]]


@pytest.fixture
def send(client: Any) -> Any:
    def call(method: str, path: str, data: Any, user: User | None = None, **headers: str) -> Any:
        named = headers | (authorization(user) if user else {})
        body = {"data": data}
        return getattr(client, method)(f"/v1/auth/{path}", body, "application/json", headers=named)

    return call


# --- verifying the address of an account


def test_who_signs_up_gets_a_mail_whose_token_verifies_them(send):
    Api().post("/v1/users", "user", email="ada@example.org", password=PASSWORD)
    (message,) = arrived("ada@example.org")

    answer = send("post", "verify-email", {"token": token_in(message)})

    assert message.subject == "Welcome to Open Event: please confirm your address"
    assert (answer.status_code, answer.json()) == (200, {"message": "Email Verified"})
    assert User.objects.get().is_verified


def test_a_link_leads_into_the_web_client_that_the_super_admin_named(send):
    Api().post("/v1/users", "user", email="ada@example.org", password=PASSWORD)
    (message,) = arrived("ada@example.org")

    assert "http://eventyay.com/verify?token=" in message.body
    assert "http://eventyay.com/verify?token=" in message.alternatives[0].content


@pytest.mark.parametrize("token", ["", "x", "a:b:c", None, 3, ["a"]])
def test_what_is_no_token_verifies_nobody(send, token):
    answer = send("post", "verify-email", {"token": token})

    assert answer.status_code == 400
    assert set(answer.json()) == {"error"}


def test_a_token_works_once(send):
    user = UserFactory(unverified=True)
    token = issue(user, Purpose.VERIFY)

    answers = [send("post", "verify-email", {"token": token}) for _ in range(2)]

    assert [each.status_code for each in answers] == [200, 400]
    assert answers[1].json() == {"error": "Invalid Token"}


def test_a_token_expires(send, time_machine):
    user = UserFactory(unverified=True)
    token = issue(user, Purpose.VERIFY)
    time_machine.move_to(timezone.now() + timedelta(days=7, seconds=1))

    assert send("post", "verify-email", {"token": token}).status_code == 400
    user.refresh_from_db()
    assert not user.is_verified


def test_expired_tokens_are_removed(time_machine):
    issue(UserFactory(), Purpose.RESET)
    kept = UserFactory()
    time_machine.move_to(timezone.now() + timedelta(days=1, seconds=1))
    issue(kept, Purpose.RESET)

    delete_expired_tokens(None, due="")

    assert [each.user for each in EmailToken.objects.all()] == [kept]


def test_a_token_is_good_for_the_address_it_was_sent_to_and_no_other(send):
    user = UserFactory(unverified=True)
    token = issue(user, Purpose.VERIFY)
    User.objects.filter(pk=user.pk).update(email="another@example.org")

    assert send("post", "verify-email", {"token": token}).status_code == 400
    user.refresh_from_db()
    assert not user.is_verified


@pytest.mark.parametrize("state", ["blocked", "trashed"])
def test_a_token_of_an_account_that_may_not_sign_in_is_good_for_nothing(send, state):
    user = UserFactory(**{state: True})
    for purpose, path, method in (
        (Purpose.VERIFY, "verify-email", "post"),
        (Purpose.RESET, "reset-password", "patch"),
    ):
        data = {"token": issue(user, purpose), "password": NEW}
        assert send(method, path, data).status_code in (400, 404)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_token_for_one_purpose_is_good_for_no_other(send):
    user = UserFactory(unverified=True)
    reset, verify = issue(user, Purpose.RESET), issue(user, Purpose.VERIFY)

    assert send("post", "verify-email", {"token": reset}).status_code == 400
    answer = send("patch", "reset-password", {"token": verify, "password": NEW})
    assert answer.status_code == 404
    user.refresh_from_db()
    assert (user.is_verified, user.check_password(PASSWORD)) == (False, True)


def test_the_verification_is_sent_again_to_who_waits_for_it(send):
    user = UserFactory(unverified=True)

    answer = send("post", "resend-verification-email", {"email": user.email.upper()})
    (message,) = arrived(user.email)

    assert answer.json() == {"message": "Verification email resent"}
    assert send("post", "verify-email", {"token": token_in(message)}).status_code == 200


def test_a_verified_address_voids_the_other_tokens_for_it(send):
    user = UserFactory(unverified=True)
    first, second = issue(user, Purpose.VERIFY), issue(user, Purpose.VERIFY)
    send("post", "verify-email", {"token": second})

    assert send("post", "verify-email", {"token": first}).status_code == 400


def test_a_changed_address_is_verified_anew_and_the_old_one_is_told(send):
    user = UserFactory(email="old@example.org")

    Api(user).patch(f"/v1/users/{user.pk}", "user", email="new@example.org")

    (told,), (asked,) = arrived("old@example.org"), arrived("new@example.org")
    assert "new@example.org" in told.body
    assert "token=" not in told.body
    assert send("post", "verify-email", {"token": token_in(asked)}).status_code == 200
    user.refresh_from_db()
    assert (user.email, user.is_verified) == ("new@example.org", True)


def test_another_spelling_of_the_address_needs_no_new_proof():
    user = UserFactory(email="ada@example.org")

    Api(user).patch(f"/v1/users/{user.pk}", "user", email="Ada@example.org")

    user.refresh_from_db()
    assert user.is_verified
    assert not Mail.objects.exists()


# --- passwords


def test_who_has_forgotten_their_password_sets_a_new_one(send):
    user = UserFactory(unverified=True, last_name=None)
    before = sign_in(user)

    asked = send("post", "reset-password", {"email": user.email})
    (message,) = arrived(user.email)
    answer = send("patch", "reset-password", {"token": token_in(message), "password": NEW})

    assert asked.status_code == 200
    assert asked.json()["email"] == user.email
    assert answer.json() == {"id": user.pk, "email": user.email, "name": user.first_name}
    user.refresh_from_db()
    assert (user.check_password(NEW), user.is_verified) == (True, True)
    assert Api(Authorization=f"JWT {before.access}").get(f"/v1/users/{user.pk}").status == 401


def test_a_reset_voids_every_other_token_that_was_sent_for_one(send):
    user = UserFactory()
    first, second = issue(user, Purpose.RESET), issue(user, Purpose.RESET)

    done = send("patch", "reset-password", {"token": second, "password": NEW})
    again = send("patch", "reset-password", {"token": first, "password": "yet another one"})

    assert (done.status_code, again.status_code) == (200, 404)
    assert again.json() == {"error": "User Not Found"}
    user.refresh_from_db()
    assert user.check_password(NEW)


def test_a_password_that_is_too_short_leaves_the_token_as_good_as_before(send):
    user = UserFactory()
    token = issue(user, Purpose.RESET)

    short = send("patch", "reset-password", {"token": token, "password": "short"})

    assert short.status_code == 422
    assert send("patch", "reset-password", {"token": token, "password": NEW}).status_code == 200


def test_who_got_an_account_with_an_order_is_told_so(send):
    user = UserFactory(was_registered_with_order=True)

    send("post", "reset-password", {"email": user.email})

    (message,) = arrived(user.email)
    assert message.subject == "Open Event: set a password for your account"


@pytest.mark.parametrize("state", ["blocked", "trashed"])
def test_no_link_is_sent_to_who_may_not_sign_in(send, state):
    user = UserFactory(**{state: True}, unverified=True)

    send("post", "reset-password", {"email": user.email})
    send("post", "resend-verification-email", {"email": user.email})

    assert arrived(user.email) == []


def test_a_changed_password_ends_every_other_sign_in_and_is_told_by_mail(send, client):
    user = UserFactory()
    here, there = sign_in(user), sign_in(user)

    answer = send(
        "post",
        "change-password",
        {"old-password": PASSWORD, "new-password": NEW},
        Authorization=f"JWT {here.access}",
    )

    assert answer.status_code == 200
    assert answer.json() == {
        "id": user.pk,
        "email": user.email,
        "name": user.first_name,
        "password-changed": True,
    }
    path = f"/v1/users/{user.pk}"
    assert Api(Authorization=f"JWT {here.access}").get(path).status == 200
    assert Api(Authorization=f"JWT {there.access}").get(path).status == 401
    (message,) = arrived(user.email)
    assert message.subject == "Open Event: your password was changed"


@pytest.mark.parametrize(
    ("old", "new", "detail"),
    [
        ("wrong", NEW, "This is not your password."),
        (PASSWORD, PASSWORD, "The new password is the old one."),
        (PASSWORD, "short", "A password has 8 to 1000 characters."),
        (PASSWORD, "x" * 1001, "A password has 8 to 1000 characters."),
    ],
)
def test_a_password_is_not_changed_without_reason(send, old, new, detail):
    user = UserFactory()

    answer = send("post", "change-password", {"old-password": old, "new-password": new}, user)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["detail"] == answer.json()["error"] == detail
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_changing_the_password_takes_a_sign_in_of_a_moment_ago(send):
    data = {"old-password": PASSWORD, "new-password": NEW}
    remembered = sign_in(UserFactory(), remember=True, renewable=True)
    stale = (
        Api()
        .send(
            "post",
            "/v1/auth/token/refresh",
            {"refresh_token": remembered.refresh},
            "application/json",
        )
        .document["access_token"]
    )

    nobody = send("post", "change-password", data)
    not_fresh = send("post", "change-password", data, Authorization=f"JWT {stale}")

    assert (nobody.status_code, not_fresh.status_code) == (401, 401)
    assert not_fresh.json()["error"] == "Fresh token required"


# --- closing an account


def test_an_account_that_is_opened_again_is_signed_in_nowhere():
    user, admin = UserFactory(), Api(UserFactory(super_admin=True))
    before = Api(user)
    path = f"/v1/users/{user.pk}"

    before.delete(path)
    restored = admin.patch(f"{path}?get_trashed=true", "user", deleted_at=None)

    assert restored.attributes["email"] == user.email
    assert before.get(path).status == 401


def test_an_account_with_the_longest_of_addresses_can_be_closed():
    longest = "a" * 64 + "@" + ".".join(["b" * 62] * 3)  # 253 characters
    user = UserFactory(email=longest)

    assert Api(user).delete(f"/v1/users/{user.pk}").status == 200
    assert Api().post("/v1/users", "user", email=longest, password=PASSWORD).status == 201


def test_an_address_longer_than_any_is_refused():
    address = "a" * 64 + "@" + ".".join(["b" * 62] * 3) + ".de"

    answer = Api().post("/v1/users", "user", email=address, password=PASSWORD)

    assert (answer.status, answer.pointer) == (422, "/data/attributes/email")


# --- other addresses


def add(user: User, address: str, by: User | None = None) -> Any:
    return Api(by or user).post(
        "/v1/user-emails", "user-email", email_address=address, type="work", user=user
    )


def test_people_have_other_addresses_once_they_have_verified_them(send):
    user = UserFactory()

    made = add(user, "work@example.org")
    (message,) = arrived("work@example.org")
    answer = send("post", "verify-email", {"token": token_in(message)})

    shown = Api(user).get(f"/v1/users/{user.pk}/alternate-emails").data[0]["attributes"]
    assert (made.status, made.attributes["is-verified"], answer.status_code) == (201, False, 200)
    assert (shown["email-address"], shown["type"]) == ("work@example.org", "work")
    assert (shown["is-verified"], shown["user-id"]) == (True, user.pk)


def test_nobody_enters_an_address_for_somebody_else():
    user, other = UserFactory(), UserFactory()

    assert add(user, "work@example.org", by=other).status in (403, 404)
    assert Api().post("/v1/user-emails", "user-email", email_address="a@b.org").status == 401
    missing = Api(user).post("/v1/user-emails", "user-email", email_address="a@b.org")
    assert missing.status in (403, 422)
    assert not UserEmail.objects.exists()


def test_an_address_is_entered_once():
    user = UserFactory()
    add(user, "work@example.org")

    assert add(user, "WORK@example.org").status == 409


def test_an_address_that_nobody_has_verified_keeps_nobody_from_having_it(send):
    squatter, owner = UserFactory(), UserFactory()
    UserEmailFactory(user=squatter, email_address="work@example.org")
    alternate = UserEmailFactory(user=owner, email_address="work@example.org")

    token = issue(owner, Purpose.ALTERNATE, alternate)

    assert send("post", "verify-email", {"token": token}).status_code == 200


@pytest.mark.parametrize("holder", ["account", "alternate"])
def test_an_address_that_is_somebody_elses_is_not_verified(send, holder):
    user = UserFactory()
    alternate = UserEmailFactory(user=user, email_address="work@example.org")
    if holder == "account":
        UserFactory(email="Work@example.org")
    else:
        UserEmailFactory(email_address="WORK@example.org", is_verified=True)
    token = issue(user, Purpose.ALTERNATE, alternate)

    assert send("post", "verify-email", {"token": token}).status_code == 400
    alternate.refresh_from_db()
    assert not alternate.is_verified


@pytest.mark.parametrize("change", [{"email_address": "new@example.org"}, {"deleted_at": "now"}])
def test_a_token_for_an_address_that_changed_or_went_is_good_for_nothing(send, change):
    user = UserFactory()
    alternate = UserEmailFactory(user=user)
    token = issue(user, Purpose.ALTERNATE, alternate)
    if "deleted_at" in change:
        change = {"deleted_at": timezone.now()}
    UserEmail.objects.filter(pk=alternate.pk).update(**change)

    assert send("post", "verify-email", {"token": token}).status_code == 400


def test_a_changed_address_is_to_be_verified_and_a_changed_type_is_not():
    alternate = UserEmailFactory(is_verified=True)
    api, path = Api(alternate.user), f"/v1/user-emails/{alternate.pk}"

    typed = api.patch(path, "user-email", type="home").attributes
    moved = api.patch(path, "user-email", email_address="new@example.org").attributes

    assert (typed["type"], typed["is-verified"]) == ("home", True)
    assert moved["is-verified"] is False
    assert len(arrived("new@example.org")) == 1


def test_nobody_calls_an_address_of_theirs_verified():
    alternate = UserEmailFactory()
    path = f"/v1/user-emails/{alternate.pk}"

    answer = Api(alternate.user).patch(path, "user-email", is_verified=True)

    assert answer.attributes["is-verified"] is False


def test_the_verification_of_another_address_is_sent_again(send):
    alternate = UserEmailFactory()

    send("post", "resend-verification-email", {"email": alternate.email_address})

    (message,) = arrived(alternate.email_address)
    assert send("post", "verify-email", {"token": token_in(message)}).status_code == 200


def test_admins_see_all_addresses_and_people_their_own():
    mine, other = UserEmailFactory(), UserEmailFactory()

    def asked(user: User) -> list[int]:
        return sorted(Api(user).get("/v1/admin/user-emails").ids)

    assert asked(UserFactory(admin=True)) == [mine.pk, other.pk]
    assert asked(mine.user) == [mine.pk]
    assert Api().get("/v1/admin/user-emails").status == 401


def test_an_address_stays_somebodys():
    alternate = UserEmailFactory()
    path = f"/v1/user-emails/{alternate.pk}/relationships/user"

    answer = Api(alternate.user).link("delete", path, alternate.user)

    alternate.refresh_from_db()
    assert answer.status == 422
    assert alternate.user_id is not None
