"""Signing in by an account elsewhere and linking one, as a client of the API does it."""

from collections.abc import Iterator
from typing import Any

import jwt
import pytest
import responses
from django.conf import settings as django_settings

from openevent.site.models import Site
from tests.api_client import Api
from tests.factories.users import SocialAccountFactory, UserFactory, authorization
from tests.users import social
from tests.users.social import ALL, CODE, FACEBOOK, GOOGLE, TOKEN, TWITTER
from users.actions.sign_in import refresh, sign_in
from users.models import Handshake, SignIn, SocialAccount, User

from .conftest import Post

pytestmark = pytest.mark.django_db

OAUTH = "/v1/auth/oauth"
each_provider = pytest.mark.parametrize("at", ALL, ids=lambda at: at.name)
NOT_BEGUN = {
    "error": "This was not begun here, took longer than ten minutes, or has been used already. "
    "Please begin again."
}


@pytest.fixture(autouse=True)
def _registered(db: None) -> None:
    social.register_everywhere()
    Site.objects.update(frontend_url="https://events.example.org")


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def begin(client: Any, at: social.Documented, user: User | None = None) -> dict[str, str]:
    """Begin, and return what a client sends when the browser has come back."""
    headers = authorization(user) if user else {}
    answer = client.get(f"{OAUTH}/{at.name}", headers=headers)
    assert answer.status_code == 200, answer.content
    state = social.query_of(answer.json()["url"])["state"]
    return {"code": CODE, "state": state, "secret": answer.json()["secret"]}


def claims_of(token: str) -> dict[str, Any]:
    return jwt.decode(token, django_settings.SECRET_KEY, algorithms=["HS256"])


# --- beginning


def test_a_client_asks_which_providers_there_are(client: Any) -> None:
    Site.objects.update(fb_client_id=None)

    assert client.get(OAUTH).json() == {
        "providers": [
            {"provider": "google", "name": "Google"},
            {"provider": "twitter", "name": "X"},
            {"provider": "instagram", "name": "Instagram"},
        ]
    }


@each_provider
def test_a_client_gets_the_url_to_send_the_browser_to(at: social.Documented, client: Any) -> None:
    answer = client.get(f"{OAUTH}/{at.name}")

    body = answer.json()
    assert list(body) == ["url", "secret"]
    assert body["url"].startswith(f"{at.authorization}?")
    back = f"https://events.example.org/oauth/callback?platform={at.name}"
    assert social.query_of(body["url"])["redirect_uri"] == back
    assert len(body["secret"]) == 43
    assert answer["Cache-Control"] == "no-store"
    assert "sessionid" not in answer.cookies


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "{}"),
        ("post", "login/{}"),
        ("post", "connect/{}"),
        ("get", "token/{}"),
    ],
)
@pytest.mark.parametrize("name", ["google", "linkedin", "__class__"])
def test_what_is_not_offered_is_not_found(method: str, path: str, name: str, client: Any) -> None:
    Site.objects.update(google_client_secret=None)
    body = {"code": CODE, "state": "x", "secret": "y"}

    answer = getattr(client, method)(
        f"{OAUTH}/{path.format(name)}",
        body,
        **({"content_type": "application/json"} if method == "post" else {}),
        headers=authorization(UserFactory()),
    )

    assert answer.status_code == 404
    assert answer.json() == {
        "error": f'"{name}" is no provider of accounts here. '
        "There are: facebook, twitter, instagram."
    }


def test_visits_are_limited(client: Any, settings: Any, time_machine: Any) -> None:
    time_machine.move_to("2027-01-01T12:01Z", tick=False)
    settings.THROTTLES = {**settings.THROTTLES, "social-sign-in": (2, 900)}

    answers = [client.get(f"{OAUTH}/google") for _ in range(3)]

    assert [each.status_code for each in answers] == [200, 200, 429]
    assert answers[2].json()["error"].startswith("Too many attempts.")
    assert Handshake.objects.count() == 2


# --- signing in


@each_provider
def test_a_linked_account_signs_in_like_a_password(
    at: social.Documented, client: Any, post: Post, mock: responses.RequestsMock
) -> None:
    user = UserFactory()
    SocialAccountFactory(user=user, provider=at.name, uid=at.identity.uid)
    social.answer(mock, at)

    answer = post(f"{OAUTH}/login/{at.name}", begin(client, at))

    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert list(body) == ["access_token", "user_id", "email"]
    assert (body["user_id"], body["email"]) == (user.pk, user.email)
    claims = claims_of(body["access_token"])
    assert (claims["identity"], claims["fresh"]) == (user.pk, True)
    assert SignIn.objects.get().pk.hex == claims["sid"]
    assert (
        client.get(
            f"/v1/users/{user.pk}", headers={"Authorization": f"JWT {body['access_token']}"}
        ).json()["data"]["attributes"]["email"]
        == user.email
    )


def test_the_web_client_may_be_remembered(
    client: Any, post: Post, mock: responses.RequestsMock
) -> None:
    UserFactory(email="ada@example.org")
    social.answer(mock, GOOGLE)
    wishes = {"remember-me": True, "include-in-response": True}

    body = post(f"{OAUTH}/login/google", begin(client, GOOGLE) | wishes).json()

    assert list(body) == ["access_token", "refresh_token", "user_id", "email"]
    assert refresh(body["refresh_token"]).access


def test_somebody_new_gets_an_account(
    client: Any, post: Post, mock: responses.RequestsMock
) -> None:
    social.answer(mock, GOOGLE)

    body = post(f"{OAUTH}/login/google", begin(client, GOOGLE)).json()

    assert User.objects.get(pk=body["user_id"]).social_accounts.get().provider == "google"


@pytest.mark.parametrize(
    ("at", "traits", "said"),
    [
        (FACEBOOK, {}, "No account here is opened by this Facebook account."),
        (TWITTER, {}, "No account here is opened by this X account."),
        (GOOGLE, {"blocked": True}, "No account here is opened by this Google account."),
        (GOOGLE, {"unverified": True}, "An account here has your address, but nobody has"),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_who_may_not_is_refused_and_told_what_to_do(
    at: social.Documented,
    traits: dict[str, bool],
    said: str,
    client: Any,
    post: Post,
    mock: responses.RequestsMock,
) -> None:
    UserFactory(email="ada@example.org", **traits)
    social.answer(mock, at)

    answer = post(f"{OAUTH}/login/{at.name}", begin(client, at))

    assert answer.status_code == 401
    assert answer.json()["error"].startswith(said)
    assert not SignIn.objects.exists()
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("left_out", ["code", "state", "secret"])
@pytest.mark.parametrize("instead", [None, "", 5, ["x"], {"eq": "x"}])
@pytest.mark.parametrize("what", ["login", "connect"])
def test_all_that_came_back_is_sent_as_text(
    left_out: str, instead: Any, what: str, client: Any, post: Post
) -> None:
    body = {**begin(client, GOOGLE), left_out: instead}

    answer = post(f"{OAUTH}/{what}/google", body, **authorization(UserFactory()))

    assert (answer.status_code, answer.json()) == (
        400,
        {"error": f'Write a text as "{left_out}".'},
    )


@each_provider
@pytest.mark.parametrize("wrong", [{"state": "another"}, {"secret": "another"}], ids=str)
def test_whoever_did_not_begin_does_not_end(
    at: social.Documented,
    wrong: dict[str, str],
    client: Any,
    post: Post,
    mock: responses.RequestsMock,
) -> None:
    social.answer(mock, at)

    answer = post(f"{OAUTH}/login/{at.name}", begin(client, at) | wrong)

    assert (answer.status_code, answer.json()) == (422, NOT_BEGUN)
    assert len(mock.calls) == 0


def test_what_was_used_is_used_up(client: Any, post: Post, mock: responses.RequestsMock) -> None:
    social.answer(mock, GOOGLE)
    sent = begin(client, GOOGLE)
    assert post(f"{OAUTH}/login/google", sent).status_code == 200

    answer = post(f"{OAUTH}/login/google", sent)

    assert (answer.status_code, answer.json()) == (422, NOT_BEGUN)


def test_a_provider_that_fails_is_named(
    client: Any, post: Post, mock: responses.RequestsMock
) -> None:
    mock.add(responses.POST, GOOGLE.token, status=400, json={"error": "invalid_grant"})

    answer = post(f"{OAUTH}/login/google", begin(client, GOOGLE))

    assert answer.status_code == 502
    assert answer.json() == {"error": "Google did not answer as it should. Please try again later."}


def test_a_stale_token_does_not_hinder(
    client: Any, post: Post, mock: responses.RequestsMock
) -> None:
    social.answer(mock, GOOGLE)
    stale = {"Authorization": "JWT null"}
    sent = client.get(f"{OAUTH}/google", headers=stale).json()
    state = social.query_of(sent["url"])["state"]
    body = {"code": CODE, "state": state, "secret": sent["secret"]}

    assert post(f"{OAUTH}/login/google", body, **stale).status_code == 200


# --- linking


@each_provider
def test_somebody_signed_in_links_an_account(
    at: social.Documented, client: Any, post: Post, mock: responses.RequestsMock
) -> None:
    ada = UserFactory()
    social.answer(mock, at)

    answer = post(f"{OAUTH}/connect/{at.name}", begin(client, at, ada), **authorization(ada))

    assert answer.status_code == 201, answer.content
    account = SocialAccount.objects.get()
    assert (account.user, account.uid) == (ada, at.identity.uid)
    assert answer.json() == {
        "id": str(account.pk),
        "provider": at.name,
        "name": "Ada Lovelace",
        "url": f"/v1/social-accounts/{account.pk}",
    }
    assert TOKEN not in answer.content.decode()


def test_a_taken_account_is_a_conflict(
    client: Any, post: Post, mock: responses.RequestsMock
) -> None:
    SocialAccountFactory(provider="twitter", uid=TWITTER.identity.uid)
    ada = UserFactory()
    social.answer(mock, TWITTER)

    answer = post(f"{OAUTH}/connect/twitter", begin(client, TWITTER, ada), **authorization(ada))

    assert (answer.status_code, answer.json()) == (
        409,
        {"error": "This X account is connected to another account here."},
    )


def test_linking_takes_a_fresh_sign_in(client: Any, post: Post) -> None:
    ada = UserFactory()
    given = sign_in(ada, remember=True, renewable=True)
    renewed = refresh(given.refresh or "").access
    body = begin(client, GOOGLE, ada)

    answer = post(f"{OAUTH}/connect/google", body, Authorization=f"JWT {renewed}")

    assert (answer.status_code, answer.json()) == (401, {"error": "Fresh token required"})
    assert Handshake.objects.count() == 1


def test_nobody_links_without_a_sign_in(client: Any, post: Post) -> None:
    answer = post(f"{OAUTH}/connect/google", begin(client, GOOGLE))

    assert (answer.status_code, answer.json()) == (401, {"error": "Missing Authorization Header"})


@pytest.mark.parametrize("began_as", ["nobody", "another"])
def test_a_visit_that_was_not_begun_to_link_to_oneself_links_nothing(
    began_as: str, client: Any, post: Post, mock: responses.RequestsMock
) -> None:
    social.answer(mock, GOOGLE)
    sent = begin(client, GOOGLE, UserFactory() if began_as == "another" else None)

    answer = post(f"{OAUTH}/connect/google", sent, **authorization(UserFactory()))

    assert (answer.status_code, answer.json()) == (422, NOT_BEGUN)
    assert not SocialAccount.objects.exists()


def test_a_visit_that_was_begun_to_link_signs_nobody_in(client: Any, post: Post) -> None:
    ada = UserFactory()

    answer = post(f"{OAUTH}/login/google", begin(client, GOOGLE, ada))

    assert (answer.status_code, answer.json()) == (422, NOT_BEGUN)


# --- what is linked (/v1/social-accounts)


def test_people_see_what_they_have_linked_and_nothing_secret() -> None:
    ada = UserFactory()
    SocialAccountFactory()
    account = SocialAccountFactory(
        user=ada,
        provider="twitter",
        name="Ada Lovelace",
        picture_url="https://example.org/ada.png",
        profile_url="https://x.com/ada",
        access_token=TOKEN,
        filled={"first_name": "Ada"},
    )

    answer = Api(ada).get(f"/v1/users/{ada.pk}/social-accounts")

    assert answer.document["meta"] == {"count": 1}
    (row,) = answer.data
    connected_at = row["attributes"].pop("connected-at")
    assert connected_at.startswith(account.connected_at.strftime("%Y-%m-%dT%H:%M:%S"))
    assert row["attributes"] == {
        "provider": "twitter",
        "name": "Ada Lovelace",
        "picture-url": "https://example.org/ada.png",
        "profile-url": "https://x.com/ada",
    }
    assert Api(ada).get("/v1/social-accounts").ids == [account.pk]


def test_others_see_nothing_of_it_and_admins_do() -> None:
    account = SocialAccountFactory()
    path = f"/v1/social-accounts/{account.pk}"

    assert Api().get(path).status == 401
    assert Api(UserFactory()).get(path).status == 404
    assert Api(UserFactory()).get("/v1/social-accounts").ids == []
    assert Api(UserFactory()).get(f"/v1/users/{account.user.pk}/social-accounts").status == 404
    assert Api(UserFactory(admin=True)).get(path).attributes["provider"] == "google"


def test_a_link_is_ended_by_deleting_it() -> None:
    ada = UserFactory(first_name="Ada")
    account = SocialAccountFactory(user=ada, filled={"first_name": "Ada"})

    assert Api(UserFactory()).delete(f"/v1/social-accounts/{account.pk}").status == 404
    answer = Api(ada).delete(f"/v1/social-accounts/{account.pk}")

    assert answer.status == 200
    assert not SocialAccount.objects.exists()
    ada.refresh_from_db()
    assert ada.first_name is None


def test_the_only_way_in_is_not_deleted() -> None:
    account = SocialAccountFactory(user=UserFactory(password=None))

    answer = Api(account.user).delete(f"/v1/social-accounts/{account.pk}")

    assert (answer.status, answer.detail) == (
        409,
        "Google is your only way to sign in. Set a password first.",
    )
    assert SocialAccount.objects.exists()


@pytest.mark.parametrize("method", ["post", "patch"])
def test_nothing_is_linked_or_changed_by_writing_a_row(method: str) -> None:
    account = SocialAccountFactory()
    path = "/v1/social-accounts" + (f"/{account.pk}" if method == "patch" else "")

    answer = getattr(Api(account.user), method)(path, "social-account", uid="another")

    assert answer.status == 405


# --- what the old server gave out


def test_the_server_s_own_token_is_given_to_nobody(
    client: Any, mock: responses.RequestsMock
) -> None:
    for user in (None, UserFactory(), UserFactory(super_admin=True)):
        headers = authorization(user) if user else {}
        answer = client.get(f"{OAUTH}/token/facebook", headers=headers)

        assert answer.status_code == 403
        assert answer.json() == {
            "error": "What this server itself may do at a provider is nobody else's. To sign "
            "somebody in, begin at /v1/auth/oauth/{provider}."
        }
    assert len(mock.calls) == 0
