"""What must be configured before a server starts (`manage.py check`, the web server, a worker)."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

TAG = "configuration"
_MAKE_A_KEY = (
    'python -c "import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'
)
_HOW_TO_MEND = {
    "SECRET_KEY": f"make one with: {_MAKE_A_KEY}",
    "FIELD_KEYS": f"make one with: {_MAKE_A_KEY}",
    "ALLOWED_HOSTS": "name the hosts this server is reached by: ALLOWED_HOSTS=events.example.org",
}


@register(TAG)
def everything_is_named(app_configs: object, **_: Any) -> list[CheckMessage]:
    """Refuse a server that would run on made-up secrets or for any host name."""
    return [
        Error(
            f"The environment variable {name} is not set on a server; {_HOW_TO_MEND[name]}",
            id=f"openevent.E00{number}",
        )
        for number, name in enumerate(_HOW_TO_MEND, start=1)
        if name in settings.MISSING_SETTINGS
    ]


def refuse_to_start_misconfigured() -> None:
    """Make this check where Django makes none: in the web server.

    :raises ImproperlyConfigured: with what is missing and how to make it.
    """
    if missing := everything_is_named(None):
        raise ImproperlyConfigured("\n".join(str(error.msg) for error in missing))
