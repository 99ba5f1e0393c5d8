"""Events: each with its team, and links to what belongs to it."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from events.actions.events import create_event, edit_event
from events.models import Event
from messaging.links import page
from openevent.desk import columns
from openevent.desk.pages import Desk

# What is listed for an event, by the page that lists it.
BELONGING = (
    "events.session",
    "events.speaker",
    "events.track",
    "events.microlocation",
    "events.sessiontype",
    "events.speakerscall",
    "events.sponsor",
    "events.customform",
    "events.roleinvite",
    "exports.export",
)


@admin.register(Event)
class EventDesk(Desk):
    icon = "event"
    is_searched = True
    list_display = ("name", "identifier", "standing", "privacy", "starts_at", "deleted_at")
    list_filter = ("state", "privacy", "is_featured", "event_type", "event_topic")
    search_fields = ("name", "identifier", "owner_name")
    autocomplete_fields = ("group",)
    date_hierarchy = "starts_at"
    ordering = ("-id",)
    fieldsets = (
        (None, {"fields": ("name", "description", ("state", "privacy"), "deleted_at")}),
        ("When", {"fields": ("starts_at", "ends_at", "timezone", "schedule_published_on")}),
        (
            "Where",
            {
                "fields": (
                    "online",
                    "location_name",
                    "searchable_location_name",
                    ("latitude", "longitude"),
                    "is_map_shown",
                    "public_stream_link",
                    ("stream_loop", "stream_autoplay"),
                )
            },
        ),
        (
            "What it is sorted by",
            {"fields": ("event_type", "event_topic", "event_sub_topic", "group")},
        ),
        (
            "Links and pictures",
            {
                "fields": (
                    "external_event_url",
                    "ticket_url",
                    "logo_url",
                    "original_image_url",
                    "document_links",
                )
            },
        ),
        (
            "Who stands behind it",
            {"fields": ("has_owner_info", "owner_name", "owner_description", "code_of_conduct")},
        ),
        (
            "What it uses",
            {
                "fields": (
                    ("is_featured", "is_promoted"),
                    ("is_demoted", "is_announced"),
                    ("is_sessions_speakers_enabled", "is_cfs_enabled"),
                    ("is_sponsors_enabled", "is_document_enabled"),
                    ("is_chat_enabled", "is_videoroom_enabled"),
                    ("is_badges_enabled", "is_oneclick_signup_enabled"),
                )
            },
        ),
        (
            "Tickets and money",
            {
                "fields": (
                    ("is_ticket_form_enabled", "show_remaining_tickets"),
                    ("is_tax_enabled", "is_billing_info_mandatory"),
                    "is_donation_enabled",
                    "after_order_message",
                    "refund_policy",
                    ("payment_country", "payment_currency"),
                    ("can_pay_by_paypal", "can_pay_by_stripe"),
                    ("can_pay_by_omise", "can_pay_by_alipay"),
                    ("can_pay_by_paytm", "can_pay_by_invoice"),
                    ("can_pay_by_cheque", "can_pay_by_bank"),
                    "can_pay_onsite",
                    "paypal_email",
                    "cheque_details",
                    "invoice_details",
                    "bank_details",
                    "onsite_details",
                )
            },
        ),
    )

    standing = columns.state(Event.State, draft="warning", published="success")

    def asides(self, request: HttpRequest, event: Event) -> list[str]:
        team = event.roles.select_related("user", "role").order_by("role_id", "user__email")
        context = {
            "event": event,
            "public_url": page(f"/e/{event.identifier}"),
            "team": team,
            "add_url": f"{reverse('admin:events_eventrole_add')}?event={event.pk}",
            "belonging": self._belonging(request, event),
        }
        return [render_to_string("desk/event.html", context)]

    def _belonging(self, request: HttpRequest, event: Event) -> list[dict[str, str]]:
        """Return links to the lists of what belongs to `event`, on the pages the caller may see."""
        links = []
        for name in BELONGING:
            desk = self.admin_site._registry.get(apps.get_model(name))
            if desk and desk.has_view_permission(request):
                url = reverse(f"admin:{name.replace('.', '_')}_changelist")
                links.append({"title": desk.title, "url": f"{url}?event__id__exact={event.pk}"})
        return links

    def save_model(self, request: HttpRequest, obj: Event, form: Any, change: bool) -> None:
        if change:
            edit_event(obj, Event.objects.get(pk=obj.pk), by=request.user)
        else:
            create_event(obj, by=request.user)
