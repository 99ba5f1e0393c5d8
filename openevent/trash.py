"""Soft deletion: a row with `deleted_at` is trash, kept until somebody restores or removes it."""

from django.db import models
from django.utils import timezone


class Trashable(models.Model):
    """A row that can be put in the trash and taken out again.

    `deleted_at` is aware UTC; `None` means the row is not trash of its own. It may still be
    trash with its parent: see `trash_paths`. The default manager has all rows, because the
    admin and foreign keys need them; what people are shown is `permissions`' business.
    """

    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def trash(self) -> None:
        self.deleted_at = timezone.now()
        self.save(update_fields=["deleted_at"])

    def restore(self) -> None:
        self.deleted_at = None
        self.save(update_fields=["deleted_at"])


def trash_paths(model: type[models.Model]) -> list[str]:
    """Return the ORM paths of every `deleted_at` that makes a row of `model` trash.

    That is its own and its event's: a track of a deleted event is trash with it. A model
    that hangs deeper names the way in `trashed_with` (`["session", "session__event"]`).
    """
    own = ["deleted_at"] if issubclass(model, Trashable) else []
    parents = getattr(model, "trashed_with", None)
    if parents is None:
        names = {field.name for field in model._meta.fields if field.is_relation}
        parents = ["event"] if "event" in names else []
    return own + [f"{parent}__deleted_at" for parent in parents]
