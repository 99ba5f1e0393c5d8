"""Events, their programme and their people in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from events.actions.custom_forms import save_custom_form
from events.actions.events import create_event, edit_event
from events.actions.sessions import edit_session, submit_session
from events.actions.speakers_calls import save_call
from events.models import (
    CustomForm,
    CustomFormOption,
    CustomFormTranslate,
    CustomPlaceholder,
    Event,
    EventCopyright,
    EventRole,
    EventSubTopic,
    EventTopic,
    EventType,
    Exhibitor,
    Faq,
    FaqType,
    FavouriteEvent,
    FavouriteSession,
    Feedback,
    FollowedGroup,
    Group,
    GroupRole,
    Microlocation,
    Role,
    RoleInvite,
    Session,
    SessionType,
    SocialLink,
    Speaker,
    SpeakerInvite,
    SpeakersCall,
    Sponsor,
    Tag,
    Track,
)
from events.models.role import OWNER
from users.admin import Desk


@admin.register(Event)
class EventDesk(Desk):
    list_display = ("name", "identifier", "state", "privacy", "starts_at", "deleted_at")
    list_filter = ("state", "privacy", "is_featured", "event_type", "event_topic")
    search_fields = ("name", "identifier", "owner_name")
    autocomplete_fields = ("event_type", "event_topic", "event_sub_topic", "group")
    ordering = ("-id",)

    def save_model(self, request: HttpRequest, obj: Event, form: Any, change: bool) -> None:
        if change:
            edit_event(obj, Event.objects.get(pk=obj.pk), by=request.user)
        else:
            create_event(obj, by=request.user)


@admin.register(EventType, EventTopic)
class SluggedDesk(Desk):
    list_display = ("name", "slug", "deleted_at")
    search_fields = ("name",)
    ordering = ("name",)


class ProgrammeDesk(Desk):
    """What belongs to an event and has a name."""

    list_display = ("name", "event", "deleted_at")
    list_select_related = ("event",)
    search_fields = ("name", "event__name")
    autocomplete_fields = ("event",)
    ordering = ("-id",)


@admin.register(Track)
class TrackDesk(ProgrammeDesk):
    list_display = ("name", "event", "color", "position", "deleted_at")


@admin.register(Microlocation)
class MicrolocationDesk(ProgrammeDesk):
    list_display = ("name", "event", "room", "floor", "position", "deleted_at")


@admin.register(SessionType)
class SessionTypeDesk(ProgrammeDesk):
    list_display = ("name", "event", "length", "position", "deleted_at")


@admin.register(Speaker)
class SpeakerDesk(ProgrammeDesk):
    list_display = ("name", "email", "organisation", "event", "is_featured", "deleted_at")
    list_filter = ("is_featured",)
    search_fields = ("name", "email", "organisation", "event__name")
    autocomplete_fields = ("event", "user")


@admin.register(Session)
class SessionDesk(ProgrammeDesk):
    list_display = ("title", "event", "track", "state", "starts_at", "is_locked", "deleted_at")
    list_select_related = ("event", "track")
    list_filter = ("state", "is_locked")
    search_fields = ("title", "event__name")
    autocomplete_fields = ("event", "track", "microlocation", "session_type", "creator", "speakers")

    def save_model(self, request: HttpRequest, obj: Session, form: Any, change: bool) -> None:
        if change:
            edit_session(obj, Session.objects.get(pk=obj.pk), by=request.user)
        else:
            submit_session(obj, by=request.user)


@admin.register(FavouriteSession)
class FavouriteSessionDesk(Desk):
    list_display = ("session", "user", "created_at")
    list_select_related = ("session", "user")
    search_fields = ("session__title", "user__email")
    autocomplete_fields = ("session", "user")
    ordering = ("-id",)


@admin.register(Role)
class RoleDesk(Desk):
    list_display = ("name", "title_name")
    search_fields = ("name", "title_name")
    ordering = ("id",)

    def get_readonly_fields(self, request: HttpRequest, obj: Role | None = None) -> Any:
        return ("name",) if obj is not None and obj.is_built_in else ()

    def has_delete_permission(self, request: HttpRequest, obj: Role | None = None) -> bool:
        if obj is not None and obj.is_built_in:
            return False
        return super().has_delete_permission(request, obj)


@admin.register(EventRole)
class EventRoleDesk(Desk):
    """Who works on which event; that it has one owner is not for the admin to change."""

    list_display = ("event", "user", "role")
    list_select_related = ("event", "user", "role")
    list_filter = ("role",)
    search_fields = ("event__name", "user__email")
    autocomplete_fields = ("event", "user")
    ordering = ("-id",)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "role":
            kwargs["queryset"] = Role.objects.exclude(name=OWNER)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: EventRole | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.is_owner)

    def has_delete_permission(self, request: HttpRequest, obj: EventRole | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.is_owner)


@admin.register(SpeakersCall)
class SpeakersCallDesk(Desk):
    list_display = ("event", "privacy", "starts_at", "ends_at", "deleted_at")
    list_select_related = ("event",)
    list_filter = ("privacy",)
    search_fields = ("event__name",)
    autocomplete_fields = ("event",)
    ordering = ("-id",)

    def save_model(self, request: HttpRequest, obj: SpeakersCall, form: Any, change: bool) -> None:
        save_call(obj)


@admin.register(SpeakerInvite)
class SpeakerInviteDesk(Desk):
    list_display = ("email", "session", "status", "expires_at")
    list_select_related = ("session",)
    list_filter = ("status",)
    search_fields = ("email", "session__title")
    autocomplete_fields = ("session", "event")
    ordering = ("-id",)


@admin.register(Feedback)
class FeedbackDesk(Desk):
    list_display = ("rating", "event", "session", "user", "deleted_at")
    list_select_related = ("event", "session", "user")
    search_fields = ("comment", "event__name", "session__title", "user__email")
    autocomplete_fields = ("event", "session", "user")
    ordering = ("-id",)


@admin.register(Group)
class GroupDesk(Desk):
    list_display = ("name", "user", "is_promoted", "deleted_at")
    list_select_related = ("user",)
    list_filter = ("is_promoted",)
    search_fields = ("name", "user__email")
    autocomplete_fields = ("user",)
    ordering = ("-id",)


@admin.register(GroupRole)
class GroupRoleDesk(Desk):
    list_display = ("email", "group", "role", "accepted")
    list_select_related = ("group", "role")
    list_filter = ("accepted",)
    search_fields = ("email", "group__name")
    autocomplete_fields = ("group",)
    ordering = ("-id",)


@admin.register(FollowedGroup)
class FollowedGroupDesk(Desk):
    list_display = ("group", "user", "created_at")
    list_select_related = ("group", "user")
    search_fields = ("group__name", "user__email")
    autocomplete_fields = ("group", "user")
    ordering = ("-id",)


@admin.register(FavouriteEvent)
class FavouriteEventDesk(Desk):
    list_display = ("event", "user", "deleted_at")
    list_select_related = ("event", "user")
    search_fields = ("event__name", "user__email")
    autocomplete_fields = ("event", "user")
    ordering = ("-id",)


@admin.register(Sponsor, SocialLink, Tag)
class NamedDesk(ProgrammeDesk):
    """What else of an event has a name."""


@admin.register(Exhibitor)
class ExhibitorDesk(ProgrammeDesk):
    list_display = ("name", "event", "status", "position")
    autocomplete_fields = ("event", "sessions")


@admin.register(FaqType)
class FaqTypeDesk(ProgrammeDesk):
    list_display = ("name", "event")


@admin.register(Faq)
class FaqDesk(ProgrammeDesk):
    list_display = ("question", "event", "faq_type", "deleted_at")
    search_fields = ("question", "event__name")
    autocomplete_fields = ("event", "faq_type")


@admin.register(EventCopyright)
class EventCopyrightDesk(ProgrammeDesk):
    list_display = ("licence", "event", "holder", "year", "deleted_at")
    search_fields = ("licence", "holder", "event__name")


@admin.register(CustomPlaceholder)
class CustomPlaceholderDesk(Desk):
    list_display = ("name", "event_sub_topic", "origin", "copyright")
    search_fields = ("name",)
    autocomplete_fields = ("event_sub_topic",)
    ordering = ("name",)


@admin.register(EventSubTopic)
class EventSubTopicDesk(Desk):
    list_display = ("name", "event_topic", "slug")
    list_select_related = ("event_topic",)
    search_fields = ("name",)
    autocomplete_fields = ("event_topic",)
    ordering = ("name",)


@admin.register(CustomForm)
class CustomFormDesk(ProgrammeDesk):
    list_display = ("name", "event", "form", "type", "is_required", "is_included", "position")
    list_filter = ("form", "type")
    search_fields = ("name", "field_identifier", "event__name")

    def save_model(self, request: HttpRequest, obj: CustomForm, form: Any, change: bool) -> None:
        save_custom_form(obj)


@admin.register(CustomFormOption)
class CustomFormOptionDesk(Desk):
    list_display = ("value", "custom_form", "deleted_at")
    list_select_related = ("custom_form",)
    search_fields = ("value",)
    autocomplete_fields = ("custom_form",)


@admin.register(CustomFormTranslate)
class CustomFormTranslateDesk(Desk):
    list_display = ("name", "language_code", "custom_form")
    list_select_related = ("custom_form",)
    search_fields = ("name",)
    autocomplete_fields = ("custom_form",)


@admin.register(RoleInvite)
class RoleInviteDesk(Desk):
    list_display = ("email", "event", "role", "status", "expires_at")
    list_select_related = ("event", "role")
    list_filter = ("status", "role")
    search_fields = ("email", "event__name")
    autocomplete_fields = ("event", "role")
    ordering = ("-id",)
