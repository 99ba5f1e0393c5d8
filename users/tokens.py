"""Tokens: how a request proves that it comes from somebody who signed in.

They are JSON Web Tokens (RFC 7519), signed with HS256 and `SECRET_KEY`. They travel in headers
and bodies, never in cookies (docs/decisions/0020-tokens-travel-in-headers.md).

    access    identity, sid, type, iat, exp, fresh, csrf
    refresh   identity, sid, type, iat, exp, generation

`identity` is the user's id, an integer; `sid` names the `SignIn`; `iat` and `exp` are seconds;
`fresh` tells a password just given from a renewal; `csrf` is there for the web client, which
sends it back. Claims are plain ASCII, because the Android apps decode them with a table that
lacks the two characters in which base64url differs from base64.
"""

import secrets
from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, Final
from uuid import UUID

import jwt
from django.conf import settings
from django.db import connection
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from openevent.api.plan.sql import Bind, Statement, statement
from openevent.errors import DomainError
from permissions.current import note_caller
from permissions.users import Anonymous
from users import last_access
from users.models import SignIn, User

Claims = Mapping[str, Any]

ALGORITHM: Final = "HS256"
ACCESS: Final = "access"
REFRESH: Final = "refresh"

SCHEMES: Final = {"jwt", "bearer"}
# What clients without a token write where it would stand.
NO_TOKEN: Final = {"", "null", "undefined"}


class MalformedToken(DomainError):
    status: ClassVar[int] = 422
    detail = "Token is invalid"


class ExpiredToken(DomainError):
    status: ClassVar[int] = 401
    detail = "Token has expired"


class RevokedToken(DomainError):
    status: ClassVar[int] = 401
    detail = "Token has been revoked"


def access_token(sign_in: SignIn, *, fresh: bool, lifetime: int) -> str:
    """Return a token that its bearer may act with for `lifetime` seconds."""
    return _signed(
        sign_in, ACCESS, _now() + lifetime, {"fresh": fresh, "csrf": secrets.token_hex(8)}
    )


def refresh_token(sign_in: SignIn, *, generation: int) -> str:
    """Return a token that new access tokens are made for, until the sign-in lapses."""
    lapses = int(sign_in.expires_at.timestamp())
    return _signed(sign_in, REFRESH, lapses, {"generation": generation})


def read(token: str, kind: str, *, even_expired: bool = False) -> Claims:
    """Return the claims of `token`, after verifying that it is ours and of this `kind`.

    Whether it has been revoked is for the database to say.

    :raises ExpiredToken: its time is over, which `even_expired` overlooks.
    :raises MalformedToken: it is no token, was changed, or is of the other kind.
    """
    try:
        claims: Claims = jwt.decode(
            token,
            settings.SECRET_KEY,
            algorithms=[ALGORITHM],
            options={
                "require": ["identity", "sid", "type", "exp"],
                "verify_exp": not even_expired,
                # the clocks of two servers may differ; `iat` is for people
                "verify_iat": False,
            },
        )
    except jwt.ExpiredSignatureError:
        raise ExpiredToken from None
    except jwt.PyJWTError:
        raise MalformedToken from None
    if claims["type"] != kind:
        raise MalformedToken(f"Only {kind} tokens are accepted here")
    return claims


def sent_with(request: HttpRequest | Request) -> str | None:
    """Return what stands as a token in the Authorization header of `request`, if anything does."""
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    token = token.strip()
    return token if scheme.lower() in SCHEMES and token not in NO_TOKEN else None


class TokenAuthentication(BaseAuthentication):
    """Tells by its access token who a request comes from, in one query.

    A token that is no good makes nobody of them and is no error, because a public route is for
    nobody too. Where nobody is denied, `Anonymous.token_error` is the reason.
    """

    def authenticate(
        self, request: HttpRequest | Request
    ) -> tuple[User | Anonymous, Claims | None] | None:
        found = self._who(request)
        if found is not None:
            note_caller(request, found[0])
        return found

    def _who(self, request: HttpRequest | Request) -> tuple[User | Anonymous, Claims | None] | None:
        token = sent_with(request)
        if token is None:
            return None
        try:
            claims = read(token, ACCESS)
        except (ExpiredToken, MalformedToken) as refusal:
            return Anonymous(refusal.detail), None
        user = _user_of(claims)
        if user is None:
            return Anonymous(RevokedToken.detail), None
        last_access.note(user)
        return user, claims

    def authenticate_header(self, request: Request) -> str:
        return 'JWT realm="api"'


def _signed(sign_in: SignIn, kind: str, exp: int, claims: Claims) -> str:
    return jwt.encode(
        {
            "identity": sign_in.user_id,
            "sid": sign_in.pk.hex,
            "type": kind,
            "iat": _now(),
            "exp": exp,
            **claims,
        },
        settings.SECRET_KEY,
        algorithm=ALGORITHM,
    )


def _now() -> int:
    return int(timezone.now().timestamp())


def _user_of(claims: Claims) -> User | None:
    """Return the account that a valid token stands for; `None` if the token was revoked."""
    found = _users_by_token().rows({"user": claims["identity"], "sign_in": UUID(claims["sid"])})
    columns = [field.attname for field in User._meta.concrete_fields]
    return User.from_db(connection.alias, columns, found[0]) if found else None


@cache
def _users_by_token() -> Statement:
    """Return the query for a token's user: compiling it costs more than all the rest, so that
    is done once.
    """
    return statement(
        User.objects.filter(
            pk=Bind("user"),
            deleted_at=None,
            is_blocked=False,
            sign_ins__pk=Bind("sign_in"),
            sign_ins__tokens_valid_from=F("tokens_valid_from"),
        )
    )
