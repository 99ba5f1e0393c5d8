"""Event roles: who works on which event, and as what (`users-events-roles` in the API)."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import models

from . import role


def cascade_unless_owner(
    collector: Any, field: Any, held: Sequence["EventRole"], using: str
) -> None:
    """Remove the roles of a person who is removed, but for an owner, without whom no event is.

    :raises models.ProtectedError: they own an event, which may lie in the trash.
    """
    owned = [each for each in held if each.is_owner]
    if owned:
        raise models.ProtectedError("An event is owned by this person.", set(owned))
    models.CASCADE(collector, field, held, using)


class EventRole(models.Model):
    """One person's role on one event. An event has exactly one owner."""

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="roles")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, cascade_unless_owner, related_name="event_roles"
    )
    role = models.ForeignKey("events.Role", models.PROTECT, related_name="+")
    # The role's name says "owner" for at most one row of an event; the database holds it.
    is_owner = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "user",
                "event",
                "role",
                name="event_role_unique",
                violation_error_message="This person has the role on the event already.",
            ),
            models.UniqueConstraint(
                "event",
                condition=models.Q(is_owner=True),
                name="event_role_one_owner",
                violation_error_message="The event has an owner already.",
            ),
        ]
        indexes = [models.Index("user", "event", name="event_role_user_idx")]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role_id} of {self.event_id}"

    def save(self, **options: object) -> None:
        self.is_owner = self.role.name == role.OWNER
        update_fields = options.get("update_fields")
        if update_fields is not None:
            options["update_fields"] = {*update_fields, "is_owner"}  # type: ignore[misc]
        super().save(**options)  # type: ignore[arg-type]
