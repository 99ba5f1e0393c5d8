"""Calls for speakers: when and from whom an event takes sessions."""

from datetime import datetime

from django.db import models

from events.copying import copied
from openevent.trash import Trashable


@copied
class SpeakersCall(Trashable):
    """What an event says to people who might speak at it, and until when it listens.

    A private one is for those who were given its `hash`.
    """

    class Privacy(models.TextChoices):
        PUBLIC = "public"
        PRIVATE = "private"

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="speakers_calls")
    announcement = models.TextField(null=True, blank=True)
    starts_at = models.DateTimeField()
    # What is announced as the end; what comes between this and `ends_at` is taken all the same.
    soft_ends_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField()
    hash = models.CharField(max_length=100, null=True, blank=True)
    privacy = models.CharField(max_length=20, choices=Privacy, default=Privacy.PUBLIC)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "event",
                condition=models.Q(deleted_at=None),
                name="speakers_call_unique",
                violation_error_message="This event has a call for speakers already.",
            )
        ]

    def __str__(self) -> str:
        return f"call for speakers of event {self.event_id}"

    def is_open(self, now: datetime) -> bool:
        """Return whether it takes sessions at `now` (aware)."""
        return self.starts_at <= now <= self.ends_at
