"""Google, which tells whether it has verified an address.

https://developers.google.com/identity/openid-connect/openid-connect
"""

import re
from collections.abc import Mapping
from typing import Any

from social_core.backends.google import BaseGoogleAuth
from social_core.backends.oauth import BaseOAuth2PKCE

from .base import Provider, verified_email, web_address


class Google(Provider, BaseGoogleAuth, BaseOAuth2PKCE):
    name = "google"
    label = "Google"
    settings = {"KEY": "google_client_id", "SECRET": "google_client_secret"}
    origins = ("https://accounts.google.com",)
    profile_column = "google_plus_url"

    ID_KEY = "sub"
    AUTHORIZATION_URL = "https://accounts.google.com/o/oauth2/v2/auth"
    ACCESS_TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105  an address
    USER_DATA_URL = "https://openidconnect.googleapis.com/v1/userinfo"
    REVOKE_TOKEN_URL = "https://oauth2.googleapis.com/revoke"  # noqa: S105  an address
    DEFAULT_SCOPE = ["openid", "email", "profile"]

    def user_data(self, access_token: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Ask who it is; the library's own refuses who has no verified address, we do not."""
        return self.get_json(
            self.USER_DATA_URL, headers={"Authorization": f"Bearer {access_token}"}
        )

    def particulars(self, response: Mapping[str, Any]) -> dict[str, Any]:
        picture = web_address(response.get("picture"))
        return {
            "verified_email": verified_email(response),
            # 96 pixels unless asked for more
            "picture_url": re.sub(r"=s\d+(-c)?$", "=s400-c", picture) if picture else None,
            "profile_url": web_address(response.get("profile")),
        }
