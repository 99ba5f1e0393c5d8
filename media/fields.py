"""The columns that hold kept files, by which all of them are found; images among them.

    original_image_url = ImageURLField(null=True, blank=True)
    large_image_url = ImageSizeField("original_image_url", "event.full", null=True)

is all that a model says of an image. People choose it by a URL; `media.actions.images` makes a copy
that is the row's own and the sizes, and `media.api.fields` has the URLs of both in documents.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from media import storage


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


def validate_url(value: str) -> None:
    """Refuse what is no http(s) URL; Django's own refuses hosts without a dot, as ours may be."""
    try:
        parts = urlsplit(value)
        is_url = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_url = False
    if not is_url or not value.isprintable() or " " in value:
        raise ValidationError("Enter a valid URL.", code="invalid")


class ImageURLFormField(forms.URLField):
    """An image in a form: it shows the URL of what is kept."""

    default_validators = [validate_url]

    def prepare_value(self, value: Any) -> Any:
        return storage.url(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(storage.url(initial), data)


class _OfImage(KeptFileField):
    """A column of an image. What comes in is a URL, and nothing that names a file by itself."""

    default_validators = [validate_url]

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(
            **{"form_class": ImageURLFormField, "assume_scheme": "https", **kwargs}
        )


class ImageURLField(_OfImage):
    """An image that people choose: a copy of it, or its URL where none has been made (yet).

    With a `size` (a name of `media.sizes`) it is shown in that size. An `ImageSizeField` without
    one then has the copy, for when sizes change.
    """

    def __init__(self, *args: Any, size: str | None = None, **kwargs: Any) -> None:
        self.size = size
        super().__init__(*args, **kwargs)


class ImageSizeField(_OfImage):
    """The image of the column `of` in a `size`, which the server makes; without one, as it is."""

    def __init__(self, of: str = "", size: str | None = None, *args: Any, **kwargs: Any) -> None:
        self.of = of
        self.size = size
        super().__init__(*args, **{**kwargs, "editable": False})


@dataclass(frozen=True)
class ImageColumns:
    """One image of a model: the column that is chosen, and those of its sizes."""

    chosen: ImageURLField
    sizes: tuple[ImageSizeField, ...]

    @property
    def all(self) -> list[ImageURLField | ImageSizeField]:
        return [self.chosen, *self.sizes]

    @property
    def names(self) -> list[str]:
        return [each.name for each in self.all]

    @property
    def made(self) -> list[ImageURLField | ImageSizeField]:
        """The columns that have the image in some size."""
        return [each for each in self.all if each.size]

    @property
    def whole(self) -> ImageURLField | ImageSizeField:
        """The column that has all of the image, of which the sizes are made."""
        return next(each for each in self.all if not each.size)


@cache
def images_of(model: type[models.Model]) -> tuple[ImageColumns, ...]:
    """Return the images that each row of `model` has."""
    columns = model._meta.concrete_fields
    sizes = [each for each in columns if isinstance(each, ImageSizeField)]
    return tuple(
        ImageColumns(each, tuple(size for size in sizes if size.of == each.name))
        for each in columns
        if isinstance(each, ImageURLField)
    )


def names_of_images(model: type[models.Model]) -> list[str]:
    """Return the columns of all images and sizes that a row of `model` has."""
    return [name for image in images_of(model) for name in image.names]


def image_models() -> Iterator[type[models.Model]]:
    """Iterate over all models whose rows have images."""
    return (model for model in apps.get_models() if images_of(model))
