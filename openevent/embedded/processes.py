"""Children that do not outlive us: how a server is started, watched and stopped."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from . import places

# prctl(2)
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def spawn(
    argv: Sequence[str | Path],
    *,
    log: Path,
    last_signal: int,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    as_server_user: bool = False,
) -> subprocess.Popen[bytes]:
    """Start `argv` in a session of its own, its output appended to `log`.

    A session of its own keeps Ctrl-C of the terminal from reaching it, so that parts can be
    stopped in order. Where the kernel can (Linux), it gets `last_signal` when this thread's
    process dies, however it dies. `as_server_user` runs it as `places.server_user()`.
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=cwd,
            env=env,
            preexec_fn=_die_with_parent(last_signal),
            **(_becoming_server_user() if as_server_user else {}),
        )


class FailedError(Exception):
    """A command that should have made something did not."""


def run(argv: Sequence[str | Path], *, cwd: Path) -> None:
    """Run `argv` to its end as the servers' user.

    :raises FailedError: with what it said.
    """
    done = subprocess.run(
        [str(part) for part in argv],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=cwd,
        **_becoming_server_user(),
    )
    if done.returncode != 0:
        said = done.stdout.decode(errors="replace")
        raise FailedError(f"{argv[0]} ended with status {done.returncode}:\n{said}")


class DidNotStartError(Exception):
    """A server ended before it answered, or never did."""


def wait_until(
    answers: Callable[[], bool], server: subprocess.Popen[bytes], *, log: Path, patience: float
) -> None:
    """Wait for `server`, just started, until `answers()`; at most `patience` seconds.

    :raises DidNotStartError: it ended, or kept silent; with the end of `log`.
    """
    deadline = time.monotonic() + patience
    while not answers():
        if server.poll() is not None or time.monotonic() > deadline:
            raise DidNotStartError(f"The end of {log}:\n{last_lines(log)}")
        time.sleep(0.02)


def last_lines(log: Path, count: int = 12) -> str:
    """Return the last `count` lines of `log`."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:])


def stop(child: subprocess.Popen[bytes], *, with_signal: int, patience: float) -> None:
    """End `child` and everything it started; after `patience` seconds without asking."""
    if child.poll() is None:
        child.send_signal(with_signal)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=patience)
    signal_group(child.pid, signal.SIGKILL)
    child.wait()
    # Those of its children that became ours (`adopt_orphans`) would stay as zombies.
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-child.pid, 0)


def adopt_orphans() -> None:
    """Become the parent of grandchildren whose parent died, where the kernel can (Linux)."""
    if _libc is not None:
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1)


def signal_group(pid: int, number: int) -> None:
    """Send signal `number` to the process group that `pid` leads, if any of it is left."""
    # macOS says EPERM when only zombies are left.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _becoming_server_user() -> dict[str, Any]:
    """Return what makes `subprocess` run as `places.server_user()`."""
    if os.geteuid() != 0:
        return {}
    uid, gid = places.server_user()
    return {"user": uid, "group": gid, "extra_groups": []}


def _die_with_parent(number: int) -> Callable[[], None] | None:
    """Return what a child runs before its program, so that it gets `number` when we die.

    `None` where the kernel has no such call; the next start cleans up there.
    """
    if _libc is None:
        return None
    parent = os.getpid()

    def hook() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # we died before the call
            os._exit(1)

    return hook
