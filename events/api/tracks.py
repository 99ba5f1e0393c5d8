"""Tracks: the strands of sessions of an event (`/v1/tracks`)."""

from rest_framework.serializers import CharField

from events.atoms import has_event_role, is_event_published, is_track_organizer
from events.models import Track
from openevent.api.fields import Derived
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.statements import allow


def contrast(color: str) -> str:
    """Return black or white, whichever is easier to read on `color` (#rgb or #rrggbb)."""
    digits = color.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue = (int(digits[at : at + 2], 16) for at in (0, 2, 4))
    brightness = (299 * red + 587 * green + 114 * blue) / 1000
    return "#000000" if brightness > 128 else "#ffffff"


class TrackSerializer(ResourceSerializer):
    font_color = Derived(CharField(), reads=["color"], value=contrast)

    class Meta:
        model = Track
        fields = [
            "deleted_at",
            "name",
            "description",
            "color",
            "font_color",
            "position",
            "event",
            "sessions",
        ]


class TrackViewSet(ResourceViewSet):
    serializer_class = TrackSerializer
    ordering = ["position", "id"]
    permissions = allow(view=is_event_published | has_event_role, write=is_track_organizer)
