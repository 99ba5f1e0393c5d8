"""Sessions: the talks, workshops and breaks of an event, from the first draft on."""

import zoneinfo

from django.conf import settings
from django.db import models
from django.db.models.functions import TruncDate
from django.utils import timezone

from openevent.trash import Trashable


class SessionQuerySet(models.QuerySet["Session"]):
    def announced(self) -> "SessionQuerySet":
        """Sessions of the public programme."""
        return self.filter(state__in=Session.ANNOUNCED, deleted_at=None)

    def days(self, timezone: str) -> list[str]:
        """Return the days on which they start, as people at the event count them (ISO 8601)."""
        day = TruncDate("starts_at", tzinfo=zoneinfo.ZoneInfo(timezone))
        found = self.filter(starts_at__isnull=False).values_list(day, flat=True)
        return [day.isoformat() for day in found.order_by(day).distinct()]

    def languages(self) -> list[str]:
        """Return the languages they are held in, in alphabetical order."""
        named = self.filter(language__gt="").values_list("language", flat=True)
        return list(named.order_by("language").distinct())


class Session(Trashable):
    """A talk that somebody submitted, on its way through review to the schedule."""

    class State(models.TextChoices):
        DRAFT = "draft"
        PENDING = "pending"
        ACCEPTED = "accepted"
        CONFIRMED = "confirmed"
        REJECTED = "rejected"
        CANCELED = "canceled"
        WITHDRAWN = "withdrawn"

    class Level(models.TextChoices):
        BEGINNER = "Beginner"
        INTERMEDIATE = "Intermediate"
        ADVANCED = "Advanced"
        EXPERT = "Expert"

    # The states in which a session is part of the public programme.
    ANNOUNCED = (State.ACCEPTED, State.CONFIRMED)

    needs_at = {"session_state": "state"}

    objects = SessionQuerySet.as_manager()

    event = models.ForeignKey(
        "events.Event",
        models.CASCADE,
        related_name="sessions",
        db_index=False,  # the first column of both indexes
    )
    track = models.ForeignKey(
        "events.Track", models.SET_NULL, null=True, blank=True, related_name="sessions"
    )
    microlocation = models.ForeignKey(
        "events.Microlocation", models.SET_NULL, null=True, blank=True, related_name="sessions"
    )
    session_type = models.ForeignKey(
        "events.SessionType", models.SET_NULL, null=True, blank=True, related_name="sessions"
    )
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="created_sessions",
    )
    speakers = models.ManyToManyField("events.Speaker", blank=True, related_name="sessions")

    title = models.CharField(max_length=1000)
    subtitle = models.CharField(max_length=1000, null=True, blank=True)
    short_abstract = models.TextField(null=True, blank=True, default="")
    long_abstract = models.TextField(null=True, blank=True, default="")
    comments = models.TextField(null=True, blank=True)
    language = models.CharField(max_length=100, null=True, blank=True)
    level = models.CharField(max_length=20, choices=Level, null=True, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)

    state = models.CharField(max_length=20, choices=State, default=State.PENDING)
    is_locked = models.BooleanField(default=False)
    is_mail_sent = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True)
    last_modified_at = models.DateTimeField(auto_now=True)

    slides_url = models.URLField(max_length=2048, null=True, blank=True)
    slides = models.JSONField(null=True, blank=True)  # [{"name": ..., "link": ...}]
    video_url = models.URLField(max_length=2048, null=True, blank=True)
    audio_url = models.URLField(max_length=2048, null=True, blank=True)
    signup_url = models.URLField(max_length=2048, null=True, blank=True)
    website = models.URLField(max_length=2048, null=True, blank=True)
    twitter = models.URLField(max_length=2048, null=True, blank=True)
    facebook = models.URLField(max_length=2048, null=True, blank=True)
    github = models.URLField(max_length=2048, null=True, blank=True)
    linkedin = models.URLField(max_length=2048, null=True, blank=True)
    instagram = models.URLField(max_length=2048, null=True, blank=True)
    gitlab = models.URLField(max_length=2048, null=True, blank=True)
    mastodon = models.URLField(max_length=2048, null=True, blank=True)
    complex_field_values = models.JSONField(null=True, blank=True)  # of the event's custom forms

    class Meta:
        indexes = [
            models.Index("event", "state", name="session_event_state_idx"),
            # a page of an event's sessions is read in order, not sorted out of all of them
            models.Index("event", "id", name="session_event_order_idx"),
        ]

    def __str__(self) -> str:
        return self.title
