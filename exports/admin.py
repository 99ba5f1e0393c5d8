"""Exports and imports in the admin: looked at, and deleted with their files."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from exports.models import Export, ImportJob


class LookedAt(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Export)
class ExportAdmin(LookedAt):
    list_display = ("name", "kind", "event", "requested_by", "size", "created_at")
    list_filter = ("kind",)
    list_select_related = ("event", "requested_by")
    search_fields = ("name", "event__name")
    exclude = ("token", "file")


@admin.register(ImportJob)
class ImportJobAdmin(LookedAt):
    list_display = ("name", "source", "user", "result_status", "starts_at")
    list_filter = ("source", "result_status")
    list_select_related = ("user",)
    search_fields = ("name", "user__email")
    exclude = ("file",)
