"""Invitations: how many of them people are sent, whatever they are invited to."""

from typing import Any

from users.throttles import count


def count_invitation(email: str, *, by: Any) -> None:
    """Count one more invitation that `by` has mailed to `email`, new or again.

    :raises TooManyAttempts: the address got enough of them, from whomever, or `by` sent enough.
    """
    count("invitation-to-address", email.strip().lower())
    count("invitation-by-person", str(by.pk))
