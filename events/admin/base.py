"""What the pages of rows that belong to an event have in common."""

from openevent.desk.pages import Desk


class OfEvent(Desk):
    """What belongs to an event and has a name."""

    list_display = ("name", "event", "deleted_at")
    list_select_related = ("event",)
    search_fields = ("name", "event__name")
    autocomplete_fields = ("event",)
    ordering = ("-id",)
