"""Notifications: what people are told in the application."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Notification(models.Model):
    """One thing that one person is told, until they have read it and remove it.

    `content` is JSON as the clients read it: `type`, `target_type`, `target_id`,
    `target_action`, `actors`, and what the type has besides.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", editable=False
    )
    event = models.ForeignKey(
        "events.Event", models.CASCADE, related_name="+", null=True, blank=True, editable=False
    )
    content = models.JSONField(default=dict)
    is_read = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    # A notification of an event in the trash is the person's all the same.
    trashed_with: list[str] = []

    def __str__(self) -> str:
        return f"{self.content.get('type')} for {self.user_id}"
