"""Exports: what was taken out of an event, or of a group, kept for its team for a while."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from events.models import Event, Group
from media.fields import KeptFileField


class Export(models.Model):
    """One file about an event or a group, from when somebody asks for it until it is cleaned up.

    `file` is where it is kept; empty, while a worker makes it or when it could not be made.
    `options` are those of the kind: which media an archive has, which states a report is about.
    """

    class Kind(models.TextChoices):
        ARCHIVE = "archive"
        ICAL = "ical"
        XCAL = "xcal"
        PENTABARF = "pentabarf"
        SESSIONS_CSV = "sessions-csv"
        SESSIONS_PDF = "sessions-pdf"
        SPEAKERS_CSV = "speakers-csv"
        SPEAKERS_PDF = "speakers-pdf"
        FOLLOWERS_CSV = "followers-csv"

    needs_at = {"event_id": "event_id"}

    event = models.ForeignKey("events.Event", models.CASCADE, null=True, related_name="exports")
    group = models.ForeignKey("events.Group", models.CASCADE, null=True, related_name="exports")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    options = models.JSONField(default=dict)
    # Part of where the file lies, so that nobody guesses it and no two exports share one.
    token = models.UUIDField(default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)  # of the file, as it is downloaded
    file = KeptFileField(blank=True)
    size = models.PositiveBigIntegerField(null=True)  # bytes
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["event", "-created_at"], name="export_event_idx")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(event=None) ^ models.Q(group=None),
                name="export_of_event_or_group",
                violation_error_message="An export is of an event or of a group.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.about._meta.model_name} {self.about.pk}"

    @property
    def about(self) -> Event | Group:
        return self.event or self.group  # type: ignore[return-value]  it has one of them

    @property
    def key(self) -> str:
        """Where the file lies, in whatever place it is kept."""
        folder = str(self.event_id) if self.event_id else f"groups/{self.group_id}"
        return f"exports/{folder}/{self.token}/{self.name}"
