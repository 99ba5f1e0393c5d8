"""Image sizes: two singletons (`/v1/event-image-sizes`, `/v1/speaker-image-sizes`)."""

from typing import Any

from django.db.models import TextField, Value
from rest_framework.serializers import CharField

from media.actions.remaking import change_sizes
from media.models import EventImageSize, SpeakerImageSize
from openevent.api.fields import Computed
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import anyone, is_admin
from permissions.statements import allow


def always(text: str) -> Computed:
    return Computed(CharField(), Value(text, output_field=TextField()))


class EventImageSizeSerializer(ResourceSerializer):
    type = always("event-image")

    class Meta:
        model = EventImageSize
        fields = """
            type full_width full_height full_aspect full_quality thumbnail_width
            thumbnail_height thumbnail_aspect thumbnail_quality icon_width icon_height
            icon_aspect icon_quality logo_width logo_height
        """.split()


class SpeakerImageSizeSerializer(ResourceSerializer):
    type = always("speaker-image")

    class Meta:
        model = SpeakerImageSize
        fields = """
            type thumbnail_size_width_height thumbnail_size_quality small_size_width_height
            small_size_quality icon_size_width_height icon_size_quality
        """.split()


class ImageSizeViewSet(ResourceViewSet):
    is_singleton = True
    permissions = allow(view=anyone, change=is_admin)

    def perform_update(self, row: Any, was: Any, **extra: Any) -> None:
        change_sizes(row)


class EventImageSizeViewSet(ImageSizeViewSet):
    serializer_class = EventImageSizeSerializer


class SpeakerImageSizeViewSet(ImageSizeViewSet):
    serializer_class = SpeakerImageSizeSerializer
