"""What can be done with an event besides reading and writing it (`/v1/events/{id}/...`)."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from rest_framework.decorators import action

from events.actions.contacts import contact_event
from events.actions.copies import copy_event
from events.actions.reordering import reorder, reset_order
from events.models import Event
from messaging.links import page
from openevent.api import reading
from openevent.api.errors import MEDIA_TYPE
from openevent.api.openapi.facts import ANY, describes, list_of
from openevent.api.registry import registry
from openevent.api.verbs import row_verb
from users.providers import share_links

from .custom_forms import OfTicketForm
from .plain_values import message_of, places_of


class EventVerbs:
    """Endpoints of one event, in plain JSON."""

    @describes([str])
    @row_verb("get", path="sessions/dates")
    def session_dates(self, request: Any, row: Event) -> list[str]:
        """List the days on which announced sessions begin, in the event's time zone."""
        return row.sessions.announced().days(row.timezone)

    @describes([str])
    @row_verb("get", path="sessions/languages")
    def session_languages(self, request: Any, row: Event) -> list[str]:
        """List the languages of announced sessions."""
        return row.sessions.announced().languages()

    @describes(
        {"success": bool, "updates": ANY},
        body=[{"speaker": int, "order": int}],
        query={"reset": "Take all back to the first place."},
    )
    @row_verb("post", path="reorder-speakers")
    def reorder_speakers(self, request: Any, row: Event) -> dict[str, Any]:
        """Put speakers in order; `?reset` takes all of them back to the first place."""
        return _reordered(request, row.speakers.filter(deleted_at=None), "speaker", "order")

    @describes(
        {"success": bool, "updates": ANY},
        body=[{"exhibitor": int, "position": int}],
        query={"reset": "Take all back to the first place."},
    )
    @row_verb("post", path="reorder-exhibitors")
    def reorder_exhibitors(self, request: Any, row: Event) -> dict[str, Any]:
        """Put exhibitors in order; `?reset` takes all of them back to the first place."""
        return _reordered(request, row.exhibitors.all(), "exhibitor", "position")

    @describes(list_of("custom-form"), media_type=MEDIA_TYPE)
    @action(detail=True, methods=["get"], url_path="custom-forms/<str:form_id>")
    def ticket_forms(self, request: Any, ref: str, form_id: str) -> HttpResponseBase:
        """List the fields of the form that belongs to some of the event's tickets."""
        owner = reading.id_of(registry["event"], ref, request.user)
        forms = registry["custom-form"]
        values = {"owner": owner, "form_id": form_id}
        return reading.collection(request, forms, request.user, OfTicketForm(), values)

    @describes({"id": int, "identifier": str, "copied": bool})
    @row_verb("post")
    def copy(self, request: Any, row: Event) -> dict[str, Any]:
        """Copy the event with what belongs to it, but not its people, into a new draft."""
        made = copy_event(row, by=request.user)
        return {"id": made.pk, "identifier": made.identifier, "copied": True}

    @describes([{"provider": str, "name": str, "url": str}])
    @row_verb("get", path="share-links")
    def share_links(self, request: Any, row: Event) -> list[dict[str, str]]:
        """List where the caller, at the providers they have accounts at, may share the event.

        A link opens a page there, on which they write what they like. Nothing is posted in
        anybody's name (docs/decisions/0113-nothing-is-posted-in-a-name.md).
        """
        linked = request.user.social_accounts.values_list("provider", flat=True)
        return share_links(page(f"/e/{row.identifier}"), set(linked))

    @describes({"success": bool}, body={"email": str})
    @row_verb("post", path="contact-organizer")
    def contact_organizer(self, request: Any, row: Event) -> dict[str, Any]:
        """Mail a question to the team of the event; `email` is the question."""
        contact_event(row, message_of(request.data), by=request.user)
        return {"success": True}


def _reordered(request: Any, rows: QuerySet[Any], noun: str, column: str) -> dict[str, Any]:
    if "reset" in request.GET:
        return {"success": True, "updates": reset_order(rows, column)}
    counts = reorder(rows, column, places_of(request.data, noun, column))
    return {"success": True, "updates": {str(place): n for place, n in counts.items()}}
