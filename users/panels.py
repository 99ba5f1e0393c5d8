"""Which panels of the admin site somebody may enter, read once per request."""

from typing import Any, Final

from django.db.models.signals import m2m_changed, post_delete, post_save

from permissions.memory import forget, remember
from permissions.users import Person

from .models import CustomSystemRole, PanelPermission, UserSystemRole
from .models.panel_permission import PANELS

ALL: Final = frozenset(PANELS)


def panels_of(user: Person) -> frozenset[str]:
    """Return the names of the panels that `user` may enter: all of them, for staff.

    Others enter those that are open to a system role which they hold for the whole server.
    """
    if user.is_staff:
        return ALL
    if not user.is_authenticated:
        return frozenset()
    return remember(("panels", user.pk), lambda: _read(user))


def _read(user: Person) -> frozenset[str]:
    open_to = PanelPermission.objects.filter(
        can_access=True,
        panel_name__in=PANELS,
        custom_system_roles__held__user=user.pk,
        custom_system_roles__held__event=None,
    )
    return frozenset(open_to.values_list("panel_name", flat=True))


def _forget_panels(**_: Any) -> None:
    forget()


for _model in (PanelPermission, CustomSystemRole, UserSystemRole):
    post_save.connect(_forget_panels, sender=_model)
    post_delete.connect(_forget_panels, sender=_model)
m2m_changed.connect(_forget_panels, sender=CustomSystemRole.panel_permissions.through)
