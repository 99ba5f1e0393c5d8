"""The settings row of every kind of mail and notification that there is."""

from messaging.models import MessageSetting, NotificationSetting

from .kinds import all_kinds, all_notifications


def seed(*, using: str = "default") -> None:
    """Give each kind that has none its row, switched on; what an admin has set stays."""
    MessageSetting.objects.using(using).bulk_create(
        [MessageSetting(action=kind.name) for kind in all_kinds()], ignore_conflicts=True
    )
    NotificationSetting.objects.using(using).bulk_create(
        [NotificationSetting(type=name) for name in all_notifications()], ignore_conflicts=True
    )
