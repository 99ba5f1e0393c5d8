"""What tests of jobs share: their own handlers, other workers, and a look at the broker."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from django.db import connection

from openevent import jobs
from openevent.jobs import broker, registry
from users.models import User


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`jobs.handler`, for one test."""
    monkeypatch.setattr(registry, "_handlers", dict(registry._handlers))
    return jobs.handler


@pytest.fixture
def periodic(handler: Callable[..., Any]) -> Callable[..., Any]:
    """`jobs.periodic`, for one test, which is alone with the work it registers."""
    registry._handlers.clear()
    return jobs.periodic


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create_user("ada@example.org")


@pytest.fixture
def sent(_valkey: redis.Redis) -> Callable[[], list[str]]:
    """Return the ids of the jobs that the broker has a message about."""

    def read() -> list[str]:
        assert broker.flush(timeout=5)
        messages = [json.loads(message) for message in _valkey.lrange("celery", 0, -1)]
        return [json.loads(base64.b64decode(message["body"]))[0][0] for message in messages]

    return read


@pytest.fixture
def in_thread() -> Iterator[Callable[..., "Thread"]]:
    """Call a function as another process would: with a database connection of its own."""
    started: list[Thread] = []

    def start(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Thread:
        thread = Thread(lambda: function(*args, **kwargs))
        started.append(thread)
        thread.start()
        return thread

    yield start
    for thread in started:
        thread.join(10)


class Thread(threading.Thread):
    """A thread that hands over what its function returned or raised."""

    def __init__(self, function: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._function = function
        self._outcome: Any = None
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._outcome = self._function()
        except BaseException as error:
            self._error = error
        finally:
            connection.close()

    def outcome(self, timeout: float = 10) -> Any:
        self.join(timeout)
        assert not self.is_alive(), "still running"
        if self._error is not None:
            raise self._error
        return self._outcome
