"""Secrets kept in the database, sealed with `settings.FIELD_KEYS`.

The first key seals and every key opens, so a key is replaced without an outage: put the new
one first, start all processes with both, run `manage.py reseal`, then take the old one away.
"""

import base64
import functools
import hashlib
from typing import Any, NoReturn

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


class UnreadableSecretError(Exception):
    """A sealed value was used that none of `FIELD_KEYS` opens."""


class Secret(str):
    """An opened secret: the text itself to whoever uses it, hidden from `repr` and so from
    tracebacks, debuggers and logged structures.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "<secret>"


class Unreadable:
    """Stands for a sealed value that no key opens: it is there (true), and no use works.

    Reading the row must not fail, since most of what needs it does not need this value. Saved
    again, the value stays as it was stored.
    """

    def __init__(self, column: str, sealed: str) -> None:
        self.sealed = sealed
        self._explanation = (
            f"None of FIELD_KEYS opens {column}. Add the key that sealed it to FIELD_KEYS and run "
            "`manage.py reseal`; or, if that key is lost, run `manage.py reseal "
            "--forget-unreadable` and enter the secret again."
        )

    def _refuse(self, *_: Any) -> NoReturn:
        raise UnreadableSecretError(self._explanation)

    __str__ = __len__ = __iter__ = __bytes__ = __add__ = __radd__ = _refuse

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(vars(self).get("_explanation"), name=name, obj=self)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return "<unreadable secret>"


class SealedField(models.TextField):
    """A text that is sealed in the database and opened when a row is read.

    A row has a `Secret`, `None`, or an `Unreadable`. What is stored differs each time, so
    nothing but `isnull` can be asked of it in a query. `dumpdata` leaves it out.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, serialize=False)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["serialize"]
        return name, path, args, kwargs

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def get_transform(self, lookup_name: str) -> None:
        return None

    def from_db_value(self, value: str | None, *_: Any) -> Secret | Unreadable | None:
        if value is None:
            return None
        try:
            return unseal(value)
        except InvalidToken:
            return Unreadable(f"{self.model._meta.label}.{self.name}", value)

    def to_python(self, value: Any) -> Any:
        """Leave what was read as it is, where a form validates the row: it may be unreadable."""
        return value if isinstance(value, Secret | Unreadable) else super().to_python(value)

    def get_prep_value(self, value: Any) -> str | None:
        if value is None:
            return None
        if isinstance(value, Unreadable):
            return value.sealed
        return seal(str(value))


def seal(text: str) -> str:
    """Return `text` sealed, for where no column does it: in the arguments of a job."""
    return _keys().encrypt(text.encode()).decode()


def unseal(token: str) -> Secret:
    """Return what `token` seals.

    :raises InvalidToken: no key opens it.
    """
    return Secret(_keys().decrypt(token).decode())


def resealed(token: str) -> str | None:
    """Return stored `token` sealed with the first key; `None` if it is so already.

    :raises InvalidToken: no key opens it.
    """
    keys = _keys()
    try:
        keys._fernets[0].decrypt(token)
    except InvalidToken:
        return keys.rotate(token).decode()
    return None


def _keys() -> MultiFernet:
    return _multi_fernet(tuple(settings.FIELD_KEYS))


@functools.cache
def _multi_fernet(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("FIELD_KEYS is empty: secrets can be neither kept nor read.")
    # Any long random text is a key; Fernet wants 32 bytes in URL-safe base64.
    return MultiFernet(
        Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in keys
    )
