"""What the tests of accounts share: the API as a client sees it, and a person to be."""

from collections.abc import Callable
from typing import Any

import pytest
import redis
from django.test import Client

from tests.factories.users import UserFactory
from users.models import User

Post = Callable[..., Any]


@pytest.fixture
def ada(db: None) -> User:
    return UserFactory(email="Ada@example.org")


@pytest.fixture
def post(client: Client) -> Post:
    """Post a body to a path as JSON; keyword arguments are headers, `_` for `-`."""

    def send(
        path: str, body: Any = None, *, content_type: str = "application/json", **headers: str
    ) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.post(path, {} if body is None else body, content_type, headers=named)

    return send


@pytest.fixture
def valkey(_valkey: redis.Redis) -> redis.Redis:
    """What the cache is kept in."""
    return _valkey


@pytest.fixture
def dead_cache(settings: Any) -> None:
    """A cache where nobody answers."""
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/valkey.sock?db=0"}
    }
