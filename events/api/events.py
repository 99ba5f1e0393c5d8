"""Events (`/v1/events`), with what only their team sees."""

from typing import Any, Final

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from rest_framework.serializers import CharField

from events.actions.events import create_event, edit_event, restore_event
from events.atoms import has_event_role, is_coorganizer, is_event_published, reading
from events.models import Event
from openevent.api.abilities import abilities
from openevent.api.addresses import absolute
from openevent.api.fields import Constant, Derived, ToMany, ToOne
from openevent.api.openapi.facts import describes
from openevent.api.resources import Audience
from openevent.api.scopes import Everything, Narrowed, Scope
from openevent.api.serializers import ResourceSerializer
from openevent.api.verbs import row_verb
from openevent.api.views import ResourceViewSet
from permissions.asking import require, visible_to
from permissions.atoms import anyone, auth_required, is_admin
from permissions.statements import allow
from permissions.targets import Target
from permissions.users import Person
from users.atoms import may_create_event

from .event_verbs import EventVerbs
from .links import validate_links

ATTRIBUTES: Final = """
    deleted_at identifier name external_event_url starts_at ends_at timezone online latitude
    longitude logo_url location_name searchable_location_name public_stream_link stream_loop
    stream_autoplay description after_order_message original_image_url thumbnail_image_url
    large_image_url icon_image_url show_remaining_tickets owner_name is_map_shown
    is_oneclick_signup_enabled has_owner_info owner_description is_sessions_speakers_enabled
    privacy state ticket_url code_of_conduct schedule_published_on is_featured is_promoted
    is_demoted is_announced is_ticket_form_enabled is_cfs_enabled payment_country
    payment_currency paypal_email is_tax_enabled is_billing_info_mandatory is_donation_enabled
    is_chat_enabled is_videoroom_enabled is_document_enabled document_links chat_room_name
    can_pay_by_paypal can_pay_by_stripe can_pay_by_cheque can_pay_by_bank can_pay_by_invoice
    can_pay_onsite can_pay_by_omise can_pay_by_alipay can_pay_by_paytm cheque_details
    invoice_details bank_details onsite_details is_sponsors_enabled created_at pentabarf_url
    ical_url xcal_url refund_policy is_stripe_linked is_badges_enabled
""".split()
RELATIONSHIPS: Final = """
    tickets faqs faq_types feedbacks ticket_tags microlocations social_links tracks sponsors
    speakers_call session_types event_copyright tax sessions speakers event_type event_topic
    event_sub_topic group custom_forms owner organizers coorganizers stripe_authorization
    order_statistics general_statistics video_stream exhibitors session_favourites
    speaker_invites station badge_forms tags
""".split()
TEAM: Final = """
    completed_order_sales placed_order_sales pending_order_sales completed_order_tickets
    placed_order_tickets pending_order_tickets event_invoices discount_codes track_organizers
    moderators registrars orders role_invites access_codes attendees roles
""".split()


def people(role: str) -> ToMany:
    """The users who hold `role` on the event; role invites change who they are."""
    return ToMany("user", via="event_roles__event", where=holding(role), changed_by="role-invites")


def holding(role: str) -> Q:
    return Q(event_roles__role__name=role)


def feed(suffix: str) -> Derived:
    """Where the programme is read in one format, once its schedule is published."""

    def address(identifier: str, state: str, published_on: Any) -> str | None:
        if state != Event.State.PUBLISHED or published_on is None:
            return None
        return absolute(f"/v1/events/{identifier}/schedule.{suffix}")

    reads = ["identifier", "state", "schedule_published_on"]
    return Derived(CharField(allow_null=True), reads=reads, value=address)


class EventSerializer(ResourceSerializer):
    ical_url = feed("ics")
    xcal_url = feed("xcs")
    pentabarf_url = feed("xml")
    chat_room_name = Constant(None)
    is_stripe_linked = Constant(False)
    completed_order_sales = Constant(0)
    placed_order_sales = Constant(0)
    pending_order_sales = Constant(0)
    completed_order_tickets = Constant(0)
    placed_order_tickets = Constant(0)
    pending_order_tickets = Constant(0)

    owner = ToOne(
        "user", via="event_roles__event", where=holding("owner"), changed_by="role-invites"
    )
    organizers = people("organizer")
    coorganizers = people("coorganizer")
    track_organizers = people("track_organizer")
    moderators = people("moderator")
    registrars = people("registrar")
    roles = ToMany("users-events-roles", alias="users-events-roles", changed_by="role-invites")
    session_favourites = ToMany(
        "user-favourite-session",
        via="session__event",
        alias="user-favourite-sessions",
        read_only=True,
    )

    tickets = ToMany("ticket")
    faqs = ToMany("faq")
    faq_types = ToMany("faq-type", spelled="faq_type")
    feedbacks = ToMany("feedback", changed_by="feedbacks")
    ticket_tags = ToMany("ticket-tag")
    social_links = ToMany("social-link")
    sponsors = ToMany("sponsor")
    speakers_call = ToOne("speakers-call", via="event", changed_by="speakers-calls")
    event_copyright = ToOne("event-copyright", via="event", changed_by="event-copyrights")
    tax = ToOne("tax")
    custom_forms = ToMany("custom-form")
    stripe_authorization = ToOne("stripe-authorization")
    order_statistics = ToOne("order-statistics-event")
    general_statistics = ToOne("event-statistics-general")
    video_stream = ToOne("video-stream")
    exhibitors = ToMany("exhibitor")
    speaker_invites = ToMany("speaker-invite", changed_by="speaker-invites")
    station = ToMany("station", alias="stations")
    badge_forms = ToMany("badge-form")
    tags = ToMany("tag")
    event_invoices = ToMany("event-invoice")
    discount_codes = ToOne("discount-code")
    orders = ToMany("order")
    role_invites = ToMany("role-invite", changed_by="role-invites")
    access_codes = ToMany("access-code")
    attendees = ToMany("attendee")

    class Meta:
        model = Event
        fields = [*ATTRIBUTES, *RELATIONSHIPS, *TEAM]
        html = ["description", "owner_description", "code_of_conduct", "after_order_message"]
        older_names = {
            "organizer_name": "owner_name",
            "organizer_description": "owner_description",
            "has_organizer_info": "has_owner_info",
        }

    def validate_document_links(self, links: Any) -> Any:
        return validate_links(links)

    def to_internal_value(self, data: Any) -> Any:
        state = data.get("state")
        if isinstance(state, str):
            # "Published", and "Completed" for an event that is over, in older clients and archives
            state = state.lower()
            data = {**data, "state": "published" if state == "completed" else state}
        return super().to_internal_value(data)


def upcoming(events: QuerySet[Event], user: Person) -> QuerySet[Event]:
    """Public events that have not begun, fit for a front page."""
    return events.upcoming(now=Now())  # type: ignore[attr-defined]


def worked_on(events: QuerySet[Event], user: Person) -> QuerySet[Event]:
    """Events on which the caller has a role, other than as an attendee; all of them for staff."""
    return visible_to(events, has_event_role, user)


class EventViewSet(EventVerbs, ResourceViewSet):
    serializer_class = EventSerializer
    identifier = "identifier"
    ordering = ["id"]
    lists = {"upcoming": upcoming}
    # what the front page shows first is the admins' choice
    writable_by = {"is_featured": is_admin, "is_promoted": is_admin, "is_demoted": is_admin}
    audiences = [Audience("team", is_coorganizer, only=tuple(TEAM))]
    permissions = allow(
        view=is_event_published | has_event_role,
        create=may_create_event,
        change=is_coorganizer,
        delete=is_coorganizer,
        abilities=anyone,
        session_dates=anyone,
        session_languages=anyone,
        reorder_speakers=is_coorganizer.about("change", "speaker"),
        contact_organizer=auth_required,
        share_links=auth_required & is_event_published,
        copy=reading(is_coorganizer, "track", "sponsor", "microlocation") & may_create_event,
        reorder_exhibitors=is_coorganizer,
        ticket_forms=anyone,
    )

    @describes({"abilities": dict})
    @row_verb("get")
    def abilities(self, request: HttpRequest, row: Event) -> dict[str, Any]:
        """Tell what the caller may do with the event and all that hangs under it."""
        return {"abilities": abilities(row, request.user)}

    def list_scope(self, request: HttpRequest) -> Scope:
        """Follow `withRole`, which clients send with any value or none."""
        if "withRole" not in request.GET:
            return Everything()
        require(auth_required, request.user, Target())
        return Narrowed(worked_on)

    def perform_create(self, row: Event, **extra: Any) -> None:
        create_event(row, by=self.request.user)

    def perform_update(self, row: Event, was: Event, **extra: Any) -> None:
        edit_event(row, was, by=self.request.user)

    def perform_restore(self, row: Event) -> None:
        restore_event(row)
