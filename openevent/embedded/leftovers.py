"""Parts of a `make run` that was killed and could not stop them; the next one does.

On Linux the kernel stops them (`processes.spawn`); elsewhere they would keep data and sockets.
"""

import contextlib
import json
import signal
from collections.abc import Mapping
from pathlib import Path

import psutil

from . import places, processes

PATIENCE = 10  # seconds for all parts together, to stop in good order
SAME_START = 1.0  # seconds by which the start of one process may be told differently


def note(file: Path, pids: Mapping[str, int]) -> None:
    """Write down the parts that run now, by name, with when each was started."""
    started = {}
    for name, pid in pids.items():
        with contextlib.suppress(psutil.NoSuchProcess):
            started[name] = (pid, psutil.Process(pid).create_time())
    file.write_text(json.dumps(started))


def stop(file: Path) -> list[str]:
    """Stop whoever of the noted parts still runs, and return their names."""
    try:
        noted = json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        return []
    running = {}
    for name, (pid, started) in noted.items():
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            # A number is used again after a while: the time tells one process from another.
            if abs(process.create_time() - started) < SAME_START:
                running[name] = process
    for process in running.values():
        # SIGINT is the database's fast shutdown, and an end to the other parts too.
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGINT)
    psutil.wait_procs(list(running.values()), timeout=PATIENCE)
    for process in running.values():
        processes.signal_group(process.pid, signal.SIGKILL)
    file.unlink()
    return list(running)


def stop_postgres(data: Path, sockets: Path) -> None:
    """Stop a server that still runs on `data`, or remove the lock files of one that is gone.

    PostgreSQL removes them itself, unless another process of this user has its number by now.
    """
    lock = data / "postmaster.pid"
    try:
        process = psutil.Process(int(lock.read_text().split()[0]))
        if str(data) in process.cmdline():
            process.send_signal(signal.SIGINT)
            psutil.wait_procs([process], timeout=PATIENCE)
            return
    except (FileNotFoundError, ValueError, IndexError, psutil.Error):
        pass
    lock.unlink(missing_ok=True)
    (sockets / f"{places.POSTGRES_SOCKET}.lock").unlink(missing_ok=True)
