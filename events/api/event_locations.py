"""Event locations: where most events take place (`/v1/event-locations`), for a search form."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count
from rest_framework.serializers import CharField

from events.models import Event
from events.models.slugs import slug_of
from openevent.api.datalayers import Data, DataLayer
from openevent.api.serializers import DataSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import anyone
from permissions.statements import allow

MOST = 6


class EventLocations(DataLayer):
    """The places that most published events name; counted, so that none can be entered."""

    def get_collection(self, data: Data, view_kwargs: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Return the most frequent first."""
        named = Event.objects.published().filter(
            privacy=Event.Privacy.PUBLIC, searchable_location_name__gt=""
        )
        counted = named.values_list("searchable_location_name").annotate(events=Count("pk"))
        names = counted.order_by("-events", "searchable_location_name")[:MOST]
        return [
            {"id": place, "name": name, "slug": slug_of(name)}
            for place, (name, _) in enumerate(names)
        ]


class EventLocationSerializer(DataSerializer):
    name = CharField()
    slug = CharField(read_only=True)


class EventLocationViewSet(ResourceViewSet):
    serializer_class = EventLocationSerializer
    resource_type = "event-location"
    data_layer = EventLocations
    permissions = allow(view=anyone)
