"""Signing in and out: passwords into tokens, old tokens into new ones, and an end to both."""

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.hashers import (
    UNUSABLE_PASSWORD_PREFIX,
    make_password,
    verify_password,
)
from django.db import transaction
from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from openevent.errors import DomainError
from users import tokens
from users.models import SignIn, User
from users.models.user import normalised
from users.throttles import PasswordAttempt

from .accounts import LONGEST_PASSWORD

logger = logging.getLogger(__name__)


class InvalidCredentials(DomainError):
    status: ClassVar[int] = 401
    detail = "Invalid Credentials"  # the web client's own tests know this text


@dataclass(frozen=True)
class Tokens:
    """What a sign-in gives; `refresh` is `None` if it cannot be renewed."""

    access: str = field(repr=False)
    refresh: str | None = field(default=None, repr=False)


def verify(email: str, password: str, *, address: str) -> User:
    """Return the account that `email` and `password` open, asked for from `address`.

    An unknown, deleted or blocked account is refused as a wrong password is: with the same
    words, after the same work.

    :raises InvalidCredentials: they open none.
    :raises TooManyAttempts: too many have failed for this account, or from this address.
    """
    attempt = PasswordAttempt(normalised(email), address)
    attempt.begin()
    user = User.objects.of_email(email).first()
    if not _is_right(password, user) or user is None or not user.is_active:
        raise InvalidCredentials
    attempt.succeeded()
    return user


def is_password_of(user: User, password: str, *, address: str) -> bool:
    """Return whether `user` has this password.

    :raises TooManyAttempts: as `verify` does, by the same count.
    """
    attempt = PasswordAttempt(normalised(user.email), address)
    attempt.begin()
    is_right = _is_right(password, user)
    if is_right:
        attempt.succeeded()
    return is_right


def sign_in(user: User, *, remember: bool = False, renewable: bool = False) -> Tokens:
    """Sign `user` in, who has proved who they are, and return their tokens.

    With `remember` the access token is a short one. Only a `renewable` sign-in gives a refresh
    token, and lasts until that expires.
    """
    lifetime = settings.SHORT_ACCESS_TOKEN_LIFETIME if remember else settings.ACCESS_TOKEN_LIFETIME
    row = open_sign_in(user, lasts=settings.REFRESH_TOKEN_LIFETIME if renewable else lifetime)
    return Tokens(
        access=tokens.access_token(row, fresh=True, lifetime=lifetime),
        refresh=tokens.refresh_token(row, generation=0) if renewable else None,
    )


def open_sign_in(user: User, *, lasts: int) -> SignIn:
    """Return a new sign-in of `user` for `lasts` seconds; what lapsed of theirs is removed."""
    now = timezone.now()
    user.sign_ins.filter(expires_at__lt=now).delete()
    return SignIn.objects.create(
        user=user,
        tokens_valid_from=user.tokens_valid_from,
        expires_at=now + timedelta(seconds=lasts),
    )


def sign_in_again(claims: tokens.Claims) -> str:
    """Return a fresh access token for the sign-in of `claims`, whose user proved themselves again.

    :raises RevokedToken: they were signed out meanwhile.
    """
    lifetime = settings.ACCESS_TOKEN_LIFETIME
    with transaction.atomic():
        row = SignIn.objects.select_for_update().filter(pk=claims["sid"]).first()
        if row is None:
            raise tokens.RevokedToken
        row.expires_at = max(row.expires_at, timezone.now() + timedelta(seconds=lifetime))
        row.save(update_fields=["expires_at"])
    return tokens.access_token(row, fresh=True, lifetime=lifetime)


def refresh(token: str) -> Tokens:
    """Exchange a refresh token for a new access token, and for the refresh token after it.

    `token` stays good until its successor is used, since the web client keeps the first one it
    got, and an answer may get lost. If it is used after its successor was, two hold what one
    was given: the sign-in ends for both (docs/decisions/0022-refresh-tokens-rotate.md).

    :raises ExpiredToken, RevokedToken, MalformedToken: it is good for nothing.
    """
    claims = tokens.read(token, tokens.REFRESH)
    generation = claims["generation"]
    with transaction.atomic():
        # locked, so that of two successors used at once neither is overlooked
        rows = SignIn.objects.select_related("user").select_for_update(of=("self",))
        row = rows.filter(pk=claims["sid"], user_id=claims["identity"]).first()
        if row is None or row.is_void:
            raise tokens.RevokedToken
        is_superseded = generation < row.generation
        if is_superseded:
            row.delete()
        elif generation > row.generation:
            row.generation = generation
            row.save(update_fields=["generation"])
    if is_superseded:
        logger.warning(
            "A superseded refresh token of user %d was used: that sign-in has ended.", row.user_id
        )
        raise tokens.RevokedToken
    return Tokens(
        access=tokens.access_token(row, fresh=False, lifetime=settings.SHORT_ACCESS_TOKEN_LIFETIME),
        refresh=tokens.refresh_token(row, generation=generation + 1),
    )


def sign_out(token: str) -> None:
    """End the sign-in that `token` came from; one of either kind, and expired or not.

    A text that is no token of ours ends nothing.
    """
    for kind in (tokens.ACCESS, tokens.REFRESH):
        try:
            claims = tokens.read(token, kind, even_expired=True)
        except tokens.MalformedToken:
            continue
        SignIn.objects.filter(pk=claims["sid"], user_id=claims["identity"]).delete()


def revoke_all(user: User, *, spare: str | None = None) -> None:
    """Sign `user` out everywhere: every token they were given is void.

    `spare` is the `sid` of one sign-in that goes on, such as the one that changed the password.
    """
    with transaction.atomic():
        moment = Greatest(
            Value(timezone.now(), DateTimeField()),
            # later than before, even if a clock was set back
            F("tokens_valid_from") + timedelta(microseconds=1),
        )
        User.objects.filter(pk=user.pk).update(tokens_valid_from=moment)
        user.refresh_from_db(fields=["tokens_valid_from"])
        if spare is not None:
            rows = user.sign_ins.filter(pk=spare)
            rows.update(tokens_valid_from=user.tokens_valid_from)


def _is_right(password: str, user: User | None) -> bool:
    """Return whether `password` is the one of `user`; nobody's takes as long to find wrong.

    A right one that was hashed with other parameters than today's is hashed again.
    """
    if len(password) > LONGEST_PASSWORD:  # no account has one, so not even this tells anything
        return False
    encoded = user.password if user else UNUSABLE_PASSWORD_PREFIX
    is_right, is_outdated = verify_password(password, encoded)
    if user and is_right and is_outdated:
        hashed = make_password(password)
        # unless it was changed since it was read
        if User.objects.filter(pk=user.pk, password=encoded).update(password=hashed):
            user.password = hashed  # a session of Django's is bound to it
    return is_right
