"""The nouns of this app, one file each."""

from .email_token import EmailToken
from .sign_in import SignIn
from .user import User
from .user_email import UserEmail

__all__ = ["EmailToken", "SignIn", "User", "UserEmail"]
