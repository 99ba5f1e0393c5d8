"""Mails and their switches in the admin."""

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from messaging import previews
from messaging.mail import send_again
from messaging.models import (
    EmailNotification,
    Mail,
    MessageSetting,
    Notification,
    NotificationSetting,
)
from openevent.desk import columns
from openevent.desk.pages import LookedAt, Switches
from openevent.desk.verbs import verb

State = Mail.State


@admin.register(Mail)
class MailDesk(LookedAt):
    """Every mail, with what it said but for secrets, and how it fared."""

    icon = "mail"
    list_display = ("time", "recipient", "subject", "action", "standing", "sent_at")
    list_filter = ("state", "action")
    search_fields = ("recipient", "subject")
    date_hierarchy = "time"
    ordering = ("-id",)
    fields = (
        ("standing", "action"),
        "recipient",
        ("bcc", "reply_to"),
        "subject",
        ("time", "sent_at"),
        "error",
        "message_id",
    )
    readonly_fields = ("standing",)

    standing = columns.state(
        Mail.State, waiting="info", sent="success", failed="danger", kept="warning"
    )

    def get_urls(self) -> list[URLPattern]:
        body = self.admin_site.admin_view(require_safe(self.body))
        return [path("<int:mail_id>/body/", body, name="mail_body"), *super().get_urls()]

    def body(self, request: HttpRequest, mail_id: int) -> HttpResponse:
        """Show the HTML of one mail alone, without what is confidential."""
        mail = Mail.objects.filter(pk=mail_id).first()
        if mail is None or not self.has_view_permission(request, mail):
            raise Http404
        return previews.body(mail.message)

    def asides(self, request: HttpRequest, mail: Mail) -> list[str]:
        context = {
            "mail": mail,
            "body": reverse("admin:mail_body", args=(mail.pk,)),
            "sandbox": previews.SANDBOX,
        }
        return [render_to_string("desk/mail.html", context)]

    @verb("Send again", when=lambda mail: mail.state != State.WAITING, many=True)
    def resend(self, request: HttpRequest, mail: Mail) -> str:
        again = send_again(mail, by=request.user)
        if again.pk == mail.pk:
            return f"The mail to {mail.recipient} is on its way."
        return f"The same words are on their way to {mail.recipient}, as mail {again.pk}."


@admin.register(MessageSetting)
class MessageSettingDesk(Switches):
    icon = "mark_email_read"
    called = "Kinds of mail"
    list_display = ("action", "enabled")
    list_filter = ("enabled",)
    search_fields = ("action",)
    ordering = ("action",)


@admin.register(NotificationSetting)
class NotificationSettingDesk(Switches):
    icon = "notifications_active"
    called = "Kinds of notification"
    list_display = ("type", "enabled")
    list_filter = ("enabled",)
    search_fields = ("type",)
    ordering = ("type",)


@admin.register(Notification)
class NotificationDesk(LookedAt):
    icon = "notifications"
    list_display = ("created_at", "user", "event", "is_read")
    list_filter = ("is_read",)
    search_fields = ("user__email",)
    list_select_related = ("user", "event")
    ordering = ("-id",)


@admin.register(EmailNotification)
class EmailNotificationDesk(LookedAt):
    icon = "unsubscribe"
    called = "Wishes about mail"
    list_display = ("user", "event", "deleted_at")
    search_fields = ("user__email",)
    list_select_related = ("user", "event")
    ordering = ("-id",)
