"""Who may change whom: a panel must not be a ladder."""

from openevent.errors import DomainError
from users.models import User


class AccountNotYours(DomainError):
    status = 403
    detail = "This account is one that only a higher rank may change."


def may_change(actor: User, user: User) -> bool:
    """Return whether `actor`, who holds the users panel, may change the account `user`.

    Who can change an account can take it over: give it another address, or a password. So
    nobody changes one that may do what they may not.
    """
    if actor.is_super_admin:
        return True
    if actor.is_admin:
        return not user.is_super_admin
    return not user.panels
