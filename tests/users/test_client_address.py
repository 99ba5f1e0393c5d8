"""Whose address it is: only what a trusted proxy wrote is believed."""

import ipaddress
from typing import Any

import pytest
from django.test import RequestFactory, override_settings
from hypothesis import given
from hypothesis import strategies as st

from users.client_address import client_address, customer_of


def address(remote: str, forwarded: str | None = None) -> str:
    meta = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=remote, **meta))


def test_by_default_nobody_is_believed(settings: Any) -> None:
    assert settings.TRUSTED_PROXIES == []
    assert address("192.0.2.1", "198.51.100.7") == "192.0.2.1"
    assert address("127.0.0.1", "198.51.100.7") == "127.0.0.1"


@pytest.mark.parametrize(
    ("remote", "forwarded", "found"),
    [
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
        # what the client wrote itself stands to the left
        ("10.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "10.0.0.9, 198.51.100.7", "198.51.100.7"),
        # two proxies of ours, one after the other
        ("10.0.0.1", "203.0.113.9, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", "198.51.100.7,10.0.0.3 ,  10.0.0.2", "198.51.100.7"),
        # a client on our own network
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        # a proxy that wrote something else than an address
        ("10.0.0.1", "198.51.100.7, unknown", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7, rubbish, 10.0.0.2", "10.0.0.2"),
        # one that adds the port
        ("10.0.0.1", "198.51.100.7:4711", "198.51.100.7"),
        ("10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
        # IPv6, and IPv4 seen through it
        ("2001:db8:1::1", "2001:db8::7", "2001:db8::7"),
        ("::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "::ffff:198.51.100.7", "198.51.100.7"),
        # a Unix socket
        ("", "198.51.100.7", ""),
    ],
)
def test_the_rightmost_hop_that_is_no_proxy_of_ours_is_the_client(
    settings: Any, remote: str, forwarded: str | None, found: str
) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8", " 2001:db8:1::/48"]

    assert address(remote, forwarded) == found


hops = st.lists(
    st.ip_addresses().map(str) | st.text("0123456789.:[]abcdef, ", max_size=20), max_size=5
)


@given(hops=hops)
def test_nothing_a_client_writes_changes_its_address(hops: list[str]) -> None:
    written = ", ".join([*hops, "198.51.100.7"])
    with override_settings(TRUSTED_PROXIES=["10.0.0.0/8"]):
        assert address("10.0.0.1", written) == "198.51.100.7"
        assert address("192.0.2.1", ", ".join(hops)) == "192.0.2.1"


def test_all_addresses_of_one_ipv6_customer_count_as_one() -> None:
    assert customer_of("2001:db8::1") == customer_of("2001:db8::ffff:1") == "2001:db8::/64"
    assert customer_of("2001:db8:0:1::1") != customer_of("2001:db8::1")
    assert customer_of("192.0.2.1") == "192.0.2.1"
    assert customer_of("") == ""


@given(st.ip_addresses(v=6))
def test_a_customer_is_the_network_of_the_address(address: ipaddress.IPv6Address) -> None:
    if address.ipv4_mapped is None:
        assert address in ipaddress.ip_network(customer_of(str(address)))
