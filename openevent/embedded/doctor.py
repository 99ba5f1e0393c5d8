"""What is wrong with this installation, and how to mend it (`manage.py doctor`)."""

import contextlib
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import redis
from django.conf import settings
from django.core import mail
from django.db import connection, connections

from openevent import health
from openevent.checks import everything_is_named

PATIENCE = 7.0  # seconds for one check, all of which run side by side
CLOCKS_MAY_DIFFER = 5.0  # seconds
OLDEST_POSTGRES = 140_000  # as the server numbers its versions: 14


Check = Callable[[], str]


class SickError(Exception):
    """What is wrong, and what to do about it."""

    def __init__(self, detail: object, mend: str) -> None:
        self.detail = " ".join(str(detail).split())
        self.mend = mend
        super().__init__(self.detail)


@dataclass(frozen=True)
class Finding:
    """What a check found. `mend` says what to do; it is empty if all is well."""

    name: str
    ok: bool
    detail: str
    mend: str = ""

    def as_dict(self) -> dict[str, str | bool]:
        return asdict(self)


def check(name: str) -> Callable[[Check], Check]:
    """Have `examine` run the function, which says what is well, or raises `SickError`.

    Apps above this one use it in modules that their `ready()` imports.
    """

    def register(function: Check) -> Check:
        CHECKS[name] = function
        return function

    return register


def examine(patience: float = PATIENCE) -> list[Finding]:
    """Run every check, each for at most `patience` seconds, and return what they found."""
    found: dict[str, Finding] = {}
    threads = []
    for name, check in CHECKS.items():
        # A daemon: a check that hangs must not keep the process from ending.
        thread = threading.Thread(target=_examine_one, args=(name, check, found), daemon=True)
        thread.start()
        threads.append(thread)
    deadline = time.monotonic() + patience
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    silent = f"no answer within {patience:g} seconds"
    finished = dict(found)
    return [
        finished.get(name, Finding(name, False, silent, "See whether it hangs or is overloaded."))
        for name in CHECKS
    ]


def _examine_one(name: str, check: Check, found: dict[str, Finding]) -> None:
    try:
        found[name] = Finding(name, True, check())
    except SickError as error:
        found[name] = Finding(name, False, error.detail, error.mend)
    except Exception as error:
        found[name] = Finding(name, False, repr(error), "This is unforeseen: please report it.")
    finally:
        connections.close_all()


def _settings() -> str:
    if missing := everything_is_named(None):
        raise SickError(" ".join(str(error.msg) for error in missing), "Set them and start again.")
    return "that of one person's own machine" if settings.IS_PRIVATE else "complete"


def _database() -> str:
    try:
        health.ask_database()
    except Exception as error:
        raise SickError(error, _start_or_check("DATABASE_URL")) from error
    version = connection.pg_version
    text = f"PostgreSQL {version // 10_000}.{version % 10_000}"
    if version < OLDEST_POSTGRES:
        raise SickError(text, f"Use PostgreSQL {OLDEST_POSTGRES // 10_000} or newer.")
    return text


def _broker() -> str:
    try:
        health.ask_broker(timeout=3)
    except Exception as error:
        variable = "CELERY_BROKER_URL or REDIS_URL"
        raise SickError(error, _start_or_check(variable)) from error
    return "answers"


def _cache() -> str:
    server = redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=3, socket_timeout=3, retry=None
    )
    try:
        with server:
            server.ping()
    except Exception as error:
        raise SickError(error, _start_or_check("REDIS_URL")) from error
    return "answers"


def _folder() -> str:
    folder = settings.VAR_DIR
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"written by manage.py doctor")
            file.flush()
    except OSError as error:
        mend = f"Make {folder} writable for this user, or name another folder in OPENEVENT_VAR."
        raise SickError(error, mend) from error
    return f"{folder} can be written"


def _mail() -> str:
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return "not configured: it is printed, not sent. EMAIL_URL names a server"
    server = mail.get_connection(timeout=3)
    try:
        server.open()
        server.close()
    except Exception as error:
        raise SickError(error, "Check EMAIL_URL, and that the server takes mail.") from error
    return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} answers"


def _clock() -> str:
    before = datetime.now(UTC)
    with database_needed(), connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs = cursor.fetchone()[0]
    after = datetime.now(UTC)
    apart = abs((theirs - before - (after - before) / 2).total_seconds())
    if apart > CLOCKS_MAY_DIFFER:
        raise SickError(
            f"the database's clock and this machine's are {apart:.0f} s apart",
            "Synchronise both with NTP: tokens and sales would begin and end at wrong times.",
        )
    return f"{apart:.1f} s from the database's"


def _migrations() -> str:
    with database_needed():
        missing = health.missing_migrations()
    if missing:
        raise SickError(f"not applied: {', '.join(missing)}", "Run `python manage.py migrate`.")
    return "all applied"


@contextlib.contextmanager
def database_needed() -> Iterator[None]:
    """Say of a question to the database that fails that the database is what to mend."""
    try:
        yield
    except Exception as error:
        raise SickError("unknown without the database", "Mend the database first.") from error


def _start_or_check(variable: str) -> str:
    return (
        f"`make run` starts one of its own; if {variable} names one, "
        "check the address, that it runs, and that it lets this machine in."
    )


# By name, in the order they are told; apps add theirs with `check`.
CHECKS: dict[str, Check] = {
    "settings": _settings,
    "database": _database,
    "broker": _broker,
    "cache": _cache,
    "folder": _folder,
    "mail": _mail,
    "clock": _clock,
    "migrations": _migrations,
}
