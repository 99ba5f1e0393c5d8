"""What providers of accounts answer, in the shapes that they document, and visits to them.

Google     https://developers.google.com/identity/openid-connect/openid-connect
Facebook   https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow
X          https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token
Instagram  https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login
"""

from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, urlsplit

import responses
from django.test import Client

from openevent.site.models import Site
from tests.factories.users import PASSWORD
from users.models import User
from users.providers import Identity

SECRET: Final = "the secret of this server"
TOKEN: Final = "ya29.a-token-that-nobody-may-see"
CODE: Final = "4/a-code"


@dataclass(frozen=True)
class Documented:
    """One provider: its addresses, what it answers, and who that is."""

    name: str
    label: str
    authorization: str
    scope: str
    token: str
    profile: str
    granted: dict[str, Any]
    person: dict[str, Any]
    identity: Identity
    filled: dict[str, str] = field(default_factory=dict)
    has_pkce: bool = False
    # the query of a browser that comes back because somebody said no
    refusal: dict[str, str] = field(default_factory=lambda: {"error": "access_denied"})


GOOGLE: Final = Documented(
    name="google",
    label="Google",
    authorization="https://accounts.google.com/o/oauth2/v2/auth",
    scope="openid email profile",
    token="https://oauth2.googleapis.com/token",
    profile="https://openidconnect.googleapis.com/v1/userinfo",
    granted={
        "access_token": TOKEN,
        "expires_in": 3599,
        "scope": "openid https://www.googleapis.com/auth/userinfo.email",
        "token_type": "Bearer",
        "id_token": "eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl",
    },
    person={
        "sub": "110248495921238986420",
        "name": "Ada Lovelace",
        "given_name": "Ada",
        "family_name": "Lovelace",
        "profile": "https://plus.google.com/110248495921238986420",
        "picture": "https://lh3.googleusercontent.com/a/ACg8ocK=s96-c",
        "email": "Ada@example.org",
        "email_verified": True,
    },
    identity=Identity(
        provider="google",
        uid="110248495921238986420",
        first_name="Ada",
        last_name="Lovelace",
        username="Ada",
        verified_email="Ada@example.org",
        picture_url="https://lh3.googleusercontent.com/a/ACg8ocK=s400-c",
        profile_url="https://plus.google.com/110248495921238986420",
        access_token=TOKEN,
    ),
    filled={
        "google_plus_url": "https://plus.google.com/110248495921238986420",
        "first_name": "Ada",
        "last_name": "Lovelace",
    },
    has_pkce=True,
)
FACEBOOK: Final = Documented(
    name="facebook",
    label="Facebook",
    authorization="https://www.facebook.com/v24.0/dialog/oauth",
    scope="public_profile",
    token="https://graph.facebook.com/v24.0/oauth/access_token",
    profile="https://graph.facebook.com/v24.0/me",
    granted={"access_token": TOKEN, "token_type": "bearer", "expires_in": 5183944},
    person={
        "id": "10158888888888888",
        "name": "Ada Lovelace",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "link": "https://www.facebook.com/app_scoped_user_id/YXNpZADpBWEhLb/",
        # not asked for, and no proof of anything
        "email": "ada@example.org",
        "picture": {
            "data": {
                "height": 400,
                "is_silhouette": False,
                "url": "https://platform-lookaside.fbsbx.com/platform/profilepic/?asid=1",
                "width": 400,
            }
        },
    },
    identity=Identity(
        provider="facebook",
        uid="10158888888888888",
        first_name="Ada",
        last_name="Lovelace",
        username="Ada Lovelace",
        picture_url="https://platform-lookaside.fbsbx.com/platform/profilepic/?asid=1",
        profile_url="https://www.facebook.com/app_scoped_user_id/YXNpZADpBWEhLb/",
        access_token=TOKEN,
    ),
    filled={
        "facebook_url": "https://www.facebook.com/app_scoped_user_id/YXNpZADpBWEhLb/",
        "first_name": "Ada",
        "last_name": "Lovelace",
    },
    refusal={
        "error": "access_denied",
        "error_code": "200",
        "error_description": "Permissions error",
        "error_reason": "user_denied",
    },
)
TWITTER: Final = Documented(
    name="twitter",
    label="X",
    authorization="https://x.com/i/oauth2/authorize",
    scope="users.read tweet.read",
    token="https://api.x.com/2/oauth2/token",
    profile="https://api.x.com/2/users/me",
    granted={
        "token_type": "bearer",
        "expires_in": 7200,
        "access_token": TOKEN,
        "scope": "users.read tweet.read",
    },
    person={
        "data": {
            "id": "2244994945",
            "name": "Ada Lovelace",
            "username": "ada",
            "profile_image_url": "https://pbs.twimg.com/profile_images/1/x_normal.jpg",
        }
    },
    identity=Identity(
        provider="twitter",
        uid="2244994945",
        first_name="Ada",
        last_name="Lovelace",
        username="ada",
        picture_url="https://pbs.twimg.com/profile_images/1/x_400x400.jpg",
        profile_url="https://x.com/ada",
        access_token=TOKEN,
    ),
    filled={
        "twitter_url": "https://x.com/ada",
        "first_name": "Ada",
        "last_name": "Lovelace",
    },
    has_pkce=True,
)
INSTAGRAM: Final = Documented(
    name="instagram",
    label="Instagram",
    authorization="https://www.instagram.com/oauth/authorize",
    scope="instagram_business_basic",
    token="https://api.instagram.com/oauth/access_token",
    profile="https://graph.instagram.com/me",
    granted={
        "data": [
            {
                "access_token": TOKEN,
                "user_id": "10203040",
                "permissions": "instagram_business_basic",
            }
        ]
    },
    person={
        "data": [
            {
                "user_id": "17841405822304914",
                "username": "ada.counts",
                "name": "Ada Lovelace",
                "profile_picture_url": "https://scontent.cdninstagram.com/v/t51.jpg",
            }
        ]
    },
    identity=Identity(
        provider="instagram",
        uid="17841405822304914",
        first_name="Ada",
        last_name="Lovelace",
        username="ada.counts",
        picture_url="https://scontent.cdninstagram.com/v/t51.jpg",
        profile_url="https://www.instagram.com/ada.counts/",
        access_token=TOKEN,
    ),
    filled={
        "instagram_url": "https://www.instagram.com/ada.counts/",
        "first_name": "Ada",
        "last_name": "Lovelace",
    },
    refusal={
        "error": "access_denied",
        "error_reason": "user_denied",
        "error_description": "The user denied your request",
    },
)
ALL: Final = (GOOGLE, FACEBOOK, TWITTER, INSTAGRAM)


def register_everywhere() -> None:
    """Enter what the super admin got from each provider."""
    Site.objects.update(
        google_client_id="google-client",
        google_client_secret=SECRET,
        fb_client_id="facebook-client",
        fb_client_secret=SECRET,
        tw_consumer_key="twitter-client",
        tw_consumer_secret=SECRET,
        in_client_id="instagram-client",
        in_client_secret=SECRET,
    )


def answer(mock: responses.RequestsMock, at: Documented, **person: Any) -> None:
    """Have the provider trade a code for a token, and say who that belongs to."""
    token_method = responses.GET if at is FACEBOOK else responses.POST
    mock.add(token_method, at.token, json=at.granted)
    mock.add(responses.GET, at.profile, json={**at.person, **person})


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def form_of(call: Any) -> dict[str, str]:
    """Return what a call sent, in its URL or in its body."""
    sent = parse_qs(call.request.body or urlsplit(call.request.url).query)
    return {name: values[0] for name, values in sent.items()}


class Browser:
    """Somebody at the pages, by way of Django's own client: it keeps cookies and checks CSRF."""

    def __init__(self, user: User | None = None, **options: Any) -> None:
        self.client = Client(**options)
        if user is not None:
            self.sign_in(user)

    def sign_in(self, user: User, **data: str) -> Any:
        body = {"email": user.email, "password": PASSWORD, **data}
        return self.client.post("/sign-in", body)

    def get(self, path: str = "/settings/applications", **query: str) -> Any:
        return self.client.get(path, query)

    def post(self, path: str, **data: str) -> Any:
        return self.client.post(path, data)

    def leave_for(self, at: Documented, path: str = "") -> str:
        """Press the button that leads to a provider, and return the state taken along."""
        sent = self.post(path or f"/settings/applications/{at.name}/connect")
        assert sent.status_code == 302, sent.content
        return query_of(sent["Location"])["state"]

    def come_back(self, at: Documented, **query: str) -> Any:
        return self.get(f"/oauth/{at.name}/callback", **query)

    def connect(self, at: Documented) -> Any:
        return self.come_back(at, state=self.leave_for(at), code=CODE)

    def enter_by(self, at: Documented) -> Any:
        state = self.leave_for(at, f"/sign-in/{at.name}")
        return self.come_back(at, state=state, code=CODE)

    @property
    def notices(self) -> list[str]:
        """What the next page tells about what has just happened."""
        return [str(message) for message in self.get().context["messages"]]

    @property
    def is_signed_in(self) -> bool:
        return self.get().status_code == 200
