"""Speakers: people as they are presented at one event."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from media.fields import ImageSizeField, ImageURLField
from openevent.trash import Trashable


class Speaker(Trashable):
    """A person in the programme of one event; they may have an account, or none."""

    class Gender(models.TextChoices):
        MAN = "Man"
        WOMAN = "Woman"
        TRANSGENDER = "Transgender"
        NON_BINARY = "Non-binary"
        GENDERQUEER = "Genderqueer"
        UNLISTED = "An identity not listed here"
        UNSAID = "I prefer not to say"

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="speakers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="speakers"
    )
    name = models.CharField(max_length=500)
    email = models.EmailField(max_length=254, null=True, blank=True)
    # An organizer entered this speaker without an address of their own.
    is_email_overridden = models.BooleanField(default=False)
    is_featured = models.BooleanField(default=False)
    order = models.IntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    photo_url = ImageURLField(null=True, blank=True)
    thumbnail_image_url = ImageSizeField("photo_url", "speaker.thumbnail", null=True)
    small_image_url = ImageSizeField("photo_url", "speaker.small", null=True)
    icon_image_url = ImageSizeField("photo_url", "speaker.icon", null=True)

    organisation = models.CharField(max_length=500, null=True, blank=True)
    position = models.CharField(max_length=500, null=True, blank=True)
    country = models.CharField(max_length=300, null=True, blank=True)
    city = models.CharField(max_length=300, null=True, blank=True)
    address = models.TextField(null=True, blank=True)
    mobile = models.CharField(max_length=100, null=True, blank=True)
    gender = models.CharField(max_length=50, choices=Gender, null=True, blank=True)
    short_biography = models.TextField(null=True, blank=True)
    long_biography = models.TextField(null=True, blank=True)
    speaking_experience = models.TextField(null=True, blank=True)
    heard_from = models.CharField(max_length=1000, null=True, blank=True)
    sponsorship_required = models.TextField(null=True, blank=True)

    website = models.URLField(max_length=2048, null=True, blank=True)
    twitter = models.URLField(max_length=2048, null=True, blank=True)
    facebook = models.URLField(max_length=2048, null=True, blank=True)
    github = models.URLField(max_length=2048, null=True, blank=True)
    mastodon = models.URLField(max_length=2048, null=True, blank=True)
    linkedin = models.URLField(max_length=2048, null=True, blank=True)
    instagram = models.URLField(max_length=2048, null=True, blank=True)
    speaker_positions = models.JSONField(null=True, blank=True)
    complex_field_values = models.JSONField(null=True, blank=True)  # of the event's custom forms

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "event",
                Lower("email"),
                condition=models.Q(deleted_at=None, email__isnull=False),
                name="speaker_email_unique",
                violation_error_message="A speaker of this event has this email already.",
            )
        ]

    def __str__(self) -> str:
        return self.name
