"""Pictures of people who have none here, from the accounts they link."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final

from media.actions import images
from media.actions.images import ImageNotTaken
from media.fields import images_of
from openevent import jobs
from users.models import SocialAccount, User

logger = logging.getLogger(__name__)

AVATAR: Final = "avatar_url"
Transaction = Callable[[], AbstractContextManager[None]]


def want_avatar(account: SocialAccount) -> None:
    """Have the picture of `account` taken for its user, if they have none, once this commits."""
    if account.picture_url and not getattr(account.user, AVATAR):
        jobs.enqueue("users.take-avatar", account_id=account.pk)


def take_avatar(account_id: int, in_transaction: Transaction) -> None:
    """Copy the picture of a linked account, unless its user has one by now, or ended the link.

    One that cannot be had is left.
    """
    account = SocialAccount.objects.select_related("user").filter(pk=account_id).first()
    if account is None or not account.picture_url or getattr(account.user, AVATAR):
        return
    (image,) = (each for each in images_of(User) if each.chosen.name == AVATAR)
    try:
        made = images.take(account.picture_url, image)
    except ImageNotTaken as refusal:
        logger.info("The picture of %s is not taken: %s", account, refusal.detail)
        return
    with in_transaction():
        if not _keep(account, made):
            images.discard(made.values())


def drop_avatar(user: User, filled: dict[str, str]) -> None:
    """Take away the picture that connecting filled in, if it is still the one `user` has."""
    if AVATAR not in filled or not _is_same(getattr(user, AVATAR), filled[AVATAR]):
        return
    (image,) = (each for each in images_of(User) if each.chosen.name == AVATAR)
    images.discard(getattr(user, name) for name in image.names)
    User.objects.filter(pk=user.pk).update(**dict.fromkeys(image.names))


def _keep(account: SocialAccount, made: dict[str, str]) -> bool:
    """Write down the picture that was made; return whether it is wanted still."""
    user = User.objects.select_for_update().get(pk=account.user_id)
    current = SocialAccount.objects.filter(pk=account.pk).first()
    if current is None or getattr(user, AVATAR):
        return False
    User.objects.filter(pk=user.pk).update(**made)
    current.filled = {**current.filled, AVATAR: made[AVATAR]}
    current.save(update_fields=["filled"])
    return True


def _is_same(kept: Any, other: str) -> bool:
    """Return whether two names are of one file; it may have moved to another place since."""
    return bool(kept) and kept.partition(":")[2] == other.partition(":")[2]
