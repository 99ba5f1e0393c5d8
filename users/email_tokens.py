"""Tokens that are sent by mail: made here, and used up here.

A token is 32 random bytes from the system's generator, signed with `SECRET_KEY` and the moment.
So what was made up is refused without a query, and what leaks from the database is of no use.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from django.core import signing
from django.utils import timezone

from openevent.errors import DomainError
from users.models import EmailToken, User, UserEmail
from users.models.user import normalised

LIFETIMES: Final = {  # seconds
    EmailToken.Purpose.VERIFY: 7 * 24 * 3600,
    EmailToken.Purpose.ALTERNATE: 7 * 24 * 3600,
    EmailToken.Purpose.RESET: 24 * 3600,
}
_SALT: Final = "users.email_tokens"


class InvalidToken(DomainError):
    """Whatever is wrong with a token: who presents it learns no more than that."""

    detail = "Invalid Token"
    pointer = "/data/attributes/token"


def issue(user: User, purpose: EmailToken.Purpose, alternate: UserEmail | None = None) -> str:
    """Return a new token for the address of `user`, or their `alternate` one."""
    nonce = secrets.token_urlsafe(32)
    lifetime = timedelta(seconds=LIFETIMES[purpose])
    EmailToken.objects.create(
        purpose=purpose,
        user=user,
        user_email=alternate,
        email=alternate.email_address if alternate else user.email,
        digest=_digest(nonce),
        expires_at=timezone.now() + lifetime,
    )
    return signing.dumps(nonce, salt=_SALT)


def redeem(token: str, *purposes: EmailToken.Purpose, user_id: int | None = None) -> EmailToken:
    """Use `token` up, for one of `purposes`, and return what it was; its account is locked.

    With `user_id` it must be that account's. To be called in a transaction, so that a token
    whose use fails is as good as before.

    :raises InvalidToken: it is none of ours, was used, has expired, or is for another purpose,
        account, or address than the account has by now.
    """
    try:
        nonce = signing.loads(token, salt=_SALT, max_age=max(LIFETIMES.values()))
    except signing.BadSignature:
        raise InvalidToken from None
    rows = EmailToken.objects.select_for_update(of=("self", "user")).select_related("user")
    row = rows.filter(digest=_digest(nonce), purpose__in=purposes).first()
    if row is None or row.expires_at <= timezone.now():
        raise InvalidToken
    if user_id is not None and row.user_id != user_id:
        raise InvalidToken
    if not row.user.is_active or normalised(row.email) != normalised(_address(row)):
        raise InvalidToken
    EmailToken.objects.filter(pk=row.pk).delete()
    return row


def _address(row: EmailToken) -> str:
    """Return the address as it is today; none if it was put into the trash."""
    alternate = row.user_email
    if alternate is None:
        return row.user.email
    return "" if alternate.deleted_at else alternate.email_address


def _digest(nonce: str) -> str:
    return hashlib.sha256(nonce.encode()).hexdigest()
