"""A name as a part of URLs."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.text import slugify


def slug_of(name: str) -> str:
    """Return `name` as a part of URLs: in ASCII, or as it is where that leaves nothing."""
    return (slugify(name) or slugify(name, allow_unicode=True))[:300]


class Slugged(models.Model):
    """A row whose `slug` is made from its `name` whenever it is saved."""

    slug = models.CharField(max_length=300, editable=False)

    class Meta:
        abstract = True

    def save(self, *, update_fields: Iterable[str] | None = None, **options: Any) -> None:
        self.slug = slug_of(getattr(self, "name", "") or "")
        if update_fields is not None:
            update_fields = {*update_fields, "slug"}
        super().save(update_fields=update_fields, **options)
