"""One world for all made-up requests."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests import seeds


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[seeds.World]:
    with seeds.planted(django_db_blocker) as planted:
        yield planted
