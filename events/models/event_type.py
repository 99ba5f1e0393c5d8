"""Event types: what kind of gathering an event is, a list that admins keep."""

from django.db import models

from openevent.trash import Trashable

from .slugs import Slugged


class EventType(Slugged, Trashable):
    """A kind of event, such as "Conference" or "Festival or Fair"."""

    name = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "slug",
                condition=models.Q(deleted_at=None),
                name="event_type_slug_unique",
                violation_error_message="An event type of this name exists already.",
            )
        ]

    def __str__(self) -> str:
        return self.name
