"""Invitations to speak in a session (`/v1/speaker-invites`).

They are accepted and rejected here too: two endpoints besides the resource.
"""

from typing import Any

from events.actions.speaker_invites import (
    accept_speaker_invite,
    invite_speaker,
    reject_speaker_invite,
    withdraw_invite,
)
from events.atoms import is_speaker_for_session
from events.invited import is_invited
from events.models import SpeakerInvite
from openevent.api.openapi.facts import NULLABLE_TEXT, describes
from openevent.api.serializers import ResourceSerializer
from openevent.api.verbs import row_verb
from openevent.api.views import ResourceViewSet
from permissions.atoms import auth_required
from permissions.statements import allow


class SpeakerInviteSerializer(ResourceSerializer):
    class Meta:
        model = SpeakerInvite
        fields = ["email", "status", "session", "event"]


# an invitation that is accepted makes a speaker of the session
changes_session = is_speaker_for_session.about("change", "session")


class SpeakerInviteViewSet(ResourceViewSet):
    serializer_class = SpeakerInviteSerializer
    permissions = allow(
        view=is_speaker_for_session.about("view", "session") | is_invited,
        create=changes_session,
        delete=changes_session,
        accept_invite=auth_required,
        reject_invite=auth_required,
    )

    def perform_create(self, row: SpeakerInvite, **extra: Any) -> None:
        invite_speaker(row, by=self.request.user)

    def perform_destroy(self, row: SpeakerInvite) -> None:
        withdraw_invite(row)

    @describes(
        {
            "email": str,
            "event": int,
            "event_identifier": str,
            "session": int,
            "speaker": int,
            "name": NULLABLE_TEXT,
        }
    )
    @row_verb("get", path="accept-invite", acts=True)
    def accept_invite(self, request: Any, row: SpeakerInvite) -> dict[str, Any]:
        """Speak in the session: become one of its speakers."""
        speaker = accept_speaker_invite(row, by=request.user)
        return {
            "email": row.email,
            "event": row.event_id,
            "event_identifier": row.event.identifier,
            "session": row.session_id,
            "speaker": speaker.pk,
            "name": request.user.full_name or None,
        }

    @describes({"success": bool, "message": str})
    @row_verb("get", path="reject-invite", acts=True)
    def reject_invite(self, request: Any, row: SpeakerInvite) -> dict[str, Any]:
        """Decline to speak in the session."""
        reject_speaker_invite(row, by=request.user)
        return {"success": True, "message": "Rejected successfully"}
