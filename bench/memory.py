"""Peak memory of one request, in a fresh process: `python -m bench.memory URLCONF PATH [TOKEN]`.

Prints a JSON object. The peak is the most that this process held in RAM while it served the
request and read the answer to its end, over what it held when it was ready to serve.
"""

import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import django

MEGABYTE = 1_000_000
_COUNT = re.compile(rb'"meta":\{"count":(\d+)\}')
_TAIL = 4096  # bytes, in which a list's count stands


@dataclass(frozen=True)
class Served:
    """What came of a request. `peak` is in bytes; `rows` is 0 of what is no list."""

    peak: int
    seconds: float
    size: int
    rows: int


def of_request(urlconf: str, path: str, token: str | None) -> Served:
    """Serve a request in a process of its own, on the database that the environment names."""
    arguments = [urlconf, path] + ([token] if token is not None else [])
    done = subprocess.run(
        [sys.executable, "-m", "bench.memory", *arguments],
        stdout=subprocess.PIPE,
        check=True,
        cwd=Path(__file__).resolve().parent.parent,
    )
    return Served(**json.loads(done.stdout))


def _serve(urlconf: str, path: str, token: str | None = None) -> Served:
    django.setup()
    from bench import client  # noqa: PLC0415  once Django is set up

    server = client.Client()
    server.get(urlconf, client.environ("/v1/events?page[size]=1"))  # now it is ready to serve
    asked = client.environ(path, token)
    idle = forget_peak()
    size, tail = 0, b""
    began = time.perf_counter()
    for part in server.stream(urlconf, asked):
        size += len(part)
        tail = (tail + part)[-_TAIL:]
    seconds = time.perf_counter() - began
    held = peak_now() - idle
    counts = _COUNT.findall(tail)
    return Served(held, seconds, size, int(counts[-1]) if counts else 0)


def forget_peak() -> int:
    """Let the peak be what is held now, and return that: proc(5)."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak_now()


def peak_now() -> int:
    """Return the most memory that this process has held, in bytes."""
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) * 1024


if __name__ == "__main__":
    sys.stdout.write(json.dumps(vars(_serve(*sys.argv[1:]))))
