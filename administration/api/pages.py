"""Pages that admins write (`/v1/pages`)."""

from administration.models import Page
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import anyone, is_admin
from permissions.statements import allow


class PageSerializer(ResourceSerializer):
    class Meta:
        model = Page
        fields = ["name", "title", "url", "description", "place", "language", "index"]
        html = ["description"]


class PageViewSet(ResourceViewSet):
    serializer_class = PageSerializer
    ordering = ["index", "id"]
    permissions = allow(view=anyone, write=is_admin)
