"""Events: what everything else of this app belongs to."""

import secrets
import zoneinfo
from collections.abc import Callable, Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from media.fields import ImageSizeField, ImageURLField
from openevent.trash import Trashable

from .social_link import SocialLink


def new_identifier() -> str:
    """Return 8 random hexadecimal digits, not all decimal: those would read as an id in a URL."""
    while True:
        identifier = secrets.token_hex(4)
        if not identifier.isdecimal():
            return identifier


def validate_timezone(name: str) -> None:
    """Refuse a name that is no time zone of the IANA database."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            '"%(name)s" is no time zone; write an IANA name such as Europe/Berlin.',
            params={"name": name[:100]},
        )


# What else makes an event fit for a front page: apps above this one add conditions on events, each
# a function of the time (aware UTC, or the database's own clock).
fit_for_front_page: list[Callable[[datetime | Now], models.Q]] = []


class EventQuerySet(models.QuerySet["Event"]):
    def published(self) -> "EventQuerySet":
        """Events that the public may see."""
        return self.filter(state=Event.State.PUBLISHED, deleted_at=None)

    def matching(self, words: Mapping[str, str]) -> "EventQuerySet":
        """Events in which each column named has its words somewhere, in any case."""
        found = self
        for column, text in words.items():
            found = found.filter(**{f"{column}__icontains": text})
        return found

    def upcoming(self, *, now: datetime | Now) -> "EventQuerySet":
        """Public events that have not begun, fit for a front page.

        `now` is aware UTC, or the database's own clock.
        One that is promoted is always fit. One that is not demoted is, if it has an image, a
        logo, a type, a topic, a sub-topic, a link to Twitter and a ticket to be had.
        """
        dressed = models.Q(is_demoted=False)
        for kind in ("event_type", "event_topic", "event_sub_topic"):
            dressed &= models.Q(**{f"{kind}__isnull": False})
        tweeting = SocialLink.objects.filter(
            event=models.OuterRef("pk"), name__iexact="twitter", deleted_at=None
        )
        dressed &= models.Q(models.Exists(tweeting))
        for url in ("original_image_url", "logo_url"):
            dressed &= models.Q(**{f"{url}__gt": ""})
        for condition in fit_for_front_page:
            dressed &= condition(now)
        return self.published().filter(
            models.Q(is_promoted=True) | dressed,
            privacy=Event.Privacy.PUBLIC,
            starts_at__gt=now,
            ends_at__gt=now,
        )


class Event(Trashable):
    """A conference, meetup or festival, with its place, its time and how it takes money.

    A draft is seen by those who work on it; a published event by everybody.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"

    class Privacy(models.TextChoices):
        PUBLIC = "public"
        PRIVATE = "private"  # published, but in no list of what comes next

    identifier = models.CharField(max_length=64, default=new_identifier, editable=False)
    name = models.CharField(max_length=500)
    description = models.TextField(null=True, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    privacy = models.CharField(max_length=20, choices=Privacy, default=Privacy.PUBLIC)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    # When: moments in UTC; `timezone` is the one that its people live in.
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    timezone = models.CharField(max_length=64, default="UTC", validators=[validate_timezone])
    schedule_published_on = models.DateTimeField(null=True, blank=True)

    # Where: degrees of WGS 84.
    online = models.BooleanField(default=False)
    latitude = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    location_name = models.CharField(max_length=1000, null=True, blank=True)
    searchable_location_name = models.CharField(max_length=1000, null=True, blank=True)
    is_map_shown = models.BooleanField(default=False)
    public_stream_link = models.CharField(max_length=2048, null=True, blank=True)
    stream_loop = models.BooleanField(default=False)
    stream_autoplay = models.BooleanField(default=False)

    event_type = models.ForeignKey(
        "events.EventType", models.SET_NULL, null=True, blank=True, related_name="events"
    )
    event_topic = models.ForeignKey(
        "events.EventTopic", models.SET_NULL, null=True, blank=True, related_name="events"
    )
    event_sub_topic = models.ForeignKey(
        "events.EventSubTopic", models.SET_NULL, null=True, blank=True, related_name="events"
    )
    # The series it is part of; the group's organizers organize it too.
    group = models.ForeignKey(
        "events.Group", models.SET_NULL, null=True, blank=True, related_name="events"
    )

    # Links and images.
    external_event_url = models.URLField(max_length=2048, null=True, blank=True)
    ticket_url = models.URLField(max_length=2048, null=True, blank=True)
    logo_url = ImageURLField(size="event.logo", null=True, blank=True)
    original_logo_url = ImageSizeField("logo_url", null=True)
    original_image_url = ImageURLField(null=True, blank=True)
    large_image_url = ImageSizeField("original_image_url", "event.full", null=True)
    thumbnail_image_url = ImageSizeField("original_image_url", "event.thumbnail", null=True)
    icon_image_url = ImageSizeField("original_image_url", "event.icon", null=True)

    # Who stands behind it.
    has_owner_info = models.BooleanField(default=False)
    owner_name = models.CharField(max_length=500, null=True, blank=True)
    owner_description = models.TextField(null=True, blank=True)
    code_of_conduct = models.TextField(null=True, blank=True)

    # How it is shown and what it uses.
    is_featured = models.BooleanField(default=False)
    is_promoted = models.BooleanField(default=False)
    is_demoted = models.BooleanField(default=False)
    is_announced = models.BooleanField(default=False)
    is_sessions_speakers_enabled = models.BooleanField(default=False)
    is_cfs_enabled = models.BooleanField(default=False)
    is_sponsors_enabled = models.BooleanField(default=False)
    is_chat_enabled = models.BooleanField(default=False)
    is_videoroom_enabled = models.BooleanField(default=False)
    is_badges_enabled = models.BooleanField(default=False)
    is_oneclick_signup_enabled = models.BooleanField(default=False)
    is_document_enabled = models.BooleanField(default=False)
    document_links = models.JSONField(null=True, blank=True)  # [{"name": ..., "link": ...}]

    # Tickets and money.
    is_ticket_form_enabled = models.BooleanField(default=True)
    show_remaining_tickets = models.BooleanField(default=False)
    is_tax_enabled = models.BooleanField(default=False)
    is_billing_info_mandatory = models.BooleanField(default=False)
    is_donation_enabled = models.BooleanField(default=False)
    after_order_message = models.TextField(null=True, blank=True)
    refund_policy = models.TextField(null=True, blank=True)
    payment_country = models.CharField(max_length=100, null=True, blank=True)
    payment_currency = models.CharField(max_length=3, null=True, blank=True)  # ISO 4217
    paypal_email = models.EmailField(max_length=254, null=True, blank=True)
    can_pay_by_paypal = models.BooleanField(default=False)
    can_pay_by_stripe = models.BooleanField(default=False)
    can_pay_by_cheque = models.BooleanField(default=False)
    can_pay_by_bank = models.BooleanField(default=False)
    can_pay_by_invoice = models.BooleanField(default=False)
    can_pay_onsite = models.BooleanField(default=False)
    can_pay_by_omise = models.BooleanField(default=False)
    can_pay_by_alipay = models.BooleanField(default=False)
    can_pay_by_paytm = models.BooleanField(default=False)
    cheque_details = models.TextField(null=True, blank=True)
    invoice_details = models.TextField(null=True, blank=True)
    bank_details = models.TextField(null=True, blank=True)
    onsite_details = models.TextField(null=True, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "identifier",
                name="event_identifier_unique",
                violation_error_message="An event with this identifier exists already.",
            ),
        ]
        indexes = [
            # the lists of what comes next, and of everything published
            models.Index(
                "starts_at",
                "id",
                condition=models.Q(state="published", deleted_at=None),
                name="event_published_idx",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED and self.deleted_at is None
