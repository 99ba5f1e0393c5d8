"""The settings of the site and the log of who did what, in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from administration.models import Page
from openevent.activity.models import Activity
from openevent.sealed import SealedField
from openevent.site.models import Site
from users.admin import Desk

admin.site.site_header = admin.site.site_title = "Open Event"


@admin.register(Site)
class SiteDesk(Desk):
    """The only row; the API takes its secrets and does not show them, and here they are not."""

    list_display = ("app_name", "frontend_url", "storage_place", "email_service")
    exclude = tuple(field.name for field in Site._meta.fields if isinstance(field, SealedField))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Site.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Activity)
class ActivityDesk(Desk):
    """Read only: what was done was done."""

    list_display = ("time", "actor", "action")
    search_fields = ("actor", "action")
    date_hierarchy = "time"
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Page)
class PageDesk(Desk):
    list_display = ("name", "title", "url", "place", "language", "index")
    list_filter = ("place", "language")
    search_fields = ("name", "title", "url")
