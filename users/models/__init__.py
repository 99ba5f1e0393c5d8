"""The nouns of this app, one file each."""

from .custom_system_role import CustomSystemRole
from .email_token import EmailToken
from .handshake import Handshake
from .panel_permission import PanelPermission
from .second_factor import SecondFactor
from .sign_in import SignIn
from .social_account import SocialAccount
from .user import User
from .user_email import UserEmail
from .user_permission import UserPermission
from .user_system_role import UserSystemRole

__all__ = [
    "CustomSystemRole",
    "EmailToken",
    "Handshake",
    "PanelPermission",
    "SecondFactor",
    "SignIn",
    "SocialAccount",
    "User",
    "UserEmail",
    "UserPermission",
    "UserSystemRole",
]
