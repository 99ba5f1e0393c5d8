"""Ticket tags: what an event's team calls groups of its tickets."""

from django.db import models

from events.copying import copied
from openevent.trash import Trashable


@copied
class TicketTag(Trashable):
    """A word for some of an event's tickets: "Early bird", "Students"."""

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="ticket_tags")
    name = models.CharField(max_length=300, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "event",
                "name",
                condition=models.Q(deleted_at=None),
                name="ticket_tag_name_unique",
                violation_error_message="This event has a ticket tag of this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name or f"Ticket tag {self.pk}"
