"""Feedback: what people think of an event, and its organizers of a session."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from openevent.trash import Trashable


class Feedback(Trashable):
    """A rating, with or without words, of one event or of one session."""

    needs_at = {"event_id": "given_at_id", "feedback_session_state": "session__state"}
    trashed_with = ["given_at", "session"]

    event = models.ForeignKey(
        "events.Event", models.CASCADE, null=True, blank=True, related_name="feedbacks"
    )
    session = models.ForeignKey(
        "events.Session", models.CASCADE, null=True, blank=True, related_name="feedbacks"
    )
    # The event that it is about, or whose session it is about.
    given_at = models.ForeignKey("events.Event", models.CASCADE, related_name="+", editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="feedbacks")
    rating = models.FloatField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    comment = models.TextField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                about,
                "user",
                condition=models.Q(deleted_at=None),
                name=f"feedback_{about}_unique",
                violation_error_message=f"You gave feedback on this {about} already.",
            )
            for about in ("event", "session")
        ] + [
            models.CheckConstraint(
                condition=models.Q(event=None) ^ models.Q(session=None),
                name="feedback_on_one_thing",
                violation_error_message="Feedback is on an event or on a session.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rating} by user {self.user_id}"

    def save(self, **options: object) -> None:
        self.rating = round(self.rating * 2) / 2  # in halves, as clients show stars
        if self.session is not None:
            self.given_at_id = self.session.event_id
        elif self.event_id is not None:
            self.given_at_id = self.event_id
        super().save(**options)  # type: ignore[arg-type]
