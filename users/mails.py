"""The mails about accounts."""

from messaging.kinds import kind

_LINKED = {"name": "Ada Lovelace", "link": "https://events.example.org/verify?token=IkFkYSI6"}

kind(
    "user_registration",
    recipient="User",
    subject="Welcome to {app_name}: please confirm your address",
    example=_LINKED,
    secret=("link",),
)
kind(
    "user_confirmation",
    recipient="User",
    subject="{app_name}: please confirm your address",
    example=_LINKED,
    secret=("link",),
)
kind(
    "user_change_email",
    recipient="User, at the old address",
    subject="{app_name}: your account has another address now",
    example={"name": "Ada Lovelace", "new_email": "ada@example.org"},
)
kind(
    "password_reset",
    recipient="User",
    subject="{app_name}: set a new password",
    example=_LINKED,
    secret=("link",),
)
kind(
    "password_reset_verify",
    recipient="User who got an account by ordering tickets",
    subject="{app_name}: set a password for your account",
    example=_LINKED,
    secret=("link",),
)
kind(
    "password_change",
    recipient="User",
    subject="{app_name}: your password was changed",
    example={"name": "Ada Lovelace"},
)

_CONNECTED = {"name": "Ada Lovelace", "provider": "Google", "account": "Countess Ada"}

kind(
    "social_account_connected",
    recipient="User",
    subject="{app_name}: your account is connected with {provider} now",
    example=_CONNECTED,
)
kind(
    "social_account_disconnected",
    recipient="User",
    subject="{app_name}: your account is not connected with {provider} any more",
    example=_CONNECTED,
)
kind(
    "second_factor_added",
    recipient="User with a panel of the admin site",
    subject="{app_name}: your account has a second factor now",
    example={"name": "Ada Lovelace"},
)
kind(
    "second_factor_removed",
    recipient="User with a panel of the admin site",
    subject="{app_name}: your account has no second factor any more",
    example={"name": "Ada Lovelace"},
)
