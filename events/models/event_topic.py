"""Event topics: what an event is about, a list that admins keep."""

from django.db import models

from media.fields import ImageURLField
from openevent.trash import Trashable

from .slugs import Slugged


class EventTopic(Slugged, Trashable):
    """A subject, such as "Science & Technology"; its image stands in where an event has none."""

    name = models.CharField(max_length=300)
    system_image_url = ImageURLField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "slug",
                condition=models.Q(deleted_at=None),
                name="event_topic_slug_unique",
                violation_error_message="An event topic of this name exists already.",
            )
        ]

    def __str__(self) -> str:
        return self.name
