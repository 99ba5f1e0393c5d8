"""Favourite sessions: what somebody marked in a programme (`user-favourite-session`)."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class FavouriteSession(models.Model):
    """A session that a user wants to attend."""

    needs_at = {"event_id": "session__event_id", "session_state": "session__state"}
    trashed_with = ["session", "session__event"]

    session = models.ForeignKey("events.Session", models.CASCADE, related_name="favourites")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="favourite_sessions"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "session",
                "user",
                name="favourite_session_unique",
                violation_error_message="This session is a favourite already.",
            )
        ]

    def __str__(self) -> str:
        return f"session {self.session_id} of user {self.user_id}"
