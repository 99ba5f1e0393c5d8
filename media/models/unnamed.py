"""Files that no row names yet."""

from django.db import models
from django.utils import timezone


class Unnamed(models.Model):
    """A file that is kept, or is about to be, for rows that are still to be written.

    `work` says whose it is, and `attempt` which attempt at that; see `media.unnamed`. The row
    goes when others name the file. `kept` is plain text, since nothing is moved while it has no
    row of its own.
    """

    kept = models.CharField(max_length=2048)
    work = models.CharField(max_length=100)
    attempt = models.CharField(max_length=32)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "unnamed"
        indexes = [
            models.Index("work", name="unnamed_work_idx"),
            models.Index("attempt", name="unnamed_attempt_idx"),
        ]

    def __str__(self) -> str:
        return self.kept
