"""What is read once per request or task: the roles of the user who asks.

A loader such as `events.roles.roles_of` keeps its answer here. It is forgotten when a request
or a task begins, and when a write changes what it says.
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, TypeVar

from django.core.signals import request_started

Value = TypeVar("Value")

_memory: ContextVar[dict[Any, Any] | None] = ContextVar("permissions_memory", default=None)


def remember(key: Any, load: Callable[[], Value]) -> Value:
    """Return what is remembered as `key`; the first time, what `load` returns."""
    memory = _memory.get()
    if memory is None:
        memory = {}
        _memory.set(memory)
    if key not in memory:
        memory[key] = load()
    value: Value = memory[key]
    return value


def forget(*_: Any, **__: Any) -> None:
    """Forget everything; also a signal's receiver."""
    _memory.set(None)


request_started.connect(forget, dispatch_uid="permissions.memory")
