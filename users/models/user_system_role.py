"""Who holds which system role. Admins give them, on the admin site."""

from django.conf import settings
from django.db import models


class UserSystemRole(models.Model):
    """One person's system role: for the whole server, or (`event`) for one event.

    Only one for the whole server opens panels of the admin site, whose pages show every event.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="system_roles")
    role = models.ForeignKey("users.CustomSystemRole", models.CASCADE, related_name="held")
    event = models.ForeignKey(
        "events.Event", models.CASCADE, null=True, blank=True, related_name="system_roles"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "event"],
                nulls_distinct=False,
                name="user_system_role_unique",
                violation_error_message="This person has the system role already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.event or 'the server'}: {self.user}"
