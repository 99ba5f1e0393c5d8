"""The programme of an event: sessions, who speaks in them, and where and when."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from events.actions.sessions import edit_session, submit_session
from events.actions.speakers_calls import save_call
from events.models import (
    FavouriteSession,
    Feedback,
    Microlocation,
    Session,
    SessionType,
    Speaker,
    SpeakerInvite,
    SpeakersCall,
    Track,
)
from openevent.desk import columns
from openevent.desk.pages import Desk

from .base import OfEvent


@admin.register(Session)
class SessionDesk(OfEvent):
    icon = "co_present"
    is_searched = True
    list_display = ("title", "event", "track", "standing", "starts_at", "is_locked", "deleted_at")
    list_select_related = ("event", "track")
    list_filter = ("state", "is_locked")
    search_fields = ("title", "event__name")
    autocomplete_fields = ("event", "track", "microlocation", "session_type", "creator", "speakers")

    standing = columns.state(
        Session.State,
        pending="warning",
        accepted="success",
        confirmed="success",
        rejected="danger",
    )

    def save_model(self, request: HttpRequest, obj: Session, form: Any, change: bool) -> None:
        if change:
            edit_session(obj, Session.objects.get(pk=obj.pk), by=request.user)
        else:
            submit_session(obj, by=request.user)


@admin.register(Speaker)
class SpeakerDesk(OfEvent):
    icon = "record_voice_over"
    is_searched = True
    list_display = ("name", "email", "organisation", "event", "is_featured", "deleted_at")
    list_filter = ("is_featured",)
    search_fields = ("name", "email", "organisation", "event__name")
    autocomplete_fields = ("event", "user")


@admin.register(SpeakersCall)
class SpeakersCallDesk(Desk):
    icon = "campaign"
    called = "Calls for speakers"
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
    icon = "forward_to_inbox"
    called = "Invitations to speak"
    list_display = ("email", "session", "status", "expires_at")
    list_select_related = ("session",)
    list_filter = ("status",)
    search_fields = ("email", "session__title")
    autocomplete_fields = ("session", "event")
    ordering = ("-id",)


@admin.register(Feedback)
class FeedbackDesk(Desk):
    icon = "reviews"
    called = "Feedback"
    list_display = ("rating", "event", "session", "user", "deleted_at")
    list_select_related = ("event", "session", "user")
    search_fields = ("comment", "event__name", "session__title", "user__email")
    autocomplete_fields = ("event", "session", "user")
    ordering = ("-id",)


@admin.register(FavouriteSession)
class FavouriteSessionDesk(Desk):
    icon = "favorite"
    list_display = ("session", "user", "created_at")
    list_select_related = ("session", "user")
    search_fields = ("session__title", "user__email")
    autocomplete_fields = ("session", "user")
    ordering = ("-id",)


@admin.register(Track)
class TrackDesk(OfEvent):
    icon = "linear_scale"
    list_display = ("name", "event", "color", "position", "deleted_at")


@admin.register(Microlocation)
class MicrolocationDesk(OfEvent):
    icon = "meeting_room"
    called = "Rooms"
    list_display = ("name", "event", "room", "floor", "position", "deleted_at")


@admin.register(SessionType)
class SessionTypeDesk(OfEvent):
    icon = "timer"
    list_display = ("name", "event", "length", "position", "deleted_at")
