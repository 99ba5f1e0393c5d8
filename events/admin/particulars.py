"""What else an event says of itself, and what it asks people."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from events.actions.custom_forms import save_custom_form
from events.models import (
    CustomForm,
    CustomFormOption,
    CustomFormTranslate,
    EventCopyright,
    Exhibitor,
    Faq,
    FaqType,
    SocialLink,
    Sponsor,
    Tag,
)
from openevent.desk.pages import Desk

from .base import OfEvent


@admin.register(Sponsor)
class SponsorDesk(OfEvent):
    icon = "handshake"


@admin.register(SocialLink)
class SocialLinkDesk(OfEvent):
    icon = "link"


@admin.register(Tag)
class TagDesk(OfEvent):
    icon = "sell"


@admin.register(Exhibitor)
class ExhibitorDesk(OfEvent):
    icon = "storefront"
    list_display = ("name", "event", "status", "position")
    autocomplete_fields = ("event", "sessions")


@admin.register(FaqType)
class FaqTypeDesk(OfEvent):
    icon = "category"
    called = "Kinds of questions"
    list_display = ("name", "event")


@admin.register(Faq)
class FaqDesk(OfEvent):
    icon = "quiz"
    called = "Questions and answers"
    list_display = ("question", "event", "faq_type", "deleted_at")
    list_select_related = ("event", "faq_type")
    search_fields = ("question", "event__name")
    autocomplete_fields = ("event", "faq_type")


@admin.register(EventCopyright)
class EventCopyrightDesk(OfEvent):
    icon = "copyright"
    called = "Licences"
    list_display = ("licence", "event", "holder", "year", "deleted_at")
    search_fields = ("licence", "holder", "event__name")


@admin.register(CustomForm)
class CustomFormDesk(OfEvent):
    icon = "list_alt"
    called = "Fields of forms"
    list_display = ("name", "event", "form", "type", "is_required", "is_included", "position")
    list_filter = ("form", "type")
    search_fields = ("name", "field_identifier", "event__name")

    def save_model(self, request: HttpRequest, obj: CustomForm, form: Any, change: bool) -> None:
        save_custom_form(obj)


@admin.register(CustomFormOption)
class CustomFormOptionDesk(Desk):
    icon = "checklist"
    called = "Choices in forms"
    list_display = ("value", "custom_form", "deleted_at")
    list_select_related = ("custom_form",)
    search_fields = ("value",)
    autocomplete_fields = ("custom_form",)


@admin.register(CustomFormTranslate)
class CustomFormTranslateDesk(Desk):
    icon = "translate"
    called = "Translations of forms"
    list_display = ("name", "language_code", "custom_form")
    list_select_related = ("custom_form",)
    search_fields = ("name",)
    autocomplete_fields = ("custom_form",)
