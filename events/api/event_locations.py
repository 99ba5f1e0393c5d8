"""Event locations: places to look for events at (`/v1/event-locations`), for a search form.

They are counted rather than stored, so how that is done stands here with the resource.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from rest_framework.serializers import CharField

from events.models import Event, EventLocation
from events.models.slugs import slug_of
from openevent.api.datalayers import Data, DataLayer
from openevent.api.fields import ToMany
from openevent.api.serializers import DataSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import anyone, is_admin
from permissions.statements import allow

FEWEST = 6  # as far as events name so many


class EventLocations(DataLayer):
    """The places that admins offer, and after them those that most published events name."""

    def get_collection(self, data: Data, view_kwargs: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        offered = list(EventLocation.objects.order_by("pk").values_list("name", flat=True))
        known = {slug_of(name) for name in offered}
        others = (name for name in _most_named(len(known)) if slug_of(name) not in known)
        names = [*offered, *islice(others, max(0, FEWEST - len(offered)))]
        return [_item(place, name) for place, name in enumerate(names)]

    def create_object(
        self, data: Mapping[str, Any], view_kwargs: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Offer a place after those that are offered already."""
        place = EventLocation.objects.count()
        return _item(place, EventLocation.objects.create(name=data["name"]).name)


def _most_named(more: int) -> Iterator[str]:
    """Iterate over the places that most public events name, `more` than are wanted."""
    named = Event.objects.published().filter(
        privacy=Event.Privacy.PUBLIC, searchable_location_name__gt=""
    )
    counted = named.values_list("searchable_location_name").annotate(events=Count("pk"))
    ordered = counted.order_by("-events", "searchable_location_name")
    return (name for name, _ in ordered[: FEWEST + more])


def _item(place: int, name: str) -> Mapping[str, Any]:
    there = [{"name": "searchable-location-name", "op": "eq", "val": name}]
    events = f"/v1/events?{urlencode({'filter': json.dumps(there)})}"
    return {"id": place, "name": name, "slug": slug_of(name), "events": events}


class EventLocationSerializer(DataSerializer):
    name = CharField(max_length=300)
    slug = CharField(read_only=True)
    events = ToMany("event", read_only=True)


class EventLocationViewSet(ResourceViewSet):
    serializer_class = EventLocationSerializer
    resource_type = "event-location"
    data_layer = EventLocations
    permissions = allow(view=anyone, create=is_admin)
