"""What events are sorted by, and the pictures that those without one get."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from events.actions.sub_topics import save_sub_topic
from events.models import CustomPlaceholder, EventLocation, EventSubTopic, EventTopic, EventType
from openevent.desk.pages import Desk


class SluggedDesk(Desk):
    list_display = ("name", "slug", "deleted_at")
    search_fields = ("name",)
    ordering = ("name",)


@admin.register(EventType)
class EventTypeDesk(SluggedDesk):
    icon = "category"


@admin.register(EventLocation)
class EventLocationDesk(Desk):
    """Places that a search for events offers before those that most events name."""

    icon = "location_city"
    list_display = ("name", "slug")
    search_fields = ("name",)
    ordering = ("id",)


@admin.register(EventTopic)
class EventTopicDesk(SluggedDesk):
    icon = "topic"


@admin.register(EventSubTopic)
class EventSubTopicDesk(Desk):
    icon = "subdirectory_arrow_right"
    list_display = ("name", "event_topic", "slug")
    list_select_related = ("event_topic",)
    search_fields = ("name",)
    autocomplete_fields = ("event_topic",)
    ordering = ("name",)

    def save_model(self, request: HttpRequest, obj: EventSubTopic, form: Any, change: bool) -> None:
        save_sub_topic(obj, EventSubTopic.objects.get(pk=obj.pk) if change else None)


@admin.register(CustomPlaceholder)
class CustomPlaceholderDesk(Desk):
    icon = "image"
    called = "Placeholder pictures"
    list_display = ("name", "event_sub_topic", "origin", "copyright")
    list_select_related = ("event_sub_topic",)
    search_fields = ("name",)
    autocomplete_fields = ("event_sub_topic",)
    ordering = ("name",)
