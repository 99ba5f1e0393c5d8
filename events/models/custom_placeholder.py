"""Custom placeholders: the pictures that stand for an event which has none of its own."""

from django.db import models

from media.fields import ImageSizeField, ImageURLField


class CustomPlaceholder(models.Model):
    """The picture of events on one sub-topic; a list that admins keep."""

    event_sub_topic = models.OneToOneField(
        "events.EventSubTopic",
        models.CASCADE,
        related_name="custom_placeholder",
        null=True,
        blank=True,
    )
    name = models.CharField(max_length=300)
    original_image_url = ImageURLField()
    thumbnail_image_url = ImageSizeField("original_image_url", "event.thumbnail")
    large_image_url = ImageSizeField("original_image_url", "event.full")
    icon_image_url = ImageSizeField("original_image_url", "event.icon")
    copyright = models.CharField(max_length=300, null=True, blank=True)
    origin = models.CharField(max_length=2048, null=True, blank=True)

    def __str__(self) -> str:
        return self.name
