"""Limits on guessing: passwords, and who has an account.

`settings.THROTTLES` says how often each thing may happen in how many seconds. Attempts are
counted in the cache in windows that begin at multiples of that time, with one atomic increment
each. So requests at the same moment cannot slip past together, as they can past DRF's own
throttles, which read a list and write it back; the price is that around the turn of a window
twice as many may pass.

Guesses at a password are counted three times over:

- for the account from this client: few. This is what a guesser meets.
- for this client, whatever the account: more, because a conference is behind one address.
  It stops who tries one password on many accounts.
- for the account, from wherever: many. It stops who guesses from many addresses.

An attempt over one limit is not counted by those after it. So one client can add no more to
the last counter than the first lets pass, and cannot lock the owner of an account out of it:
from their own address they sign in as before. Whoever has enough addresses to exhaust the last
can, until its window ends; without it they would have as many guesses as addresses.

Every attempt counts before its password is looked at, and a success takes back what it added
and forgets what was counted for the account. A cache that is away stops nobody from signing in.
"""

import contextlib
import logging
import time
from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.throttling import BaseThrottle

from .client_address import client_address, customer_of

logger = logging.getLogger(__name__)

MINUTE = 60  # seconds


class TooManyAttempts(APIException):
    """A limit is exhausted; `wait` is the seconds until its window ends."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS

    def __init__(self, wait: float) -> None:
        minutes = int(wait // MINUTE) + 1
        plural = "" if minutes == 1 else "s"
        super().__init__(f"Too many attempts. Try again in {minutes} minute{plural}.")
        self.wait = wait


class Counter:
    """How often something has happened in the window of time that we are in."""

    def __init__(self, limit: str, *who: str) -> None:
        """Count by the `limit` of that name in the settings; `who` is kept as a hash only."""
        self.most, seconds = settings.THROTTLES[limit]
        window, elapsed = divmod(time.time(), seconds)
        self.seconds = seconds
        self.wait = seconds - elapsed
        digest = salted_hmac(f"throttle:{limit}", "\n".join(who), algorithm="sha256").hexdigest()
        self.key = f"throttle:{limit}:{int(window)}:{digest}"

    def add(self) -> None:
        """Count one more.

        :raises TooManyAttempts: that is more than the limit allows.
        """
        cache.add(self.key, 0, self.seconds)
        try:
            count = cache.incr(self.key)
        except ValueError:  # forgotten since the line above
            return
        if count > self.most:
            raise TooManyAttempts(self.wait)

    def take_back(self) -> None:
        with contextlib.suppress(ValueError):  # its window is over
            cache.decr(self.key)

    def forget(self) -> None:
        cache.delete(self.key)


class PasswordAttempt:
    """One attempt to name the password of `account`, an address as `normalised` writes it."""

    def __init__(self, account: str, address: str) -> None:
        client = customer_of(address)
        self._here = Counter("password-by-account-and-address", account, client)
        self._client = Counter("password-by-address", client)
        self._account = Counter("password-by-account", account)
        self._is_counted = False

    def begin(self) -> None:
        """Count it.

        :raises TooManyAttempts: there have been too many that failed.
        """
        with _cache_may_be_away():
            for counter in (self._here, self._client, self._account):
                counter.add()
            self._is_counted = True

    def succeeded(self) -> None:
        """Forget what was counted for the account; others' failures from here remain."""
        if not self._is_counted:
            return
        with _cache_may_be_away():
            self._client.take_back()
            self._here.forget()
            self._account.forget()


class ClientThrottle(BaseThrottle):
    """Limits how often one client may ask, whatever the outcome: the answer is what they want."""

    limit: ClassVar[str]

    def allow_request(self, request: Any, view: Any) -> bool:
        counter = Counter(self.limit, customer_of(client_address(request)))
        self._wait = counter.wait
        try:
            with _cache_may_be_away():
                counter.add()
        except TooManyAttempts:
            return False
        return True

    def wait(self) -> float:
        return self._wait


class MailRequestThrottle(ClientThrottle):
    """For what sends mail to an address that anybody may name."""

    limit = "mail-request"


class AlternateEmailThrottle(ClientThrottle):
    """The same, for the `throttle_classes` of a resource whose rows are mailed to."""

    limit = "mail-request"

    def allow_request(self, request: Any, view: Any) -> bool:
        return view.action not in ("create", "update") or super().allow_request(request, view)


class EmailCheckThrottle(ClientThrottle):
    limit = "email-check"


class RegistrationThrottle(ClientThrottle):
    """For the `throttle_classes` of a resource whose creation is a registration."""

    limit = "registration"

    def allow_request(self, request: Any, view: Any) -> bool:
        return view.action != "create" or super().allow_request(request, view)


def count_mail_to(email: str) -> None:
    """Count one more mail that somebody, whoever it is, has sent to `email`.

    :raises TooManyAttempts: that is more than anybody should get, account or not.
    """
    count("mail-to-address", email.strip().lower())


def count(limit: str, *who: str) -> None:
    """Count one more of what the settings limit by that name, for `who`.

    :raises TooManyAttempts: that is more than the limit allows.
    """
    with _cache_may_be_away():
        Counter(limit, *who).add()


def count_from(request: Any, limit: str) -> None:
    """Count one more of what the settings limit by that name, for the client of `request`.

    :raises TooManyAttempts: that is more than the limit allows.
    """
    count(limit, customer_of(client_address(request)))


def count_visit_from(address: str) -> None:
    """Count one more browser that the client at `address` sends to a provider of accounts.

    :raises TooManyAttempts: that is more than people behind one address need.
    """
    with _cache_may_be_away():
        Counter("social-sign-in", customer_of(address)).add()


def count_code(user: Any) -> None:
    """Count one more one-time password that somebody, who knows their password, tries as `user`.

    :raises TooManyAttempts: too many were wrong.
    """
    with _cache_may_be_away():
        Counter("second-factor", str(user.pk)).add()


def forget_codes(user: Any) -> None:
    """Forget what was counted for `user`, who named a right one."""
    with _cache_may_be_away():
        Counter("second-factor", str(user.pk)).forget()


@contextlib.contextmanager
def _cache_may_be_away() -> Iterator[None]:
    """Let pass what cannot be counted; after the first failure nothing more is tried."""
    try:
        yield
    except RedisError as error:
        logger.warning("An attempt is not counted, for the cache is away: %r", error)
