"""System roles: what people who are no admins do for the whole server."""

from django.db import models


class CustomSystemRole(models.Model):
    """A role that admins give for the whole server or for one event: Sales Admin, Marketer.

    `key` tells the two that the contract has relationships and flags for, whatever admins call
    them by now; those that admins made have none.
    """

    class Key(models.TextChoices):
        SALES_ADMIN = "sales_admin", "Sales Admin"
        MARKETER = "marketer", "Marketer"

    name = models.CharField(max_length=100)
    key = models.CharField(
        max_length=20, choices=Key.choices, null=True, blank=True, unique=True, editable=False
    )
    panel_permissions = models.ManyToManyField(
        "users.PanelPermission", related_name="custom_system_roles", blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "name",
                name="custom_system_role_name_unique",
                violation_error_message="A system role of this name exists already.",
            )
        ]

    def __str__(self) -> str:
        return self.name
