"""Exhibitors of an event (`/v1/exhibitors`)."""

from typing import Any

from rest_framework.exceptions import ValidationError

from events.atoms import has_event_role, is_coorganizer, is_event_published
from events.models import Exhibitor
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.statements import allow

from .links import validate_links


class ExhibitorSerializer(ResourceSerializer):
    class Meta:
        model = Exhibitor
        fields = """
            name status description url position logo_url banner_url thumbnail_image_url
            enable_video_room video_url slides_url contact_email contact_link social_links event
            sessions
        """.split()
        html = ["description"]

    def validate_social_links(self, links: Any) -> Any:
        """Check the links, each of which may say that it is of no known platform."""
        checked = validate_links(links)
        for link, sent in zip(checked or [], links or [], strict=True):
            is_custom = sent.get("is_custom", False)
            if not isinstance(is_custom, bool):
                raise ValidationError("is_custom is true or false.")
            link["is_custom"] = is_custom
        return checked


class ExhibitorViewSet(ResourceViewSet):
    serializer_class = ExhibitorSerializer
    ordering = ["position", "id"]
    permissions = allow(view=is_event_published | has_event_role, write=is_coorganizer)
