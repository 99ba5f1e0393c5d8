"""How the library that speaks OAuth 2 finds what it needs here.

Its backends build the addresses, check `state`, prove the code challenge (PKCE), trade the code
for a token and ask who it belongs to. There we take over: which account that is, or becomes, is
decided by `users.actions.social_accounts` in one transaction, not by the library's pipeline.
"""

from collections.abc import Mapping
from typing import Any

from social_core.storage import BaseStorage, NonceMixin
from social_django.strategy import DjangoStrategy

from .base import Identity


class OnceOnly(NonceMixin):
    """States that work once: a returning browser takes its `Handshake` with it, so all do."""

    @classmethod
    def use(cls, server_url: str, timestamp: Any, salt: str) -> bool:
        return True

    @classmethod
    def consume(cls, server_url: str, timestamp: int, salt: str) -> bool:
        return True


class Storage(BaseStorage):
    nonce = OnceOnly


class SiteStrategy(DjangoStrategy):
    """One visit to a provider, by the settings of the site as they are now.

    `data` is what the provider sends back by the browser. `memory` is what the library keeps
    between the two halves of a visit, in place of a session.
    """

    def __init__(
        self, *, data: Mapping[str, str] | None = None, memory: dict[str, Any] | None = None
    ) -> None:
        super().__init__(Storage)
        self.memory = memory or {}
        self._data = dict(data or {})

    def setting(self, name: str, default: Any = None, backend: Any = None) -> Any:
        found = backend.option(name) if backend is not None else None
        return default if found is None else found

    def get_request_data(self, merge: bool = True) -> dict[str, Any]:
        return self._data

    def session_get(self, name: str, default: Any = None) -> Any:
        return self.memory.get(name, default)

    def session_set(self, name: str, value: Any) -> None:
        self.memory[name] = value

    def session_pop(self, name: str) -> Any:
        return self.memory.pop(name, None)

    def authenticate(self, backend: Any, *args: Any, **kwargs: Any) -> Identity:
        """Return who the provider says it is."""
        return backend.identity(kwargs["response"])
