"""Accounts: what is known of people, and what is done with them."""

from typing import Any, Final

from django import forms
from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.http import HttpRequest
from unfold import forms as unfold_forms
from unfold.admin import TabularInline
from unfold.decorators import display

from openevent import activity
from openevent.desk.pages import Desk
from openevent.desk.verbs import verb
from openevent.errors import DomainError
from permissions import current
from permissions.current import note_caller
from users.actions import accounts, second_factor
from users.actions.accounts import BadPassword, edit_account, require_good_password
from users.actions.passwords import replace_password, send_reset
from users.actions.ranks import may_change
from users.actions.sign_in import revoke_all
from users.models import User, UserSystemRole

RANKS: Final = ("is_super_admin", "is_admin")  # what only super admins give and take


class OurPasswordRule(forms.Form):
    """Passwords set here have the length that all have."""

    def validate_password_for_user(self, user: User, **_: Any) -> None:
        try:
            require_good_password(self.cleaned_data.get("password2") or "")
        except BadPassword as refusal:
            self.add_error("password2", refusal.detail)


class AddForm(OurPasswordRule, unfold_forms.UserCreationForm):
    class Meta:
        model = User
        fields = ("email",)


class PasswordForm(OurPasswordRule, unfold_forms.AdminPasswordChangeForm):
    def save(self, commit: bool = True) -> User:
        is_wanted = self.cleaned_data["set_usable_password"]
        password = self.cleaned_data["password1"] if is_wanted else None
        replace_password(self.user, password, by=current.user())
        return self.user


class SystemRoleInline(TabularInline):
    """The system roles of a person; whoever gives one gives its panels, so it takes an admin."""

    model = UserSystemRole
    autocomplete_fields = ("event",)
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_staff)

    has_change_permission = has_delete_permission = has_add_permission

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


@admin.register(User)
class UserDesk(Desk, auth_admin.UserAdmin):
    icon = "person"
    is_searched = True
    is_removable = False  # events would be left without an owner
    form = unfold_forms.UserChangeForm
    add_form = AddForm
    change_password_form = PasswordForm
    list_display = ("email", "full_name", "rank", "is_verified", "is_blocked", "created_at")
    list_filter = ("is_super_admin", "is_admin", "is_verified", "is_blocked")
    search_fields = ("email", "first_name", "last_name", "public_name")
    ordering = ("-id",)
    filter_horizontal = ()
    readonly_fields = ("is_verified", "is_blocked", "created_at", "last_accessed_at")
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)
    fieldsets = (
        (None, {"fields": ("email", "password", "first_name", "last_name", "public_name")}),
        ("Rights", {"fields": (*RANKS, "is_verified", "is_blocked")}),
        (
            "About",
            {
                "fields": ("details", "contact", "avatar_url", "is_profile_public")
                + ("created_at", "last_accessed_at", "deleted_at")
            },
        ),
    )

    @display(description="Rank", label={"super admin": "danger", "admin": "warning"})
    def rank(self, user: User) -> str:
        return "super admin" if user.is_super_admin else "admin" if user.is_admin else ""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_super_admin else (*fields, *RANKS)

    def get_inlines(self, request: HttpRequest, obj: User | None = None) -> Any:
        return () if obj is None else (SystemRoleInline,)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if isinstance(obj, User) and not may_change(request.user, obj):
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False  # accounts are closed, not removed

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if change:
            edit_account(obj, User.objects.get(pk=obj.pk), by=request.user, is_fresh=True)
        else:
            super().save_model(request, obj, form, change)

    def user_change_password(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        note_caller(request, request.user)  # whom the form names as who did it
        return super().user_change_password(request, *args, **kwargs)

    @verb("Sign out everywhere", sure="Every device has to sign in again.", many=True)
    def sign_out(self, request: HttpRequest, user: User) -> str:
        revoke_all(user)
        activity.record(f"Account {user.email} (id {user.pk}) signed out", by=request.user)
        return f"{user} is signed out everywhere."

    @verb("Verify the address", when=lambda user: not user.is_verified, many=True)
    def verify(self, request: HttpRequest, user: User) -> str:
        accounts.vouch_for(user, by=request.user)
        return f"The address {user} counts as verified."

    @verb(
        "Send a link for a new password",
        sure="They get a mail with a link that is good for a day.",
        when=lambda user: user.is_active,
    )
    def send_link(self, request: HttpRequest, user: User) -> str:
        send_reset(user.email)
        return f"A link is on its way to {user}."

    @verb(
        "Block",
        sure="They are signed out, and cannot sign in until they are unblocked.",
        when=lambda user: not user.is_blocked,
        many=True,
        danger=True,
    )
    def block(self, request: HttpRequest, user: User) -> str:
        _require_another(user, request)
        accounts.block(user, by=request.user)
        return f"{user} is blocked."

    @verb(
        "Remove the second factor",
        sure="They sign in by their password alone, until they set up another one.",
        when=lambda user: second_factor.factor_of(user) is not None,
        super_admins=True,
        danger=True,
    )
    def forget_factor(self, request: HttpRequest, user: User) -> str:
        _require_another(user, request)
        second_factor.reset(user, by=request.user)
        return f"{user} is not asked for a second factor any more."

    @verb("Unblock", when=lambda user: user.is_blocked, many=True)
    def unblock(self, request: HttpRequest, user: User) -> str:
        accounts.unblock(user, by=request.user)
        return f"{user} may sign in again."


class OwnAccount(DomainError):
    detail = "This is your own account; have somebody else do it."


def _require_another(user: User, request: HttpRequest) -> None:
    if user.pk == request.user.pk:
        raise OwnAccount
