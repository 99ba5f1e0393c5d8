"""The one way in which this server opens a URL that somebody else chose.

Who chooses may mean this machine, its neighbours, or the cloud's own services, which all trust
it. So a connection is made only to a public address, and that is asked of the very address that
is connected to, at each redirect anew: what a name resolved to a moment ago says nothing. A refusal
names the rule and never tells what is there.

Source: OWASP, "Server-Side Request Forgery Prevention"; the registries of special-purpose
addresses that RFC 6890 begins.
"""

import contextlib
import http.client
import ipaddress
import queue
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Final, TypeVar
from urllib.parse import urljoin

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import connection, parse_url

from openevent.errors import DomainError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Opened = TypeVar("Opened", requests.Session, requests.Response)

MOST_REDIRECTS: Final = 3
LONGEST_URL: Final = 2048  # characters
_CHUNK: Final = 65_536  # bytes

# Beyond what the standard library knows, in every version, to be for some special purpose.
_NOT_PUBLIC: Final = [
    ipaddress.ip_network(each)
    for each in (
        "168.63.129.16/32",  # Azure's own services, under a public address
        "192.0.0.0/24",  # of protocols; some clouds have their metadata there
        "192.88.99.0/24",  # 6to4 relays
        "2001::/23",  # of protocols, Teredo among them, which leads on to an IPv4 address
        "2001:db8::/32",  # for examples
        "2002::/16",  # 6to4, which leads on to an IPv4 address
        "3fff::/20",  # for examples
    )
]
_GLOBAL_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
# How IPv6 alone reaches IPv4 (RFC 6052): as public as the address at its end.
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")


class FetchRefused(DomainError):
    """Nothing was read; `detail` says which rule stood in the way."""

    detail = "Nothing can be read from this URL."


class NoUrl(FetchRefused):
    detail = "Write an http or https URL, without a user name or password."


class PortNotOpened(FetchRefused):
    detail = "Only URLs on the ports 80 and 443 are opened."


class NotPublic(FetchRefused):
    detail = "This URL does not lead to a public address of the internet."


class TooSlow(FetchRefused):
    """It was not there, all of it, when time was up."""


class TooManyRedirects(FetchRefused):
    detail = f"This URL redirects more than {MOST_REDIRECTS} times."


class TooLarge(FetchRefused):
    """There is more at the URL than was asked for."""


class NotServed(FetchRefused):
    """The server answers with an error of its own."""


def is_public(address: Address) -> bool:
    """Return whether `address` is one of the internet, whoever asks for it."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
        # IPv4 in other disguises (::ffff:10.0.0.1, ::10.0.0.1) lies outside of it
        if address not in _GLOBAL_UNICAST:
            return False
    is_special = any(address in network for network in _NOT_PUBLIC)
    return address.is_global and not address.is_multicast and not is_special


@dataclass(frozen=True)
class Policy:
    """Where connections may lead to, and how long a fetch may take. Only tests have another.

    `seconds` count from the first look at the URL to the last byte.
    """

    allows: Callable[[Address], bool] = is_public
    ports: frozenset[int] = frozenset({80, 443})
    seconds: float = 5


STRICT: Final = Policy()
_FAILURES: Final = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    UnicodeError,
)


def fetch(url: str, *, limit: int, policy: Policy = STRICT) -> bytes:
    """Return what is at `url`, of at most `limit` bytes.

    It is asked for as nobody: without cookies, credentials or a proxy of the environment.

    :raises FetchRefused: it may not be opened, is not there in time, or is too large.
    """
    with _Guard(policy) as guard:
        try:
            return _read(_reached(url, guard), limit, guard)
        except _FAILURES as error:
            guard.seconds_left()  # time may be what failed it
            raise FetchRefused from error


class _Guard:
    """What one fetch may connect to, and until when; a context that hangs up at its end."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._ends_at = time.monotonic() + policy.seconds
        self._closing = contextlib.ExitStack()

    def __enter__(self) -> "_Guard":
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def seconds_left(self) -> float:
        """Return how long the fetch may still take.

        :raises TooSlow: no longer.
        """
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise self._too_slow()
        return left

    def _too_slow(self) -> TooSlow:
        return TooSlow(f"What is at this URL did not come within {self._policy.seconds:g} seconds.")

    def hold(self, opened: Opened) -> Opened:
        """Return `opened`, which is closed when the fetch ends."""
        self._closing.callback(opened.close)
        return opened

    def connect(self, host: str, port: int) -> socket.socket:
        """Return a connection to `host`, all of whose addresses are allowed.

        :raises PortNotOpened, NotPublic, TooSlow, OSError: there is none to be had.
        """
        if port not in self._policy.ports:
            raise PortNotOpened
        addresses = self._addresses(host, port)
        if not all(self._policy.allows(ipaddress.ip_address(each)) for each in addresses):
            raise NotPublic
        failure: OSError = OSError(f"{host} has no address")
        for address in addresses:
            try:
                found = connection.create_connection((address, port), timeout=self.seconds_left())
            except OSError as error:
                failure = error
            else:
                self._hang_up_in_time(found)
                return found
        raise failure

    def _addresses(self, host: str, port: int) -> list[str]:
        """Return what `host` resolves to; the resolver knows no time limit, so a thread asks it."""
        answers: queue.SimpleQueue[Any] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
            except (OSError, UnicodeError) as error:
                answers.put(error)

        threading.Thread(target=ask, name="fetch-resolver", daemon=True).start()
        try:
            found = answers.get(timeout=self.seconds_left())
        except queue.Empty:
            raise self._too_slow() from None
        if isinstance(found, Exception):
            raise found
        return list(dict.fromkeys(str(each[4][0]) for each in found))

    def _hang_up_in_time(self, found: socket.socket) -> None:
        """End the connection when time is up.

        A socket's time-out is one for each read: who sends a byte now and then never meets it.
        """
        twin = found.dup()  # TLS takes the connection over; this still reaches it
        timer = threading.Timer(self.seconds_left(), _hang_up, [twin])
        timer.daemon = True
        timer.start()
        self._closing.callback(twin.close)
        self._closing.callback(timer.cancel)


def _hang_up(end: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it is closed already
        end.shutdown(socket.SHUT_RDWR)


def _reached(url: str, guard: _Guard) -> requests.Response:
    """Return the answer at the end of all redirects from `url`, its body yet to be read.

    Each is asked for by a session of its own, which has no cookies and no connection yet.
    """
    for _ in range(1 + MOST_REDIRECTS):
        session = guard.hold(_session(guard))
        left = guard.seconds_left()
        asked = session.get(_checked(url), stream=True, allow_redirects=False, timeout=left)
        response = guard.hold(asked)
        target = session.get_redirect_target(response)
        if target is None:
            if response.status_code != requests.codes.ok:
                raise NotServed(f"The server of this URL answers {response.status_code}.")
            return response
        url = urljoin(response.url, target)
    raise TooManyRedirects


def _checked(url: str) -> str:
    """Return `url`, if it is one that may be asked for.

    :raises NoUrl: it is none, or has somebody's name in it.
    """
    try:
        parts = parse_url(url)
    except urllib3.exceptions.LocationParseError:
        raise NoUrl from None
    if parts.scheme not in ("http", "https") or not parts.host or parts.auth is not None:
        raise NoUrl
    if len(url) > LONGEST_URL:
        raise NoUrl
    return url


def _read(response: requests.Response, limit: int, guard: _Guard) -> bytes:
    parts = []
    size = 0
    # As it was sent: what unpacks to more than it is long is counted by nobody.
    while part := response.raw.read(_CHUNK, decode_content=False):
        size += len(part)
        if size > limit:
            raise TooLarge(f"What is at this URL is larger than {limit:,} bytes.")
        parts.append(part)
        guard.seconds_left()
    guard.seconds_left()  # time may be why it ended
    return b"".join(parts)


def _session(guard: _Guard) -> requests.Session:
    """Return a session that connects through `guard`, and has nothing of its own to tell."""
    session = requests.Session()
    session.trust_env = False  # no proxies, and no .netrc
    session.headers = requests.structures.CaseInsensitiveDict(
        {"User-Agent": "OpenEvent", "Accept": "*/*", "Accept-Encoding": "identity"}
    )
    session.adapters.clear()
    session.mount("http://", _Adapter(guard))
    session.mount("https://", _Adapter(guard))
    return session


class _Guarded(HTTPConnection):
    """A connection that is made by a guard."""

    def __init__(self, *args: Any, guard: _Guard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._guard = guard

    def _new_conn(self) -> socket.socket:
        return self._guard.connect(self._dns_host, self.port)


class _GuardedOverTLS(_Guarded, HTTPSConnection):
    """The same; the certificate is asked for the host's name, as ever."""


class _Pools(urllib3.PoolManager):
    connections: ClassVar = {"http": _Guarded, "https": _GuardedOverTLS}

    def __init__(self, guard: _Guard) -> None:
        super().__init__(num_pools=1)
        self._guard = guard

    def _new_pool(self, scheme: str, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super()._new_pool(scheme, *args, **kwargs)
        pool.ConnectionCls = partial(self.connections[scheme], guard=self._guard)
        return pool


class _Adapter(HTTPAdapter):
    def __init__(self, guard: _Guard) -> None:
        self._guard = guard
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        self.poolmanager = _Pools(self._guard)
