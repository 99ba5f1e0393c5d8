"""Rights: system roles and their panels, who holds them, and what needs no verified address."""

from typing import Any, Final

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from openevent.desk.pages import Desk
from users.models import CustomSystemRole, PanelPermission, UserPermission, UserSystemRole

HOLDERS: Final = 50  # of a system role, shown on its page


class RightsDesk(Desk):
    """What says who may do what: seen by who holds the panel, changed by admins.

    Others would give themselves what they do not have.
    """

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_staff) and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_staff) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_staff) and super().has_delete_permission(request, obj)


@admin.register(CustomSystemRole)
class CustomSystemRoleDesk(RightsDesk):
    """System roles: the panels that each opens, and who holds it."""

    icon = "badge"
    called = "System roles"
    list_display = ("name", "opens")
    search_fields = ("name",)
    ordering = ("name",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("panel_permissions")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def asides(self, request: HttpRequest, role: CustomSystemRole) -> list[str]:
        held = role.held.select_related("user", "event").order_by("event", "user__email")
        context = {"held": held[:HOLDERS], "more": max(0, held.count() - HOLDERS), "role": role}
        return [render_to_string("desk/holders.html", context)]

    @display(description="Panels")
    def opens(self, role: CustomSystemRole) -> str:
        return ", ".join(each.panel_name for each in role.panel_permissions.all())


@admin.register(UserSystemRole)
class UserSystemRoleDesk(RightsDesk):
    icon = "assignment_ind"
    called = "Who holds them"
    list_display = ("user", "role", "event")
    list_select_related = ("user", "role", "event")
    list_filter = ("role",)
    search_fields = ("user__email", "role__name")
    autocomplete_fields = ("user", "event")
    ordering = ("-id",)


@admin.register(PanelPermission)
class PanelPermissionDesk(RightsDesk):
    icon = "dashboard"
    called = "Panels"
    list_display = ("panel_name", "can_access")
    search_fields = ("panel_name",)
    ordering = ("panel_name",)


@admin.register(UserPermission)
class UserPermissionDesk(RightsDesk):
    icon = "rule"
    called = "Without a verified address"
    list_display = ("name", "unverified_user", "deleted_at")
    search_fields = ("name",)
    ordering = ("name",)
