"""Groups: series of events by the same people, and who follows them."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from media.fields import ImageSizeField, ImageURLField
from openevent.trash import Trashable

from .invitations import Invitation


class Group(Trashable):
    """A series of events that people can follow; its organizers organize each of them."""

    user = models.ForeignKey(  # who owns it
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="groups"
    )
    name = models.CharField(max_length=500)
    about = models.TextField(null=True, blank=True)
    social_links = models.JSONField(null=True, blank=True)  # [{name, link, is_custom}]
    is_promoted = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    logo_url = ImageURLField(size="event.logo", null=True, blank=True)
    original_logo_url = ImageSizeField("logo_url", null=True)
    banner_url = ImageURLField(null=True, blank=True)
    thumbnail_image_url = ImageSizeField("banner_url", "event.thumbnail", null=True)

    def __str__(self) -> str:
        return self.name


class GroupRole(Invitation):
    """A person's role in a group: offered to an address, and held once it is accepted.

    `token_hash` is the SHA-256 of the token in the link that was mailed.
    """

    trashed_with = ["group"]

    group = models.ForeignKey("events.Group", models.CASCADE, related_name="roles")
    role = models.ForeignKey("events.Role", models.PROTECT, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="group_roles",
    )
    accepted = models.BooleanField(default=False, editable=False)
    token_hash = models.CharField(max_length=64, null=True, editable=False, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "group",
                "role",
                name="group_role_email_unique",
                violation_error_message="This person is invited to the group already.",
            ),
            models.UniqueConstraint(
                "user",
                "group",
                "role",
                name="group_role_user_unique",
                violation_error_message="This person has the role in the group already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} in group {self.group_id}"


class FollowedGroup(models.Model):
    """A group that somebody wants to hear from (`user-follow-group`)."""

    trashed_with = ["group"]

    group = models.ForeignKey("events.Group", models.CASCADE, related_name="followers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="followed_groups"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "group",
                "user",
                name="followed_group_unique",
                violation_error_message="You follow this group already.",
            )
        ]

    def __str__(self) -> str:
        return f"group {self.group_id} by user {self.user_id}"
