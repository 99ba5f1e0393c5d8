"""Passwords: changing one that is known, and setting a new one for who has forgotten theirs."""

from typing import Any, ClassVar

from django.db import transaction

from messaging import mail
from messaging.links import page
from openevent import activity, jobs
from openevent.errors import DomainError
from users.email_tokens import InvalidToken, issue, redeem
from users.models import EmailToken, User
from users.throttles import count_mail_to

from .accounts import BadPassword, require_good_password
from .sign_in import is_password_of, revoke_all
from .verification import greeting

Purpose = EmailToken.Purpose


class WrongPassword(DomainError):
    status: ClassVar[int] = 400
    detail = "This is not your password."
    pointer = "/data/old-password"


class SamePassword(DomainError):
    status: ClassVar[int] = 400
    detail = "The new password is the old one."
    pointer = "/data/new-password"


class HasPassword(DomainError):
    status: ClassVar[int] = 409
    detail = "Your account has a password already."


class BadNewPassword(BadPassword):
    status: ClassVar[int] = 400
    pointer = "/data/new-password"


class NothingToReset(DomainError):
    """A token that resets no password; the web client knows this text."""

    status: ClassVar[int] = 404
    detail = "User Not Found"


def change_password(user: User, *, old: str, new: str, sid: Any, address: str) -> None:
    """Give `user` the password `new`, and end their sign-ins but the one called `sid`.

    :raises WrongPassword: theirs is not `old`.
    :raises SamePassword: it is `new` already.
    :raises BadNewPassword: `new` is too short or too long.
    :raises TooManyAttempts: too many passwords were guessed, from `address` or for this account.
    """
    if not is_password_of(user, old, address=address):
        raise WrongPassword
    if old == new:
        raise SamePassword
    try:
        require_good_password(new)
    except BadPassword:
        raise BadNewPassword from None
    with transaction.atomic():
        _set(User.objects.select_for_update().get(pk=user.pk), new, spare=sid)


@transaction.atomic
def set_first_password(user: User, password: str, *, sid: Any) -> None:
    """Give `user` a password, who has none, and end their sign-ins but the one called `sid`.

    :raises BadPassword: it is too short or too long.
    :raises HasPassword: they have one.
    """
    require_good_password(password)
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.has_usable_password():
        raise HasPassword
    _set(locked, password, spare=sid)


@transaction.atomic
def replace_password(user: User, password: str | None, *, by: Any) -> None:
    """Give `user` the password that `by` has chosen for them, or none; every sign-in ends.

    :raises BadPassword: it is too short or too long.
    """
    if password is not None:
        require_good_password(password)
    _set(User.objects.select_for_update().get(pk=user.pk), password, by=by)
    user.refresh_from_db()


def ask_for_reset(email: str) -> None:
    """Have a link sent to `email` that sets a new password, if there is an account.

    All that happens now is the same whether or not there is one, so nobody learns that.

    :raises TooManyAttempts: it was asked for too often.
    """
    count_mail_to(email)
    jobs.enqueue("users.mail-reset", email=email)


def send_reset(email: str) -> None:
    """Send the link for which `ask_for_reset` asked."""
    user = User.objects.of_email(email).filter(is_blocked=False).first()
    if user is None:
        return
    link = page("/reset-password", token=issue(user, Purpose.RESET))
    kind = "password_reset_verify" if user.was_registered_with_order else "password_reset"
    mail.send(kind, to=user, context={"name": greeting(user), "link": link})


@transaction.atomic
def reset_password(token: str, *, password: str) -> User:
    """Set the password of the account that `token` was sent to, and return the account.

    Its address is verified by that, and every sign-in ends.

    :raises BadPassword: it is too short or too long; the token is as good as before.
    :raises NothingToReset: the token is good for nothing, or for something else.
    """
    require_good_password(password)
    try:
        user = redeem(token, Purpose.RESET).user
    except InvalidToken:
        raise NothingToReset from None
    user.is_verified = True
    _set(user, password)
    return user


def _set(user: User, password: str | None, *, spare: Any = None, by: Any = None) -> None:
    """Give `user` a password, `None` for no good one; of which they learn by mail.

    `by` is who did it, if not they themselves.
    """
    user.set_password(password)
    user.save(update_fields=["password", "is_verified"])
    EmailToken.objects.filter(user=user, purpose=Purpose.RESET).delete()
    revoke_all(user, spare=spare)
    whose = f" of {user.email} (id {user.pk})" if by else ""
    activity.record(f"Password{whose} changed", by=by or user)
    mail.send("password_change", to=user, context={"name": greeting(user)})
