"""What belongs to an event in an archive: one file for each kind of row, declared here once.

Both ways follow from it: what is written of a row, and what is taken of one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from django.db import models

from events.models import (
    CustomForm,
    CustomFormOption,
    CustomFormTranslate,
    Event,
    EventCopyright,
    Exhibitor,
    Faq,
    FaqType,
    Microlocation,
    Session,
    SessionType,
    SocialLink,
    Speaker,
    SpeakersCall,
    Sponsor,
    Tag,
    Track,
)
from ticketing.models import Ticket, TicketTag

Model = type[models.Model]

# Columns that say who did something on this server, or what follows from other columns.
_OUR_OWN: Final[Mapping[Model, frozenset[str]]] = {
    Event: frozenset({"group", "event_type", "event_topic", "event_sub_topic"}),
    Session: frozenset({"creator"}),
    Speaker: frozenset({"user"}),
}
# Columns that are written for people to read, and that an import does not take over.
NOT_TAKEN: Final[Mapping[Model, frozenset[str]]] = {
    Event: frozenset(
        """
        deleted_at created_at is_featured is_promoted is_demoted is_announced
        """.split()
    ),
    Session: frozenset({"last_modified_at"}),
    SocialLink: frozenset({"identifier"}),
    Exhibitor: frozenset({"created_at", "modified_at"}),
}
EVENT_COLUMNS_FIRST: Final = tuple(
    """
    name latitude longitude location_name starts_at ends_at timezone description
    original_image_url logo_url owner_name owner_description external_event_url ticket_url privacy
    event_type event_topic event_sub_topic code_of_conduct
    """.split()
)
# Where in an archive the files of its columns lie; see `Part.files`.
EVENT_FILES: Final = {
    "logo_url": "images/logo",
    "original_image_url": "images/background",
    "document_links": "documents/event",
}


@dataclass(frozen=True)
class Part:
    """The rows of one model, in the file `file`.

    `first` are the columns that are written first, in the order of archives that others wrote;
    the rest follows by name. `links` are foreign keys to rows of other parts, `joins` lists of
    such. Rows of which a second one with the same `unique` columns may not live are left out:
    `()` allows one row, `None` any number. `files` say where the files of a column lie in an
    archive, without their suffix; `media` knows what becomes of those of other columns.
    """

    model: Model
    file: str
    first: tuple[str, ...] = ("name",)
    links: Mapping[str, Model] = field(default_factory=dict)
    joins: Mapping[str, Model] = field(default_factory=dict)
    unique: tuple[str, ...] | None = None
    path: str = "event"
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def noun(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def plural(self) -> str:
        """What JSON:API calls them: "session-types"."""
        return str(self.model._meta.verbose_name_plural).replace(" ", "-")

    @cached_property
    def columns(self) -> list[str]:
        """The columns that an archive has of a row, links aside."""
        return columns_of(self.model, self.first)

    @cached_property
    def required(self) -> list[str]:
        """The columns without which there can be no row, by their name in archives."""
        named = [self.model._meta.get_field(name) for name in self.columns]
        return [
            each.name
            for each in named
            if not (each.null or each.blank or each.has_default() or _is_automatic(each))
        ]

    def rows(self, event_id: int) -> models.QuerySet[Any]:
        return self.model._default_manager.filter(**{self.path: event_id}).order_by("pk")


def columns_of(model: Model, first: tuple[str, ...]) -> list[str]:
    """Return the columns that an archive has of a row of `model`, in its order."""
    every = {each.name for each in model._meta.concrete_fields if _is_said(model, each)}
    leading = [name for name in first if name in every]
    return leading + sorted(every.difference(leading))


def taken_of(model: Model, first: tuple[str, ...] = ()) -> list[str]:
    """Return the columns that an import takes over."""
    left = NOT_TAKEN.get(model, frozenset())
    return [name for name in columns_of(model, first) if name not in left]


def _is_said(model: Model, column: models.Field) -> bool:
    is_link = isinstance(column, models.ForeignKey)
    return not (column.primary_key or is_link or column.name in _OUR_OWN.get(model, ()))


def _is_automatic(column: models.Field) -> bool:
    return bool(getattr(column, "auto_now", False) or getattr(column, "auto_now_add", False))


# In the order in which rows can be made: none is linked with one further down. What else is sold
# at an event (taxes, codes) is a line here as soon as it is a model.
PARTS: Final = (
    Part(SocialLink, "social_links", first=("name", "link")),
    Part(
        EventCopyright,
        "event_copyrights",
        first=("holder", "licence"),
        unique=(),
        files={"logo_url": "images/copyrights/copyright_{id}"},
    ),
    Part(SpeakersCall, "speakers_calls", first=("announcement",), unique=()),
    Part(
        CustomForm,
        "forms",
        first=("field_identifier", "form", "type"),
        unique=("form", "field_identifier", "form_id"),
    ),
    Part(
        CustomFormOption,
        "form_options",
        first=("value",),
        links={"custom_form": CustomForm},
        path="custom_form__event",
    ),
    Part(
        CustomFormTranslate,
        "form_translates",
        links={"custom_form": CustomForm},
        unique=("custom_form", "language_code"),
        path="custom_form__event",
    ),
    Part(FaqType, "faq_types"),
    Part(Faq, "faqs", first=("question", "answer"), links={"faq_type": FaqType}),
    Part(Tag, "tags", unique=("name",)),
    Part(
        Sponsor,
        "sponsors",
        first=tuple("name logo_url level type url description".split()),
        files={"logo_url": "images/sponsors/{name}_{id}"},
    ),
    Part(TicketTag, "ticket_tags", unique=("name",)),
    Part(
        Ticket,
        "tickets",
        first=tuple("name type price quantity sales_starts_at sales_ends_at".split()),
        joins={"ticket_tags": TicketTag},
        unique=("name",),
    ),
    Part(Track, "tracks", first=("name", "color")),
    Part(Microlocation, "microlocations", first=("name", "floor")),
    Part(SessionType, "session_types", first=("name", "length")),
    Part(
        Speaker,
        "speakers",
        first=tuple(
            """
            name email mobile photo_url organisation position country short_biography
            long_biography website twitter facebook github linkedin
            """.split()
        ),
        unique=("email",),
        files={"photo_url": "images/speakers/{name}_{id}"},
    ),
    Part(
        Session,
        "sessions",
        first=tuple(
            """
            title subtitle short_abstract long_abstract starts_at ends_at comments language
            slides_url audio_url video_url
            """.split()
        ),
        links={"session_type": SessionType, "track": Track, "microlocation": Microlocation},
        joins={"speakers": Speaker},
        files={
            "slides_url": "slides/session_{id}",
            "slides": "slides/session_{id}",
            "audio_url": "audios/session_{id}",
            "video_url": "videos/session_{id}",
        },
    ),
    Part(
        Exhibitor,
        "exhibitors",
        joins={"sessions": Session},
        files={
            "logo_url": "images/exhibitors/{name}_{id}",
            "banner_url": "images/exhibitors/{name}_{id}_banner",
            "slides_url": "slides/exhibitor_{id}",
            "video_url": "videos/exhibitor_{id}",
        },
    ),
)
BY_MODEL: Final = {part.model: part for part in PARTS}
