"""Calls for speakers (`/v1/speakers-calls`)."""

from typing import Any

from events.actions.speakers_calls import save_call
from events.atoms import has_event_role, is_coorganizer, is_event_published
from events.models import SpeakersCall
from openevent.api.resources import Audience
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.statements import allow


class SpeakersCallSerializer(ResourceSerializer):
    class Meta:
        model = SpeakersCall
        fields = """
            deleted_at announcement starts_at soft_ends_at ends_at hash privacy event
        """.split()
        html = ["announcement"]


class SpeakersCallViewSet(ResourceViewSet):
    serializer_class = SpeakersCallSerializer
    # who has the hash may submit to a private call, so it goes to whom the team gives it
    audiences = [Audience("team", is_coorganizer, only=("hash",))]
    masked = {"hash": None}
    permissions = allow(view=is_event_published | has_event_role, write=is_coorganizer)

    def perform_create(self, row: SpeakersCall, **extra: Any) -> None:
        save_call(row)

    def perform_update(self, row: SpeakersCall, was: SpeakersCall, **extra: Any) -> None:
        save_call(row)
