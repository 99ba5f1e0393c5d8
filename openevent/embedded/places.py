"""Where a laptop's private database and broker live, and the secrets it made for itself.

The settings import this before Django exists, so it needs the standard library only. Every
process of a checkout (web, worker, `manage.py`) computes the same places from `var_dir()`.
"""

import base64
import hashlib
import os
import pwd
import secrets
import stat
import sys
from pathlib import Path
from urllib.parse import quote

# Bytes of the longest path a Unix socket may have; the kernel's field also holds a final NUL.
LONGEST_SOCKET_PATH = 103 if sys.platform == "darwin" else 107
POSTGRES_SOCKET = ".s.PGSQL.5432"
VALKEY_SOCKET = "valkey.sock"


class UnsafeFolderError(Exception):
    """A folder of ours belongs to somebody else, or lets others in."""


def var_dir() -> Path:
    """Return the absolute path of the folder of everything that git does not know.

    It is `var/` beside `manage.py`, or the one that OPENEVENT_VAR names.
    """
    checkout = Path(__file__).resolve().parent.parent.parent
    return Path(os.environ.get("OPENEVENT_VAR") or checkout / "var").resolve()


def server_user() -> tuple[int, int]:
    """Return the uid and gid that the private database runs as.

    PostgreSQL refuses to run as root, so for root it is `nobody`, who exists everywhere; for
    everybody else it is themselves.
    """
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def servers_dir(var_dir: Path) -> Path:
    """Return the folder of the private servers: `var_dir`, or for root one that `nobody` reaches.

    A checkout of root's may lie where nobody else may look (`/root`), and its parents'
    permissions are not ours to open.
    """
    if os.geteuid() != 0:
        return var_dir
    persistent = Path("/var/lib")
    if not persistent.is_dir():  # macOS
        persistent = Path("/var/tmp")  # noqa: S108  what lies there is verified
    return persistent / f"openevent-{_fingerprint(var_dir)}"


def socket_dir(var_dir: Path) -> Path:
    """Return the folder of the servers' sockets; it may not exist yet.

    :raises UnsafeFolderError: it exists, and whoever else can write there could pose as the
        database.
    """
    folder = servers_dir(var_dir) / "run"
    if len(os.fsencode(folder / POSTGRES_SOCKET)) > LONGEST_SOCKET_PATH:
        folder = Path("/tmp") / f"openevent-{os.geteuid()}-{_fingerprint(var_dir)}"  # noqa: S108  verified below
    if folder.exists() or folder.is_symlink():
        verify_private(folder)
    return folder


def database_url(var_dir: Path) -> str:
    """Return the URL of the private database."""
    return f"postgres://openevent@/openevent?host={quote(str(socket_dir(var_dir)), safe='')}"


def redis_url(var_dir: Path) -> str:
    """Return the URL of the private broker and cache."""
    return f"unix://{quote(str(socket_dir(var_dir) / VALKEY_SOCKET))}?db=0"


def laptop_secret(var_dir: Path, name: str) -> str:
    """Return the secret kept in `var_dir / name`, 32 random bytes as URL-safe base64.

    Without that file, which `make run` writes, it is one for this process only: enough for a
    command, and never a key that others could know.
    """
    try:
        return (var_dir / name).read_text().strip()
    except FileNotFoundError:
        return new_secret()


def new_secret() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def keep_secret(path: Path, secret: str) -> None:
    """Write `secret` to a file that only this user may read, unless it is there."""
    if path.exists():
        return
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret + "\n")
    unfinished.rename(path)  # so that nobody reads half a secret


def make_private(folder: Path) -> None:
    """Create `folder` for the servers' user alone, unless it is there.

    :raises UnsafeFolderError: it is there and not private.
    """
    uid, gid = server_user()
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        verify_private(folder)
    else:
        os.chown(folder, uid, gid)
        folder.chmod(0o700)  # whatever the umask took away


def verify_private(folder: Path) -> None:
    """Make sure that only the servers' user may enter `folder`.

    :raises UnsafeFolderError: it is no folder, belongs to somebody else, or is open to others.
    """
    found = folder.lstat()
    uid, _ = server_user()
    if not stat.S_ISDIR(found.st_mode):
        raise UnsafeFolderError(f"{folder} is in the way: it is not a folder. Remove it.")
    if found.st_uid != uid or found.st_mode & 0o077:
        raise UnsafeFolderError(
            f"{folder} must belong to user {uid} with mode 0700, but belongs to user "
            f"{found.st_uid} with mode {stat.S_IMODE(found.st_mode):04o}. Remove it, or run as "
            "the user it belongs to."
        )


def _fingerprint(var_dir: Path) -> str:
    return hashlib.sha256(os.fsencode(var_dir)).hexdigest()[:12]
