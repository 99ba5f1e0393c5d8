"""Where uploads are mentioned: in texts and links of rows, whatever they are about."""

from collections.abc import Iterator
from typing import Final

from django.apps import apps
from django.db import models

# Apps whose rows mention an upload without wanting it, and those of others.
_NO_MENTION: Final = frozenset("media jobs activity api admin auth contenttypes sessions".split())
_SHORTEST: Final = 64  # characters, of a column that could hold a URL


def mentioning() -> Iterator[tuple[type[models.Model], list[models.Field]]]:
    """Iterate over all models whose rows may mention an upload, with the columns that may."""
    for model in apps.get_models():
        columns = [each for each in model._meta.local_concrete_fields if _may_mention(each)]
        if columns and model._meta.app_label not in _NO_MENTION:
            yield model, columns


def _may_mention(column: models.Field) -> bool:
    if isinstance(column, models.CharField):
        return not column.choices and (column.max_length or _SHORTEST) >= _SHORTEST
    return isinstance(column, models.TextField | models.JSONField)
