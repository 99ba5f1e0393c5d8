"""The servers of one test run: a PostgreSQL with a migrated template, and a Valkey.

They live in a folder of this run, so runs side by side do not meet. A migrated cluster is kept
under `var/test`, named by the migrations it holds; a run starts from a copy of it.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings

from openevent.embedded import places, postgres, processes, valkey
from tests.services import databases

# Nothing in a test run needs to survive a crash.
POSTGRES_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "shared_buffers": "256MB",
}
VALKEY_DATABASES = 64  # one for each process of xdist
CACHED_CLUSTERS = 4
MINUTE = 60  # seconds


class DoesNotMigrateError(Exception):
    """The migrations fail on an empty database."""


@contextlib.contextmanager
def servers() -> Iterator[None]:
    """Run the servers that `openevent.settings.test` names."""
    folder = settings.TEST_SERVERS
    _sweep(folder)
    places.make_private(folder)
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.enter_context(_locked(folder / "lock"))
        stack.enter_context(_valkey(folder))
        if "DATABASE_URL" in os.environ:
            stack.callback(databases.drop, databases.TEMPLATE)
            _migrate_template()
        else:
            _start_from_a_migrated_cluster(folder, stack)
        yield


def _start_from_a_migrated_cluster(folder: Path, stack: contextlib.ExitStack) -> None:
    cache = settings.VAR_DIR / "test"
    cache.mkdir(parents=True, exist_ok=True)
    bin_dir = postgres.binaries(places.servers_dir(settings.VAR_DIR))
    cached = cache / f"postgres-{_migrations_key()}"
    with _locked(cache / "lock"):
        if not cached.is_dir():
            _make_migrated_cluster(folder / "new", folder, bin_dir, save_as=cached)
        cached.touch()
        shutil.copytree(cached, folder / "data")
    postgres.give_to_server_user(folder / "data")
    stack.enter_context(_postgres(folder / "data", folder, bin_dir))


def _make_migrated_cluster(data: Path, folder: Path, bin_dir: Path, *, save_as: Path) -> None:
    postgres.create(data, bin_dir)
    with _postgres(data, folder, bin_dir):
        _migrate_template()
    unfinished = save_as.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(data, unfinished)
    unfinished.rename(save_as)
    shutil.rmtree(data)
    kept = sorted(save_as.parent.glob("postgres-*"), key=lambda path: path.stat().st_mtime)
    for old in kept[:-CACHED_CLUSTERS]:
        shutil.rmtree(old)


def _migrate_template() -> None:
    """Create the template and migrate it, in a process whose database it is.

    :raises DoesNotMigrateError: with what the command said.
    """
    databases.create(databases.TEMPLATE)
    migrating = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0", "--skip-checks"],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "openevent.settings.test",
            "PYTEST_XDIST_WORKER": "template",
        },
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if migrating.returncode != 0:
        raise DoesNotMigrateError(migrating.stdout)


def _migrations_key() -> str:
    """Return a name for what the migrations of all apps, ours and others', make.

    Each kind of mail has a row that is made after them, so those count too.
    """
    digest = hashlib.sha256(postgres.MAJOR.encode())
    for app in apps.get_app_configs():
        migrations = sorted(Path(app.path, "migrations").glob("*.py"))
        for path in [*migrations, *Path(app.path).glob("mails.py")]:
            digest.update(f"{app.label}/{path.name}".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@contextlib.contextmanager
def _postgres(data: Path, sockets: Path, bin_dir: Path) -> Iterator[None]:
    log = sockets / "postgres.log"
    server = postgres.start(
        data, sockets, bin_dir, log=log, last_signal=signal.SIGQUIT, settings=POSTGRES_SETTINGS
    )
    try:
        processes.wait_until(lambda: postgres.answers(sockets), server, log=log, patience=30)
        yield
    finally:
        processes.stop(server, with_signal=signal.SIGINT, patience=30)


@contextlib.contextmanager
def _valkey(sockets: Path) -> Iterator[None]:
    log = sockets / "valkey.log"
    server = valkey.start(sockets, log=log, last_signal=signal.SIGKILL, databases=VALKEY_DATABASES)
    try:
        processes.wait_until(lambda: valkey.answers(sockets), server, log=log, patience=10)
        yield
    finally:
        processes.stop(server, with_signal=signal.SIGKILL, patience=10)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock file `path`; the kernel lets go of it when this process dies."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sweep(mine: Path) -> None:
    """Remove the folders of runs that were killed."""
    for folder in mine.parent.glob(mine.name.removesuffix(settings.TEST_RUN) + "*"):
        with contextlib.suppress(OSError):
            if time.time() - folder.lstat().st_mtime < MINUTE:
                continue  # it may be about to take its lock
            with (folder / "lock").open("w") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
