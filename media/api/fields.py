"""Columns of kept files in documents: read as URLs, and written as such."""

from collections.abc import Callable
from typing import Any

from rest_framework import serializers

from media import storage
from openevent.api.fields import Converted
from permissions import current


class KeptURLField(Converted, serializers.URLField):
    """The URL of a kept file, or an outside one as it is."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.pop()  # Django's, in place of which the model has its own

    @staticmethod
    def value(held: str | None) -> str | None:
        if not held or held.startswith("http"):
            return held
        return _urls()(held)


def _urls() -> Callable[[str | None], str | None]:
    """Return what makes URLs; where this server is reached is found out once in a request."""
    request: Any = current.request()
    if request is None:
        return storage.to_urls()
    found: Any = getattr(request, "_urls_of_files", None)
    if found is None:
        found = request._urls_of_files = storage.to_urls()
    return found
