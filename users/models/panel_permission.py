"""Panels: the parts of the admin site, and whether they are open (`panel-permissions`)."""

from typing import Final

from django.db import models

# The parts there are, as the contract names them.
PANELS: Final = (
    "sales",
    "admin",
    "events",
    "sessions",
    "users",
    "permissions",
    "messages",
    "reports",
    "settings",
    "content",
)


class PanelPermission(models.Model):
    """A part of the admin site, open to whoever holds a system role that it is linked to.

    `can_access` shuts it for all of them at once. A name that is not in `PANELS` is kept and
    opens nothing, because there is no such part.
    """

    panel_name = models.CharField(max_length=100)
    can_access = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.panel_name
