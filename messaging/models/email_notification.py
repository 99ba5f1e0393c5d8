"""E-mail notifications: which mails about an event somebody wants."""

from django.conf import settings
from django.db import models

from openevent.trash import Trashable


class EmailNotification(Trashable):
    """One person's wishes for one event. Who has none gets every mail."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="email_notifications"
    )
    event = models.ForeignKey(
        "events.Event", models.CASCADE, related_name="+", null=True, blank=True
    )
    next_event = models.BooleanField(default=False)
    new_paper = models.BooleanField(default=False)
    session_accept_reject = models.BooleanField(default=False)
    session_schedule = models.BooleanField(default=False)
    after_ticket_purchase = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "user",
                "event",
                condition=models.Q(deleted_at=None),
                name="email_notification_unique",
                violation_error_message="You have said what you want of this event already.",
            )
        ]

    def __str__(self) -> str:
        return f"Mails to {self.user_id} about {self.event_id}"
