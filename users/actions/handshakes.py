"""Visits to a provider: sending a browser there, and learning who it is once it returns.

What follows from that, a link or a sign-in, is in `social_accounts`. No transaction is open here
while the provider is asked, which may take seconds.
"""

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, urlsplit

from django.db import models, transaction
from django.utils import timezone
from social_core.exceptions import AuthCanceled, SocialAuthBaseException

from openevent.errors import DomainError
from users.models import Handshake, User
from users.providers import Identity, SiteStrategy, named
from users.throttles import count_visit_from

logger = logging.getLogger(__name__)

PATIENCE: Final = timedelta(minutes=10)  # for somebody to sign in over there

# What a provider may send back by the browser, and all of it that is read.
_SENT_BACK: Final = ("code", "state", "error", "error_code")


class NotBegunHere(DomainError):
    """One answer to all that is wrong with a return, so that nobody learns which it was."""

    detail = (
        "This was not begun here, took longer than ten minutes, or has been used already. "
        "Please begin again."
    )


class Declined(DomainError):
    def __init__(self, label: str) -> None:
        super().__init__(f"{label} was not allowed to say who you are, so nothing has changed.")


class ProviderFailed(DomainError):
    status: ClassVar[int] = 502

    def __init__(self, label: str) -> None:
        super().__init__(f"{label} did not answer as it should. Please try again later.")


@dataclass(frozen=True)
class Return:
    """A browser that came back: who it is over there, and where it goes on to.

    `connects` if somebody who is signed in began it, to link that account to theirs.
    """

    identity: Identity
    connects: bool
    next_path: str


def begin(
    provider: str,
    *,
    user: User | None,
    holder: str,
    redirect_uri: str,
    address: str,
    next_path: str = "",
) -> str:
    """Return the URL at `provider` to send the browser to.

    It will be back at `redirect_uri`. `user` connects an account to theirs, `None` signs in;
    `holder` is the secret of whoever may finish it, `address` where the request came from.

    :raises ProviderNotOffered: nobody can, there.
    :raises TooManyAttempts: too many browsers were sent away, from that address.
    """
    count_visit_from(address)
    strategy = SiteStrategy()
    url: str = named(provider)(strategy, redirect_uri).auth_url()
    (state,) = parse_qs(urlsplit(url).query)["state"]
    Handshake.objects.create(
        provider=provider,
        user=user,
        state=_digest(state),
        holder=_digest(holder),
        redirect_uri=redirect_uri,
        next_path=next_path,
        memory=json.dumps(strategy.memory),
        expires_at=timezone.now() + PATIENCE,
    )
    return url


def finish(provider: str, sent: Mapping[str, str], *, user: User | None, holder: str) -> Return:
    """Return who came back from `provider`, which `sent` them with a code.

    `user` is who is signed in where they come back, `None` if nobody is.

    :raises ProviderNotOffered: nobody can, there.
    :raises NotBegunHere: `holder` did not begin this, or it is over; or who began it to connect
        an account to theirs is not `user`.
    :raises Declined: the person said no.
    :raises ProviderFailed: the provider refuses the code, or us, or does not answer.
    """
    backend_class = named(provider)
    handshake = _take(provider, sent.get("state", ""), user=user, holder=holder)
    strategy = SiteStrategy(
        data={key: sent[key] for key in _SENT_BACK if sent.get(key)},
        memory=json.loads(handshake.memory),
    )
    backend = backend_class(strategy, handshake.redirect_uri)
    return Return(_asked(backend), handshake.user_id is not None, handshake.next_path)


def _asked(backend: Any) -> Identity:
    try:
        identity: Identity = backend.complete()
    except AuthCanceled:
        raise Declined(backend.label) from None
    except SocialAuthBaseException as error:
        # its own words name neither codes nor tokens; what the provider wrote is left out
        logger.warning("%s: %s while at %s.", backend.label, error, error.stage)
        raise ProviderFailed(backend.label) from None
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        logger.warning("%s sent what it does not document: %s.", backend.label, type(error))
        raise ProviderFailed(backend.label) from None
    return identity


@transaction.atomic
def _take(provider: str, state: str, *, user: User | None, holder: str) -> Handshake:
    """Return the handshake that has just ended, and remove it: nobody else can take it.

    :raises NotBegunHere: there is none, or it is somebody else's.
    """
    rows = Handshake.objects.select_for_update()
    handshake = rows.filter(
        models.Q(user=None) | models.Q(user=user),
        state=_digest(state),
        holder=_digest(holder),
        provider=provider,
        expires_at__gt=timezone.now(),
    ).first()
    if handshake is None:
        raise NotBegunHere
    Handshake.objects.filter(pk=handshake.pk).delete()
    return handshake


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
