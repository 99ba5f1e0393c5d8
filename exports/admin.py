"""Exports and imports in the admin: looked at, and deleted with their files."""

from django.contrib import admin

from exports.models import Export, ImportJob
from openevent.desk.pages import LookedAt


@admin.register(Export)
class ExportDesk(LookedAt):
    icon = "download"
    list_display = ("name", "kind", "event", "requested_by", "size", "created_at")
    list_filter = ("kind",)
    list_select_related = ("event", "requested_by")
    search_fields = ("name", "event__name")
    exclude = ("token", "file")


@admin.register(ImportJob)
class ImportJobDesk(LookedAt):
    icon = "upload"
    list_display = ("name", "source", "user", "result_status", "starts_at")
    list_filter = ("source", "result_status")
    list_select_related = ("user",)
    search_fields = ("name", "user__email")
    exclude = ("file",)
