"""Role invites: people who are asked to work on an event."""

from django.db import models
from django.db.models.functions import Lower

from .invitations import Invitation


class RoleInvite(Invitation):
    """An invitation to a role on an event; one to be its owner hands the event over.

    `token_hash` is the SHA-256 of the token in the link that was mailed.
    """

    class Status(models.TextChoices):
        PENDING = "pending"
        ACCEPTED = "accepted"
        DECLINED = "declined"

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="role_invites")
    role = models.ForeignKey("events.Role", models.PROTECT, related_name="+")
    status = models.CharField(max_length=20, choices=Status, default=Status.PENDING)
    token_hash = models.CharField(max_length=64, null=True, editable=False, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "event",
                Lower("email"),
                condition=models.Q(status="pending"),
                name="role_invite_unique",
                violation_error_message="This person is invited to the event already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} as {self.role_id} of {self.event_id}"
