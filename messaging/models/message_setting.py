"""Message settings: which kinds of mail this server sends."""

from django.db import models


class MessageSettingQuerySet(models.QuerySet["MessageSetting"]):
    def allows(self, action: str) -> bool:
        """Return whether mails of this kind are sent: they are unless a row says no."""
        return not self.filter(action=action, enabled=False).exists()


class MessageSetting(models.Model):
    """An admin's switch for one kind of mail; `migrate` gives each kind its row."""

    action = models.CharField(max_length=100, unique=True, editable=False)
    enabled = models.BooleanField(default=True)

    objects = MessageSettingQuerySet.as_manager()

    def __str__(self) -> str:
        return self.action
