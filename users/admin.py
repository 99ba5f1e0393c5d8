"""Accounts in the admin, and what all our admin pages have in common."""

from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminURLFieldWidget
from django.contrib.auth import admin as auth_admin
from django.contrib.auth import forms as auth_forms
from django.contrib.auth.models import Group
from django.db import IntegrityError, models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from media.actions.images import settle
from media.fields import ImageURLField
from openevent.errors import DomainError
from openevent.trash import Trashable
from users.actions.accounts import BadPassword, edit_account, require_good_password
from users.actions.sign_in import revoke_all
from users.actions.verification import add_address, edit_address
from users.models import User, UserEmail

RANKS: Final = ("is_super_admin", "is_admin")  # what only super admins give and take


class Desk(admin.ModelAdmin):
    """The admin pages of one of our models.

    A refusal is shown as a message. What lies in the trash is only shown to be there: putting
    it there and taking it out is more than a column.
    """

    formfield_overrides = {
        models.URLField: {"assume_scheme": "https"},
        ImageURLField: {"widget": AdminURLFieldWidget},
    }
    list_per_page = 50

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "deleted_at") if issubclass(self.model, Trashable) else fields

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        row = super().save_form(request, form, change)
        settle(row, self.model._default_manager.get(pk=row.pk) if change else None)
        return row

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except DomainError as refusal:
            detail = refusal.detail
        except IntegrityError as error:
            detail = self._broken_rule(error)
        self.message_user(request, detail, messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())

    def _broken_rule(self, error: IntegrityError) -> str:
        # A form does not ask for constraints on columns that it has no field for.
        name = error.__cause__.diag.constraint_name
        for constraint in self.model._meta.constraints:
            if constraint.name == name:
                return str(constraint.violation_error_message)
        raise error


class OurPasswordRule(forms.Form):
    """Passwords set here have the length that all have."""

    def validate_password_for_user(self, user: User, **_: Any) -> None:
        try:
            require_good_password(self.cleaned_data.get("password2") or "")
        except BadPassword as refusal:
            self.add_error("password2", refusal.detail)


class AddForm(OurPasswordRule, auth_forms.AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email",)


class PasswordForm(OurPasswordRule, auth_forms.AdminPasswordChangeForm):
    def save(self, commit: bool = True) -> User:
        user = super().save(commit)
        revoke_all(user)
        return user


@admin.register(User)
class UserDesk(Desk, auth_admin.UserAdmin):
    add_form = AddForm
    change_password_form = PasswordForm
    list_display = ("email", "full_name", "is_verified", "is_admin", "is_super_admin", "created_at")
    list_filter = ("is_super_admin", "is_admin", "is_verified", "is_blocked")
    search_fields = ("email", "first_name", "last_name", "public_name")
    ordering = ("-id",)
    filter_horizontal = ()
    readonly_fields = ("created_at", "last_accessed_at")
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)
    fieldsets = (
        (None, {"fields": ("email", "password", "first_name", "last_name", "public_name")}),
        (
            "Rights",
            {"fields": (*RANKS, "is_sales_admin", "is_marketer", "is_verified", "is_blocked")},
        ),
        (
            "About",
            {
                "fields": ("details", "contact", "avatar_url", "is_profile_public")
                + ("created_at", "last_accessed_at", "deleted_at")
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_super_admin else (*fields, *RANKS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and obj.is_super_admin and not request.user.is_super_admin:
            return False  # who could give them a password would be one of them
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False  # accounts are closed, not removed: events would be left without an owner

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if change:
            edit_account(obj, User.objects.get(pk=obj.pk), by=request.user, is_fresh=True)
        else:
            super().save_model(request, obj, form, change)


@admin.register(UserEmail)
class UserEmailDesk(Desk):
    list_display = ("email_address", "user", "type", "is_verified", "deleted_at")
    list_filter = ("is_verified", "type")
    search_fields = ("email_address", "user__email")
    autocomplete_fields = ("user",)
    list_select_related = ("user",)
    ordering = ("-id",)

    def save_model(self, request: HttpRequest, obj: UserEmail, form: Any, change: bool) -> None:
        if change:
            edit_address(obj, UserEmail.objects.get(pk=obj.pk))
        else:
            add_address(obj)


admin.site.unregister(Group)  # rights are predicates here; nobody would be asked for a group
