"""The same resources in plain djangorestframework-jsonapi: model serializers and viewsets.

Written as somebody would who knows the library well: its own renderer, links by view names,
linkage only where the request includes it, rows and what is included prefetched from what the
caller may see. What the library cannot say is left as it writes it; `agreement` lists that.
"""

from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.generic import View
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework_json_api import serializers
from rest_framework_json_api.filters import OrderingFilter, QueryParameterValidationFilter
from rest_framework_json_api.pagination import JsonApiPageNumberPagination
from rest_framework_json_api.parsers import JSONParser
from rest_framework_json_api.relations import (
    HyperlinkedRelatedField,
    ResourceRelatedField,
    SerializerMethodHyperlinkedRelatedField,
)
from rest_framework_json_api.renderers import JSONRenderer
from rest_framework_json_api.settings import json_api_settings
from rest_framework_json_api.views import ModelViewSet

from events.api.events import ATTRIBUTES, RELATIONSHIPS
from events.api.events import TEAM as TEAM_FIELDS
from events.api.sessions import SessionSerializer as ProductSessionSerializer
from events.api.speakers import CONFIDED
from events.api.speakers import SpeakerSerializer as ProductSpeakerSerializer
from events.api.tracks import contrast
from events.models import (
    Event,
    EventRole,
    FavouriteSession,
    Microlocation,
    Session,
    SessionType,
    Speaker,
    Track,
)
from users.tokens import TokenAuthentication

# The product's links are its own, so its settings do not say how the library spells them.
json_api_settings.FORMAT_RELATED_LINKS = "dasherize"

COORGANIZERS = ["owner", "organizer", "coorganizer"]
TEAM = [*COORGANIZERS, "track_organizer", "moderator", "registrar"]
ANNOUNCED = ["accepted", "confirmed"]
TEAM_ONLY = frozenset(TEAM_FIELDS)
UNTOLD = dict.fromkeys(CONFIDED)


# --- what a caller may see


def holds(user: Any, roles: list[str], event: str) -> Exists:
    held = EventRole.objects.filter(user=user.pk, event=OuterRef(event), role__name__in=roles)
    return Exists(held)


def visible_events(user: Any) -> QuerySet[Event]:
    events = Event.objects.filter(deleted_at=None).order_by("id")
    if not user.is_authenticated:
        return events.filter(state="published").annotate(is_team=nobody())
    return events.filter(Q(state="published") | holds(user, TEAM, "pk")).annotate(
        is_team=holds(user, COORGANIZERS, "pk")
    )


def nobody() -> Value:
    return Value(False, BooleanField())


def of_visible_events(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    alive = rows.filter(deleted_at=None, event__deleted_at=None)
    published = Q(event__state="published")
    if not user.is_authenticated:
        return alive.filter(published)
    return alive.filter(published | holds(user, TEAM, "event"))


def visible_sessions(user: Any) -> QuerySet[Session]:
    sessions = Session.objects.filter(deleted_at=None, event__deleted_at=None).order_by("id")
    published = Q(event__state="published")
    if not user.is_authenticated:
        return sessions.filter(published, state__in=ANNOUNCED)
    announced = Q(published | holds(user, TEAM, "event"), state__in=ANNOUNCED)
    speaking = Speaker.objects.filter(is_speaker(user), sessions=OuterRef("pk"), deleted_at=None)
    mine = holds(user, COORGANIZERS, "event") | Q(creator=user.pk) | Exists(speaking)
    return sessions.filter(announced | mine)


def visible_speakers(user: Any) -> QuerySet[Speaker]:
    speakers = of_visible_events(Speaker.objects.order_by("order", "id"), user)
    if not user.is_authenticated:
        return speakers.annotate(is_team=nobody())
    told = Q(holds(user, COORGANIZERS, "event")) | is_speaker(user)
    return speakers.annotate(is_team=ExpressionWrapper(told, output_field=BooleanField()))


def is_speaker(user: Any) -> Q:
    return Q(user=user.pk) | Q(email__iexact=user.email) if user.is_verified else Q(user=user.pk)


# --- serializers


class Moment(serializers.DateTimeField):
    """A time as the contract writes it: +00:00, where the library's own writes Z."""

    def to_representation(self, value: datetime | None) -> str | None:
        return value.astimezone(UTC).isoformat() if value else None


class Serializer(serializers.ModelSerializer):
    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DateTimeField: Moment,
    }


def urls(name: str, alias: str | None = None) -> dict[str, Any]:
    """Return what names the links of a relationship; `alias` is a related URL of its own."""
    found = {"self_link_view_name": f"{name}-relationships", "read_only": True}
    if alias is None:
        return {**found, "related_link_view_name": f"{name}-related"}
    return {**found, "related_link_view_name": f"{name}-{alias}", "related_link_url_kwarg": "row"}


def links(name: str, *, many: bool = False) -> Any:
    """Return a relationship of the model, of which only links are written."""
    return HyperlinkedRelatedField(many=many, **urls(name))


def computed(name: str, alias: str | None = None) -> Any:
    """Return one that is no relation of the model; of the tables to come, too."""
    return SerializerMethodHyperlinkedRelatedField(model=Event, **urls(name, alias))


class TrackSerializer(Serializer):
    url = serializers.HyperlinkedIdentityField(view_name="track-detail")
    font_color = serializers.SerializerMethodField()
    event = links("track")
    sessions = links("track", many=True)

    class Meta:
        model = Track
        fields = """
            url deleted_at name description color font_color position event sessions
        """.split()

    def get_font_color(self, track: Track) -> str:
        return contrast(track.color)


class MicrolocationSerializer(Serializer):
    url = serializers.HyperlinkedIdentityField(view_name="microlocation-detail")
    chat_room_name = serializers.SerializerMethodField()
    event = links("microlocation")
    sessions = links("microlocation", many=True)
    video_stream = computed("microlocation")

    class Meta:
        model = Microlocation
        fields = """
            url deleted_at name latitude longitude floor hidden_in_scheduler chat_room_name
            is_chat_enabled is_global_event_room position room sessions event video_stream
        """.split()

    def get_chat_room_name(self, room: Microlocation) -> None:
        return None


class SessionTypeSerializer(Serializer):
    url = serializers.HyperlinkedIdentityField(view_name="session-type-detail")
    event = links("session-type")
    sessions = links("session-type", many=True)

    class Meta:
        model = SessionType
        fields = ["url", "deleted_at", "name", "length", "position", "event", "sessions"]


class EventSerializer(Serializer):
    """An event as everybody sees it."""

    url = serializers.HyperlinkedIdentityField(view_name="event-detail")
    chat_room_name = serializers.SerializerMethodField(method_name="get_nothing")
    is_stripe_linked = serializers.SerializerMethodField()
    ical_url = serializers.SerializerMethodField()
    xcal_url = serializers.SerializerMethodField()
    pentabarf_url = serializers.SerializerMethodField()

    microlocations = links("event", many=True)
    tracks = links("event", many=True)
    session_types = links("event", many=True)
    sessions = links("event", many=True)
    speakers = links("event", many=True)
    event_type = links("event")
    event_topic = links("event")

    owner = computed("event")
    organizers = computed("event")
    coorganizers = computed("event")
    session_favourites = computed("event", "user-favourite-sessions")
    tickets = computed("event")
    faqs = computed("event")
    faq_types = computed("event")
    feedbacks = computed("event")
    ticket_tags = computed("event")
    social_links = computed("event")
    sponsors = computed("event")
    speakers_call = computed("event")
    event_copyright = computed("event")
    tax = computed("event")
    event_sub_topic = computed("event")
    group = computed("event")
    custom_forms = computed("event")
    stripe_authorization = computed("event")
    order_statistics = computed("event")
    general_statistics = computed("event")
    video_stream = computed("event")
    exhibitors = computed("event")
    speaker_invites = computed("event")
    station = computed("event", "stations")
    badge_forms = computed("event")
    tags = computed("event")

    class Meta:
        model = Event
        fields = ["url", *ATTRIBUTES, *RELATIONSHIPS]

    def get_nothing(self, event: Event) -> None:
        return None

    def get_is_stripe_linked(self, event: Event) -> bool:
        return False

    def get_ical_url(self, event: Event) -> str | None:
        return self.feed(event, "ics")

    def get_xcal_url(self, event: Event) -> str | None:
        return self.feed(event, "xcs")

    def get_pentabarf_url(self, event: Event) -> str | None:
        return self.feed(event, "xml")

    def feed(self, event: Event, suffix: str) -> str | None:
        if event.state != Event.State.PUBLISHED or event.schedule_published_on is None:
            return None
        path = f"/v1/events/{event.identifier}/schedule.{suffix}"
        address: str = self.context["request"].build_absolute_uri(path)
        return address


class TeamEventSerializer(EventSerializer):
    """An event as its co-organizers see it; `EventRenderer` leaves it out for the others."""

    completed_order_sales = serializers.SerializerMethodField(method_name="get_none_sold")
    placed_order_sales = serializers.SerializerMethodField(method_name="get_none_sold")
    pending_order_sales = serializers.SerializerMethodField(method_name="get_none_sold")
    completed_order_tickets = serializers.SerializerMethodField(method_name="get_none_sold")
    placed_order_tickets = serializers.SerializerMethodField(method_name="get_none_sold")
    pending_order_tickets = serializers.SerializerMethodField(method_name="get_none_sold")

    roles = HyperlinkedRelatedField(many=True, **urls("event", "users-events-roles"))
    event_invoices = computed("event")
    discount_codes = computed("event")
    track_organizers = computed("event")
    moderators = computed("event")
    registrars = computed("event")
    orders = computed("event")
    role_invites = computed("event")
    access_codes = computed("event")
    attendees = computed("event")

    class Meta(EventSerializer.Meta):
        fields = [*EventSerializer.Meta.fields, *TEAM_FIELDS]

    def get_none_sold(self, event: Event) -> int:
        return 0


class WithProgramme(serializers.ModelSerializer):
    """The same with linkage, which is written where it is included."""

    included_serializers = {
        "tracks": TrackSerializer,
        "microlocations": MicrolocationSerializer,
        "session_types": SessionTypeSerializer,
    }
    tracks = ResourceRelatedField(many=True, **urls("event"))
    microlocations = ResourceRelatedField(many=True, **urls("event"))
    session_types = ResourceRelatedField(many=True, **urls("event"))


class EventWithProgrammeSerializer(WithProgramme, EventSerializer):
    class Meta(EventSerializer.Meta):
        pass


class TeamEventWithProgrammeSerializer(WithProgramme, TeamEventSerializer):
    class Meta(TeamEventSerializer.Meta):
        pass


class SpeakerSerializer(Serializer):
    url = serializers.HyperlinkedIdentityField(view_name="speaker-detail")
    event = links("speaker")
    user = links("speaker")
    sessions = links("speaker", many=True)

    class Meta:
        model = Speaker
        fields = ["url", *ProductSpeakerSerializer.Meta.fields]

    def to_representation(self, speaker: Any) -> Any:
        found = super().to_representation(speaker)
        if not speaker.is_team:
            found.update(UNTOLD)
        return found


class SessionSerializer(Serializer):
    included_serializers = {"speakers": SpeakerSerializer, "track": TrackSerializer}

    url = serializers.HyperlinkedIdentityField(view_name="session-detail")
    favourite_count = serializers.IntegerField()
    average_rating = serializers.SerializerMethodField(method_name="get_unrated")
    rating_count = serializers.SerializerMethodField(method_name="get_unrated")

    track = ResourceRelatedField(**urls("session"))
    speakers = ResourceRelatedField(many=True, **urls("session"))
    event = links("session")
    microlocation = links("session")
    session_type = links("session")
    creator = links("session")
    favourite = computed("session")
    favourites = HyperlinkedRelatedField(many=True, **urls("session", "user-favourite-sessions"))
    feedbacks = computed("session")
    exhibitors = computed("session")
    speaker_invites = computed("session")

    class Meta:
        model = Session
        fields = [
            "url",
            *(name for name in ProductSessionSerializer.Meta.fields if name != "send_email"),
        ]

    def get_unrated(self, session: Session) -> int:
        return 0


# --- views


class EventRenderer(JSONRenderer):
    @classmethod
    def build_json_resource_obj(
        cls, fields: Any, resource: Any, resource_instance: Any, *others: Any
    ) -> Any:
        if not getattr(resource_instance, "is_team", True):
            fields = {name: field for name, field in fields.items() if name not in TEAM_ONLY}
        return super().build_json_resource_obj(fields, resource, resource_instance, *others)


class Pages(JsonApiPageNumberPagination):
    """The contract's meta and links."""

    def get_paginated_response(self, data: Any) -> Response:
        page = self.page
        found = {"self": self.request.build_absolute_uri()}
        if page.paginator.num_pages > 1:
            found["first"] = self.build_link(1)
            found["last"] = self.build_link(page.paginator.num_pages)
        if page.has_next():
            found["next"] = self.build_link(page.next_page_number())
        if page.has_previous():
            found["prev"] = self.build_link(page.previous_page_number())
        return Response({"results": data, "meta": {"count": page.paginator.count}, "links": found})


class ViewSet(ModelViewSet):
    authentication_classes = [TokenAuthentication]
    permission_classes = [AllowAny]
    parser_classes = [JSONParser]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = DefaultContentNegotiation
    filter_backends = [QueryParameterValidationFilter, OrderingFilter]
    pagination_class = Pages


class EventViewSet(ViewSet):
    queryset: QuerySet[Event] = Event.objects.all()
    renderer_classes = [EventRenderer]
    lookup_url_kwarg = "pk"

    @property
    def lookup_field(self) -> str:
        return "pk" if self.kwargs["pk"].isdecimal() else "identifier"

    def get_queryset(self) -> QuerySet[Event]:
        self.queryset = visible_events(self.request.user)
        return super().get_queryset()

    def get_prefetch_related(self, include: str) -> list[Prefetch] | None:
        of = {"tracks": Track, "microlocations": Microlocation, "session_types": SessionType}
        if include not in of:
            return None
        rows = of[include]._default_manager.order_by("position", "id")
        return [Prefetch(include, of_visible_events(rows, self.request.user))]

    def get_serializer_class(self) -> type[Serializer]:
        is_linked = "include" in self.request.query_params
        if self.request.user.is_authenticated:
            return TeamEventWithProgrammeSerializer if is_linked else TeamEventSerializer
        return EventWithProgrammeSerializer if is_linked else EventSerializer


class SessionViewSet(ViewSet):
    queryset = Session.objects.all()
    serializer_class = SessionSerializer

    def get_queryset(self) -> QuerySet[Session]:
        user = self.request.user
        event = get_object_or_404(visible_events(user), pk=self.kwargs["row"])
        marked = (
            FavouriteSession.objects.filter(session=OuterRef("pk")).order_by().values("session")
        )
        counted = Subquery(marked.annotate(count=Count("*")).values("count"), IntegerField())
        self.queryset = (
            visible_sessions(user)
            .filter(event=event)
            .annotate(favourite_count=Coalesce(counted, 0))
        )
        return super().get_queryset()

    def get_prefetch_related(self, include: str) -> list[Prefetch] | None:
        user = self.request.user
        if include == "speakers":
            return [Prefetch("speakers", visible_speakers(user))]
        if include == "track":
            return [Prefetch("track", of_visible_events(Track.objects.all(), user))]
        return None


# --- URLs: those asked for, and those that links name


def named(collection: str, name: str) -> list[Any]:
    """Return the URLs of a resource that only stand in links."""
    return [
        path(f"v1/{collection}/<pk>", View.as_view(), name=f"{name}-detail"),
        path(
            f"v1/{collection}/<pk>/relationships/<related_field>",
            View.as_view(),
            name=f"{name}-relationships",
        ),
        path(f"v1/{collection}/<pk>/<related_field>", View.as_view(), name=f"{name}-related"),
    ]


def aliased(collection: str, name: str, alias: str) -> Any:
    return path(f"v1/{collection}/<row>/{alias}", View.as_view(), name=f"{name}-{alias}")


urlpatterns = [
    path("v1/events", EventViewSet.as_view({"get": "list"})),
    path("v1/events/<pk>", EventViewSet.as_view({"get": "retrieve"}), name="event-detail"),
    path("v1/events/<row>/sessions", SessionViewSet.as_view({"get": "list"})),
    aliased("events", "event", "user-favourite-sessions"),
    aliased("events", "event", "stations"),
    aliased("events", "event", "users-events-roles"),
    aliased("sessions", "session", "user-favourite-sessions"),
    *named("events", "event"),
    *named("sessions", "session"),
    *named("speakers", "speaker"),
    *named("tracks", "track"),
    *named("microlocations", "microlocation"),
    *named("session-types", "session-type"),
]
