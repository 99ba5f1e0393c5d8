"""Notification settings: which notifications people get in the application."""

from django.db import models


class NotificationSettingQuerySet(models.QuerySet["NotificationSetting"]):
    def allows(self, name: str) -> bool:
        """Return whether people are notified so: they are unless a row says no."""
        return not self.filter(type=name, enabled=False).exists()


class NotificationSetting(models.Model):
    """An admin's switch for one type of notification; `migrate` gives each type its row."""

    type = models.CharField(max_length=100, unique=True, editable=False)
    enabled = models.BooleanField(default=True)

    objects = NotificationSettingQuerySet.as_manager()

    def __str__(self) -> str:
        return self.type
