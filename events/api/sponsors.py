"""Sponsors of an event (`/v1/sponsors`)."""

from typing import Any

from events.actions.sponsors import save_sponsor
from events.atoms import has_event_role, is_coorganizer, is_event_published
from events.models import Sponsor
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.statements import allow


class SponsorSerializer(ResourceSerializer):
    class Meta:
        model = Sponsor
        fields = "deleted_at name description url level logo_url type event".split()
        html = ["description"]


class SponsorViewSet(ResourceViewSet):
    serializer_class = SponsorSerializer
    ordering = ["level", "id"]
    permissions = allow(view=is_event_published | has_event_role, write=is_coorganizer)

    def perform_create(self, row: Sponsor, **extra: Any) -> None:
        save_sponsor(row)

    def perform_update(self, row: Sponsor, was: Sponsor, **extra: Any) -> None:
        save_sponsor(row, was)
