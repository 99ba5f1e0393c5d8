"""Activities: who did what, for admins (`/v1/activities`)."""

from openevent.activity.models import Activity
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import is_admin
from permissions.statements import allow


class ActivitySerializer(ResourceSerializer):
    class Meta:
        model = Activity
        fields = ["actor", "time", "action"]


class ActivityViewSet(ResourceViewSet):
    serializer_class = ActivitySerializer
    ordering = ["-time", "-id"]
    permissions = allow(view=is_admin)
