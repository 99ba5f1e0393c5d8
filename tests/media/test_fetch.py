"""A URL that somebody gave leads to public addresses or nowhere, in time, and to so many bytes."""

import gzip
import ipaddress
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import requests

from media import fetch as fetching
from media.fetch import FetchRefused, NotPublic, NoUrl, Policy, PortNotOpened, fetch, is_public
from tests.media.web import Names, Web, certified, is_loopback, leads_to, says, served

LIMIT = 1000


@pytest.fixture(scope="module")
def server() -> Iterator[Web]:
    with served() as web:
        web.pages["/"] = says(b"what is public")
        yield web


@pytest.fixture
def web(server: Web) -> Web:
    server.seen.clear()
    return server


@pytest.fixture
def local(web: Web) -> Policy:
    """A policy that lets the test's own server be reached, and nothing else."""
    return Policy(allows=is_loopback, ports=frozenset({web.port}))


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """A resolver that knows only what the test tells it."""
    known = Names()
    monkeypatch.setattr(socket, "getaddrinfo", known.getaddrinfo)
    return known


def test_what_is_at_a_url_is_read(web: Web, local: Policy) -> None:
    assert fetch(web.url(), limit=LIMIT, policy=local) == b"what is public"


# --- which addresses are public

SPECIAL = [
    *"0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.9.9.9".split(),
    *"169.254.169.254 172.16.0.1 172.31.255.255 192.168.0.1 192.0.0.192 192.0.2.1".split(),
    *"192.88.99.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255".split(),
    *"240.0.0.1 255.255.255.255 168.63.129.16".split(),
    *":: ::1 fe80::1 fe80::1%1 fc00::1 fd00:ec2::254 fec0::1 ff02::1 ff0e::1".split(),
    *"::ffff:127.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 ::8.8.8.8 64:ff9b::127.0.0.1".split(),
    *"64:ff9b::10.0.0.1 64:ff9b:1::8.8.8.8 2002:7f00:1:: 2002:808:808::1".split(),
    *"2001:0:7f00:1:: 2001:20::1 2001:db8::1 3fff::1 100::1 5f00::1 4000::1".split(),
]
PUBLIC = "8.8.8.8 1.1.1.1 172.32.0.1 192.169.0.1 2606:4700::1111 2a00:1450::1 64:ff9b::808:808"


@pytest.mark.parametrize("address", SPECIAL)
def test_an_address_for_a_special_purpose_is_not_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address)) is False


@pytest.mark.parametrize("address", PUBLIC.split())
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address)) is True


# --- whatever way this machine is spelled

OURSELVES = [
    "http://127.0.0.1",
    "http://localhost",
    "http://localhost.",
    "http://LOCALHOST",
    "http://127.1",
    "http://127.0.0.1.",
    "http://2130706433",
    "http://0x7f000001",
    "http://0x7f.0.0.1",
    "http://0177.0.0.1",
    "http://017700000001",
    "http://0",
    "http://0.0.0.0",
    "http://[::]",
    "http://[::1]",
    "http://[0:0:0:0:0:0:0:1]",
    "http://[::ffff:127.0.0.1]",
    "http://[::ffff:7f00:1]",
    "http://[64:ff9b::7f00:1]",
    "http://[fe80::1%25lo]",
    "http://[::127.0.0.1]",
    "http://[::ffff:0:7f00:1]",
    "http://127.0.0.1:80\\@8.8.8.8",
    "http://localhost%00.example",
    "http:\\\\127.0.0.1",
    "http:/127.0.0.1",
    "http:127.0.0.1",
    "http://127.0.0.1\t",
    "http://127.0.0.1\r\nHost: example.org/",
    "http://192.168.257",
    "http://0300.0250.1.1",
    "http://169.254.169.254/latest/meta-data/",
    "http://\N{FULLWIDTH DIGIT ONE}27.0.0.1",
    "http://\N{CIRCLED DIGIT ONE}\N{CIRCLED DIGIT TWO}\N{CIRCLED DIGIT SEVEN}.0.0.1",
    "http://127\N{IDEOGRAPHIC FULL STOP}0\N{IDEOGRAPHIC FULL STOP}0.1",
]


@pytest.mark.parametrize("url", OURSELVES)
def test_this_machine_is_never_connected_to(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    connected: list[Any] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: connected.append(address))

    with pytest.raises(FetchRefused):
        fetch(url, limit=LIMIT)

    assert connected == []


def test_a_server_of_this_machine_is_refused_by_the_rule_alone(web: Web) -> None:
    policy = Policy(ports=frozenset({web.port}))

    with pytest.raises(NotPublic) as there:
        fetch(web.url(), limit=LIMIT, policy=policy)
    with pytest.raises(NotPublic) as closed:
        fetch("http://127.0.0.1:9", limit=LIMIT, policy=replace(policy, ports=frozenset({9})))

    assert web.seen == []
    assert there.value.detail == closed.value.detail


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "//example.org/x",
        "ftp://example.org/x",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "data:image/png;base64,AAAA",
        "http://",
        "http:///x",
        "http://[::1",
        "http://[127.0.0.1]/",
        "http://exa mple.org/",
        "http://example.org:http/",
        "http://user@example.org/",
        "http://user:secret@example.org/",
        "http://example.org@127.0.0.1/",
        "http://127.0.0.1:80@example.org/",
        "http://example.org/" + "a" * 2048,
    ],
)
def test_what_is_no_plain_url_is_not_opened(url: str, names: Names) -> None:
    with pytest.raises(NoUrl):
        fetch(url, limit=LIMIT)

    assert names.asked == []


NAMELESS = [
    "a" * 64 + ".example",
    "a." * 200 + "example",
    "x" * 300,
    "...",
    "example.org%40127.0.0.1",
]


@pytest.mark.parametrize("name", NAMELESS)
def test_a_name_that_none_can_have_is_refused(name: str) -> None:
    with pytest.raises(FetchRefused):
        fetch(f"http://{name}/", limit=LIMIT)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://one.example\\@two.example/", "one.example"),
        ("http://one.example#@two.example/", "one.example"),
        ("http://one.example?@two.example/", "one.example"),
        ("http://one.example/@two.example", "one.example"),
        ("http://bücher.example/", "xn--bcher-kva.example"),
        ("http://one.example./", "one.example."),
    ],
)
def test_the_host_that_is_checked_is_the_one_that_is_asked_for(
    url: str, host: str, names: Names
) -> None:
    names[host] = ["127.0.0.1"]

    with pytest.raises(NotPublic):
        fetch(url, limit=LIMIT)

    assert names.asked == [host]


@pytest.mark.parametrize("port", [22, 25, 8080, 6379, 65535])
def test_only_the_ports_of_the_web_are_opened(port: int) -> None:
    with pytest.raises(PortNotOpened):
        fetch(f"http://8.8.8.8:{port}/", limit=LIMIT)


# --- what names resolve to


def test_one_address_among_many_that_is_not_public_is_enough_to_refuse(names: Names) -> None:
    names["two.example"] = ["8.8.8.8", "10.0.0.1"]

    with pytest.raises(NotPublic):
        fetch("http://two.example/", limit=LIMIT)


def test_the_address_that_was_checked_is_the_one_connected_to(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is looked up a second time may lead elsewhere by then (DNS rebinding)."""
    checked: list[str] = []
    rebinding = Names(fickle=["127.0.0.1"])

    def look_up(*asked: Any, **options: Any) -> list[Any]:
        found = rebinding.getaddrinfo(*asked, **options) if asked[0] == "fickle" else real(*asked)
        rebinding["fickle"] = ["10.0.0.1"]
        return found

    def allows(address: Any) -> bool:
        checked.append(str(address))
        return is_loopback(address)

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    policy = Policy(allows=allows, ports=frozenset({web.port}))

    assert fetch(web.url(host="fickle"), limit=LIMIT, policy=policy) == b"what is public"
    assert (rebinding.asked, checked) == (["fickle"], ["127.0.0.1"])


def test_an_address_that_does_not_answer_leaves_the_others(web: Web, names: Names) -> None:
    names["several.example"] = ["::1", "127.0.0.1"]
    for address in ("::1", "127.0.0.1"):
        names[address] = [address]
    local = Policy(allows=is_loopback, ports=frozenset({web.port}))

    found = fetch(web.url(host="several.example"), limit=LIMIT, policy=local)

    assert found == b"what is public"
    assert web.seen[0]["Host"] == f"several.example:{web.port}"


def test_a_resolver_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(2))

    began = time.monotonic()
    with pytest.raises(FetchRefused, match="did not come within 0.1 seconds"):
        fetch("http://slow.example/", limit=LIMIT, policy=Policy(seconds=0.1))
    assert time.monotonic() - began < 1


# --- redirects


def test_redirects_are_followed_as_often_as_three_times(web: Web, local: Policy) -> None:
    web.pages["/1"] = leads_to("/2")
    web.pages["/2"] = leads_to("3")
    web.pages["/3"] = leads_to(web.url("/"))
    web.pages["/0"] = leads_to("/1")

    assert fetch(web.url("/1"), limit=LIMIT, policy=local) == b"what is public"
    with pytest.raises(FetchRefused, match="redirects more than 3 times"):
        fetch(web.url("/0"), limit=LIMIT, policy=local)


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.1/",
        "//10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:10.0.0.1]/",
        "file:///etc/passwd",
        "gopher://10.0.0.1/",
        "http://user@8.8.8.8/",
        "http://8.8.8.8:22/",
    ],
)
def test_a_redirect_leads_nowhere_that_its_url_would_not(
    web: Web, local: Policy, target: str
) -> None:
    web.pages["/away"] = leads_to(target)
    policy = replace(local, ports=frozenset({web.port, 80}))

    with pytest.raises((NotPublic, NoUrl, PortNotOpened)):
        fetch(web.url("/away"), limit=LIMIT, policy=policy)


# --- what comes back


def test_what_is_larger_than_the_limit_is_not_read_to_its_end(web: Web, local: Policy) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(1_000):
            handler.wfile.write(b"x" * 1_000_000)

    web.pages["/endless"] = endless
    web.pages["/just"] = says(b"x" * LIMIT)
    web.pages["/more"] = says(b"x" * (LIMIT + 1))

    assert len(fetch(web.url("/just"), limit=LIMIT, policy=local)) == LIMIT
    for path in ("/more", "/endless"):
        with pytest.raises(FetchRefused, match="larger than 1,000 bytes"):
            fetch(web.url(path), limit=LIMIT, policy=local)


def test_what_is_packed_is_not_unpacked(web: Web, local: Policy) -> None:
    packed = gzip.compress(b"x" * 100_000)
    web.pages["/packed"] = says(packed, Content_Encoding="gzip")

    assert fetch(web.url("/packed"), limit=LIMIT, policy=local) == packed


def drip(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    _drip(handler, b".")


def drip_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    _drip(handler, b".")


def drip_chunks(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    _drip(handler, b"0")


def _drip(handler: BaseHTTPRequestHandler, byte: bytes) -> None:
    for _ in range(100):
        handler.wfile.write(byte)
        time.sleep(0.02)


@pytest.mark.parametrize("slow", [drip, drip_headers, drip_chunks])
def test_who_answers_byte_by_byte_is_hung_up_on(web: Web, local: Policy, slow: Any) -> None:
    web.pages["/slow"] = slow

    began = time.monotonic()
    with pytest.raises(FetchRefused, match="did not come within 0.2 seconds"):
        fetch(web.url("/slow"), limit=LIMIT, policy=replace(local, seconds=0.2))
    assert time.monotonic() - began < 1


def test_an_answer_that_ends_before_its_length_is_refused(web: Web, local: Policy) -> None:
    def cut_off(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"only this")

    web.pages["/cut"] = cut_off

    with pytest.raises(FetchRefused):
        fetch(web.url("/cut"), limit=LIMIT, policy=local)


def test_an_error_of_the_server_is_said_without_what_it_says(web: Web, local: Policy) -> None:
    web.pages["/broken"] = says(b"a secret", 500)

    with pytest.raises(FetchRefused) as refusal:
        fetch(web.url("/broken"), limit=LIMIT, policy=local)

    assert refusal.value.detail == "The server of this URL answers 500."


# --- who asks


def test_nobody_asks(web: Web, local: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of the environment, no .netrc, and no cookie that a redirect set."""
    monkeypatch.setenv("HTTP_PROXY", "http://10.0.0.1:3128")
    monkeypatch.setenv("ALL_PROXY", "http://10.0.0.1:3128")
    monkeypatch.setattr(requests.sessions, "get_netrc_auth", lambda *_: ("user", "secret"))
    web.pages["/cookie"] = says(b"", 302, Location="/", Set_Cookie="who=me")

    fetch(web.url("/cookie"), limit=LIMIT, policy=local)

    told = ["Accept", "Accept-Encoding", "Host", "User-Agent"]
    assert [sorted(each) for each in web.seen] == [told, told]


# --- TLS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def secure(folder: Path) -> Iterator[Web]:
    with served(context=certified(folder, "secure.example")) as web:
        web.pages["/"] = says(b"over TLS")
        yield web


@pytest.fixture
def over_tls(secure: Web, names: Names) -> Policy:
    for name in ("secure.example", "other.example", "127.0.0.1"):
        names[name] = ["127.0.0.1"]
    return Policy(allows=is_loopback, ports=frozenset({secure.port}))


@pytest.fixture
def _trusted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(folder / "ca.pem"))


@pytest.mark.usefixtures("_trusted")
def test_a_certificate_must_be_of_the_host_that_was_asked_for(
    secure: Web, over_tls: Policy
) -> None:
    url = secure.url(host="secure.example", scheme="https")

    assert fetch(url, limit=LIMIT, policy=over_tls) == b"over TLS"
    for host in ("other.example", "127.0.0.1"):
        with pytest.raises(FetchRefused):
            fetch(secure.url(host=host, scheme="https"), limit=LIMIT, policy=over_tls)
    assert len(secure.seen) == 1


def test_a_certificate_that_nobody_known_has_signed_is_refused(
    secure: Web, over_tls: Policy
) -> None:
    with pytest.raises(FetchRefused):
        fetch(secure.url(host="secure.example", scheme="https"), limit=LIMIT, policy=over_tls)


def test_the_default_is_strict() -> None:
    assert Policy(is_public, frozenset({80, 443}), 5) == fetching.STRICT
