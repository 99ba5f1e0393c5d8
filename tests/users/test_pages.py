"""The pages for people in a browser: signing in, and the accounts they link."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import responses
from django.contrib.sessions.models import Session
from django.utils import timezone

from openevent.site import snapshot
from openevent.site.models import Site
from tests.factories.users import PASSWORD, SocialAccountFactory, UserFactory
from tests.users import social
from tests.users.social import ALL, CODE, GOOGLE, TOKEN, TWITTER, Browser
from users.actions.sign_in import revoke_all
from users.models import Handshake, SignIn, SocialAccount, User

pytestmark = pytest.mark.django_db

APPLICATIONS = "/settings/applications"
each_provider = pytest.mark.parametrize("at", ALL, ids=lambda at: at.name)


@pytest.fixture(autouse=True)
def _registered(db: None) -> None:
    social.register_everywhere()


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def ada(db: None) -> User:
    return UserFactory(email="ada@example.org")


@pytest.fixture
def browser(ada: User) -> Browser:
    """Ada's, signed in."""
    return Browser(ada)


# --- signing in and out


def test_a_page_asks_who_somebody_is_and_leads_on_to_itself(ada: User) -> None:
    browser = Browser()
    asked = browser.get(APPLICATIONS)
    assert (asked.status_code, asked.templates[0].name) == (401, "pages/sign_in.html")

    entered = browser.sign_in(ada, next=asked.context["goal"])

    assert (entered.status_code, entered["Location"]) == (302, APPLICATIONS)
    assert browser.get(APPLICATIONS).context["person"] == ada


@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_is_not_signed_in_is_asked_and_nothing_is_done(method: str, ada: User) -> None:
    account = SocialAccountFactory(user=ada)
    browser = Browser()
    paths = ["/settings/password"]
    if method == "post":
        paths += [f"{APPLICATIONS}/google/connect", f"{APPLICATIONS}/google/disconnect"]

    for path in paths:
        asked = getattr(browser, method)(path)
        assert (asked.status_code, asked.templates[0].name) == (401, "pages/sign_in.html")

    assert SocialAccount.objects.get() == account
    assert not Handshake.objects.exists()


def test_who_is_signed_in_is_not_asked_again(browser: Browser) -> None:
    assert browser.get("/sign-in")["Location"] == APPLICATIONS


@pytest.mark.parametrize(
    "refused",
    [{"blocked": True}, {"trashed": True}, {"password": None}, {"password": "another one"}],
    ids=str,
)
def test_refusals_do_not_tell_why(refused: dict[str, Any]) -> None:
    user = UserFactory(email="somebody@example.org", **refused)
    told = Browser().sign_in(user)
    unknown = Browser().sign_in(User(email="somebody@example.org"))

    assert told.status_code == unknown.status_code == 401
    assert told.context["error"] == "There is no account with this email and password."
    assert told.context["email"] == user.email
    assert not SignIn.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"email": "a@example.org"},
        {"password": PASSWORD},
        {"email": "a\0@example.org", "password": PASSWORD},
        {"email": "a@example.org", "password": "\0"},
        {"email": "a" * 300, "password": PASSWORD},
        {"email": "a@example.org", "password": "x" * 1001},
    ],
    ids=str,
)
def test_a_form_that_is_not_filled_in_is_shown_again(data: dict[str, str]) -> None:
    told = Browser().post("/sign-in", **data)

    assert told.status_code == 400
    assert told.context["error"] == "Enter the email and the password of your account."
    assert told.context["email"] == data.get("email", "")


def test_guesses_are_limited_as_everywhere(ada: User, settings: Any, time_machine: Any) -> None:
    time_machine.move_to("2027-01-01T12:00Z", tick=False)
    settings.THROTTLES = {**settings.THROTTLES, "password-by-account-and-address": (2, 900)}
    for _ in range(2):
        Browser().post("/sign-in", email=ada.email, password="wrong")

    told = Browser().sign_in(ada)

    assert told.status_code == 429
    assert told.context["error"].startswith("Too many attempts. Try again in 16 minutes")


def test_signing_out_ends_the_sign_in_and_the_session(browser: Browser) -> None:
    browser.leave_for(GOOGLE)

    left = browser.post("/sign-out")

    assert left["Location"] == "/sign-in"
    assert not browser.is_signed_in
    assert not SignIn.objects.exists()
    assert [str(m) for m in browser.get("/sign-in").context["messages"]] in (
        ["You have signed out."],
        [],  # shown by the page before
    )


def test_signing_in_changes_the_session_s_name(ada: User) -> None:
    """Whoever planted a session in somebody's browser does not know it afterwards."""
    browser = Browser()
    browser.post("/sign-in/google")
    before = browser.client.session.session_key

    browser.sign_in(ada)

    assert browser.client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_signing_in_as_somebody_else_ends_the_sign_in_before(browser: Browser, ada: User) -> None:
    grace = UserFactory()

    browser.sign_in(grace)

    assert [row.user for row in SignIn.objects.all()] == [grace]
    assert browser.get().context["person"] == grace


def test_a_session_lasts_as_long_as_an_access_token(
    browser: Browser, settings: Any, time_machine: Any
) -> None:
    lasts = timedelta(seconds=settings.ACCESS_TOKEN_LIFETIME)
    begun = timezone.now()

    time_machine.move_to(begun + lasts - timedelta(minutes=1))
    assert browser.is_signed_in
    time_machine.move_to(begun + lasts + timedelta(minutes=1))
    assert not browser.is_signed_in


def test_nobody_has_a_session_for_looking(client: Any) -> None:
    client.get("/sign-in")
    client.head("/sign-in")
    client.get("/oauth/google/callback", {"state": "x", "code": "y"})

    assert "sessionid" not in client.cookies
    assert not Session.objects.exists()


def test_forms_of_other_sites_do_nothing(ada: User) -> None:
    browser = Browser(enforce_csrf_checks=True)
    for path in ("/sign-in", "/sign-in/google", "/sign-out", f"{APPLICATIONS}/google/connect"):
        told = browser.post(path, email=ada.email, password=PASSWORD)
        assert (told.status_code, told.templates[0].name) == (403, "pages/outdated.html")
    assert not SignIn.objects.exists()
    assert not Handshake.objects.exists()


# --- who may do what with which method


def test_a_head_asks_for_no_more_than_a_get(client: Any) -> None:
    assert client.head("/sign-in").status_code == 200
    assert client.head(APPLICATIONS).status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/sign-out"),
        ("get", "/sign-in/google"),
        ("get", f"{APPLICATIONS}/google/connect"),
        ("get", f"{APPLICATIONS}/google/disconnect"),
        ("post", APPLICATIONS),
        ("post", "/oauth/google/callback"),
        ("delete", "/settings/password"),
    ],
)
def test_an_act_is_a_post_and_a_page_is_not(method: str, path: str, browser: Browser) -> None:
    SocialAccountFactory(user=User.objects.get())

    assert getattr(browser.client, method)(path).status_code == 405
    assert SocialAccount.objects.exists()
    assert SignIn.objects.exists()


# --- the list


def test_the_list_shows_what_is_offered_and_what_is_connected(browser: Browser, ada: User) -> None:
    account = SocialAccountFactory(
        user=ada,
        provider="twitter",
        name="Ada <b>L</b>",
        picture_url="https://example.org/ada.png",
        profile_url="https://x.com/ada",
    )

    page = browser.get()

    lines = [(each.provider.name, each.account, each.is_offered) for each in page.context["lines"]]
    assert lines == [
        ("google", None, True),
        ("facebook", None, True),
        ("twitter", account, True),
        ("instagram", None, True),
    ]
    text = page.content.decode()
    assert "Ada &lt;b&gt;L&lt;/b&gt;" in text
    assert 'href="https://x.com/ada"' in text
    assert 'src="https://example.org/ada.png"' in text
    assert text.count("Disconnect</button>") == 1
    assert text.count("Connect</button>") == 3


def test_a_link_to_a_provider_that_is_no_longer_offered_can_be_ended(
    browser: Browser, ada: User
) -> None:
    SocialAccountFactory(user=ada, provider="google")
    Site.objects.update(google_client_id=None, fb_client_id=None, tw_consumer_key=None)

    page = browser.get()
    assert [each.provider.name for each in page.context["lines"]] == ["google", "instagram"]
    assert "no longer registered with Google" in page.content.decode()
    browser.post(f"{APPLICATIONS}/google/disconnect")

    assert not SocialAccount.objects.exists()


def test_a_server_that_is_registered_nowhere_says_so(browser: Browser) -> None:
    Site.objects.update(
        google_client_id=None, fb_client_id=None, tw_consumer_key=None, in_client_id=None
    )

    assert "There is nothing to connect" in browser.get().content.decode()
    assert "Continue with" not in Browser().get("/sign-in").content.decode()


def test_the_list_asks_as_much_of_the_database_however_much_is_connected(
    browser: Browser, ada: User, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "MAX_AGE", 3600)  # seconds: settings are read once
    monkeypatch.setattr(snapshot, "_changed_in_this_transaction", lambda: False)
    for provider in (None, "google", "twitter", "facebook"):
        if provider:
            SocialAccountFactory(user=ada, provider=provider)
        browser.get()
        with django_assert_num_queries(3):  # the session, who that is, the links
            browser.get()


# --- connecting


@each_provider
def test_an_account_is_connected(
    at: social.Documented, browser: Browser, ada: User, mock: responses.RequestsMock
) -> None:
    social.answer(mock, at)

    back = browser.connect(at)

    assert back["Location"] == APPLICATIONS
    assert browser.notices == [f"Your {at.label} account is connected."]
    account = SocialAccount.objects.get()
    assert (account.user, account.provider, account.uid) == (ada, at.name, at.identity.uid)
    assert "Ada Lovelace" in browser.get().content.decode()


@each_provider
def test_a_refusal_over_there_changes_nothing(at: social.Documented, browser: Browser) -> None:
    browser.come_back(at, state=browser.leave_for(at), **at.refusal)

    assert browser.notices == [
        f"{at.label} was not allowed to say who you are, so nothing has changed."
    ]
    assert not SocialAccount.objects.exists()


@each_provider
def test_a_wrong_state_changes_nothing(
    at: social.Documented, browser: Browser, mock: responses.RequestsMock
) -> None:
    social.answer(mock, at)
    browser.leave_for(at)

    for query in ({"state": "another", "code": CODE}, {"code": CODE}, {}):
        browser.come_back(at, **query)
        assert browser.notices == [
            "This was not begun here, took longer than ten minutes, or has been used already. "
            "Please begin again."
        ]
    assert not SocialAccount.objects.exists()
    assert len(mock.calls) == 0


@each_provider
def test_an_account_of_somebody_else_is_not_connected(
    at: social.Documented, browser: Browser, mock: responses.RequestsMock
) -> None:
    taken = SocialAccountFactory(provider=at.name, uid=at.identity.uid)
    social.answer(mock, at)

    browser.connect(at)

    assert browser.notices == [f"This {at.label} account is connected to another account here."]
    assert SocialAccount.objects.get().user == taken.user


@each_provider
def test_connecting_what_is_connected_keeps_it(
    at: social.Documented, browser: Browser, mock: responses.RequestsMock
) -> None:
    social.answer(mock, at)
    browser.connect(at)
    first = SocialAccount.objects.get()

    browser.connect(at)

    assert SocialAccount.objects.get() == first


def test_a_visit_that_somebody_else_began_connects_nothing(
    browser: Browser, mock: responses.RequestsMock
) -> None:
    """A link that Mallory made does not put her Google account into Ada's."""
    social.answer(mock, GOOGLE)
    mallory = Browser(UserFactory())
    state = mallory.leave_for(GOOGLE)

    browser.come_back(GOOGLE, state=state, code=CODE)

    assert not SocialAccount.objects.exists()
    assert len(mock.calls) == 0


def test_who_signs_in_as_somebody_else_meanwhile_connects_nothing(
    browser: Browser, mock: responses.RequestsMock
) -> None:
    social.answer(mock, GOOGLE)
    state = browser.leave_for(GOOGLE)
    browser.sign_in(UserFactory())

    browser.come_back(GOOGLE, state=state, code=CODE)

    assert not SocialAccount.objects.exists()


def test_who_was_signed_out_meanwhile_connects_nothing(
    browser: Browser, ada: User, mock: responses.RequestsMock
) -> None:
    social.answer(mock, GOOGLE)
    state = browser.leave_for(GOOGLE)
    revoke_all(ada)

    back = browser.come_back(GOOGLE, state=state, code=CODE)

    assert back["Location"] == "/sign-in"
    assert not SocialAccount.objects.exists()


def test_visits_are_limited(browser: Browser, settings: Any, time_machine: Any) -> None:
    time_machine.move_to(timezone.now().replace(minute=1), tick=False)
    settings.THROTTLES = {**settings.THROTTLES, "social-sign-in": (2, 900)}
    for _ in range(3):
        browser.post(f"{APPLICATIONS}/google/connect")

    assert Handshake.objects.count() == 2
    (notice,) = browser.notices
    assert notice.startswith("Too many attempts.")


def test_a_provider_that_is_not_offered_is_not_gone_to(browser: Browser) -> None:
    Site.objects.update(google_client_secret=None)

    for path in (f"{APPLICATIONS}/google/connect", "/sign-in/google", "/sign-in/linkedin"):
        told = browser.post(path)
        assert (told.status_code, told.templates[0].name) == (404, "pages/missing.html")
        assert "There are: facebook, twitter, instagram." in told.content.decode()
    assert browser.come_back(GOOGLE, state="x", code="y").status_code == 404
    assert not Handshake.objects.exists()


# --- signing in by an account elsewhere


@each_provider
def test_a_linked_account_signs_in_and_leads_on(
    at: social.Documented, ada: User, mock: responses.RequestsMock
) -> None:
    SocialAccountFactory(user=ada, provider=at.name, uid=at.identity.uid)
    social.answer(mock, at)
    browser = Browser()
    sent = browser.post(f"/sign-in/{at.name}", next="/settings/password")

    state = social.query_of(sent["Location"])["state"]
    back = browser.come_back(at, state=state, code=CODE)

    assert back["Location"] == "/settings/password"
    assert browser.get().context["person"] == ada


def test_an_account_that_opens_nothing_signs_nobody_in(mock: responses.RequestsMock) -> None:
    social.answer(mock, TWITTER)
    browser = Browser()

    back = browser.enter_by(TWITTER)

    assert back["Location"] == "/sign-in"
    (notice,) = [str(m) for m in browser.get("/sign-in").context["messages"]]
    assert notice.startswith("No account here is opened by this X account.")
    assert not User.objects.exists()


def test_a_visit_that_somebody_else_began_signs_nobody_in(mock: responses.RequestsMock) -> None:
    """A link that Mallory made does not sign Ada in to Mallory's account."""
    SocialAccountFactory(provider="twitter", uid=TWITTER.identity.uid)
    social.answer(mock, TWITTER)
    state = Browser().leave_for(TWITTER, "/sign-in/twitter")
    browser = Browser()

    browser.come_back(TWITTER, state=state, code=CODE)

    assert not browser.is_signed_in
    assert not SignIn.objects.exists()


# --- disconnecting


@each_provider
def test_an_account_is_disconnected(
    at: social.Documented, browser: Browser, mock: responses.RequestsMock
) -> None:
    social.answer(mock, at)
    browser.connect(at)
    browser.get()

    gone = browser.post(f"{APPLICATIONS}/{at.name}/disconnect")

    assert gone["Location"] == APPLICATIONS
    assert browser.notices == [f"Your {at.label} account is disconnected."]
    assert not SocialAccount.objects.exists()


def test_only_one_s_own_link_is_ended(browser: Browser) -> None:
    other = SocialAccountFactory(provider="google")

    assert browser.post(f"{APPLICATIONS}/google/disconnect").status_code == 302
    for name in ("nonsense", "%00", "__class__"):
        assert browser.post(f"{APPLICATIONS}/{name}/disconnect").status_code == 302

    assert SocialAccount.objects.get() == other
    assert browser.notices == []


def test_who_has_no_other_way_in_sets_a_password_first(mock: responses.RequestsMock) -> None:
    social.answer(mock, GOOGLE)
    browser = Browser()
    browser.enter_by(GOOGLE)
    ada = User.objects.get()

    sent = browser.post(f"{APPLICATIONS}/google/disconnect")
    assert sent["Location"] == "/settings/password?disconnect=google"
    form = browser.get("/settings/password", disconnect="google")
    assert "Google is your only way to sign in." in form.content.decode()
    short = browser.post("/settings/password", password="short", disconnect="google")
    assert (short.status_code, short.context["error"]) == (
        422,
        "A password has 8 to 1000 characters.",
    )
    assert SocialAccount.objects.exists()
    done = browser.post("/settings/password", password=PASSWORD, disconnect="google")

    assert done["Location"] == APPLICATIONS
    assert browser.notices == [
        "Your password is set.",
        "Your Google account is disconnected.",
    ]
    assert not SocialAccount.objects.exists()
    assert Browser(ada).is_signed_in


def test_a_first_password_ends_the_other_sign_ins(mock: responses.RequestsMock) -> None:
    social.answer(mock, GOOGLE)
    browser, elsewhere = Browser(), Browser()
    browser.enter_by(GOOGLE)
    elsewhere.enter_by(GOOGLE)

    browser.post("/settings/password", password=PASSWORD)

    assert browser.is_signed_in
    assert not elsewhere.is_signed_in
    assert SocialAccount.objects.count() == 1


def test_who_has_a_password_is_not_asked_for_another(browser: Browser, ada: User) -> None:
    browser.get("/settings/password")
    assert browser.notices == ["Your account has a password already."]

    browser.post("/settings/password", password="a quite different one")

    before = ada.password
    ada.refresh_from_db()
    assert ada.password == before


# --- what pages are


@pytest.mark.parametrize("path", [APPLICATIONS, "/sign-in", "/settings/password"])
def test_nothing_runs_in_a_page_and_nobody_keeps_it(path: str) -> None:
    page = Browser(UserFactory(password=None)).get(path)
    page = page if page.status_code != 302 else Browser().get(path)

    policy = page["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "'unsafe-inline'" not in policy
    assert (
        "form-action 'self' https://*.facebook.com https://*.instagram.com "
        "https://accounts.google.com https://twitter.com https://x.com;"
    ) in policy
    assert page["Cache-Control"] == "no-store"
    text = page.content.decode()
    for absent in ("<script", " style=", "<style", " onclick", " onload", "http-equiv"):
        assert absent not in text


def test_no_page_or_session_holds_a_token_or_a_secret(
    browser: Browser, mock: responses.RequestsMock
) -> None:
    social.answer(mock, GOOGLE)
    back = browser.connect(GOOGLE)
    page = browser.get()

    told = back.serialize() + page.serialize() + repr(dict(browser.client.session)).encode()
    for secret in (TOKEN, social.SECRET):
        assert secret.encode() not in told
