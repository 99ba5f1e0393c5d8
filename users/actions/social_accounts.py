"""Linked accounts: linking one, signing in by it, and ending the link.

An account elsewhere belongs to one account here. It is linked while somebody is signed in, or
because the provider has verified an address that we have verified too. An address that either
side has not verified links nothing: whoever entered it may not be whose it is.
"""

from typing import Any, ClassVar

from django.db import IntegrityError, transaction

from openevent import activity, jobs
from openevent.errors import DomainError
from openevent.sealed import seal
from users.models import SocialAccount, User
from users.providers import KNOWN, Identity, offered

from .accounts import open_verified
from .avatars import AVATAR, drop_avatar, want_avatar
from .sign_in import InvalidCredentials


class Taken(DomainError):
    status: ClassVar[int] = 409

    def __init__(self, label: str) -> None:
        super().__init__(f"This {label} account is connected to another account here.")


class AnotherConnected(DomainError):
    status: ClassVar[int] = 409

    def __init__(self, label: str) -> None:
        super().__init__(f"You have connected another {label} account. Disconnect it first.")


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
    """
    label = _label(identity.provider)
    try:
        with transaction.atomic():
            return _connect(User.objects.select_for_update().get(pk=user.pk), identity)
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
    SocialAccount.objects.filter(pk=current.pk).delete()
    _empty(user, current.filled)
    drop_avatar(user, current.filled)
    activity.record(f"{label} account disconnected", by=by)
    if current.access_token:
        jobs.enqueue(
            "users.revoke-social-access",
            provider=current.provider,
            uid=current.uid,
            token=seal(current.access_token),
        )


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
    if account.pk is None:
        if user.social_accounts.filter(provider=identity.provider).exists():
            raise AnotherConnected(label)
        activity.record(f"{label} account connected", by=user)
    account.filled = {**account.filled, **_fill(user, identity)}
    _tell(account, identity)
    account.save()
    want_avatar(account)
    return account


def _account_of(identity: Identity) -> User | None:
    account = _link_of(identity)
    if account is not None:
        account.save(update_fields=_tell(account, identity))
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
    """Return the link of `identity`; what belonged to a closed account is free again."""
    rows = SocialAccount.objects.at(identity.provider, identity.uid)
    account = rows.select_related("user").first()
    if account is not None and account.user.deleted_at is not None:
        rows.filter(pk=account.pk).delete()
        return None
    return account


def _tell(account: SocialAccount, identity: Identity) -> list[str]:
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


def _empty(user: User, filled: dict[str, str]) -> None:
    """Empty the columns of `user` that still hold what connecting filled in."""
    texts = {column: value for column, value in filled.items() if column != AVATAR}
    columns = [column for column, value in texts.items() if getattr(user, column) == value]
    for column in columns:
        setattr(user, column, None)
    if columns:
        user.save(update_fields=columns)


def _label(provider: str) -> str:
    return KNOWN[provider].label
