"""Exports and imports in the admin: looked at, and deleted with their files."""

from django.contrib import admin
from django.template.defaultfilters import filesizeformat
from unfold.decorators import display

from exports.models import Export, ImportJob
from openevent.desk import columns
from openevent.desk.pages import Disposable


@admin.register(Export)
class ExportDesk(Disposable):
    icon = "download"
    list_display = ("name", "kind", "about", "requested_by", "bytes", "created_at")
    list_filter = ("kind",)
    list_select_related = ("event", "group", "requested_by")
    search_fields = ("name", "event__name", "group__name")
    date_hierarchy = "created_at"
    fields = (
        *("name", "kind", "event", "group", "requested_by"),
        *("options", "bytes", "sha256", "created_at"),
    )
    readonly_fields = ("bytes",)

    @display(description="Size", ordering="size")
    def bytes(self, export: Export) -> str:
        return filesizeformat(export.size) if export.size is not None else "not made (yet)"


@admin.register(ImportJob)
class ImportJobDesk(Disposable):
    icon = "upload"
    called = "Imports"
    list_display = ("name", "source", "user", "standing", "starts_at")
    list_filter = ("source", "result_status")
    list_select_related = ("user",)
    search_fields = ("name", "user__email")
    date_hierarchy = "starts_at"
    fields = ("name", "source", "user", "standing", "starts_at", "result", "report")
    readonly_fields = ("standing",)

    standing = columns.state(
        ImportJob.Status, "result_status", WAITING="info", SUCCESS="success", FAILURE="danger"
    )
