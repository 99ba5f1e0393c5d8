"""Roles: the names under which people work on events."""

from typing import Final

from django.db import models

OWNER: Final = "owner"
ORGANIZER: Final = "organizer"
COORGANIZER: Final = "coorganizer"
TRACK_ORGANIZER: Final = "track_organizer"
MODERATOR: Final = "moderator"
REGISTRAR: Final = "registrar"
ATTENDEE: Final = "attendee"

BUILT_IN: Final = (OWNER, ORGANIZER, COORGANIZER, TRACK_ORGANIZER, MODERATOR, REGISTRAR, ATTENDEE)


class Role(models.Model):
    """A role somebody may hold on an event; the built-in ones carry rights, others are titles."""

    name = models.CharField(max_length=100)
    title_name = models.CharField(max_length=100, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "name",
                name="role_name_unique",
                violation_error_message="A role of this name exists already.",
            )
        ]

    def __str__(self) -> str:
        return self.title_name or self.name

    @property
    def is_built_in(self) -> bool:
        return self.name in BUILT_IN
