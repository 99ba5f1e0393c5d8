"""Who works on events and groups, and who follows them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from events.actions.roles import add_role
from events.models import (
    EventRole,
    FavouriteEvent,
    FollowedGroup,
    Group,
    GroupRole,
    Role,
    RoleInvite,
    RolePermission,
    Service,
)
from events.models.role import OWNER
from openevent.desk.pages import Desk, LookedAt
from users.admin import RightsDesk


@admin.register(Role)
class RoleDesk(RightsDesk):
    icon = "badge"
    called = "Event roles"
    list_display = ("name", "title_name")
    search_fields = ("name", "title_name")
    ordering = ("id",)

    def save_model(self, request: HttpRequest, obj: Role, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            add_role(obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Role | None = None) -> Any:
        return ("name",) if obj is not None and obj.is_built_in else ()

    def has_delete_permission(self, request: HttpRequest, obj: Role | None = None) -> bool:
        if obj is not None and obj.is_built_in:
            return False
        return super().has_delete_permission(request, obj)


class NamedInTheList(forms.ModelForm):
    """A row of a list whose boxes are named for who cannot see in which row and column they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = f"{self.instance}: {name.replace('_', ' ')}"


@admin.register(RolePermission)
class RolePermissionDesk(RightsDesk):
    """What each event role lets people do with each part of a programme, as one table."""

    icon = "grid_on"
    called = "What event roles may do"
    list_display = ("role", "service", "can_create", "can_read", "can_update", "can_delete")
    list_editable = ("can_create", "can_read", "can_update", "can_delete")
    list_select_related = ("role", "service")
    list_filter = ("role", "service")
    search_fields = ("role__name", "service__name")
    ordering = ("role", "service")

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(request, form=NamedInTheList, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("role", "service") if obj is not None else ()


@admin.register(Service)
class ServiceDesk(LookedAt):
    icon = "view_module"
    called = "Parts of a programme"
    list_display = ("name",)
    search_fields = ("name",)
    ordering = ("name",)


class TeamDesk(Desk):
    """Who has which role; that an event has one owner is not for the admin to change."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "role":
            kwargs["queryset"] = Role.objects.exclude(name=OWNER)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(EventRole)
class EventRoleDesk(TeamDesk):
    """Who works on which event."""

    icon = "groups"
    called = "Teams"
    list_display = ("event", "user", "role")
    list_select_related = ("event", "user", "role")
    list_filter = ("role",)
    search_fields = ("event__name", "user__email")
    autocomplete_fields = ("event", "user")
    ordering = ("-id",)

    def has_change_permission(self, request: HttpRequest, obj: EventRole | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.is_owner)

    def has_delete_permission(self, request: HttpRequest, obj: EventRole | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.is_owner)


@admin.register(RoleInvite)
class RoleInviteDesk(Desk):
    icon = "forward_to_inbox"
    called = "Invitations"
    list_display = ("email", "event", "role", "status", "expires_at")
    list_select_related = ("event", "role")
    list_filter = ("status", "role")
    search_fields = ("email", "event__name")
    autocomplete_fields = ("event",)
    ordering = ("-id",)


@admin.register(Group)
class GroupDesk(Desk):
    icon = "workspaces"
    is_searched = True
    list_display = ("name", "user", "is_promoted", "deleted_at")
    list_select_related = ("user",)
    list_filter = ("is_promoted",)
    search_fields = ("name", "user__email")
    autocomplete_fields = ("user",)
    ordering = ("-id",)


@admin.register(GroupRole)
class GroupRoleDesk(TeamDesk):
    """Who organizes which group, and with it each of its events."""

    icon = "group_add"
    called = "Teams of groups"
    list_display = ("email", "group", "role", "accepted")
    list_select_related = ("group", "role")
    list_filter = ("accepted",)
    search_fields = ("email", "group__name")
    autocomplete_fields = ("group",)
    ordering = ("-id",)


@admin.register(FollowedGroup)
class FollowedGroupDesk(Desk):
    icon = "bookmark"
    list_display = ("group", "user", "created_at")
    list_select_related = ("group", "user")
    search_fields = ("group__name", "user__email")
    autocomplete_fields = ("group", "user")
    ordering = ("-id",)


@admin.register(FavouriteEvent)
class FavouriteEventDesk(Desk):
    icon = "favorite"
    list_display = ("event", "user", "deleted_at")
    list_select_related = ("event", "user")
    search_fields = ("event__name", "user__email")
    autocomplete_fields = ("event", "user")
    ordering = ("-id",)
