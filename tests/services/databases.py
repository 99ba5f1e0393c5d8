"""Databases of the test run, made and dropped by name on the server that the settings name."""

import psycopg
from django.conf import settings
from django.db import connection, connections

MINE = settings.DATABASES["default"]["NAME"]
TEMPLATE = f"{settings.TEST_DATABASES}_template"


def create(name: str, *, like: str = "template0") -> None:
    """Create a database as a copy of `like`, to which nobody may be connected."""
    _execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')


def drop(name: str) -> None:
    """Drop a database, whoever is still connected to it."""
    _execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def renew() -> None:
    """Give this process its database as the migrations made it."""
    connections.close_all()
    drop(MINE)
    create(MINE, like=TEMPLATE)


def _execute(sql: str) -> None:
    # Not through Django's connection: pytest-django keeps that shut between tests.
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    with psycopg.connect(**parameters, autocommit=True) as server:
        server.execute(sql)
