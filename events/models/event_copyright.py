"""Event copyrights: under which licence an event's material is."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone

from events.copying import copied
from media.fields import ImageSizeField, ImageURLField
from openevent.trash import Trashable


def validate_not_in_future(year: int) -> None:
    """:raises ValidationError: `year` has not begun."""
    this_year = timezone.now().year
    if year > this_year:
        raise ValidationError(f"Write a year from 1900 to {this_year}.")


@copied
class EventCopyright(Trashable):
    """Who holds the rights in an event's material, and what others may do with it."""

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="event_copyrights")
    holder = models.CharField(max_length=500, null=True, blank=True)
    holder_url = models.URLField(max_length=2048, null=True, blank=True)
    licence = models.CharField(max_length=500)
    licence_url = models.URLField(max_length=2048, null=True, blank=True)
    year = models.IntegerField(
        null=True, blank=True, validators=[MinValueValidator(1900), validate_not_in_future]
    )
    logo_url = ImageURLField(size="event.logo", null=True, blank=True)
    original_logo_url = ImageSizeField("logo_url", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "event",
                condition=models.Q(deleted_at=None),
                name="event_copyright_unique",
                violation_error_message="This event has a copyright already; change that one.",
            )
        ]

    def __str__(self) -> str:
        return self.licence
