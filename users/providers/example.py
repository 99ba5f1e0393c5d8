"""A provider on this machine, for whoever tries it out: `users/example_provider`.

There is one where `settings.EXAMPLE_PROVIDER` names it, which is on laptops and in tests.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings as django_settings
from django.utils.crypto import salted_hmac
from social_core.backends.oauth import BaseOAuth2PKCE

from .base import Provider, verified_email, web_address

CLIENT_ID = "open-event"


def client_secret() -> str:
    """Return what this server and the example provider both know."""
    return salted_hmac("users.example_provider", "client", algorithm="sha256").hexdigest()


class Example(Provider, BaseOAuth2PKCE):
    name = "example"
    label = "Example ID"

    ID_KEY = "sub"
    DEFAULT_SCOPE = ["openid", "email", "profile"]
    USE_BASIC_AUTH = True

    @classmethod
    def is_offered(cls) -> bool:
        return django_settings.EXAMPLE_PROVIDER is not None

    @classmethod
    def option(cls, name: str) -> Any:
        paths = {
            "AUTHORIZATION_URL": "authorize",
            "ACCESS_TOKEN_URL": "token",
            "REVOKE_TOKEN_URL": "revoke",
        }
        if name in paths:
            return f"{django_settings.EXAMPLE_PROVIDER}/{paths[name]}"
        return {"KEY": CLIENT_ID, "SECRET": client_secret()}.get(name)

    @classmethod
    def leads_to(cls) -> tuple[str, ...]:
        parts = urlsplit(django_settings.EXAMPLE_PROVIDER)
        return (f"{parts.scheme}://{parts.netloc}",)

    def user_data(self, access_token: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return self.get_json(
            f"{django_settings.EXAMPLE_PROVIDER}/userinfo",
            headers={"Authorization": f"Bearer {access_token}"},
        )

    def get_user_details(self, response: Mapping[str, Any]) -> dict[str, Any]:
        return {"first_name": response["given_name"], "last_name": response["family_name"]}

    def particulars(self, response: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "verified_email": verified_email(response),
            "picture_url": web_address(response.get("picture")),
            "profile_url": web_address(response.get("profile")),
        }

    def revoke_token_headers(self, token: str, uid: str) -> dict[str, Any]:
        return {"Authorization": self.get_key_and_secret_basic_auth()}
