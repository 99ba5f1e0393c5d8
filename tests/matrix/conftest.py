"""One world for the whole matrix."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from permissions import memory
from tests import seeds
from tests.matrix.world import Rows


@pytest.fixture(scope="package")
def rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Rows]:
    with seeds.planted(django_db_blocker) as world:
        memory.forget()
        yield Rows(world)
