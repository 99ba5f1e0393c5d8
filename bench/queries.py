"""The statements that a request makes the database run, from the database's own log.

So none escapes, however it is sent: prepared, through a server-side cursor, or around Django's
wrappers.
"""

import re
from collections.abc import Callable
from pathlib import Path

from django.db import connection

_LOGGED = re.compile(r"^\[\d+\] LOG:  (?:statement|execute [^:]*): (.*)", re.MULTILINE)
# Django looks once per request whether a persistent connection lives; so it does for the floor.
_IS_ALIVE = "SELECT 1"


def statements(request: Callable[[], object], log: Path) -> list[str]:
    """Return the first line of each statement that `request` runs on this connection."""
    request()  # once a minute one more is due: that its caller was here
    _execute("SET log_statement = 'all'")
    begin = log.stat().st_size
    request()
    end = log.stat().st_size
    _execute("RESET log_statement")
    text = log.read_bytes()[begin:end].decode()
    return [statement for statement in _LOGGED.findall(text) if statement != _IS_ALIVE]


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
