"""The parts of a running Open Event, and how each is started, in the order they need each other."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from . import leftovers, places, postgres, processes, valkey
from .installation import Installation

CHECKOUT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Part:
    """A child process that runs until it is stopped.

    `stop_signal` asks it to stop, and after `patience` seconds nobody asks any more.
    """

    name: str
    child: subprocess.Popen[bytes]
    log: Path
    stop_signal: int = signal.SIGTERM
    patience: float = 10
    may_end: bool = False  # it has an end of its own, with status 0

    @property
    def is_broken(self) -> bool:
        status = self.child.poll()
        return status is not None and not (self.may_end and status == 0)

    @property
    def how_it_ended(self) -> str:
        status = self.child.returncode
        if status < 0:
            return f"was killed by {signal.Signals(-status).name}"
        return f"ended with status {status}"

    def end_of_log(self) -> str:
        return f"The end of {self.log}:\n\n{processes.last_lines(self.log)}\n"


class Starter:
    """Starts parts of one installation, each with a log of its own in `var/log`."""

    def __init__(self, installation: Installation) -> None:
        self._var_dir = installation.var_dir
        self._sockets = places.socket_dir(installation.var_dir)
        self._env = os.environ | {
            "HOST": installation.host,
            "PORT": str(installation.port),
            "PYTHONUNBUFFERED": "1",
        }

    def database(self) -> Part:
        """Start the private PostgreSQL, made first if need be."""
        folder = places.servers_dir(self._var_dir)
        data, log = folder / "postgres", self._fresh_log("database")
        bin_dir = postgres.binaries(folder)
        postgres.create(data, bin_dir)
        leftovers.stop_postgres(data, self._sockets)
        child = postgres.start(data, self._sockets, bin_dir, log=log, last_signal=signal.SIGINT)
        return Part("database", child, log, stop_signal=signal.SIGINT)

    def broker(self) -> Part:
        """Start the private Valkey."""
        log = self._fresh_log("broker")
        child = valkey.start(self._sockets, log=log, last_signal=signal.SIGTERM)
        return Part("broker", child, log)

    def preparation(self) -> Part:
        """Start `manage.py prepare`, which ends by itself."""
        return self._python("prepare", "manage.py", "prepare", may_end=True)

    def web(self) -> Part:
        return self._python("web", "-m", "gunicorn", "--log-level=warning", "openevent.wsgi")

    def worker(self) -> Part:
        return self._python(
            # What Celery says to root is true of servers.
            *("worker", "-W", "ignore:You're running the worker with superuser privileges"),
            *("-m", "celery", "--quiet", "--app=openevent", "worker", "--beat"),
            # One worker has nobody to talk with.
            *("--concurrency=2", "--without-gossip", "--without-mingle", "--without-heartbeat"),
        )

    def _python(self, name: str, *arguments: str, may_end: bool = False) -> Part:
        log = self._fresh_log(name)
        child = processes.spawn(
            [sys.executable, *arguments],
            log=log,
            # Its children are stopped too; jobs it leaves are done again (docs/jobs.md).
            last_signal=signal.SIGQUIT,
            cwd=CHECKOUT,
            env=self._env,
        )
        return Part(name, child, log, may_end=may_end)

    def _fresh_log(self, name: str) -> Path:
        """Return an empty log for this run; the last run's is kept as `.1`."""
        log = self._var_dir / "log" / f"{name}.log"
        if log.exists():
            log.rename(log.with_suffix(".log.1"))
        log.touch()
        return log
