"""Mails and their switches in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from messaging.models import (
    EmailNotification,
    Mail,
    MessageSetting,
    Notification,
    NotificationSetting,
)


class ReadOnly(admin.ModelAdmin):
    """What the server writes by itself is looked at here, and not changed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Switches(admin.ModelAdmin):
    """Each kind has its row, which is switched on or off and neither added nor removed."""

    list_filter = ("enabled",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Mail)
class MailDesk(ReadOnly):
    list_display = ("time", "recipient", "action", "subject", "state", "sent_at")
    list_filter = ("state", "action")
    search_fields = ("recipient", "subject")
    exclude = ("confidential",)
    date_hierarchy = "time"
    ordering = ("-id",)


@admin.register(MessageSetting)
class MessageSettingDesk(Switches):
    list_display = ("action", "enabled")
    search_fields = ("action",)
    ordering = ("action",)


@admin.register(NotificationSetting)
class NotificationSettingDesk(Switches):
    list_display = ("type", "enabled")
    search_fields = ("type",)
    ordering = ("type",)


@admin.register(Notification)
class NotificationDesk(ReadOnly):
    list_display = ("created_at", "user", "event", "is_read")
    list_filter = ("is_read",)
    search_fields = ("user__email",)
    list_select_related = ("user", "event")
    ordering = ("-id",)


@admin.register(EmailNotification)
class EmailNotificationDesk(ReadOnly):
    list_display = ("user", "event", "deleted_at")
    search_fields = ("user__email",)
    list_select_related = ("user", "event")
    ordering = ("-id",)
