"""Other addresses of people, what they have linked, and where they are signed in."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display

from openevent import activity
from openevent.desk.pages import Desk, LookedAt
from openevent.desk.verbs import verb
from users.actions.ranks import AccountNotYours, may_change
from users.actions.verification import add_address, edit_address
from users.models import SignIn, SocialAccount, UserEmail


@admin.register(UserEmail)
class UserEmailDesk(Desk):
    icon = "alternate_email"
    list_display = ("email_address", "user", "type", "is_verified", "deleted_at")
    list_filter = ("is_verified", "type")
    search_fields = ("email_address", "user__email")
    autocomplete_fields = ("user",)
    list_select_related = ("user",)
    ordering = ("-id",)

    def has_change_permission(self, request: HttpRequest, obj: UserEmail | None = None) -> bool:
        if isinstance(obj, UserEmail) and not may_change(request.user, obj.user):
            return False
        return super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: UserEmail, form: Any, change: bool) -> None:
        if not may_change(request.user, obj.user):
            raise AccountNotYours
        if change:
            edit_address(obj, UserEmail.objects.get(pk=obj.pk))
        else:
            add_address(obj)


@admin.register(SocialAccount)
class SocialAccountDesk(LookedAt):
    """What people have linked; linking and its end are theirs."""

    icon = "link"
    called = "Linked accounts"
    list_display = ("user", "provider", "name", "connected_at")
    list_select_related = ("user",)
    list_filter = ("provider",)
    search_fields = ("user__email", "name")
    fields = ("user", "provider", "name", "profile_url", "connected_at")
    ordering = ("-id",)


@admin.register(SignIn)
class SignInDesk(LookedAt):
    """Where people are signed in to the API, and ending it there."""

    icon = "devices"
    called = "Sign-ins"
    list_display = ("user", "expires_at", "is_good")
    list_select_related = ("user",)
    search_fields = ("user__email",)
    fields = ("user", "expires_at", "is_good")
    readonly_fields = ("is_good",)
    ordering = ("-expires_at",)

    @display(description="Good", boolean=True)
    def is_good(self, row: SignIn) -> bool:
        return not row.is_void and row.expires_at > timezone.now()

    def may_act(self, request: HttpRequest, row: SignIn | None) -> bool:
        may = row is None or may_change(request.user, row.user)
        return may and super().may_act(request, row)

    @verb("End it", many=True)
    def end(self, request: HttpRequest, row: SignIn) -> str:
        row.delete()
        activity.record(f"A sign-in of {row.user} (id {row.user_id}) ended", by=request.user)
        return f"{row.user} is signed out on that device."
