"""Instagram, for professional accounts; it tells no address and takes no token back.

The library's backend speaks the Basic Display API, which Meta switched off in December 2024.
This is its successor, Instagram Login:
https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login
"""

from collections.abc import Mapping
from typing import Any

from social_core.backends.oauth import BaseOAuth2

from .base import Provider, web_address


class Instagram(Provider, BaseOAuth2):
    name = "instagram"
    label = "Instagram"
    settings = {"KEY": "in_client_id", "SECRET": "in_client_secret"}
    origins = ("https://*.instagram.com", "https://*.facebook.com")
    profile_column = "instagram_url"

    ID_KEY = "user_id"
    AUTHORIZATION_URL = "https://www.instagram.com/oauth/authorize"
    ACCESS_TOKEN_URL = "https://api.instagram.com/oauth/access_token"  # noqa: S105  an address
    USER_DATA_URL = "https://graph.instagram.com/me"
    DEFAULT_SCOPE = ["instagram_business_basic"]
    SCOPE_SEPARATOR = ","

    def auth_complete_params(self, state: str | None = None) -> dict[str, str]:
        parameters = super().auth_complete_params(state)
        # Instagram puts this behind the code, and a client may take it for part of it.
        parameters["code"] = parameters["code"].removesuffix("#_")
        return parameters

    def request_access_token(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return _unwrapped(super().request_access_token(*args, **kwargs))

    def user_data(self, access_token: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
        fields = "user_id,username,name,profile_picture_url"
        parameters = {"fields": fields, "access_token": access_token}
        return _unwrapped(self.get_json(self.USER_DATA_URL, params=parameters))

    def get_user_details(self, response: Mapping[str, Any]) -> dict[str, Any]:
        return {"username": response["username"], "fullname": response.get("name")}

    def particulars(self, response: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "picture_url": web_address(response.get("profile_picture_url")),
            "profile_url": web_address(f"https://www.instagram.com/{response['username']}/"),
        }


def _unwrapped(answer: dict[str, Any]) -> dict[str, Any]:
    """Return what an answer says: it is documented as a list of one, and sent without it."""
    match answer:
        case {"data": [dict(only)]}:
            return only
    return answer
