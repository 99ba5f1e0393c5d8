"""Tracks: the strands of sessions of an event."""

from django.core.validators import RegexValidator
from django.db import models

from events.copying import copied
from openevent.trash import Trashable

validate_color = RegexValidator(
    r"\A#(?:[0-9a-fA-F]{3}){1,2}\Z", "Write a colour as #rgb or #rrggbb."
)


@copied
class Track(Trashable):
    """A strand of an event's programme, with the colour its sessions have in the schedule."""

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="tracks")
    name = models.CharField(max_length=500)
    description = models.TextField(null=True, blank=True)
    color = models.CharField(max_length=7, validators=[validate_color])
    position = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.name
