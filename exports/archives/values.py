"""Values of an archive, made fit for the columns of a model.

What a column may hold is what its model field says; nothing of it is repeated here.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, Final

import orjson
from django.core.exceptions import ValidationError
from django.db import models
from rest_framework.exceptions import ValidationError as Refused

from events.api.custom_forms import CustomFormSerializer
from events.api.events import EventSerializer
from events.api.exhibitors import ExhibitorSerializer
from events.api.faqs import FaqSerializer
from events.api.links import validate_links
from events.api.sessions import SessionSerializer
from events.api.speakers import SpeakerSerializer
from events.api.speakers_calls import SpeakersCallSerializer
from events.api.sponsors import SponsorSerializer
from events.models import (
    CustomForm,
    Event,
    Exhibitor,
    Faq,
    Session,
    Speaker,
    SpeakersCall,
    Sponsor,
)
from media.fields import ImageSizeField, ImageURLField
from openevent.api.fields import HtmlField, is_everywhere
from openevent.api.names import dasherize
from ticketing.api.tickets import TicketSerializer
from ticketing.models import Ticket

from .contents import Kept

# The columns whose mark-up the API cleans, and how.
_HTML_FIELD: Final = HtmlField()
_HTML: Final[Mapping[type[models.Model], Iterable[str]]] = {
    CustomForm: CustomFormSerializer.Meta.html,
    Event: EventSerializer.Meta.html,
    Exhibitor: ExhibitorSerializer.Meta.html,
    Faq: FaqSerializer.Meta.html,
    Session: SessionSerializer.Meta.html,
    Speaker: SpeakerSerializer.Meta.html,
    SpeakersCall: SpeakersCallSerializer.Meta.html,
    Sponsor: SponsorSerializer.Meta.html,
    Ticket: TicketSerializer.Meta.html,
}
# The columns that hold lists of links, which clients show as such; what other columns of JSON
# hold, clients ask for field by field.
_LINKS: Final = frozenset({"document_links", "slides", "social_links"})
_LONGEST_JSON: Final = 100_000  # bytes in one column
_HOST: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(/|$)", re.IGNORECASE)


class Unfit(Exception):
    """The column cannot hold the value; the message says why."""


def fit(
    model: type[models.Model],
    columns: Mapping[str, Any],
    *,
    note: Callable[[str], None],
    zone: tzinfo = UTC,
    is_exact: bool = False,
) -> dict[str, Any]:
    """Return `columns` with values that those of `model` hold.

    Empty values, which are an archive's way to say nothing, and values that do not fit are left
    out, so that the row gets the model's default; `note` is told of the latter, and of what was
    mended. Where an archive `is_exact`, null and empty are said on purpose, and texts keep the
    spaces around them. Times that do not say their zone are in `zone`. What files are called
    that have been kept is taken as it is.
    """
    fitted: dict[str, Any] = {}
    for name, value in columns.items():
        if isinstance(value, Kept):
            fitted[name] = str(value)
            continue
        field = model._meta.get_field(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            if is_exact and (field.null if value is None else field.blank and _is_text(field)):
                fitted[name] = value
            continue
        label = dasherize(name)
        mend = partial(_note_mend, note, label)
        try:
            if name in _HTML.get(model, ()):
                value = _HTML_FIELD.to_internal_value(_text(value, is_exact=is_exact))
            fitted[name] = _fit_value(field, value, mend=mend, zone=zone, is_exact=is_exact)
        except Unfit as unfit:
            note(f"{label} left out, as {unfit}")
        except ValidationError as invalid:
            note(f"{label} left out ({' '.join(invalid.messages)})")
    return fitted


def _is_text(field: models.Field) -> bool:
    return isinstance(field, models.CharField | models.TextField)


def _note_mend(note: Callable[[str], None], label: str, what: str) -> None:
    note(f"{label} {what}")


def _fit_value(
    field: Any, value: Any, *, mend: Callable[[str], None], zone: tzinfo, is_exact: bool
) -> Any:
    """Return `value` as the column of `field` holds it.

    :raises Unfit, ValidationError: the column cannot hold it.
    """
    match field:
        case models.JSONField():
            return _json(field.name, value)
        case models.DateTimeField():
            value = _moment(value, mend=mend, zone=zone)
        case models.BooleanField():
            value = _truth(value)
        case models.IntegerField():
            value = _number(value)
            if not value.is_integer():
                raise Unfit("it is no whole number")
            value = int(value)
        case models.FloatField():
            value = _number(value)
        case models.DecimalField():
            value = _amount(field, value)
        case models.URLField() | ImageURLField() | ImageSizeField():
            value = _address(field, _text(value), mend=mend)
        case models.EmailField():
            value = _text(value)
        case models.CharField(choices=choices) if choices:
            value = _choice(choices, _text(value))
        case _:
            value = _shortened(_text(value, is_exact=is_exact), field.max_length, mend=mend)
    return field.clean(value, None)


def _text(value: Any, *, is_exact: bool = False) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unfit("it is no text")
    text = str(value).replace("\0", "")  # the database keeps no NUL
    return text if is_exact else text.strip()


def _json(name: str, value: Any) -> Any:
    """Return a list of links, or what people answered to the event's own questions."""
    if name in _LINKS:
        try:
            checked = validate_links(value)
        except Refused:
            raise Unfit("it is no list of objects with a name and a link") from None
        if name == "social_links":
            for link, said in zip(checked, value, strict=True):
                link["is_custom"] = said.get("is_custom") is True
        value = checked
    if not isinstance(value, dict | list):
        raise Unfit("it is neither an object nor a list")
    try:
        text = orjson.dumps(value)
    except TypeError:
        raise Unfit("it is nested too deeply") from None
    if len(text) > _LONGEST_JSON:
        raise Unfit("it is too long")
    if b"\\u0000" in text:
        raise Unfit("the database keeps no character U+0000")
    return value


def _shortened(text: str, limit: int | None, *, mend: Callable[[str], None]) -> str:
    if limit is None or len(text) <= limit:
        return text
    mend(f"shortened to the {limit} characters there is room for")
    return text[:limit].rstrip()


def _choice(choices: Iterable[tuple[str, Any]], text: str) -> str:
    known = {value.lower(): value for value, _ in choices}
    if text.lower() not in known:
        raise Unfit(f"it is none of {', '.join(known.values())}")
    return known[text.lower()]


def _address(field: models.Field, text: str, *, mend: Callable[[str], None]) -> str:
    if ":" in text.split("/")[0]:
        return text  # it has a scheme; the field judges it
    # People leave out the scheme of their website or profile; where a file lies, nobody types.
    if not field.name.endswith("_url") and _HOST.match(text):
        mend("completed with https://")
        return f"https://{text}"
    raise Unfit("a relative address means nothing without the archive's files")


def _truth(value: Any) -> bool:
    if isinstance(value, str):
        value = {"true": True, "false": False}.get(value.strip().lower())
    if not isinstance(value, bool):
        raise Unfit("it is neither true nor false")
    return value


def _number(value: Any) -> float:
    try:
        if isinstance(value, bool):
            raise ValueError
        number = float(value)
    except (TypeError, ValueError):
        raise Unfit("it is no number") from None
    if not math.isfinite(number):
        raise Unfit("it is no number")
    return number


def _amount(field: models.DecimalField, value: Any) -> Decimal:
    try:
        return round(Decimal(str(_number(value))), field.decimal_places)
    except InvalidOperation:
        raise Unfit("it is too large") from None


def _moment(value: Any, *, mend: Callable[[str], None], zone: tzinfo) -> datetime:
    try:
        if not isinstance(value, str):
            raise ValueError
        moment = datetime.fromisoformat(value.strip())
        if not is_everywhere(moment):
            raise ValueError
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
            mend(f"says no zone and is taken as {zone}")
        return moment.astimezone(UTC)
    except ValueError:
        raise Unfit("it is no time as in 2026-11-22T21:48:00+00:00") from None
