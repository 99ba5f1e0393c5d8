"""Pages that the web client shows: terms, privacy, about us."""

from django.contrib import admin

from administration.models import Page
from openevent.desk.pages import Desk


@admin.register(Page)
class PageDesk(Desk):
    icon = "article"
    is_searched = True
    list_display = ("name", "title", "url", "place", "language", "index")
    list_filter = ("place", "language")
    search_fields = ("name", "title", "url")
