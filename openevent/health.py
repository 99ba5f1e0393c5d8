"""Whether this server can do its work, for load balancers and old monitoring (`/health`)."""

import functools
from collections.abc import Callable

import kombu
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

import openevent

Handler = Callable[[HttpRequest], HttpResponseBase]


def ask_database() -> None:
    """Make the database answer.

    :raises Exception: it does not; which one depends on why.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def ask_broker(timeout: float = 1) -> None:
    """Connect to the broker, whichever kind `CELERY_BROKER_URL` names; `timeout` in seconds.

    :raises Exception: it does not answer in time; which one depends on the kind.
    """
    with kombu.Connection(
        settings.CELERY_BROKER_URL,
        connect_timeout=timeout,
        transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS
        | {"socket_connect_timeout": timeout, "socket_timeout": timeout},
    ) as broker:
        broker.ensure_connection(max_retries=0, timeout=timeout)


def missing_migrations() -> list[str]:
    """Return the newest migration of each app that this database lacks, as `app.name`.

    :raises Exception: the database does not answer.
    """
    applied = MigrationRecorder(connection).applied_migrations()
    return [f"{app}.{name}" for app, name in _newest_migrations() if (app, name) not in applied]


@functools.cache
def _newest_migrations() -> list[tuple[str, str]]:
    """Return (app, name) of each app's last migration; the files stay as they are."""
    return MigrationLoader(None).graph.leaf_nodes()


def answer_health_first(get_response: Handler) -> Handler:
    """Answer `/health` before the Host header is looked at (a middleware).

    Load balancers and containers ask by address, which is none of ALLOWED_HOSTS.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return health(request) if request.path == "/health" else get_response(request)

    return middleware


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 if this server can serve requests, 503 if not.

    Without the database nothing works. Without the broker everything does, later: work is a
    row first and is done once the broker is back. Then this says `degraded` with 200, because
    all servers share the broker, and taking all of them out would make a delay an outage.
    """
    if not _works(ask_database):
        return JsonResponse({"status": "unavailable"}, status=503)
    return JsonResponse({"status": "ok" if _works(ask_broker) else "degraded"})


@never_cache
@require_safe
def health_check(request: HttpRequest) -> JsonResponse:
    """Answer in the former server's format, with 500 if any check fails."""
    checks = {
        "health_check_celery": ask_broker,
        "health_check_db": ask_database,
        "health_check_migrations": _be_migrated,
    }
    results = [{"checker": name, "passed": _works(check)} for name, check in checks.items()]
    passed = all(result["passed"] for result in results)
    return JsonResponse(
        {"status": "success" if passed else "failure", "results": results},
        status=200 if passed else 500,
    )


@require_safe
def info(request: HttpRequest) -> JsonResponse:
    """Say which version this is."""
    return JsonResponse({"build": {"version": openevent.__version__}})


class NotMigratedError(Exception):
    """The database is older than this program."""


def _be_migrated() -> None:
    if missing := missing_migrations():
        raise NotMigratedError(", ".join(missing))


def _works(check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception:  # whatever the driver raises, the answer is no
        return False
    return True
