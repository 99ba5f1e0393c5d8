"""Microlocations: the rooms of an event."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from events.copying import copied
from openevent.trash import Trashable


@copied
class Microlocation(Trashable):
    """A room, stage or stand where sessions take place."""

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="microlocations")
    name = models.CharField(max_length=500)
    latitude = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    floor = models.IntegerField(null=True, blank=True)
    room = models.CharField(max_length=300, null=True, blank=True)
    position = models.IntegerField(default=0)
    hidden_in_scheduler = models.BooleanField(default=False)
    is_chat_enabled = models.BooleanField(null=True, blank=True, default=False)
    is_global_event_room = models.BooleanField(null=True, blank=True, default=False)

    def __str__(self) -> str:
        return self.name
