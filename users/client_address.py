"""The address a request comes from: what limits per address count by."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# An IPv6 customer is given a network of this many bits, and may use any address in it.
IPV6_CUSTOMER = 64


def client_address(request: HttpRequest) -> str:
    """Return the address of the client; empty if the server does not know it (a Unix socket).

    Each proxy adds the address it was called from at the right of X-Forwarded-For, and what it
    was sent is at the left: whatever the client liked to write. So the header is read from the
    right, and only as long as who wrote it is one of `settings.TRUSTED_PROXIES`.
    """
    address = _parsed(request.META.get("REMOTE_ADDR", ""))
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while hops and address is not None and _is_trusted(address):
        before = _parsed(hops.pop())
        if before is None:
            break
        address = before
    return str(address or "")


def customer_of(address: str) -> str:
    """Return what stands for the owner of `address` in a limit: an IPv6 network or `address`."""
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed.packed, IPV6_CUSTOMER), strict=False))
    return address


def _parsed(text: str) -> Address | None:
    """Return the address that `text` is, with or without a port; `None` if it is none."""
    text = text.strip()
    if text.startswith("["):  # [2001:db8::1]:443
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:  # 192.0.2.1:443
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    # a socket that serves both kinds writes ::ffff:192.0.2.1 for an IPv4 client
    return getattr(address, "ipv4_mapped", None) or address


def _is_trusted(address: Address) -> bool:
    return any(address in network for network in _networks(tuple(settings.TRUSTED_PROXIES)))


@lru_cache(maxsize=1)
def _networks(cidrs: tuple[str, ...]) -> list[Network]:
    return [ip_network(cidr.strip(), strict=False) for cidr in cidrs]
