"""Favourite events: what somebody marked to come back to (`user-favourite-event`)."""

from django.conf import settings
from django.db import models

from openevent.trash import Trashable


class FavouriteEvent(Trashable):
    """An event that a user likes; nobody else is told.

    Clients name one by the event's id as well as by its own. So its own begin at a thousand
    million, where no event has its id.
    """

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="favourites")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="favourite_events"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "event",
                "user",
                condition=models.Q(deleted_at=None),
                name="favourite_event_unique",
                violation_error_message="This event is a favourite already.",
            )
        ]

    def __str__(self) -> str:
        return f"event {self.event_id} of user {self.user_id}"
