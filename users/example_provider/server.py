"""What the example provider knows of codes and tokens; oauthlib knows the protocol.

Both are kept in the cache for as long as they are good for, so any process may answer.
"""

import base64
import binascii
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.cache import cache
from django.utils.crypto import constant_time_compare
from oauthlib.oauth2 import RequestValidator, WebApplicationServer

from openevent.embedded.own_browser import NAMES
from users.providers.example import CLIENT_ID, client_secret

CODE_LIFETIME: Final = 60  # seconds
TOKEN_LIFETIME: Final = 3600


class Knowledge(RequestValidator):
    """The answers to what oauthlib asks: one client, and what it was given."""

    def validate_client_id(self, client_id: str, request: Any, *_: Any, **__: Any) -> bool:
        return client_id == CLIENT_ID

    def validate_redirect_uri(self, client_id: str, uri: str, request: Any, *_: Any, **__: Any):
        return urlsplit(uri).hostname in NAMES

    def get_default_redirect_uri(self, *_: Any, **__: Any) -> None:
        return None

    def get_default_scopes(self, *_: Any, **__: Any) -> list[str]:
        return ["openid"]

    def validate_scopes(self, client_id: str, scopes: Any, *_: Any, **__: Any) -> bool:
        return set(scopes) <= {"openid", "email", "profile"}

    def validate_response_type(self, client_id: str, response_type: str, *_: Any, **__: Any):
        return response_type == "code"

    def validate_grant_type(self, client_id: str, grant_type: str, *_: Any, **__: Any) -> bool:
        return grant_type == "authorization_code"

    def is_pkce_required(self, client_id: str, request: Any) -> bool:
        return True

    # --- codes

    def save_authorization_code(self, client_id: str, code: Any, request: Any, *_: Any, **__: Any):
        known = {
            "sub": request.user,
            "scopes": request.scopes,
            "redirect_uri": request.redirect_uri,
            "challenge": request.code_challenge,
            "method": request.code_challenge_method,
        }
        cache.set(_key("code", code["code"]), known, CODE_LIFETIME)

    def validate_code(
        self, client_id: str, code: str, client: Any, request: Any, *_: Any, **__: Any
    ):
        known = cache.get(_key("code", code))
        if known is None:
            return False
        request.user, request.scopes, request.known = known["sub"], known["scopes"], known
        return True

    def confirm_redirect_uri(
        self, client_id: str, code: str, uri: str, client: Any, request: Any, *_: Any, **__: Any
    ) -> bool:
        return uri == request.known["redirect_uri"]

    def get_code_challenge(self, code: str, request: Any) -> str:
        return request.known["challenge"]

    def get_code_challenge_method(self, code: str, request: Any) -> str:
        return request.known["method"]

    def invalidate_authorization_code(self, client_id: str, code: str, *_: Any, **__: Any) -> None:
        cache.delete(_key("code", code))

    # --- the client

    def client_authentication_required(self, request: Any, *_: Any, **__: Any) -> bool:
        return True

    def authenticate_client(self, request: Any, *_: Any, **__: Any) -> bool:
        client_id, secret = _basic(request.headers.get("Authorization", ""))
        request.client = SimpleNamespace(client_id=client_id)
        return client_id == CLIENT_ID and constant_time_compare(secret, client_secret())

    # --- tokens

    def save_bearer_token(self, token: Any, request: Any, *_: Any, **__: Any) -> None:
        cache.set(_key("token", token["access_token"]), request.user, TOKEN_LIFETIME)

    def validate_bearer_token(self, token: str, scopes: Any, request: Any) -> bool:
        request.user = cache.get(_key("token", token))
        return request.user is not None

    def revoke_token(self, token: str, *_: Any, **__: Any) -> None:
        cache.delete(_key("token", token))


def _basic(header: str) -> tuple[str, str]:
    """Return the name and the password of an Authorization header, empty if it has none."""
    scheme, _, encoded = header.partition(" ")
    try:
        decoded = base64.b64decode(encoded, validate=True).decode() if scheme == "Basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        decoded = ""
    name, _, password = decoded.partition(":")
    return name, password


def _key(kind: str, secret: str | None) -> str:
    return f"example-provider:{kind}:{secret}"


server = WebApplicationServer(Knowledge(), token_expires_in=TOKEN_LIFETIME)
