"""What every test stands on: real servers, and a database of its own for each process.

The process that was asked to run the tests starts one PostgreSQL and one Valkey
(`tests/services/run.py`). Each process clones its database from a migrated template.
"""

from collections.abc import Iterator

import pytest
import redis
from django.conf import settings
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from openevent import request_id
from tests.services import databases, run

pytest_plugins = ["tests.services.stores"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--every-cell", action="store_true", help="send every cell of the permission matrix"
    )


@pytest.fixture(scope="session")
def every_cell(request: pytest.FixtureRequest) -> bool:
    """Whether all of the permission matrix is sent, which takes minutes, and printed."""
    return bool(request.config.getoption("every_cell"))


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Use all cores, unless told otherwise; a few named files are done before workers are up."""
    if _is_worker(config) or getattr(config.option, "numprocesses", 0) is not None:
        return  # xdist's workers ask this too, and may have none of their own
    named = [arg for arg in config.args if ".py" in arg]
    few = 0 < len(named) == len(config.args) <= 3
    if not few:
        config.option.numprocesses = "auto"
        config.option.dist = "loadgroup"  # what is marked as a group shares what it starts


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the servers, before xdist starts its workers."""
    if _is_worker(session.config) or session.config.option.collectonly:
        return
    servers = run.servers()
    try:
        servers.__enter__()
    except run.DoesNotMigrateError as error:
        pytest.exit(f"The migrations fail on an empty database:\n{error}", returncode=2)
    session.config.add_cleanup(lambda: servers.__exit__(None, None, None))


def _is_worker(config: pytest.Config) -> bool:
    """Whether this process was started by xdist to run a share of the tests."""
    return hasattr(config, "workerinput")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Clone this process's database from the template, in place of pytest-django's migrating."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        databases.renew()
        # Django would empty all tables after a test that commits, and with them the rows that
        # migrations put there. A new clone has them and takes no longer.
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: databases.renew())
        yield
        databases.connections.close_all()
        databases.drop(databases.MINE)


@pytest.fixture(autouse=True)
def _outside_any_request() -> None:
    """Begin each test in no request's name; a request keeps its until the next one."""
    request_id.set("")


@pytest.fixture(autouse=True)
def _empty_valkey(_valkey: redis.Redis) -> None:
    """Forget what an earlier test cached, counted or sent."""
    _valkey.flushdb()


@pytest.fixture(scope="session")
def _valkey() -> Iterator[redis.Redis]:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        yield client
