"""Speaker invites: people who are asked to join a session as its speakers."""

from django.db import models
from django.db.models.functions import Lower

from .invitations import Invitation


class SpeakerInvite(Invitation):
    """An invitation to speak in a session with those who speak in it already."""

    class Status(models.TextChoices):
        PENDING = "pending"
        ACCEPTED = "accepted"
        REJECTED = "rejected"

    trashed_with = ["session", "event"]

    session = models.ForeignKey("events.Session", models.CASCADE, related_name="speaker_invites")
    event = models.ForeignKey("events.Event", models.CASCADE, related_name="speaker_invites")
    status = models.CharField(max_length=20, choices=Status, default=Status.PENDING)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "session",
                Lower("email"),
                condition=models.Q(status="pending"),
                name="speaker_invite_unique",
                violation_error_message="This person is invited to speak in the session already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} for session {self.session_id}"
