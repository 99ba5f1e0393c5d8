"""The provider of a laptop keeps to OAuth 2, so that what works with it works."""

import base64
import hashlib
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.users.social import query_of
from users.providers import KNOWN, offered
from users.providers.example import CLIENT_ID, client_secret

pytestmark = pytest.mark.django_db

BACK = "http://localhost:8000/oauth/example/callback"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode()[:-1]
ASKED = {
    "client_id": CLIENT_ID,
    "redirect_uri": BACK,
    "response_type": "code",
    "scope": "openid email profile",
    "state": "a state",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


@pytest.fixture(autouse=True)
def _private(settings: Any) -> None:
    settings.IS_PRIVATE = True
    settings.EXAMPLE_PROVIDER = "http://127.0.0.1:8000/dev/provider"


@pytest.fixture
def browser() -> Client:
    return Client(headers={"host": "127.0.0.1:8000"})


def path_with(query: dict[str, str]) -> str:
    return f"/dev/provider/authorize?{urlencode(query)}"


def code_of(browser: Client, who: str = "ada") -> str:
    answer = browser.post(path_with(ASKED), {"as": who})
    assert answer.status_code == 302, answer.content
    return query_of(answer["Location"])["code"]


def basic(secret: str = "", name: str = CLIENT_ID) -> dict[str, str]:
    pair = f"{name}:{secret or client_secret()}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def trade(browser: Client, code: str, headers: Any = None, **changes: str) -> Any:
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        **changes,
    }
    return browser.post(
        "/dev/provider/token",
        "&".join(f"{key}={value}" for key, value in sent.items() if value),
        "application/x-www-form-urlencoded",
        headers=basic() if headers is None else headers,
    )


def userinfo(browser: Client, token: str) -> Any:
    return browser.get("/dev/provider/userinfo", headers={"Authorization": f"Bearer {token}"})


def test_somebody_is_chosen_and_told_of(browser: Client) -> None:
    assert "Continue as Ada Lovelace" in browser.get(path_with(ASKED)).content.decode()
    chosen = browser.post(path_with(ASKED), {"as": "mallory"})
    assert chosen["Location"].startswith(f"{BACK}?")
    back = query_of(chosen["Location"])
    assert back["state"] == "a state"

    given = trade(browser, back["code"])

    assert given.status_code == 200
    body = given.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3600)
    assert userinfo(browser, body["access_token"]).json() == {
        "sub": "mallory",
        "given_name": "Mallory",
        "family_name": "Smith",
        "name": "Mallory Smith",
        "email": "ada@example.org",
        "email_verified": False,
        "profile": "http://127.0.0.1:8000/dev/provider/people/mallory",
        "picture": "http://127.0.0.1:8000/dev/provider/people/mallory/picture",
    }


def test_a_refusal_leads_back_without_a_code(browser: Client) -> None:
    answer = browser.post(path_with(ASKED), {"as": ""})

    assert query_of(answer["Location"]) == {"error": "access_denied", "state": "a state"}


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "another"},
        {"client_id": ""},
        {"redirect_uri": "https://evil.example.org/"},
        {"redirect_uri": ""},
        {"response_type": "token"},
        {"code_challenge": ""},
        {"code_challenge_method": "none"},
        {"scope": "everything"},
    ],
    ids=str,
)
def test_a_browser_is_sent_back_to_nobody_who_asks_wrongly(
    changes: dict[str, str], browser: Client
) -> None:
    asked = {key: value for key, value in (ASKED | changes).items() if value}

    for answer in (browser.get(path_with(asked)), browser.post(path_with(asked), {"as": "ada"})):
        assert answer.status_code == 400
        assert "Location" not in answer


@pytest.mark.parametrize(
    ("changes", "headers", "status", "error"),
    [
        ({"code": "made-up"}, None, 400, "invalid_grant"),
        ({"code_verifier": "w" * 43}, None, 400, "invalid_grant"),
        ({"code_verifier": ""}, None, 400, "invalid_request"),
        ({"redirect_uri": "http://localhost:8000/another"}, None, 400, "invalid_request"),
        ({"grant_type": "password"}, None, 400, "unsupported_grant_type"),
        ({}, {}, 401, "invalid_client"),
        ({}, {"Authorization": "Basic !"}, 401, "invalid_client"),
        ({}, basic("wrong"), 401, "invalid_client"),
        ({}, basic(name="another"), 401, "invalid_client"),
    ],
    ids=str,
)
def test_a_code_is_traded_with_its_client_alone(
    changes: dict[str, str], headers: Any, status: int, error: str, browser: Client
) -> None:
    code = changes.pop("code", None) or code_of(browser)

    answer = trade(browser, code, headers, **changes)

    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_a_code_is_traded_once(browser: Client) -> None:
    code = code_of(browser)
    trade(browser, code)

    assert trade(browser, code).json() == {"error": "invalid_grant"}


def test_a_token_that_was_given_back_tells_nothing(browser: Client) -> None:
    token = trade(browser, code_of(browser)).json()["access_token"]
    form = "application/x-www-form-urlencoded"

    refused = browser.post("/dev/provider/revoke", f"token={token}", form)
    assert refused.status_code == 401
    assert userinfo(browser, token).status_code == 200
    done = browser.post("/dev/provider/revoke", f"token={token}", form, headers=basic())

    assert done.status_code == 200
    assert userinfo(browser, token).status_code == 401
    assert userinfo(browser, "made-up").status_code == 401


def test_people_have_a_page_and_a_picture(browser: Client) -> None:
    page = browser.get("/dev/provider/people/grace")
    picture = browser.get("/dev/provider/people/grace/picture")

    assert "<h1>Grace Hopper</h1>" in page.content.decode()
    assert picture["Content-Type"] == "image/svg+xml"
    assert ">G</text>" in picture.content.decode()
    assert browser.get("/dev/provider/people/nobody").status_code == 404


@pytest.mark.parametrize(
    ("host", "meta"),
    [
        ("events.example.org", {}),
        ("127.0.0.1:8000", {"REMOTE_ADDR": "192.0.2.7"}),
        ("127.0.0.1:8000", {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}),
    ],
)
def test_it_is_there_for_its_own_machine_alone(host: str, meta: Any) -> None:
    client = Client(headers={"host": host}, **meta)

    for method, path in (
        ("get", path_with(ASKED)),
        ("post", "/dev/provider/token"),
        ("post", "/dev/provider/revoke"),
        ("get", "/dev/provider/userinfo"),
        ("get", "/dev/provider/people/ada"),
    ):
        assert getattr(client, method)(path).status_code == 404


def test_a_server_offers_no_such_provider(settings: Any) -> None:
    assert offered() == [KNOWN["example"]]

    settings.EXAMPLE_PROVIDER = None

    assert offered() == []
