"""One world for the whole matrix."""

from collections.abc import Iterator
from typing import Any

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


@pytest.fixture(autouse=True)
def _unthrottled(settings: Any) -> None:
    """Let one client ask as often as there are people: who may is asked here, not how often."""
    settings.THROTTLES = {name: (10_000, span) for name, (_, span) in settings.THROTTLES.items()}
