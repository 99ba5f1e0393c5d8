"""Facebook. It does not say whether it has verified an address, so it is not asked for one.

https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow
"""

import hmac
from collections.abc import Mapping
from typing import Any

from social_core.backends.facebook import FacebookOAuth2

from .base import Provider, web_address

FIELDS = "id,name,first_name,last_name,link,picture.width(400).height(400)"


class Facebook(Provider, FacebookOAuth2):
    name = "facebook"
    label = "Facebook"
    settings = {"KEY": "fb_client_id", "SECRET": "fb_client_secret"}
    origins = ("https://*.facebook.com",)
    profile_column = "facebook_url"
    sharer = "https://www.facebook.com/sharer/sharer.php?u="

    DEFAULT_SCOPE = ["public_profile"]

    @classmethod
    def option(cls, name: str) -> Any:
        return {"fields": FIELDS} if name == "PROFILE_EXTRA_PARAMS" else super().option(name)

    def particulars(self, response: Mapping[str, Any]) -> dict[str, Any]:
        picture = response.get("picture", {}).get("data", {})
        return {
            "picture_url": None
            if picture.get("is_silhouette")
            else web_address(picture.get("url")),
            # only to apps that Meta has reviewed for it (`user_link`)
            "profile_url": web_address(response.get("link")),
        }

    def revoke(self, token: str, uid: str) -> None:
        """Have Facebook forget all that this server was allowed, by a DELETE of that."""
        _, secret = self.get_key_and_secret()
        proof = hmac.digest(secret.encode(), token.encode(), "sha256").hex()
        self.request(
            self.revoke_token_url(token, uid),
            method="DELETE",
            params={"access_token": token, "appsecret_proof": proof},
            stage="disconnect",
        )
