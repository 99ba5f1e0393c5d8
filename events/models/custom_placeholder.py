"""Custom placeholders: the pictures that stand for an event which has none of its own."""

from django.db import models


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
    original_image_url = models.URLField(max_length=2048)
    thumbnail_image_url = models.URLField(max_length=2048, editable=False)
    large_image_url = models.URLField(max_length=2048, editable=False)
    icon_image_url = models.URLField(max_length=2048, editable=False)
    copyright = models.CharField(max_length=300, null=True, blank=True)
    origin = models.CharField(max_length=2048, null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    def show(self) -> None:
        """Have the picture as it is stand for each of its sizes."""
        self.thumbnail_image_url = self.original_image_url
        self.large_image_url = self.original_image_url
        self.icon_image_url = self.original_image_url
