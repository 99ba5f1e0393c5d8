"""The role x service matrix (`event-role-permissions` in the API)."""

from django.db import models


class RolePermission(models.Model):
    """What holding one role lets people do with the rows of one service.

    It takes away from what the statements of the five services give to roles, and gives nothing
    by itself. A role without a row for a service may do nothing with it.
    """

    role = models.ForeignKey("events.Role", models.CASCADE, related_name="permissions")
    service = models.ForeignKey("events.Service", models.CASCADE, related_name="permissions")
    can_create = models.BooleanField(default=False)
    can_read = models.BooleanField(default=False)
    can_update = models.BooleanField(default=False)
    can_delete = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "role",
                "service",
                name="role_permission_unique",
                violation_error_message="What this role may do with this service is said already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} and {self.service}"
