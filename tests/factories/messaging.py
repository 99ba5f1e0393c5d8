"""Mails and notifications, for tests."""

import factory
from factory.django import DjangoModelFactory

from messaging.models import (
    EmailNotification,
    Mail,
    MessageSetting,
    Notification,
    NotificationSetting,
)

from .events import EventFactory
from .users import UserFactory


class MailFactory(DjangoModelFactory):
    """A mail that has left."""

    class Meta:
        model = Mail

    action = "test_mail"
    recipient = factory.Sequence(lambda n: f"reader{n}@example.org")
    subject = factory.Sequence(lambda n: f"Subject {n}")
    message = "<p>Mail arrives.</p>"
    text = "Mail arrives."
    message_id = factory.Sequence(lambda n: f"<{n}@example.org>")
    state = Mail.State.SENT


class MessageSettingFactory(DjangoModelFactory):
    class Meta:
        model = MessageSetting

    action = factory.Sequence(lambda n: f"mail_{n}")


class NotificationSettingFactory(DjangoModelFactory):
    class Meta:
        model = NotificationSetting

    type = factory.Sequence(lambda n: f"notification_{n}")


class NotificationFactory(DjangoModelFactory):
    """A notification that is about no event."""

    class Meta:
        model = Notification

    user = factory.SubFactory(UserFactory)
    content = factory.LazyFunction(
        lambda: {
            "type": "event_role",
            "target_type": "RoleInvite",
            "target_id": 1,
            "target_action": "invite",
            "actors": [],
        }
    )


class EmailNotificationFactory(DjangoModelFactory):
    class Meta:
        model = EmailNotification

    user = factory.SubFactory(UserFactory)
    event = factory.SubFactory(EventFactory)
