"""The nouns of this app, one file each."""

from .sign_in import SignIn
from .user import User

__all__ = ["SignIn", "User"]
