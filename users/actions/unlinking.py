"""The end of a link to an account elsewhere: what it gave is taken back, and what it got given."""

from typing import Any

from openevent import jobs
from openevent.sealed import seal
from users.models import SocialAccount, User

from .avatars import AVATAR, drop_avatar


def end_link(account: SocialAccount, user: User) -> None:
    """Remove the link `account` of `user`, whose row is locked.

    Columns that still hold what connecting filled in are emptied, and a job gives the token
    back to the provider once this commits.
    """
    SocialAccount.objects.filter(pk=account.pk).delete()
    _empty(user, account.filled)
    drop_avatar(user, account.filled)
    if account.access_token:
        jobs.enqueue(
            "users.revoke-social-access",
            provider=account.provider,
            uid=account.uid,
            token=seal(account.access_token),
        )


def end_links(user: User) -> None:
    """Remove every link of `user`, whose row is locked; what was linked is free again."""
    for account in user.social_accounts.all():
        end_link(account, user)


def _empty(user: User, filled: dict[str, Any]) -> None:
    """Empty the columns of `user` that still hold what connecting filled in."""
    texts = {column: value for column, value in filled.items() if column != AVATAR}
    columns = [column for column, value in texts.items() if getattr(user, column) == value]
    for column in columns:
        setattr(user, column, None)
    if columns:
        user.save(update_fields=columns)
