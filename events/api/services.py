"""Services: the rows of an event that the roles of its team differ in (`/v1/services`)."""

from events.models import Service
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import anyone, is_admin
from permissions.statements import allow


class ServiceSerializer(ResourceSerializer):
    class Meta:
        model = Service
        fields = ["name"]


class ServiceViewSet(ResourceViewSet):
    serializer_class = ServiceSerializer
    permissions = allow(view=anyone, list=is_admin, change=is_admin)
