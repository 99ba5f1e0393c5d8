"""The settings of the site: its only row, as groups that are explained (`settings_groups`)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.text import slugify
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminSelectWidget

from administration.settings_groups import CHOICES, Rank, groups_for, help_for
from media import places
from media.actions.trying import try_place
from messaging import mail
from openevent import activity
from openevent.desk.pages import OnlyRow
from openevent.site.models import Site


class WordField(forms.TypedChoiceField):
    """A choice of a few words; another one that is kept already may stay."""

    def __init__(self, words: Mapping[str, str], **options: Any) -> None:
        choices = [("", "—"), *words.items()]
        super().__init__(
            choices=choices, widget=UnfoldAdminSelectWidget(), empty_value=None, **options
        )

    def get_bound_field(self, form: Any, field_name: str) -> Any:
        bound = super().get_bound_field(form, field_name)
        kept = bound.initial
        if kept and not self.valid_value(kept):
            self.choices = [*self.choices, (kept, kept)]
        return bound


@admin.register(Site)
class SiteDesk(OnlyRow):
    icon = "settings"
    called = "Settings"
    change_form_template = "desk/settings.html"

    def get_urls(self) -> list[URLPattern]:
        test_mail = self.admin_site.admin_view(require_POST(self.test_mail))
        test_storage = self.admin_site.admin_view(require_POST(self.test_storage))
        return [
            path("test-mail/", test_mail, name="site_site_test_mail"),
            path("test-storage/", test_storage, name="site_site_test_storage"),
            *super().get_urls(),
        ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [
            (group.title, {"fields": tuple(group.columns), "description": group.help})
            for group in groups_for(request.user)
        ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        explained = {"label": _label(db_field), "help_text": help_for(db_field.name)}
        if db_field.name in CHOICES:
            required = not db_field.blank
            return WordField(CHOICES[db_field.name], required=required, **explained)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.label, field.help_text = explained["label"], explained["help_text"]
        return field

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        groups = list(groups_for(request.user))
        context |= {
            "extras": {group.title: group.template for group in groups if group.template},
            "contents": [(slugify(group.title), group.title) for group in groups],
            "places": places.set_up() if request.user.is_super_admin else [],
            # what came of a test is said beside its button, which is far from the top
            "said": {each.extra_tags: each for each in messages.get_messages(request)},
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def log_change(self, request: HttpRequest, obj: Site, message: Any) -> Any:
        activity.record("Settings changed", by=request.user)
        return super().log_change(request, obj, message)

    def test_mail(self, request: HttpRequest) -> HttpResponse:
        """Send a mail by the settings as they are saved; the log of mails says how that went."""
        if not any(group.rank is Rank.ADMINS for group in groups_for(request.user)):
            raise PermissionDenied
        recipient = request.POST.get("recipient", "").strip()
        try:
            validate_email(recipient)
        except ValidationError:
            messages.error(request, "Name the address that the test mail goes to.", "mail")
        else:
            messages.success(request, self._send_test(recipient), "mail")
        return HttpResponseRedirect(f"{self.only_url}#test-of-mail")

    def test_storage(self, request: HttpRequest) -> HttpResponse:
        """Try a place by the settings as they are saved, and say how that went."""
        if not request.user.is_super_admin:
            raise PermissionDenied
        try:
            messages.success(request, try_place(request.POST.get("place", "")), "storage")
        except places.StorageUnavailable as error:
            messages.error(request, error.reason, "storage")
        return HttpResponseRedirect(f"{self.only_url}#test-of-storage")

    @transaction.atomic
    def _send_test(self, recipient: str) -> str:
        sent = mail.send("test_mail", to=recipient, context={})
        if sent is None:
            return "Mails of the kind test_mail are switched off, so none was sent."
        return f"A mail to {recipient} is on its way; the mails list says how that went."


def _label(column: Any) -> str:
    """Return what people call a column: its name, without what its group says already."""
    words = column.name.replace("_", " ")
    for known, name in _NAMES.items():
        words = words.replace(known, name) if words.startswith(known) else words
    return words[:1].upper() + words[1:]


# How columns begin whose names are the contract's and not words.
_NAMES = {
    "aws ": "S3 ",
    "gs ": "Google ",
    "fb ": "Facebook ",
    "tw ": "X ",
    "in ": "Instagram ",
    "start pg ": "front page ",
    "admin billing ": "billing ",
    "admin company": "company",
    "smtp ": "SMTP ",
    "is ": "",
}
