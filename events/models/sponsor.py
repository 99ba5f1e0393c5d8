"""Sponsors: who helps to pay for an event."""

from django.db import models

from events.copying import copied
from media.fields import ImageSizeField, ImageURLField
from openevent.trash import Trashable


@copied
class Sponsor(Trashable):
    """A sponsor with the level it is shown at; 1 is the highest."""

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="sponsors")
    name = models.CharField(max_length=500)
    description = models.TextField(null=True, blank=True)
    url = models.URLField(max_length=2048, null=True, blank=True)
    level = models.IntegerField(null=True, blank=True)
    logo_url = ImageURLField(size="event.logo", null=True, blank=True)
    original_logo_url = ImageSizeField("logo_url", null=True)
    type = models.CharField(max_length=300, null=True, blank=True)

    def __str__(self) -> str:
        return self.name
