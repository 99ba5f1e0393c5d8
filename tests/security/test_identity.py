"""What went wrong elsewhere with who somebody is, and cannot here."""

import logging
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import responses
from django.conf import settings as django_settings

from openevent.jobs.models import Job
from tests.api_client import Api
from tests.factories.users import PASSWORD, SocialAccountFactory, UserFactory, authorization
from tests.users import social
from tests.users.social import CODE, FACEBOOK, GOOGLE, SECRET, TOKEN, Browser
from users.actions.social_accounts import connect, disconnect
from users.models import SignIn, SocialAccount, User
from users.pages.frame import HOME, same_site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _registered(db: None) -> None:
    social.register_everywhere()


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


# --- the `next` target needs a same-site check (indico CVE-2024-45399, and after it)

ELSEWHERE = [
    "https://evil.example.org/",
    "//evil.example.org",
    "///evil.example.org",
    "/\\evil.example.org",
    "\\\\evil.example.org",
    "/\t/evil.example.org",
    "\t//evil.example.org",
    "http:evil.example.org",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example.org",
    "@evil.example.org",
    " //evil.example.org",
    "http://testserver@evil.example.org",
    "/a\0b",
    "/a\r\nSet-Cookie: x=y",
    "/" + "a" * 2048,
    "",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_leads_to_no_other_site(target: str) -> None:
    ada = UserFactory()

    assert Browser().sign_in(ada, next=target)["Location"] == HOME
    form = Browser().get("/sign-in", next=target)
    assert form.context["goal"] == HOME
    browser = Browser(ada)
    assert browser.get("/sign-in", next=target)["Location"] == HOME


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_provider_leads_to_no_other_site(target: str, mock: responses.RequestsMock) -> None:
    social.answer(mock, GOOGLE)
    browser = Browser()
    sent = browser.post("/sign-in/google", next=target)
    state = social.query_of(sent["Location"])["state"]

    back = browser.come_back(GOOGLE, state=state, code=CODE, next=target)

    assert back["Location"] == HOME


@pytest.mark.parametrize("target", ["/settings/password", "/v1/docs?x=//y", "/a/b#c"])
def test_a_page_of_this_site_is_led_on_to(target: str) -> None:
    assert same_site(target) == target


# --- reflected XSS by error text (OES #4624)

HOSTILE = """<img src=x onerror=alert(1)>'\"<script>"""


@pytest.mark.parametrize(
    ("method", "path", "data"),
    [
        ("get", "/sign-in", {"next": f"/settings/applications?{HOSTILE}"}),
        ("post", "/sign-in", {"email": HOSTILE, "password": HOSTILE}),
        ("post", "/sign-in", {"email": HOSTILE}),
        ("get", f"/settings/applications?{HOSTILE}", {}),
        ("get", "/settings/password", {"disconnect": HOSTILE}),
        ("post", "/settings/password", {"disconnect": HOSTILE, "password": "x"}),
        ("post", f"/sign-in/{HOSTILE}", {}),
        ("get", f"/oauth/{HOSTILE}/callback", {"state": "x", "code": "y"}),
        ("get", "/oauth/google/callback", {"error": HOSTILE, "error_description": HOSTILE}),
        ("get", "/oauth/google/callback", {"error": "access_denied", "error_reason": HOSTILE}),
    ],
)
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_what_is_sent_is_never_html(
    method: str, path: str, data: dict[str, str], is_signed_in: bool
) -> None:
    browser = Browser(UserFactory(password=None))
    if is_signed_in:
        user = User.objects.get()
        user.set_password(PASSWORD)
        user.save()
        browser.sign_in(user)

    told = getattr(browser, method)(path, **data)
    while told.status_code == 302:
        told = browser.get(told["Location"])

    assert "text/html" in told["Content-Type"]
    assert b"<script" not in told.content
    assert b"<img src=x" not in told.content
    assert "script" not in told["Content-Security-Policy"]


def test_what_a_provider_says_of_somebody_is_never_html(mock: responses.RequestsMock) -> None:
    social.answer(
        mock,
        GOOGLE,
        given_name=HOSTILE,
        picture=f'https://example.org/"onerror="{HOSTILE}',
        profile="javascript:alert(1)",
    )
    browser = Browser(UserFactory())
    browser.connect(GOOGLE)

    page = browser.get().content.decode()

    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert '"onerror=' not in page
    assert "javascript:" not in page


# --- Facebook login links by e-mail with no verified check


def test_facebook_s_word_for_an_address_opens_nothing(mock: responses.RequestsMock) -> None:
    """Mallory enters Ada's address at Facebook, and is not signed in as Ada."""
    ada = UserFactory(email=FACEBOOK.person["email"])
    social.answer(mock, FACEBOOK)

    Browser().enter_by(FACEBOOK)

    assert not SignIn.objects.exists()
    assert not ada.social_accounts.exists()


def test_an_account_that_somebody_prepared_for_another_is_not_taken_for_theirs(
    mock: responses.RequestsMock,
) -> None:
    """Mallory registers Ada's address here; Ada's Google account does not end up in hers."""
    prepared = UserFactory(email="ada@example.org", unverified=True)
    social.answer(mock, GOOGLE)

    browser = Browser()
    browser.enter_by(GOOGLE)

    assert not browser.is_signed_in
    assert not prepared.social_accounts.exists()


# --- login accepts a hash as password; an unauthenticated route hands out an app token


@pytest.mark.parametrize("path", ["/auth/session", "/v1/auth/login"])
def test_nothing_of_a_linked_account_is_a_password(path: str, client: Any) -> None:
    account = SocialAccountFactory(access_token=TOKEN, user=UserFactory(facebook_id=7))

    for guess in (TOKEN, account.uid, "7", account.provider):
        answer = client.post(
            path, {"email": account.user.email, "password": guess}, "application/json"
        )
        assert answer.status_code == 401


def test_no_token_of_this_server_is_handed_out(client: Any, mock: responses.RequestsMock) -> None:
    for name in ("facebook", "google", "twitter", "instagram"):
        for headers in ({}, authorization(UserFactory(admin=True))):
            answer = client.get(f"/v1/auth/oauth/token/{name}", headers=headers)
            assert answer.status_code == 403
    assert len(mock.calls) == 0


# --- OAuth authorize must honour session end (pretix CVE-2023-27891)


@pytest.mark.parametrize("end", ["revoke", "block", "trash", "password"])
def test_a_session_ends_with_what_ends_a_sign_in(end: str, client: Any) -> None:
    ada = UserFactory()
    browser = Browser(ada)
    assert browser.is_signed_in

    match end:
        case "revoke":
            client.post("/v1/auth/blacklist", headers=authorization(ada))
        case "block":
            User.objects.filter(pk=ada.pk).update(is_blocked=True)
        case "trash":
            Api(UserFactory(admin=True)).delete(f"/v1/users/{ada.pk}")
        case "password":
            client.post(
                "/v1/auth/change-password",
                {"data": {"old-password": PASSWORD, "new-password": "another password"}},
                "application/json",
                headers=authorization(ada),
            )

    assert not browser.is_signed_in
    assert browser.post("/settings/applications/google/connect").status_code == 401


# --- a session of the pages is none of the API or the admin


@pytest.mark.parametrize("trait", ["admin", "super_admin"])
def test_a_page_s_session_opens_neither_the_admin_nor_the_api(trait: str) -> None:
    boss = UserFactory(**{trait: True})
    browser = Browser(boss)
    assert browser.is_signed_in

    assert browser.get("/admin/")["Location"].startswith("/admin/login/")
    assert browser.get("/v1/mails").status_code == 401
    assert browser.get(f"/v1/users/{boss.pk}").status_code == 401


def test_the_admin_s_session_opens_no_page() -> None:
    boss = UserFactory(super_admin=True)
    browser = Browser()
    browser.post("/admin/login/", username=boss.email, password=PASSWORD)
    assert browser.get("/admin/").status_code == 200

    assert not browser.is_signed_in


def test_a_token_of_the_api_opens_no_page(client: Any) -> None:
    ada = UserFactory()

    assert client.get(HOME, headers=authorization(ada)).status_code == 401


def test_cookies_are_kept_from_scripts_and_from_forms_of_other_sites() -> None:
    browser = Browser(UserFactory())

    cookie = browser.client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert django_settings.CSRF_COOKIE_SAMESITE == "Lax"


# --- secrets in no answer, log or repr


def test_no_answer_tells_a_token_or_a_secret(client: Any, mock: responses.RequestsMock) -> None:
    ada = UserFactory()
    account = connect(ada, GOOGLE.identity)
    boss = UserFactory(super_admin=True)

    told = [
        Api(person).get(path).response.content.decode()
        for person in (ada, boss)
        for path in (
            f"/v1/users/{ada.pk}?include=social-accounts",
            f"/v1/users/{ada.pk}/social-accounts",
            f"/v1/social-accounts/{account.pk}",
            "/v1/social-accounts",
            "/v1/settings",
            "/v1/activities",
        )
    ]
    told.append(client.get("/v1/auth/oauth").content.decode())

    for secret in (TOKEN, SECRET, "filled"):
        assert secret not in "".join(told)


@pytest.mark.parametrize("asked", ["access-token", "access_token", "filled", "uid"])
def test_nobody_finds_a_link_by_what_is_not_shown(asked: str) -> None:
    account = SocialAccountFactory(access_token=TOKEN)
    answer = Api(account.user).filter(
        "/v1/social-accounts", {"name": asked, "op": "ilike", "val": "%ya29%"}
    )

    assert answer.status == 400
    assert Api(account.user).get("/v1/social-accounts", sort=asked).status == 400


def test_no_job_or_log_tells_a_token(
    mock: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    mock.add(responses.POST, "https://oauth2.googleapis.com/revoke", body=ConnectionError(TOKEN))
    ada = UserFactory()
    identity = replace(GOOGLE.identity)

    disconnect(connect(ada, identity), by=ada)

    job = Job.objects.get(kind="users.revoke-social-access")
    assert TOKEN not in str(job.arguments)
    assert job.arguments["token"].startswith("gAAAA")
    assert TOKEN not in caplog.text + repr(identity) + repr(vars(ada))
    # the library beneath tells every URL it calls, and some have a token in them
    assert not logging.getLogger("urllib3.connectionpool").isEnabledFor(logging.DEBUG)


def test_the_web_server_logs_no_code(mock: responses.RequestsMock) -> None:
    """gunicorn writes RAW_URI into its access log, once the answer has left."""
    answer = Browser().client.get(
        "/oauth/google/callback", {"state": "x", "code": CODE}, RAW_URI=f"/oauth?code={CODE}"
    )

    assert answer.wsgi_request.META["RAW_URI"] == "/oauth/google/callback"


def test_a_link_in_a_debugger_or_a_traceback_tells_no_token() -> None:
    account = SocialAccountFactory(access_token=TOKEN)
    account = SocialAccount.objects.get(pk=account.pk)

    assert TOKEN not in repr(vars(account)) + repr(account) + str(account)


def test_states_and_secrets_come_from_the_system_s_generator(client: Any) -> None:
    given = []
    for _ in range(2):
        random.seed(1)
        given.append(client.get("/v1/auth/oauth/google").json())

    first, second = given
    assert social.query_of(first["url"])["state"] != social.query_of(second["url"])["state"]
    assert first["secret"] != second["secret"]
