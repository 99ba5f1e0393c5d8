"""Custom placeholders: pictures for events without one (`/v1/custom-placeholders`)."""

from events.models import CustomPlaceholder
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import anyone, is_admin
from permissions.statements import allow


class CustomPlaceholderSerializer(ResourceSerializer):
    class Meta:
        model = CustomPlaceholder
        fields = """
            name original_image_url thumbnail_image_url large_image_url icon_image_url
            copyright origin event_sub_topic
        """.split()


class CustomPlaceholderViewSet(ResourceViewSet):
    serializer_class = CustomPlaceholderSerializer
    permissions = allow(view=anyone, write=is_admin)
