"""Tags: what an event's team calls groups of attendees."""

from django.db import models

from events.copying import copied
from openevent.trash import Trashable


@copied
class Tag(Trashable):
    """A word with a colour: "Speaker", "VIP"."""

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="tags")
    name = models.CharField(max_length=300)
    color = models.CharField(max_length=50, null=True, blank=True)
    is_read_only = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "event",
                "name",
                condition=models.Q(deleted_at=None),
                name="tag_name_unique",
                violation_error_message="This event has a tag of this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name
