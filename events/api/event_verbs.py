"""What can be done with an event besides reading and writing it (`/v1/events/{id}/...`)."""

from typing import Any

from events.actions.copies import copy_event
from events.actions.reordering import reorder, reset_order
from events.models import Event
from openevent.api.verbs import row_verb

from .plain_values import places_of


class EventVerbs:
    """Endpoints of one event, in plain JSON."""

    @row_verb("get", path="sessions/dates")
    def session_dates(self, request: Any, row: Event) -> list[str]:
        return row.sessions.announced().days(row.timezone)

    @row_verb("get", path="sessions/languages")
    def session_languages(self, request: Any, row: Event) -> list[str]:
        return row.sessions.announced().languages()

    @row_verb("post", path="reorder-speakers")
    def reorder_speakers(self, request: Any, row: Event) -> dict[str, Any]:
        """Put speakers in order; `?reset` takes all of them back to the first place."""
        speakers = row.speakers.filter(deleted_at=None)
        if "reset" in request.GET:
            return {"success": True, "updates": reset_order(speakers, "order")}
        counts = reorder(speakers, "order", places_of(request.data, "speaker", "order"))
        return {"success": True, "updates": {str(place): n for place, n in counts.items()}}

    @row_verb("post")
    def copy(self, request: Any, row: Event) -> dict[str, Any]:
        made = copy_event(row, by=request.user)
        return {"id": made.pk, "identifier": made.identifier, "copied": True}
