"""Who is signed in in a browser.

The session holds the id of a `SignIn`, the row that a token of the API would name. So what ends
those ends this: signing out everywhere, a new password, being blocked. It is no session of
Django's admin, whose own sign-in asks more of staff, and which this does not open.
"""

import secrets
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils import timezone

from users import last_access
from users.actions.sign_in import open_sign_in
from users.models import SignIn, User

_SIGN_IN: Final = "sign_in"
_HOLDER: Final = "handshake_holder"


def begin(request: HttpRequest, user: User) -> None:
    """Sign `user` in in this browser, for as long as an access token lasts.

    Nobody who knew the session before knows it afterwards, and whoever was signed in is not.
    """
    _end_sign_in(request)
    row = open_sign_in(user, lasts=settings.ACCESS_TOKEN_LIFETIME)
    request.session.cycle_key()
    request.session[_SIGN_IN] = row.pk.hex
    rotate_token(request)


def current(request: HttpRequest) -> SignIn | None:
    """Return the sign-in of this browser, with its user; `None` if nobody is signed in."""
    sid = request.session.get(_SIGN_IN)
    if sid is None:
        return None
    rows = SignIn.objects.select_related("user")
    row = rows.filter(pk=sid, expires_at__gt=timezone.now()).first()
    if row is None or row.is_void:
        return None
    last_access.note(row.user)
    return row


def end(request: HttpRequest) -> None:
    """Sign out whoever is signed in in this browser, and forget what it was told."""
    _end_sign_in(request)
    request.session.flush()


def new_holder(request: HttpRequest) -> str:
    """Return the secret by which this browser will show that it began a visit to a provider."""
    request.session.setdefault(_HOLDER, secrets.token_urlsafe(32))
    return holder(request)


def holder(request: HttpRequest) -> str:
    """Return that secret; empty if this browser has begun no visit."""
    found: str = request.session.get(_HOLDER, "")
    return found


def _end_sign_in(request: HttpRequest) -> None:
    sid = request.session.pop(_SIGN_IN, None)
    if sid is not None:
        SignIn.objects.filter(pk=sid).delete()
