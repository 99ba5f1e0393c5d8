"""Searching events (`GET /v1/search/events`)."""

from typing import Final

from rest_framework.request import Request
from rest_framework.response import Response

from events.models import Event
from openevent.api.openapi.facts import describes
from permissions.manager import public
from users.api.plain import PlainView

# What may be searched in; several together must all be found.
COLUMNS: Final = ("name", "description", "location_name", "owner_name", "owner_description")
# As many as one looks through; whoever wants all lists events with a filter.
MOST: Final = 20


class EventSearchView(PlainView):
    """`GET /v1/search/events?name=x`: public events whose texts have the words, latest first."""

    @describes(
        [{"name": str, "meta": {"id": int, "identifier": str}}],
        query={name.replace("_", "-"): "Words in it." for name in COLUMNS},
    )
    @public()
    def get(self, request: Request) -> Response:
        sent = {name: request.GET.get(name.replace("_", "-"), "") for name in COLUMNS}
        texts = {name: text.replace("\0", "").strip() for name, text in sent.items()}
        words = {name: text for name, text in texts.items() if text}
        if not words:
            return Response([])
        public_ones = Event.objects.published().filter(privacy=Event.Privacy.PUBLIC)
        found = public_ones.matching(words).order_by("-starts_at", "id")[:MOST]
        return Response(
            [
                {"name": event.name, "meta": {"id": event.pk, "identifier": event.identifier}}
                for event in found.only("name", "identifier")
            ]
        )
