"""The pages for who cannot sign in yet: opening an account, and what links in mails are for."""

from typing import Any

import pytest
from django.core import mail as outgoing
from django.core.management import call_command

from openevent.jobs.testing import run_due
from openevent.site.models import Site
from tests.factories.users import PASSWORD, UserEmailFactory, UserFactory
from tests.users.social import Browser
from tests.users.test_accounts_by_mail import arrived, token_in
from users.email_tokens import issue
from users.models import EmailToken, User

pytestmark = pytest.mark.django_db

Purpose = EmailToken.Purpose
NEW = "a quite new password"
MAILED = ("/verify", "/reset-password")  # where links lead


def notices(browser: Browser) -> list[str]:
    return [str(message) for message in browser.get("/sign-in").context["messages"]]


# --- opening an account


def test_who_registers_gets_a_link_that_confirms_their_address() -> None:
    browser = Browser()

    opened = browser.post("/register", email="ada@example.org", password=PASSWORD)
    assert notices(browser) == [
        "Welcome. Open the link that we have sent to ada@example.org: it confirms your address."
    ]
    (message,) = arrived("ada@example.org")
    followed = browser.get("/verify", token=token_in(message))
    user = User.objects.get(email="ada@example.org")
    assert not user.is_verified
    confirmed = browser.post("/verify", token=followed.context["token"])

    assert opened["Location"] == confirmed["Location"] == "/sign-in"
    assert notices(browser) == ["Your address is confirmed."]
    user.refresh_from_db()
    assert user.is_verified
    browser.sign_in(user)
    assert browser.is_signed_in


@pytest.mark.parametrize(
    ("data", "status", "error"),
    [
        ({}, 400, "Enter your email and a password."),
        ({"email": "nobody", "password": PASSWORD}, 400, "Enter your email and a password."),
        ({"email": "a\0@b.org", "password": PASSWORD}, 400, "Enter your email and a password."),
        ({"email": "a@b.org", "password": "short"}, 422, "A password has 8 to 1000 characters."),
        (
            {"email": "TAKEN@example.org", "password": PASSWORD},
            409,
            "An account with this email exists already.",
        ),
    ],
    ids=str,
)
def test_no_account_is_opened_without_what_one_needs(
    data: dict[str, str], status: int, error: str
) -> None:
    UserFactory(email="taken@example.org")

    told = Browser().post("/register", **data)

    assert (told.status_code, told.context["error"]) == (status, error)
    assert data.get("email", "") == told.context["email"]
    assert User.objects.count() == 1


def test_two_who_register_an_address_at_once_are_told_as_if_one_came_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    UserFactory(email="ada@example.org")
    monkeypatch.setattr("users.actions.accounts._require_free", lambda user: None)

    told = Browser().post("/register", email="ada@example.org", password=PASSWORD)

    assert told.status_code == 409
    assert User.objects.count() == 1


# --- following a link


@pytest.mark.parametrize("path", MAILED)
def test_following_a_link_changes_nothing_and_is_told_to_nobody(path: str) -> None:
    """Programs that look mails through follow links, and web servers write addresses down."""
    user = UserFactory(unverified=True)
    token = issue(user, Purpose.VERIFY if path == "/verify" else Purpose.RESET)

    for _ in range(2):
        page = Browser().client.get(path, {"token": token}, RAW_URI=f"{path}?token={token}")

    assert page.status_code == 200
    assert page["Referrer-Policy"] == "strict-origin"
    assert page["Cache-Control"] == "no-store"
    assert page.wsgi_request.META["RAW_URI"] == path
    user.refresh_from_db()
    assert not user.is_verified
    assert EmailToken.objects.count() == 1


def test_another_address_is_confirmed_there_too() -> None:
    alternate = UserEmailFactory()
    token = issue(alternate.user, Purpose.ALTERNATE, alternate)

    Browser().post("/verify", token=token)

    alternate.refresh_from_db()
    assert alternate.is_verified


def test_who_forgot_their_password_sets_a_new_one() -> None:
    user = UserFactory()
    browser, elsewhere = Browser(), Browser(user)

    browser.post("/reset-password", email=user.email.upper())
    (message,) = arrived(user.email)
    token = token_in(message)
    short = browser.post("/reset-password", token=token, password="short")
    done = browser.post("/reset-password", token=token, password=NEW)

    assert (short.status_code, short.context["error"]) == (
        422,
        "A password has 8 to 1000 characters.",
    )
    assert short.context["token"] == token
    assert done["Location"] == "/sign-in"
    assert notices(browser)[-1] == "Your password is set. Sign in with it."
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert not elsewhere.is_signed_in
    assert not browser.is_signed_in


@pytest.mark.parametrize("path", MAILED)
def test_a_link_that_is_not_good_any_more_offers_another(path: str) -> None:
    user = UserFactory(unverified=True)
    right, wrong = (Purpose.VERIFY, Purpose.RESET) if path == "/verify" else (Purpose.RESET,) * 2
    used = issue(user, right)
    Browser().post(path, token=used, password=NEW)
    other = issue(user, Purpose.RESET if right == Purpose.VERIFY else Purpose.VERIFY)

    for token in (used, other, "x", "a:b:c", "\0"):
        told = Browser().post(path, token=token, password="yet another one")
        assert told.status_code == 422
        assert told.context["error"].startswith("This link is not good any more.")
        assert told.templates[0].name == "pages/link.html"

    user.refresh_from_db()
    assert not user.check_password("yet another one")


# --- having one sent


@pytest.mark.parametrize("path", MAILED)
def test_a_link_is_sent_to_who_asks_for_one(path: str) -> None:
    user = UserFactory(unverified=True)
    asked = Browser().get(path)

    sent = Browser().post(path, email=user.email)

    assert asked.templates[0].name == "pages/link.html"
    assert sent["Location"] == "/sign-in"
    (message,) = arrived(user.email)
    assert f"{path}?token=" in message.body


@pytest.mark.parametrize("path", MAILED)
@pytest.mark.parametrize("email", ["", "nobody", "a\0@b.org"], ids=str)
def test_a_link_is_sent_to_an_address(path: str, email: str) -> None:
    told = Browser().post(path, email=email)

    assert (told.status_code, told.context["error"]) == (400, "Enter the email of your account.")
    run_due()
    assert outgoing.outbox == []


@pytest.mark.parametrize(
    ("path", "limit", "data"),
    [
        ("/register", "registration", {"password": PASSWORD}),
        ("/verify", "mail-request", {}),
        ("/reset-password", "mail-request", {}),
        ("/sign-in", "password-by-address", {"password": "wrong"}),
    ],
)
def test_forms_are_limited_as_the_api_is_and_say_until_when(
    path: str, limit: str, data: dict[str, str], settings: Any, time_machine: Any
) -> None:
    time_machine.move_to("2027-01-01T12:00Z", tick=False)
    settings.THROTTLES = {**settings.THROTTLES, limit: (1, 900)}
    Browser().post(path, email="first@example.org", **data)

    told = Browser().post(path, email="second@example.org", **data)

    assert (told.status_code, told["Retry-After"]) == (429, "900")
    assert told.context["error"] == "Too many attempts. Try again in 16 minutes."
    assert told.context["email"] == "second@example.org"


# --- where they are


def test_forms_of_other_sites_open_and_change_nothing() -> None:
    user = UserFactory(unverified=True)
    token = issue(user, Purpose.VERIFY)
    browser = Browser(enforce_csrf_checks=True)

    for path in ("/register", *MAILED):
        told = browser.post(path, email="a@b.org", password=PASSWORD, token=token)
        assert (told.status_code, told.templates[0].name) == (403, "pages/outdated.html")

    assert User.objects.get() == user
    assert EmailToken.objects.exists()


def test_links_lead_here_on_a_private_machine_unless_somebody_said_where_else(
    settings: Any,
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    call_command("lead_mails_here")
    here = Site.objects.get().frontend_url
    Site.objects.update(frontend_url="https://events.example.org")
    call_command("lead_mails_here")

    assert here == f"http://localhost:{settings.PORT}"
    assert Site.objects.get().frontend_url == "https://events.example.org"


@pytest.mark.parametrize(
    ("frontend", "leads_to"),
    [("http://testserver", None), ("https://client.example.org", "https://client.example.org")],
)
def test_a_page_leads_to_the_web_client_where_there_is_one(
    frontend: str, leads_to: str | None
) -> None:
    Site.objects.update(frontend_url=frontend)

    assert Browser().get("/sign-in").context["client_url"] == leads_to
