"""Users: accounts, as themselves and as others see them (`/v1/users`)."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q
from rest_framework import serializers

from openevent.api.fields import Computed, Managed, ToMany, ToOne
from openevent.api.resources import Audience
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import anyone, is_admin, is_super_admin, is_user_itself
from permissions.registry import named
from permissions.statements import allow
from users.actions.accounts import (
    close_account,
    edit_account,
    register,
    remove_account,
    reopen_account,
)
from users.actions.system_roles import set_system_roles
from users.models import CustomSystemRole, User
from users.models.user import LONGEST_EMAIL, normalised
from users.throttles import RegistrationThrottle, count_from, count_mail_to

PUBLIC: Final = """
    deleted_at email avatar_url first_name last_name public_name is_profile_public
    original_image_url thumbnail_image_url small_image_url icon_image_url
    was_registered_with_order
""".split()
OWN: Final = """
    facebook_url twitter_url instagram_url google_plus_url password is_super_admin is_admin
    facebook_id is_sales_admin is_marketer is_user_owner is_user_organizer is_user_coorganizer
    is_user_track_organizer is_user_moderator is_user_registrar is_verified is_blocked
    last_accessed_at created_at details language_prefrence contact billing_contact_name
    billing_phone billing_state billing_country billing_tax_info company billing_address
    billing_city billing_zip_code billing_additional_info is_rocket_chat_registered
    notifications feedbacks event_invoices speakers access_codes discount_codes
    email_notifications alternate_emails social_accounts sessions groups owner_events
    organizer_events coorganizer_events track_organizer_events registrar_events
    moderator_events attendees
    events favourite_events favourite_sessions followed_groups orders marketer_events
    sales_admin_events
""".split()


def holds(role: str) -> Computed:
    """Whether the user has `role` on any event."""
    return Computed(
        serializers.BooleanField(),
        lambda: Exists(User.objects.filter(pk=OuterRef("pk"), event_roles__role__name=role)),
    )


def events_as(role: str) -> ToMany:
    """The events on which the user has `role`; role invites change who has."""
    held = Q(roles__role__name=role)
    return ToMany("event", via="roles__user", where=held, changed_by="role-invites")


Key = CustomSystemRole.Key


def holds_system(role: Key) -> Managed:
    """Whether the user has the system role; admins give and take it by this."""
    return Managed(
        serializers.BooleanField(),
        lambda: Exists(User.objects.filter(pk=OuterRef("pk"), system_roles__role__key=role)),
        required=False,
    )


def events_as_system(role: Key) -> ToMany:
    """The events for which the user has the system role."""
    return ToMany(
        "event",
        via="system_roles__user",
        where=Q(system_roles__role__key=role),
        changed_by="system roles on the admin site",
    )


class UserSerializer(ResourceSerializer):
    password = serializers.CharField(write_only=True, trim_whitespace=False)
    is_user_owner = holds("owner")
    is_user_organizer = holds("organizer")
    is_user_coorganizer = holds("coorganizer")
    is_user_track_organizer = holds("track_organizer")
    is_user_moderator = holds("moderator")
    is_user_registrar = holds("registrar")
    is_sales_admin = holds_system(Key.SALES_ADMIN)
    is_marketer = holds_system(Key.MARKETER)

    events = ToMany("event", via="roles__user", changed_by="role-invites")
    owner_events = events_as("owner")
    organizer_events = events_as("organizer")
    coorganizer_events = events_as("coorganizer")
    track_organizer_events = events_as("track_organizer")
    registrar_events = events_as("registrar")
    moderator_events = events_as("moderator")
    marketer_events = events_as_system(Key.MARKETER)
    sales_admin_events = events_as_system(Key.SALES_ADMIN)
    sessions = ToMany("session", via=("creator", "speakers__user"), read_only=True)
    speakers = ToMany("speaker", read_only=True)
    favourite_sessions = ToMany(
        "user-favourite-session", alias="user-favourite-sessions", read_only=True
    )

    notifications = ToMany("notification", read_only=True)
    feedbacks = ToMany("feedback", changed_by="feedbacks")
    event_invoices = ToMany("event-invoice")
    access_codes = ToOne("access-code", spelled="access-codes")
    discount_codes = ToOne("discount-code", spelled="discount-codes")
    email_notifications = ToMany("email-notification")
    alternate_emails = ToMany("user-email", spelled="user-emails")
    social_accounts = ToMany("social-account", changed_by="social-accounts")
    groups = ToMany("group", read_only=True)
    attendees = ToMany("attendee")
    favourite_events = ToMany(
        "user-favourite-event",
        alias="user-favourite-events",
        changed_by="user-favourite-events",
    )
    followed_groups = ToMany("user-follow-group", changed_by="user-follow-groups")
    orders = ToMany("order")

    class Meta:
        model = User
        fields = [*PUBLIC, *OWN]
        read_only_fields = """
            facebook_id is_super_admin last_accessed_at created_at is_rocket_chat_registered
        """.split()
        html = ["details"]
        # the column has room for what an address in the trash ends in
        extra_kwargs = {"email": {"max_length": LONGEST_EMAIL}}


class UserViewSet(ResourceViewSet):
    serializer_class = UserSerializer
    throttle_classes = [RegistrationThrottle]
    audiences = [
        Audience("self", is_user_itself, only=tuple(OWN)),
        Audience("team", named("is_coorganizer_of_user"), only=("email",)),
    ]
    masked = {"email": None}
    permissions = allow(
        view=is_user_itself,
        embedded=anyone,
        create=anyone,
        change=is_user_itself,
        delete=is_user_itself,
    )
    writable_by = {
        "is_admin": is_super_admin,
        "is_sales_admin": is_admin,
        "is_marketer": is_admin,
        "is_verified": is_admin,
        "is_blocked": is_admin,
        "was_registered_with_order": is_admin,
    }

    def perform_create(self, row: User, **extra: Any) -> None:
        register(row, password=extra["password"])
        set_system_roles(row, _system_roles(extra))

    def reader_of_written(self, row: User) -> User:
        """Show a new account to the person who opened it, who is not signed in yet."""
        user = self.request.user
        return user if user.is_authenticated else row

    def perform_update(self, row: User, was: User, **extra: Any) -> None:
        if normalised(row.email) != normalised(was.email):
            # it tells whether the new one is taken, as registering does, and sends mail there
            count_from(self.request, RegistrationThrottle.limit)
            count_mail_to(row.email)
        is_fresh = bool(self.request.auth and self.request.auth.get("fresh"))
        edit_account(row, was, by=self.request.user, is_fresh=is_fresh)
        set_system_roles(row, _system_roles(extra))

    def perform_trash(self, row: User) -> None:
        close_account(row, by=self.request.user)

    def perform_destroy(self, row: User) -> None:
        remove_account(row, by=self.request.user)

    def perform_restore(self, row: User) -> None:
        reopen_account(row)


def _system_roles(sent: Mapping[str, Any]) -> dict[str, bool]:
    """Return what was sent of the system roles that somebody is to hold, by their key."""
    return {key: sent[f"is_{key}"] for key in Key.values if f"is_{key}" in sent}
