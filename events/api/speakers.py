"""Speakers: people in the programme of an event (`/v1/speakers`)."""

from typing import Any, Final

from events.actions.session_mails import tell_of_new_speaker
from events.actions.sessions import require_unlocked
from events.actions.speakers import add_speaker, edit_speaker
from events.atoms import (
    has_event_role,
    is_event_published,
    is_organizer,
    is_speaker_itself_or_admin,
)
from events.models import Speaker
from openevent.api.fields import ToOne
from openevent.api.linkage import Change, Changes
from openevent.api.resources import Audience
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import auth_required
from permissions.statements import allow

# What a speaker tells the organizers, and nobody else.
CONFIDED: Final = (
    "email",
    "mobile",
    "address",
    "gender",
    "heard_from",
    "speaking_experience",
    "sponsorship_required",
    "complex_field_values",
)


class SpeakerSerializer(ResourceSerializer):
    user = ToOne("user", read_only=True)

    class Meta:
        model = Speaker
        fields = """
            deleted_at name email photo_url thumbnail_image_url small_image_url icon_image_url
            short_biography long_biography speaking_experience mobile website twitter facebook
            github mastodon linkedin instagram organisation is_featured is_email_overridden
            position country city address gender order heard_from sponsorship_required
            complex_field_values speaker_positions event user sessions
        """.split()
        html = ["short_biography", "long_biography", "speaking_experience"]


class SpeakerViewSet(ResourceViewSet):
    serializer_class = SpeakerSerializer
    ordering = ["order", "id"]
    audiences = [Audience("team", is_speaker_itself_or_admin, only=CONFIDED)]
    masked = dict.fromkeys(CONFIDED)
    writable_by = {"is_featured": is_organizer, "order": is_organizer}
    permissions = allow(
        view=is_event_published | has_event_role,
        create=auth_required,
        change=is_speaker_itself_or_admin,
        delete=is_speaker_itself_or_admin,
    )

    def perform_create(self, row: Speaker, **extra: Any) -> None:
        add_speaker(row, by=self.request.user, key=self.request.GET.get("speaker_call"))

    def perform_update(self, row: Speaker, was: Speaker, **extra: Any) -> None:
        edit_speaker(row, was, by=self.request.user)

    def perform_link(self, row: Speaker, was: Speaker | None, changes: Changes) -> None:
        added, removed = changes.get("sessions", Change([], []))
        for session in (*added, *removed):
            require_unlocked(session, by=self.request.user)
        for session in added:
            tell_of_new_speaker(session, row)
