"""Event locations: places that a search for events offers first."""

from django.db import models

from .slugs import Slugged


class EventLocation(Slugged):
    """A place that admins want offered, whether or not events name it yet."""

    name = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "slug",
                name="event_location_slug_unique",
                violation_error_message="This place is listed already.",
            )
        ]

    def __str__(self) -> str:
        return self.name
