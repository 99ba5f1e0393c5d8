"""The nouns of this app, one file each."""

from .email_notification import EmailNotification
from .mail import Mail
from .message_setting import MessageSetting
from .notification import Notification
from .notification_setting import NotificationSetting

__all__ = [
    "EmailNotification",
    "Mail",
    "MessageSetting",
    "Notification",
    "NotificationSetting",
]
