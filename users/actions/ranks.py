"""Who may change whose account: neither a panel nor a rank is a ladder to a higher one."""

from typing import Any

from openevent.errors import DomainError
from users.models import User


class AccountNotYours(DomainError):
    status = 403
    detail = "This account is one that only a higher rank may change."


def may_change(actor: Any, user: User) -> bool:
    """Return whether `actor`, who may change accounts of others, may change `user`.

    Who can change an account can take it over: give it another address, or a password. So
    nobody changes one that may do what they may not.
    """
    if actor.is_super_admin:
        return True
    if actor.is_admin:
        return not user.is_super_admin
    return not user.panels


def require_may_change(actor: Any, user: User) -> None:
    """Refuse a change of `user` by somebody else of a lower rank.

    :raises AccountNotYours: as its name says.
    """
    if actor.pk != user.pk and not may_change(actor, user):
        raise AccountNotYours
