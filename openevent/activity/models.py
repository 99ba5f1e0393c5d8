"""Activities: who did what, for the admins to read."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Activity(models.Model):
    """One thing that somebody did, in words. Rows are written and never changed."""

    time = models.DateTimeField(default=timezone.now, db_index=True)
    # As they were then; the account may be renamed or removed later.
    actor = models.CharField(max_length=300)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    action = models.TextField()

    class Meta:
        verbose_name_plural = "activities"

    def __str__(self) -> str:
        return f"{self.actor}: {self.action}"
