"""Verifying addresses: a token goes there by mail, and whoever comes back with it reads it."""

from django.db import transaction

from messaging import mail
from messaging.links import page
from openevent import activity, jobs
from users.email_tokens import InvalidToken, issue, redeem
from users.models import EmailToken, User, UserEmail
from users.models.user import normalised
from users.throttles import count_mail_to

Purpose = EmailToken.Purpose


def greeting(user: User) -> str:
    """Return what `user` is called in a mail to them."""
    return user.full_name or user.public_name or user.email


def send_welcome(user: User) -> None:
    """Greet the new account `user`, with a link that verifies its address."""
    _send("user_registration", user)


def send_verification(user: User) -> None:
    """Send `user` a link that verifies the address of their account."""
    _send("user_confirmation", user)


def _send(kind: str, user: User) -> None:
    link = page("/verify", token=issue(user, Purpose.VERIFY))
    mail.send(kind, to=user, context={"name": greeting(user), "link": link})


def ask_for_verification(email: str) -> None:
    """Have the link sent to `email` once more, if an account there waits for it.

    All that happens now is the same whether or not there is one, so nobody learns that.

    :raises TooManyAttempts: it was asked for too often.
    """
    count_mail_to(email)
    jobs.enqueue("users.mail-verification", email=email)


def send_verification_again(email: str) -> None:
    """Send the links for which `ask_for_verification` asked."""
    for user in User.objects.of_email(email).filter(is_verified=False, is_blocked=False):
        send_verification(user)
    for alternate in UserEmail.objects.unverified(email):
        _send_alternate(alternate)


@transaction.atomic
def verify(token: str, *, user_id: int | None = None) -> User:
    """Verify the address of the account that `token` was sent to, and return the account.

    With `user_id` it must be that account's.

    :raises InvalidToken: it is good for nothing, or for something else; nothing has changed.
    """
    user = redeem(token, Purpose.VERIFY, user_id=user_id).user
    _verified(user)
    return user


@transaction.atomic
def verify_any(token: str) -> None:
    """Verify the address that `token` was sent to: an account's, or an alternate one.

    :raises InvalidToken: as `verify` does; or the address has become somebody else's.
    """
    used = redeem(token, Purpose.VERIFY, Purpose.ALTERNATE)
    if used.user_email is None:
        _verified(used.user)
        return
    alternate = used.user_email
    address = normalised(alternate.email_address)
    is_taken = User.objects.of_email(address).exclude(pk=used.user_id).exists()
    if is_taken or UserEmail.objects.verified(address).exclude(pk=alternate.pk).exists():
        raise InvalidToken
    alternate.is_verified = True
    alternate.save(update_fields=["is_verified"])


def _verified(user: User) -> None:
    user.is_verified = True
    user.save(update_fields=["is_verified"])
    # What else was sent for this says the same, and has been said.
    EmailToken.objects.filter(user=user, purpose=Purpose.VERIFY).delete()
    activity.record("Address verified", by=user)


def add_address(alternate: UserEmail) -> None:
    """Save a new address of somebody, and send a link there that verifies it."""
    alternate.is_verified = False
    alternate.save()
    _send_alternate(alternate)


def edit_address(alternate: UserEmail, was: UserEmail) -> None:
    """Save `alternate`, which `was` otherwise; another address has to be verified."""
    if is_same(alternate, was):
        alternate.save()
    else:
        add_address(alternate)


def is_same(one: UserEmail, other: UserEmail) -> bool:
    """Return whether mail to both goes to the same person, as far as we know."""
    same_user = one.user_id == other.user_id
    return same_user and normalised(one.email_address) == normalised(other.email_address)


def _send_alternate(alternate: UserEmail) -> None:
    user = alternate.user
    link = page("/verify", token=issue(user, Purpose.ALTERNATE, alternate))
    context = {"name": greeting(user), "link": link}
    mail.send("user_confirmation", to=alternate.email_address, context=context)
