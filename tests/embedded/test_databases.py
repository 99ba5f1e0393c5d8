"""What tests may rely on: a migrated database, as it was, for each of them."""

import pytest
from django.core.cache import cache
from django.db import connection

from openevent import health


@pytest.fixture
def write() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE left_over ()")
    cache.set("left-over", True)


def _left_over() -> tuple[bool, bool]:
    return "left_over" in connection.introspection.table_names(), cache.get("left-over", False)


@pytest.mark.django_db
def test_the_database_is_migrated() -> None:
    assert health.missing_migrations() == []


@pytest.mark.django_db
@pytest.mark.parametrize("time", ["first", "second"])
def test_what_a_test_writes_is_gone_in_the_next(time: str, request: pytest.FixtureRequest) -> None:
    assert _left_over() == (False, False)
    request.getfixturevalue("write")
    assert _left_over() == (True, True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_what_a_test_commits_is_gone_in_the_next(time: str, request: pytest.FixtureRequest) -> None:
    assert _left_over() == (False, False)
    assert health.missing_migrations() == []
    request.getfixturevalue("write")
    assert _left_over() == (True, True)
