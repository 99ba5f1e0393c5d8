"""The private PostgreSQL and Valkey of one run, and the environment that leads Django to them."""

import contextlib
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psutil

from openevent.embedded import places, postgres, processes, valkey

VAR_DIR = Path(__file__).resolve().parent.parent / "var"
DATABASE = "bench"
# Folders of runs: a short path, as sockets need one, and the run's process at its end.
FOLDERS = Path("/tmp")  # noqa: S108  made private
PREFIX = "openevent-bench-"

# The planner's own settings are left as they come, so that plans are a real server's.
POSTGRES_SETTINGS = {
    "fsync": "off",  # nothing needs to survive the run
    "autovacuum": "off",  # nothing may work beside what is measured; `data` analyses the tables
    "max_parallel_workers_per_gather": "0",  # one process serves a connection, and is measured
    "shared_buffers": "256MB",
    "log_line_prefix": "[%p] ",  # `queries` reads the log
}


@contextlib.contextmanager
def running() -> Iterator[Path]:
    """Run both servers, name them in the environment, and give PostgreSQL's log file.

    Django reads the environment when it is set up, so that comes after; children inherit it.
    """
    _sweep()
    folder = FOLDERS / f"{PREFIX}{os.getpid()}"
    places.make_private(folder)
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.enter_context(_valkey(folder))
        bin_dir = postgres.binaries(places.servers_dir(VAR_DIR))
        log = stack.enter_context(_postgres(folder, bin_dir))
        os.environ |= _environment(folder)
        yield log


def _sweep() -> None:
    """Remove the folders of runs that were killed."""
    for folder in FOLDERS.glob(f"{PREFIX}*"):
        pid = folder.name.removeprefix(PREFIX)
        if pid.isdecimal() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path) -> dict[str, str]:
    sockets = quote(str(folder), safe="")
    (folder / "var" / "static").mkdir(parents=True)
    return {
        "DJANGO_SETTINGS_MODULE": "openevent.settings",
        "DATABASE_URL": f"postgres://{postgres.SUPERUSER}@/{DATABASE}?host={sockets}",
        "REDIS_URL": f"unix://{folder / places.VALKEY_SOCKET}?db=0",
        "OPENEVENT_VAR": str(folder / "var"),
        "DEBUG": "off",
        "SECRET_KEY": places.new_secret(),
        "FIELD_KEYS": places.new_secret(),
        "ALLOWED_HOSTS": "*",
        "LOG_LEVEL": "WARNING",
    }


@contextlib.contextmanager
def _postgres(folder: Path, bin_dir: Path) -> Iterator[Path]:
    log = folder / "postgres.log"
    postgres.create(folder / "data", bin_dir)
    server = postgres.start(
        folder / "data",
        folder,
        bin_dir,
        log=log,
        last_signal=signal.SIGQUIT,
        settings=POSTGRES_SETTINGS,
    )
    try:
        processes.wait_until(lambda: postgres.answers(folder), server, log=log, patience=30)
        with postgres.connect(folder) as connection:
            connection.execute(f"CREATE DATABASE {DATABASE}")
        yield log
    finally:
        processes.stop(server, with_signal=signal.SIGINT, patience=30)


@contextlib.contextmanager
def _valkey(sockets: Path) -> Iterator[None]:
    log = sockets / "valkey.log"
    server = valkey.start(sockets, log=log, last_signal=signal.SIGKILL)
    try:
        processes.wait_until(lambda: valkey.answers(sockets), server, log=log, patience=10)
        yield
    finally:
        processes.stop(server, with_signal=signal.SIGKILL, patience=10)
