"""What is said to each provider, and what is understood of its answers."""

import base64
import hashlib
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests
import responses

from openevent.sealed import Unreadable
from openevent.site.models import Site
from tests.users import social
from tests.users.social import ALL, CODE, FACEBOOK, GOOGLE, INSTAGRAM, SECRET, TOKEN, TWITTER
from users.actions import handshakes
from users.actions.handshakes import Declined, NotBegunHere, ProviderFailed
from users.models import Handshake
from users.providers import KNOWN, ProviderNotOffered, SiteStrategy, named, offered
from users.providers.base import text, web_address

pytestmark = pytest.mark.django_db

BACK = "https://events.example.org/oauth/callback?platform=x&more=1"
each_provider = pytest.mark.parametrize("at", ALL, ids=lambda at: at.name)


@pytest.fixture(autouse=True)
def _registered(db: None) -> None:
    social.register_everywhere()


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def begin(at: social.Documented, **more: Any) -> dict[str, str]:
    url = handshakes.begin(
        at.name, user=None, holder="me", redirect_uri=BACK, address="192.0.2.1", **more
    )
    return social.query_of(url) | {"": url.partition("?")[0]}


def finish(at: social.Documented, **sent: str) -> handshakes.Return:
    return handshakes.finish(at.name, sent, user=None, holder="me")


# --- which there are


def test_a_provider_is_offered_once_it_has_both_its_id_and_its_secret() -> None:
    assert [each.name for each in offered()] == [at.name for at in ALL]

    Site.objects.update(google_client_id="", fb_client_secret=None, tw_consumer_key=None)

    assert [each.name for each in offered()] == ["instagram"]


def test_a_provider_whose_secret_cannot_be_opened_is_not_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = Site.objects.get()
    monkeypatch.setattr("users.providers.base.site.current", lambda: site, raising=True)
    site.google_client_secret = Unreadable("site.Site.google_client_secret", "gAAAA")

    assert "google" not in [each.name for each in offered()]


@pytest.mark.parametrize("name", ["linkedin", "google", "", "__class__"])
def test_what_is_not_offered_is_nowhere(name: str) -> None:
    Site.objects.update(google_client_secret=None)

    with pytest.raises(ProviderNotOffered, match="There are: facebook, twitter, instagram"):
        named(name)
    with pytest.raises(ProviderNotOffered):
        handshakes.begin(name, user=None, holder="me", redirect_uri=BACK, address="")
    with pytest.raises(ProviderNotOffered):
        handshakes.finish(name, {"state": "x", "code": "y"}, user=None, holder="me")


def test_keys_are_those_of_the_moment() -> None:
    assert begin(GOOGLE)["client_id"] == "google-client"

    Site.objects.update(google_client_id="another")

    assert begin(GOOGLE)["client_id"] == "another"


# --- going there


@each_provider
def test_a_browser_is_sent_with_a_state_and_asks_for_little(at: social.Documented) -> None:
    sent = begin(at)

    assert sent.pop("") == at.authorization
    assert sent.pop("client_id") == f"{at.name}-client"
    assert sent.pop("redirect_uri") == BACK
    assert sent.pop("scope") == at.scope
    assert len(sent.pop("state")) == 32
    assert sent.pop("response_type", "code") == "code"
    if at.has_pkce:
        assert sent.pop("code_challenge_method") == "S256"
        assert len(sent.pop("code_challenge")) == 43
    if at is FACEBOOK:
        assert sent.pop("return_scopes") == "true"
    assert sent == {}


def test_each_visit_has_a_state_of_its_own() -> None:
    states = {begin(GOOGLE)["state"] for _ in range(5)}

    assert len(states) == 5


def test_what_is_kept_of_a_visit_is_digests_and_sealed() -> None:
    state = begin(TWITTER)["state"]

    (row,) = Handshake.objects.extra(select={"kept": "memory"}).values()
    assert state not in str(row | {"memory": None})
    assert row["kept"].startswith("gAAAA")
    assert "me" not in (row["holder"], row["state"])


# --- coming back


@each_provider
def test_the_code_is_traded_for_who_it_is(
    at: social.Documented, mock: responses.RequestsMock
) -> None:
    social.answer(mock, at)
    began = begin(at, next_path="/settings/applications")

    back = finish(at, state=began["state"], code=CODE)

    assert back == handshakes.Return(at.identity, False, "/settings/applications")


@each_provider
def test_the_trade_shows_who_we_are_and_that_we_began(
    at: social.Documented, mock: responses.RequestsMock
) -> None:
    social.answer(mock, at)
    began = begin(at)

    finish(at, state=began["state"], code=CODE)

    traded, asked = mock.calls
    sent = social.form_of(traded)
    assert (sent["code"], sent["redirect_uri"]) == (CODE, BACK)
    if at is TWITTER:
        basic = base64.b64encode(f"twitter-client:{SECRET}".encode()).decode()
        assert traded.request.headers["Authorization"] == f"Basic {basic}"
        assert "client_secret" not in sent
    else:
        assert (sent["client_id"], sent["client_secret"]) == (f"{at.name}-client", SECRET)
    if at.has_pkce:
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == began["code_challenge"]
        assert len(sent["code_verifier"]) >= 43
    bearer = asked.request.headers.get("Authorization", "")
    assert TOKEN in (bearer.removeprefix("Bearer "), social.form_of(asked).get("access_token"))


def test_facebook_gets_the_proof_that_the_token_is_ours(mock: responses.RequestsMock) -> None:
    social.answer(mock, FACEBOOK)

    finish(FACEBOOK, state=begin(FACEBOOK)["state"], code=CODE)

    sent = social.form_of(mock.calls[1])
    assert sent["fields"] == "id,name,first_name,last_name,link,picture.width(400).height(400)"
    assert len(sent["appsecret_proof"]) == 64


def test_instagram_answers_without_the_list_it_documents_too(mock: responses.RequestsMock) -> None:
    mock.add(responses.POST, INSTAGRAM.token, json=INSTAGRAM.granted["data"][0])
    mock.add(responses.GET, INSTAGRAM.profile, json=INSTAGRAM.person["data"][0])

    back = finish(INSTAGRAM, state=begin(INSTAGRAM)["state"], code="abc#_")

    assert back.identity == INSTAGRAM.identity
    assert social.form_of(mock.calls[0])["code"] == "abc"


def test_an_address_that_google_has_not_verified_is_no_proof(mock: responses.RequestsMock) -> None:
    social.answer(mock, GOOGLE, email_verified=False)

    back = finish(GOOGLE, state=begin(GOOGLE)["state"], code=CODE)

    assert back.identity == replace(GOOGLE.identity, verified_email=None)


@pytest.mark.parametrize("verified", ["true", 1, "yes", None])
def test_only_true_means_verified(verified: Any, mock: responses.RequestsMock) -> None:
    social.answer(mock, GOOGLE, email_verified=verified)

    back = finish(GOOGLE, state=begin(GOOGLE)["state"], code=CODE)

    assert back.identity.verified_email is None


def test_a_silhouette_is_no_picture(mock: responses.RequestsMock) -> None:
    silhouette = {"data": {"is_silhouette": True, "url": "https://example.org/nobody.png"}}
    social.answer(mock, FACEBOOK, picture=silhouette)

    back = finish(FACEBOOK, state=begin(FACEBOOK)["state"], code=CODE)

    assert back.identity.picture_url is None


@each_provider
def test_who_says_no_over_there_is_told_that_nothing_has_changed(
    at: social.Documented, mock: responses.RequestsMock
) -> None:
    state = begin(at)["state"]

    with pytest.raises(Declined, match=f"^{at.label} was not allowed to say who you are"):
        finish(at, state=state, **at.refusal)

    assert len(mock.calls) == 0


# --- states


@each_provider
def test_a_state_that_we_did_not_give_is_refused(
    at: social.Documented, mock: responses.RequestsMock
) -> None:
    begin(at)

    for state in ("", "made-up", "x" * 1000, "\0"):
        with pytest.raises(NotBegunHere):
            finish(at, state=state, code=CODE)
    with pytest.raises(NotBegunHere):
        finish(at, code=CODE)
    assert len(mock.calls) == 0


@each_provider
def test_a_state_works_once(at: social.Documented, mock: responses.RequestsMock) -> None:
    social.answer(mock, at)
    state = begin(at)["state"]
    finish(at, state=state, code=CODE)

    with pytest.raises(NotBegunHere):
        finish(at, state=state, code=CODE)

    assert len(mock.calls) == 2


def test_a_state_is_good_for_its_provider_its_holder_and_ten_minutes(
    mock: responses.RequestsMock, time_machine: Any
) -> None:
    time_machine.move_to("2027-01-01T12:00Z", tick=False)
    social.answer(mock, GOOGLE)
    state = begin(GOOGLE)["state"]
    sent = {"state": state, "code": CODE}

    with pytest.raises(NotBegunHere):
        finish(TWITTER, **sent)
    with pytest.raises(NotBegunHere):
        handshakes.finish("google", sent, user=None, holder="somebody else")
    time_machine.move_to("2027-01-01T12:10:00Z", tick=False)
    with pytest.raises(NotBegunHere):
        finish(GOOGLE, **sent)
    time_machine.move_to("2027-01-01T12:09:59Z", tick=False)
    assert finish(GOOGLE, **sent).identity == GOOGLE.identity


# --- providers that answer otherwise


@each_provider
@pytest.mark.parametrize(
    "token",
    [
        {"status": 400, "json": {"error": "invalid_grant", "error_description": "<b>no</b>"}},
        {"status": 401, "json": {"error": {"message": "bad", "type": "OAuthException", "code": 1}}},
        {"status": 500, "body": "<html>oops"},
        {"status": 200, "body": "<html>"},
        {"status": 200, "json": []},
        {"status": 200, "json": {}},
        {"status": 200, "json": {"access_token": None}},
        {"status": 200, "json": {"access_token": ["x"]}},
        {"body": requests.ConnectTimeout()},
        {"body": requests.ConnectionError()},
    ],
    ids=str,
)
def test_a_trade_that_fails_is_told_in_words_of_ours(
    at: social.Documented, token: dict[str, Any], mock: responses.RequestsMock
) -> None:
    method = responses.GET if at is FACEBOOK else responses.POST
    mock.add(method, at.token, **token)
    state = begin(at)["state"]

    with pytest.raises(ProviderFailed) as failed:
        finish(at, state=state, code=CODE)

    assert failed.value.detail == (
        f"{at.label} did not answer as it should. Please try again later."
    )
    assert not Handshake.objects.exists()


@each_provider
@pytest.mark.parametrize(
    "person",
    [None, [], "x", 5, {}, {"data": None}, {"data": []}, {"id": None}, {"sub": "", "id": ""}],
    ids=str,
)
def test_a_person_without_an_id_is_nobody(
    at: social.Documented, person: Any, mock: responses.RequestsMock
) -> None:
    method = responses.GET if at is FACEBOOK else responses.POST
    mock.add(method, at.token, json=at.granted)
    mock.add(responses.GET, at.profile, json=person)
    state = begin(at)["state"]

    with pytest.raises(ProviderFailed):
        finish(at, state=state, code=CODE)


def test_what_a_provider_says_is_cut_to_what_can_be_kept(mock: responses.RequestsMock) -> None:
    social.answer(
        mock,
        GOOGLE,
        given_name="A\0da\n\n Augusta" + "a" * 200,
        family_name={"x": 1},
        picture="javascript:alert(1)",
        profile="https://" + "x" * 3000,
    )

    back = finish(GOOGLE, state=begin(GOOGLE)["state"], code=CODE)

    assert back.identity.first_name == ("Ada Augusta" + "a" * 200)[:150]
    assert back.identity.last_name is None
    assert (back.identity.picture_url, back.identity.profile_url) == (None, None)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("https://example.org/ada", True),
        ("http://example.org", True),
        ("//example.org", False),
        ("javascript:alert(1)//https://", False),
        ("data:text/html,x", False),
        ("https://", False),
        ("https://[", False),
        ("https://example.org/\0", False),
        ("", False),
        (None, False),
        (5, False),
    ],
)
def test_only_addresses_of_the_web_are_linked(value: Any, kept: bool) -> None:
    assert web_address(value) == (value if kept else None)


@pytest.mark.parametrize(
    "email", ["no address", "a@b", "a\0@example.org", "a" * 250 + "@example.org", ""]
)
def test_what_is_no_address_is_nobodys(email: Any, mock: responses.RequestsMock) -> None:
    social.answer(mock, GOOGLE, email=email)

    back = finish(GOOGLE, state=begin(GOOGLE)["state"], code=CODE)

    assert back.identity.verified_email is None


def test_a_name_is_text() -> None:
    assert [text(value) for value in (" Ada  L ", "", "\0", None, 5, [])] == ["Ada L"] + [None] * 5


# --- giving tokens back


@pytest.mark.parametrize(
    ("at", "method", "url"),
    [
        (GOOGLE, responses.POST, "https://oauth2.googleapis.com/revoke"),
        (TWITTER, responses.POST, "https://api.x.com/2/oauth2/revoke"),
        (
            FACEBOOK,
            responses.DELETE,
            f"https://graph.facebook.com/v24.0/{FACEBOOK.identity.uid}/permissions",
        ),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_token_is_given_back_where_providers_take_it(
    at: social.Documented, method: str, url: str, mock: responses.RequestsMock
) -> None:
    mock.add(method, url, json={"success": True})

    KNOWN[at.name](SiteStrategy()).revoke(TOKEN, at.identity.uid)

    (call,) = mock.calls
    if at is FACEBOOK:
        assert call.request.params["access_token"] == TOKEN
        assert len(call.request.params["appsecret_proof"]) == 64
    else:
        assert TOKEN not in call.request.url
        assert social.form_of(call) == {"token": TOKEN}
    assert ("Authorization" in call.request.headers) == (at is TWITTER)


def test_instagram_takes_no_token_back(mock: responses.RequestsMock) -> None:
    KNOWN["instagram"](SiteStrategy()).revoke(TOKEN, "1")

    assert len(mock.calls) == 0


# --- logs


@each_provider
def test_nothing_secret_is_logged(
    at: social.Documented, mock: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    method = responses.GET if at is FACEBOOK else responses.POST
    mock.add(method, at.token, json=at.granted)
    mock.add(responses.GET, at.profile, status=500, body=TOKEN)
    began = begin(at)

    with pytest.raises(ProviderFailed):
        finish(at, state=began["state"], code=CODE)

    assert f"{at.label}: The authentication provider is temporarily unavailable." in caplog.text
    for secret in (TOKEN, SECRET, CODE, began["state"]):
        assert secret not in caplog.text
