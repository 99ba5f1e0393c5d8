"""Linked accounts: linking one, signing in by it, and ending the link.

An account elsewhere belongs to one account here. It is linked while somebody is signed in, or
because the provider has verified an address that we have verified too. An address that either
side has not verified links nothing: whoever entered it may not be whose it is.
"""

from typing import Any, ClassVar

from django.db import IntegrityError, transaction

from messaging import mail
from openevent import activity
from openevent.errors import DomainError
from users.models import SocialAccount, User
from users.providers import KNOWN, Identity, offered

from .accounts import open_verified
from .avatars import want_avatar
from .sign_in import InvalidCredentials
from .unlinking import end_link
from .verification import greeting


class Taken(DomainError):
    status: ClassVar[int] = 409

    def __init__(self, label: str) -> None:
        super().__init__(f"This {label} account is connected to another account here.")


class AnotherConnected(DomainError):
    status: ClassVar[int] = 409

    def __init__(self, label: str) -> None:
        super().__init__(f"You have connected another {label} account. Disconnect it first.")


class SignedOutMeanwhile(InvalidCredentials):
    detail = "You have been signed out meanwhile."


class OpensNothing(InvalidCredentials):
    def __init__(self, label: str) -> None:
        super().__init__(
            f"No account here is opened by this {label} account. Sign in with your password, "
            f"and connect it in your settings, under Applications."
        )


class AddressNotVerified(InvalidCredentials):
    def __init__(self, label: str) -> None:
        super().__init__(
            "An account here has your address, but nobody has verified it. Have a new password "
            f"sent to it, sign in with that, and connect {label} in your settings."
        )


class OnlyWayIn(DomainError):
    """Without this link nobody could sign in to the account."""

    status: ClassVar[int] = 409

    def __init__(self, label: str) -> None:
        super().__init__(f"{label} is your only way to sign in. Set a password first.")


def connect(user: User, identity: Identity) -> SocialAccount:
    """Link the account of `identity` to `user`, who is signed in, and return the link.

    What `user` has not said about themselves is taken from there. If it is linked already, it
    is brought up to date.

    :raises Taken: it belongs to somebody else here.
    :raises AnotherConnected: `user` has another one at the same provider.
    :raises SignedOutMeanwhile: `user` was closed or blocked a moment ago.
    """
    label = _label(identity.provider)
    try:
        with transaction.atomic():
            locked = User.objects.select_for_update().get(pk=user.pk)
            if not locked.is_active:
                raise SignedOutMeanwhile
            return _connect(locked, identity)
    except IntegrityError:  # somebody was faster by a moment
        raise Taken(label) from None


def account_of(identity: Identity) -> User:
    """Return the account that `identity` opens, linked by now, or newly opened for it.

    :raises OpensNothing: none is; or the one that is may not be signed in to.
    :raises AddressNotVerified: one has its address, and has not verified that.
    :raises AnotherConnected: one has its address, and another account at the same provider.
    """
    try:
        with transaction.atomic():
            user = _account_of(identity)
    except IntegrityError:  # a second window of the same person was faster by a moment
        user = _linked_user(identity)
    if user is None or not user.is_active:
        raise OpensNothing(_label(identity.provider))
    return user


@transaction.atomic
def disconnect(account: SocialAccount, *, by: Any) -> None:
    """End a link: what it filled in is emptied, and what the provider gave us is given back.

    :raises OnlyWayIn: nobody could sign in to the account any more.
    """
    user = User.objects.select_for_update().get(pk=account.user_id)
    current = user.social_accounts.filter(pk=account.pk).first()
    if current is None:  # a second click
        return
    label = _label(current.provider)
    if is_only_way_in(current, user):
        raise OnlyWayIn(label)
    end_link(current, user)
    activity.record(f"{label} account disconnected", by=by)
    _tell_person("social_account_disconnected", user, current)


def is_only_way_in(account: SocialAccount, user: User) -> bool:
    """Return whether `user`, whose link `account` is, has no other way to sign in."""
    others = user.social_accounts.exclude(pk=account.pk)
    names = [provider.name for provider in offered()]
    return not user.has_usable_password() and not others.filter(provider__in=names).exists()


def _connect(user: User, identity: Identity) -> SocialAccount:
    label = _label(identity.provider)
    account = _link_of(identity) or SocialAccount(
        user=user, provider=identity.provider, uid=identity.uid
    )
    if account.user_id != user.pk:
        raise Taken(label)
    is_new = account.pk is None
    if is_new and user.social_accounts.filter(provider=identity.provider).exists():
        raise AnotherConnected(label)
    account.filled = {**account.filled, **_fill(user, identity)}
    _describe(account, identity)
    account.save()
    want_avatar(account)
    if is_new:
        activity.record(f"{label} account connected", by=user)
        _tell_person("social_account_connected", user, account)
    return account


def _account_of(identity: Identity) -> User | None:
    account = _link_of(identity)
    if account is not None:
        account.save(update_fields=_describe(account, identity))
        return account.user
    email = identity.verified_email
    if email is None:
        return None
    rows = User.objects.of_email(email).select_for_update()
    user = rows.first() or open_verified(
        email, first_name=identity.first_name, last_name=identity.last_name
    )
    if not user.is_verified:
        raise AddressNotVerified(_label(identity.provider))
    if user.is_active:
        _connect(user, identity)
    return user


def _linked_user(identity: Identity) -> User | None:
    account = _link_of(identity)
    return account.user if account else None


def _link_of(identity: Identity) -> SocialAccount | None:
    rows = SocialAccount.objects.at(identity.provider, identity.uid)
    return rows.select_related("user").first()


def _describe(account: SocialAccount, identity: Identity) -> list[str]:
    """Have `account` say what `identity` does now; return the columns that may have changed."""
    told = {
        "name": identity.name,
        "picture_url": identity.picture_url,
        "profile_url": identity.profile_url,
        "access_token": identity.access_token or None,
    }
    for column, value in told.items():
        setattr(account, column, value)
    return list(told)


def _fill(user: User, identity: Identity) -> dict[str, str]:
    """Fill columns of `user` that are empty from `identity`, and return those by name.

    First and last name go together, so that nobody is called by halves of two names.
    """
    found = {KNOWN[identity.provider].profile_column: identity.profile_url}
    if not user.first_name and not user.last_name:
        found |= {"first_name": identity.first_name, "last_name": identity.last_name}
    filled = {
        column: value
        for column, value in found.items()
        if column is not None and value and not getattr(user, column)
    }
    for column, value in filled.items():
        setattr(user, column, value)
    if filled:
        user.save(update_fields=list(filled))
    return filled


def _tell_person(kind: str, user: User, account: SocialAccount) -> None:
    """Have `user` learn by mail of another way into their account, or of its end."""
    context = {
        "name": greeting(user),
        "provider": _label(account.provider),
        "account": account.name or account.uid,
    }
    mail.send(kind, to=user, context=context)


def _label(provider: str) -> str:
    return KNOWN[provider].label
