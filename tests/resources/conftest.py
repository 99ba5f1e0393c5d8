"""One world for all tests of resources, and everybody who reads in it."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from permissions import memory
from tests import personas, seeds
from tests.api_client import Answer
from tests.resources.reference import Reference, Rows
from users.models import User


class Reader:
    """A person who reads, and the reference of what they should be shown."""

    def __init__(self, user: User | None, rows: Rows) -> None:
        self.user = user
        self.client = personas.client_of(user)
        self.should = Reference(user, rows)

    def get(self, path: str, **parameters: Any) -> Answer:
        """Get `path`; `page_size` is `page[size]`, and so on."""
        named = {name.replace("page_size", "page[size]"): v for name, v in parameters.items()}
        return Answer(self.client.get(path, named))


class Readers(dict[str, Reader]):
    """Everybody in a world, by persona."""

    def __init__(self, world: seeds.World) -> None:
        super().__init__()
        self.world = world
        self.rows = Rows()

    def __missing__(self, persona: str) -> Reader:
        self[persona] = Reader(self.world.people[persona], self.rows)
        return self[persona]


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[seeds.World]:
    with seeds.planted(django_db_blocker) as world:
        yield world


@pytest.fixture(scope="package")
def readers(world: seeds.World) -> Readers:
    memory.forget()
    return Readers(world)
