"""The nouns of this app, one file each."""

from .email_token import EmailToken
from .handshake import Handshake
from .sign_in import SignIn
from .social_account import SocialAccount
from .user import User
from .user_email import UserEmail

__all__ = ["EmailToken", "Handshake", "SignIn", "SocialAccount", "User", "UserEmail"]
