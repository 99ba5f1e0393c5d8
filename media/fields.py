"""The column that holds a kept file, by which all of them are found."""

from functools import cache
from typing import Any

from django.apps import apps
from django.db import models


class KeptFileField(models.CharField):
    """What a file is called (`<place>:<key>`, see `media.storage`), an outside URL, or nothing.

    The value is that text. A file belongs to one row: who copies the row copies the file.
    Every column of this class is followed when files move to another place
    (`manage.py storage move`), so a file that is named elsewhere only gets lost.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 2048)  # an outside URL may be that long
        super().__init__(*args, **kwargs)


@cache
def kept_columns() -> dict[type[models.Model], list[KeptFileField]]:
    """Return all columns that hold kept files, by model."""
    found = {
        model: [
            each for each in model._meta.local_concrete_fields if isinstance(each, KeptFileField)
        ]
        for model in apps.get_models()
    }
    return {model: columns for model, columns in found.items() if columns}
