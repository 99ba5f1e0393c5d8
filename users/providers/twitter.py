"""X, which was Twitter when its settings got their names. It tells no address.

https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code
"""

from collections.abc import Mapping
from typing import Any

from social_core.backends.twitter_oauth2 import TwitterOAuth2

from .base import Provider, web_address


class Twitter(Provider, TwitterOAuth2):
    name = "twitter"
    label = "X"
    settings = {"KEY": "tw_consumer_key", "SECRET": "tw_consumer_secret"}
    origins = ("https://x.com", "https://twitter.com")
    profile_column = "twitter_url"
    sharer = "https://x.com/intent/post?url="

    AUTHORIZATION_URL = "https://x.com/i/oauth2/authorize"
    ACCESS_TOKEN_URL = "https://api.x.com/2/oauth2/token"  # noqa: S105  an address
    USER_DATA_URL = "https://api.x.com/2/users/me"
    REVOKE_TOKEN_URL = "https://api.x.com/2/oauth2/revoke"  # noqa: S105  an address
    # X wants both to tell who somebody is.
    DEFAULT_SCOPE = ["users.read", "tweet.read"]
    PKCE_DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    PKCE_DEFAULT_CODE_VERIFIER_LENGTH = 43  # the least that RFC 7636 allows

    def user_data(self, access_token: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
        answer = self.get_json(
            self.USER_DATA_URL,
            params={"user.fields": "profile_image_url"},
            headers={"Authorization": f"Bearer {access_token}"},
        )
        return answer["data"]

    def particulars(self, response: Mapping[str, Any]) -> dict[str, Any]:
        picture = web_address(response.get("profile_image_url"))
        return {
            # 48 pixels unless asked for more
            "picture_url": picture.replace("_normal.", "_400x400.") if picture else None,
            "profile_url": web_address(f"https://x.com/{response['username']}"),
        }

    def revoke_token_headers(self, token: str, uid: str) -> dict[str, Any]:
        return {"Authorization": self.get_key_and_secret_basic_auth()}
