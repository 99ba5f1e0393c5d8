"""Accounts: opening one, changing it, and closing it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from django.utils import timezone

from messaging import mail
from openevent import activity
from openevent.errors import DomainError
from users.models import User
from users.models.user import TRASHED

from .ranks import require_may_change
from .unlinking import end_links
from .verification import greeting, send_verification, send_welcome

SHORTEST_PASSWORD: Final = 8
# Argon2 hashes any length, at a price; no person types more.
LONGEST_PASSWORD: Final = 1000

# Questions that apps above add (`ready()`): each gets the account to be closed, and returns why
# it cannot be as a sentence, or None. All are asked in the transaction that closes it.
deletion_blockers: list[Callable[[User], str | None]] = []


class BadPassword(DomainError):
    detail = f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters."
    pointer = "/data/attributes/password"


class EmailTaken(DomainError):
    status: ClassVar[int] = 409
    detail = "An account with this email exists already."
    pointer = "/data/attributes/email"


class FreshSignInNeeded(DomainError):
    status: ClassVar[int] = 401
    detail = "Fresh token required"
    pointer = "/data/attributes/email"


class AccountInUse(DomainError):
    status: ClassVar[int] = 403


def register(user: User, *, password: str) -> None:
    """Open the account `user` with `password`, and send it a link that verifies its address.

    :raises BadPassword: it is too short or too long.
    :raises EmailTaken: somebody has the address.
    """
    require_good_password(password)
    _require_free(user)
    user.is_verified = False
    user.set_password(password)
    user.save()
    activity.record("Account created", by=user)
    send_welcome(user)


def open_verified(email: str, *, first_name: str | None, last_name: str | None) -> User:
    """Open an account for whose address `email` is for sure, and return it.

    It has no password: they came by what has verified the address.
    """
    user = User(email=email.strip(), first_name=first_name, last_name=last_name, is_verified=True)
    user.set_unusable_password()
    user.save()
    activity.record("Account created", by=user)
    return user


def edit_account(user: User, was: User, *, by: Any, is_fresh: bool) -> None:
    """Save `user`, which `was` otherwise before.

    A new address has to be verified again, and the old one is told. To change one's own takes
    a sign-in a moment ago.

    :raises AccountNotYours: `by` is somebody else, of a lower rank.
    :raises FreshSignInNeeded: `by` changes their own address, and `is_fresh` is not so.
    :raises EmailTaken: somebody else has the address.
    """
    require_may_change(by, was)
    if user.email.lower() != was.email.lower():
        if by.pk == user.pk and not is_fresh:
            raise FreshSignInNeeded
        _require_free(user)
        user.is_verified = False
    user.save()
    if user.email.lower() != was.email.lower():
        context = {"name": greeting(user), "new_email": user.email}
        mail.send("user_change_email", to=was.email, context=context)
        send_verification(user)


def close_account(user: User, *, by: Any) -> None:
    """Put `user` into the trash, which ends every sign-in; the address is free again.

    So are the accounts elsewhere that were linked to it.

    :raises AccountNotYours: `by` is somebody else, of a lower rank.
    :raises AccountInUse: something still hangs on it; the sentence says what.
    """
    _require_may_go(user, by=by)
    user.email += TRASHED
    user.deleted_at = timezone.now()
    # not only until somebody restores it
    user.tokens_valid_from = _a_moment_after(user.tokens_valid_from)
    user.save()
    end_links(user)


def remove_account(user: User, *, by: Any) -> None:
    """Remove `user` for good, in the trash or not, and what hangs on it.

    :raises AccountNotYours: `by` is somebody else, of a lower rank.
    :raises AccountInUse: something still hangs on it that others need; the sentence says what.
    """
    _require_may_go(user, by=by)
    end_links(user)
    user.delete()


def _require_may_go(user: User, *, by: Any) -> None:
    require_may_change(by, user)
    for blocker in deletion_blockers:
        reason = blocker(user)
        if reason is not None:
            raise AccountInUse(reason)


def reopen_account(user: User) -> None:
    """Take `user` out of the trash; what was linked to it is not linked again.

    :raises EmailTaken: somebody else has the address by now.
    """
    user.email = user.email.removesuffix(TRASHED)
    user.deleted_at = None
    _require_free(user)
    user.save()


def block(user: User, *, by: Any) -> None:
    """Keep `user` out until they are unblocked; every sign-in of theirs ends for good."""
    user.is_blocked = True
    # not only until they are unblocked
    user.tokens_valid_from = _a_moment_after(user.tokens_valid_from)
    user.save(update_fields=["is_blocked", "tokens_valid_from"])
    activity.record(f"Account {user.email} (id {user.pk}) blocked", by=by)


def unblock(user: User, *, by: Any) -> None:
    """Let `user` sign in again."""
    user.is_blocked = False
    user.save(update_fields=["is_blocked"])
    activity.record(f"Account {user.email} (id {user.pk}) unblocked", by=by)


def vouch_for(user: User, *, by: Any) -> None:
    """Take the address of `user` for verified, because `by` says so."""
    user.is_verified = True
    user.save(update_fields=["is_verified"])
    activity.record(f"Address of {user.email} (id {user.pk}) verified by hand", by=by)


def _a_moment_after(then: datetime) -> datetime:
    """Return the present, or what is later than `then` even if a clock was set back."""
    return max(timezone.now(), then + timedelta(microseconds=1))


def require_good_password(password: str) -> None:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise BadPassword


def _require_free(user: User) -> None:
    """Refuse an address that another account has; the database refuses it too, with less said."""
    if User.objects.of_email(user.email).exclude(pk=user.pk).exists():
        raise EmailTaken
