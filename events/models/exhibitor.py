"""Exhibitors: who shows something at an event."""

from django.db import models

from events.copying import copied
from media.fields import ImageSizeField, ImageURLField


@copied
class Exhibitor(models.Model):
    """An exhibitor with what they show, where they are on the web, and their sessions."""

    class Status(models.TextChoices):
        PENDING = "pending"
        ACCEPTED = "accepted"

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="exhibitors")
    sessions = models.ManyToManyField("events.Session", blank=True, related_name="exhibitors")
    name = models.CharField(max_length=500)
    status = models.CharField(max_length=20, choices=Status, default=Status.PENDING)
    description = models.TextField(null=True, blank=True)
    url = models.URLField(max_length=2048, null=True, blank=True)
    position = models.IntegerField(default=0)
    logo_url = ImageURLField(size="event.logo", null=True, blank=True)
    original_logo_url = ImageSizeField("logo_url", null=True)
    banner_url = ImageURLField(null=True, blank=True)
    thumbnail_image_url = ImageSizeField("banner_url", "event.thumbnail", null=True)
    enable_video_room = models.BooleanField(default=False)
    video_url = models.URLField(max_length=2048, null=True, blank=True)
    slides_url = models.URLField(max_length=2048, null=True, blank=True)
    contact_email = models.EmailField(null=True, blank=True)
    contact_link = models.CharField(max_length=2048, null=True, blank=True)
    # [{"name": ..., "link": ..., "is_custom": ...}]
    social_links = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    modified_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name
