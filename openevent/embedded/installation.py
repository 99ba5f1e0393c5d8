"""One checkout that runs on one machine: its folders, its secrets, its address."""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import leftovers, places

OTHER_PORTS = 100  # are tried to name one that is free


class CannotRunError(Exception):
    """What stands in the way, and the way out."""


@dataclass(frozen=True)
class Installation:
    """`var_dir` holds data and logs; the web server listens at `host` and `port`."""

    var_dir: Path
    host: str
    port: int

    @property
    def url(self) -> str:
        """What a browser on this machine opens."""
        return f"http://{'localhost' if self._listens_here else self.host}:{self.port}"

    @property
    def address(self) -> tuple[str, int]:
        """Where this machine reaches the web server."""
        return ("127.0.0.1" if self._listens_here else self.host), self.port

    @property
    def _listens_here(self) -> bool:
        return self.host in ("127.0.0.1", "localhost", "0.0.0.0")  # noqa: S104  that is what it says

    def make_folders(self) -> None:
        """Create the folders and secrets that are missing, for this user alone."""
        self.var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.var_dir / "log").mkdir(exist_ok=True)
        for name in ("secret-key", "field-key"):
            places.keep_secret(self.var_dir / name, places.new_secret())
        servers_dir = places.servers_dir(self.var_dir)
        if servers_dir != self.var_dir:
            places.make_private(servers_dir)
            self._claim(servers_dir)
        places.make_private(places.socket_dir(self.var_dir))

    @contextlib.contextmanager
    def only_one(self) -> Iterator[None]:
        """Keep a second `make run` out while this one runs.

        :raises CannotRunError: one runs.
        """
        with (self.var_dir / "lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                running = json.loads(file.read() or "{}")
                raise CannotRunError(
                    f"Open Event runs already, at {running.get('url')}. Stop it with Ctrl-C in its "
                    f"terminal, or with: kill {running.get('pid')}"
                ) from None
            file.truncate(0)
            file.write(json.dumps({"url": self.url, "pid": os.getpid()}))
            file.flush()
            yield

    def refuse_a_taken_port(self) -> None:
        """Find out before anything is started.

        :raises CannotRunError: somebody listens there, or this user may not.
        """
        try:
            _listen_once(self.host, self.port)
        except OSError as error:
            raise CannotRunError(
                f"Port {self.port} cannot be used: {error.strerror}. "
                f"Choose another: make run PORT={self._free_port()}"
            ) from None

    def _free_port(self) -> int:
        for port in range(max(self.port, 1024) + 1, self.port + OTHER_PORTS):
            with contextlib.suppress(OSError):
                _listen_once(self.host, port)
                return port
        return 0  # the system's choice

    def _claim(self, servers_dir: Path) -> None:
        """Make `servers_dir`, which lies elsewhere, this `var_dir`'s own.

        Who removes `var_dir` wants to start afresh: then what lies elsewhere goes too.
        """
        ours, theirs = self.var_dir / "installation", servers_dir / "installation"
        places.keep_secret(ours, secrets.token_hex(8))
        if not theirs.exists() or theirs.read_text() != ours.read_text():
            data = servers_dir / "postgres"
            leftovers.stop_postgres(data, places.socket_dir(self.var_dir))
            if data.exists():
                shutil.rmtree(data)
            shutil.copyfile(ours, theirs)


def _listen_once(host: str, port: int) -> None:
    """Listen at an address for a moment.

    :raises OSError: that is not possible.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as server:
        # As the web server does: a connection closed a minute ago does not take the port.
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((host, port))
        server.listen()
