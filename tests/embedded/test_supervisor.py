"""`make run`: all parts, or none."""

import dataclasses
import http.client
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from openevent.embedded import places

PATIENCE = 120  # seconds for a start or a stop on a busy machine

# Tests that share a running server share the process it was started for.
pytestmark = pytest.mark.xdist_group("supervisor")


@dataclasses.dataclass
class Run:
    """A `make run` of an installation of its own."""

    var_dir: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def said(self) -> str:
        return self.var_dir.with_suffix(".out").read_text()

    @property
    def parts(self) -> dict[str, int]:
        """The parts that were started until now: their process ids by name."""
        try:
            noted = json.loads((self.var_dir / "run.json").read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return {name: pid for name, (pid, _) in noted.items()}

    def wait_for_part(self, name: str) -> int:
        _wait(lambda: name in self.parts)
        return self.parts[name]

    def wait_until_it_runs(self) -> None:
        _wait(lambda: "Ctrl-C stops all of it." in self.said or self.process.poll() is not None)
        assert self.process.poll() is None, self.said

    def processes(self) -> list[psutil.Process]:
        """All processes of the parts, and theirs."""
        parts = [psutil.Process(pid) for pid in self.parts.values()]
        return parts + [child for part in parts for child in part.children(recursive=True)]


def _wait(condition: object) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def _start(var_dir: Path, port: int | None = None) -> Run:
    port = port or _free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "OPENEVENT_VAR": str(var_dir),
        "PORT": str(port),
    }
    with var_dir.with_suffix(".out").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "openevent.embedded"],
            cwd=settings.BASE_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    return Run(var_dir, port, process)


def _remove(var_dir: Path) -> None:
    elsewhere = places.servers_dir(var_dir)
    if elsewhere != var_dir:
        shutil.rmtree(elsewhere, ignore_errors=True)


@pytest.fixture
def var_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "var"
    _remove(tmp_path / "var")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    var_dir = tmp_path_factory.mktemp("running") / "var"
    run = _start(var_dir)
    try:
        run.wait_until_it_runs()
        yield run
    finally:
        run.process.send_signal(signal.SIGINT)
        run.process.wait(PATIENCE)
        _remove(var_dir)


@pytest.fixture
def starting(var_dir: Path) -> Iterator[Run]:
    """A run whose database is up and which goes on to start the rest."""
    run = _start(var_dir)
    run.wait_for_part("database")
    yield run
    left = run.processes() if run.process.poll() is None else []
    run.process.kill()
    run.process.wait(PATIENCE)
    psutil.wait_procs(left, timeout=PATIENCE)  # before their folder is removed


def test_it_serves_what_it_prints(running: Run) -> None:
    first, second = re.findall(r"^  (curl .*)$", running.said, re.MULTILINE)

    events, me = (
        json.loads(subprocess.run(["bash", "-c", curl], capture_output=True, check=True).stdout)
        for curl in (first, second)
    )

    assert events["jsonapi"] == {"version": "1.0"}
    assert me["data"]["attributes"]["email"] == "admin@example.com"


def test_links_in_mails_lead_to_it(running: Run) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{running.port}/v1/settings") as answer:
        shown = json.load(answer)["data"]["attributes"]

    assert shown["frontend-url"] == f"http://localhost:{running.port}"


def test_it_is_healthy(running: Run) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{running.port}/health") as answer:
        assert json.load(answer) == {"status": "ok"}


def test_it_listens_on_this_machine_only(running: Run) -> None:
    listening = [
        connection.laddr.ip
        for process in running.processes()
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]

    assert set(listening) == {"127.0.0.1"}


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET /v1/events?filter[name]=\xc3\xa9 HTTP/1.1", 400),
        (b"get /v1/events HTTP/1.1", 400),
        (b"GET /v1/events?x=" + b"x" * 9000 + b" HTTP/1.1", 414),
        (b"GET /v1/events HTTP/1.1\r\nX-Long: " + b"x" * 9000, 431),
        (b"PATCH /v1/events/1 HTTP/1.1\r\nContent-Length: -1", 400),
    ],
)
def test_what_is_no_http_is_refused_in_json(running: Run, request_line: bytes, status: int) -> None:
    with socket.create_connection(("127.0.0.1", running.port)) as connection:
        connection.sendall(request_line + b"\r\nHost: localhost\r\n\r\n")
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        document = json.load(answer)

    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/vnd.api+json"
    (error,) = document["errors"]
    assert error.keys() == {"status", "title", "detail", "source"}
    assert error["status"] == status


def test_its_secrets_are_for_this_user_alone(running: Run) -> None:
    for name in ("secret-key", "field-key", "admin-password"):
        assert stat.S_IMODE((running.var_dir / name).stat().st_mode) == 0o600


def test_a_second_run_says_that_one_runs(running: Run) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "openevent.embedded"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "OPENEVENT_VAR": str(running.var_dir)},
        capture_output=True,
        text=True,
    )

    assert second.returncode == 1
    assert f"runs already, at http://localhost:{running.port}." in second.stdout
    assert f"kill {running.process.pid}" in second.stdout


def test_a_taken_port_is_said_with_the_way_out(var_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        run = _start(var_dir, port=other.getsockname()[1])

        assert run.process.wait(PATIENCE) == 1

    assert re.search(r"make run PORT=\d+$", run.said.strip())
    assert run.parts == {}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_all_of_it(starting: Run, number: int) -> None:
    processes = starting.processes()

    starting.process.send_signal(number)

    assert starting.process.wait(PATIENCE) == 0
    assert psutil.wait_procs(processes, timeout=5)[1] == []


def test_a_part_that_dies_is_named_and_ends_the_rest(starting: Run) -> None:
    broker = starting.wait_for_part("broker")
    processes = starting.processes()

    os.kill(broker, signal.SIGKILL)

    assert starting.process.wait(PATIENCE) == 1
    assert "broker was killed by SIGKILL. The end of" in starting.said
    assert "Valkey is starting" in starting.said
    assert psutil.wait_procs(processes, timeout=5)[1] == []


def test_the_next_run_recovers_from_one_that_was_killed(starting: Run) -> None:
    starting.wait_for_part("broker")
    starting.process.kill()
    starting.process.wait(PATIENCE)

    again = _start(starting.var_dir)
    again.wait_for_part("prepare")  # so database and broker answer

    again.process.send_signal(signal.SIGTERM)
    assert again.process.wait(PATIENCE) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next run does it")
def test_parts_end_with_a_supervisor_that_is_killed(starting: Run) -> None:
    starting.wait_for_part("broker")
    processes = starting.processes()

    starting.process.kill()

    assert psutil.wait_procs(processes, timeout=10)[1] == []
