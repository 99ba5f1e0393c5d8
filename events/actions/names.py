"""How people are named to each other."""

from typing import Any


def name_of(user: Any) -> str:
    """Return what others call `user`; who has no name is called by their address."""
    return user.public_name or user.full_name or user.email
