"""What archives say, in the words of whoever wrote them.

All dialects of Open Event JSON say the same in other spellings: version 1 has underscores and
names of its own (`start_time`, `background_image`), version 2 has dashes, servers export the names
of their columns, and ours does too. So each name is put into ours before anything is looked at.

Sessions may carry short forms of what they refer to: `{"track": {"id": 3, "name": "Main"}, ...}`.
Some archives list session types nowhere else, so what only sessions mention is taken from there.
The lists of sessions that tracks and speakers have say the same from the other side; they are not
read.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import orjson

from events.models import (
    CustomForm,
    Event,
    EventCopyright,
    Microlocation,
    Session,
    SessionType,
    SocialLink,
    Speaker,
    SpeakersCall,
    Sponsor,
    Track,
)
from openevent.api.names import dasherize

from . import manifest
from .contents import Contents, Item
from .files import Read, read_object, read_objects
from .parts import BY_MODEL, NOT_TAKEN, PARTS, Model, Part, taken_of
from .report import Notes

# Names that columns have elsewhere, or had once. Today's name counts first.
_OLDER: Final[Mapping[Model, Mapping[str, str]]] = {
    Event: {
        "event_url": "external_event_url",
        "has_organizer_info": "has_owner_info",
        "organizer_name": "owner_name",
        "organizer_description": "owner_description",
        "start_time": "starts_at",
        "end_time": "ends_at",
        "background_image": "original_image_url",
        "background_url": "original_image_url",
        "logo": "logo_url",
        "large": "large_image_url",
        "thumbnail": "thumbnail_image_url",
        "icon": "icon_image_url",
        "has_session_speakers": "is_sessions_speakers_enabled",
    },
    Session: {
        "start_time": "starts_at",
        "end_time": "ends_at",
        "video": "video_url",
        "audio": "audio_url",
    },
    Speaker: {
        "photo": "photo_url",
        "thumbnail": "thumbnail_image_url",
        "small": "small_image_url",
        "icon": "icon_image_url",
    },
    Sponsor: {"logo": "logo_url"},
    EventCopyright: {"logo": "logo_url"},
    SpeakersCall: {"start_date": "starts_at", "end_date": "ends_at"},
}
# What archives have in the event itself that is a row of its own here, and its names there.
_EMBEDDED: Final[Mapping[Model, tuple[str, ...]]] = {
    SocialLink: ("social_links",),
    EventCopyright: ("event_copyright", "copyright"),
    SpeakersCall: ("speakers_call", "call_for_papers"),
}
# What is read elsewhere, or follows from what is.
_SAID_ELSEWHERE: Final = frozenset(
    """
    id type topic sub_topic event_type event_topic event_sub_topic event_type_id event_topic_id
    event_sub_topic_id version licence_details placeholder_url font_color sessions speakers track
    microlocation session_type track_id microlocation_id session_type_id event_id creator
    creator_id user_id timezone custom_form custom_form_id faq_type faq_type_id ical_url xcal_url
    pentabarf_url ticket_tags
    """.split()
).union(*_EMBEDDED.values())
_MENTIONED: Final = (Track, Microlocation, SessionType, Speaker)
_WITHOUT_A_PLACE: Final = "left out, having no place here"
# Forms of 2016: one object for each of these, with a text of JSON for what it asks for.
_FORMS_OF_2016: Final = {"session_form": "session", "speaker_form": "speaker"}
_FIELDS_OF_2016: Final = {
    "slides": "slides_url",
    "video": "video_url",
    "audio": "audio_url",
    "photo": "photo_url",
}


def parse(read: Read, notes: Notes) -> Contents:
    """Return what an archive says.

    :raises ArchiveUnreadable: it has no event, or a file holds something else than it should.
    """
    event = read_object(read, "event")
    known = manifest.verified(read)
    is_exact = known is not None
    found = {part.model: list(_objects(read, part, event)) for part in PARTS}
    said = _ours(event)
    _note_strangers(event, Event, taken_of(Event), "the event", notes)
    items: dict[Model, Iterable[Item]] = {}
    for part in PARTS:
        items[part.model] = _items(part, found[part.model], notes, is_exact=is_exact)
    if not is_exact:
        for model in _MENTIONED:
            listed = list(items[model])
            items[model] = listed + _mentioned(BY_MODEL[model], found[Session], listed)
    return Contents(
        event=_with_background(_columns(said, Event, taken_of(Event)), notes),
        event_type=said.get("event_type", said.get("type")),
        event_topic=said.get("event_topic", said.get("topic")),
        event_sub_topic=said.get("event_sub_topic", said.get("sub_topic")),
        items=items,
        is_exact=is_exact,
        read=read,
        known=known or {},
    )


def _with_background(event: dict[str, Any], notes: Notes) -> dict[str, Any]:
    """Return what is said of the event with its picture where it belongs.

    The former server put it in place of the event's address on the web.
    """
    picture = event.get("external_event_url")
    if isinstance(picture, str) and picture.startswith("/images/"):
        del event["external_event_url"]
        if event.get("original_image_url") in (None, ""):
            event["original_image_url"] = picture
        else:
            notes.add("external-event-url left out, as it is a picture", "the event")
    return event


def _ours(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return `said` with its names as ours are spelled."""
    return {name.replace("-", "_"): value for name, value in said.items()}


def _objects(read: Read, part: Part, event: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Iterate over what the archive says of the rows of `part`, wherever it does."""
    listed = read_objects(read, part.file)
    embedded: Any = None
    if not listed and part.model in _EMBEDDED:
        here = _ours(event)
        embedded = next((here[name] for name in _EMBEDDED[part.model] if here.get(name)), None)
    for said in listed or (embedded if isinstance(embedded, list) else [embedded]):
        if isinstance(said, dict) and (listed or any(_without_id(said))):
            yield from _fields_of_2016(said) if part.model is CustomForm else [said]


def _without_id(said: Mapping[str, Any]) -> Iterator[Any]:
    return (value for name, value in said.items() if name != "id")


def _fields_of_2016(said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the fields of a form as it was written in 2016, or `said` if it is none."""
    here = _ours(said)
    if not _FORMS_OF_2016.keys() & here.keys():
        yield said
        return
    for name, form in _FORMS_OF_2016.items():
        try:
            asked = orjson.loads(here.get(name) or "{}")
        except (orjson.JSONDecodeError, TypeError):
            continue
        for field, how in asked.items() if isinstance(asked, dict) else ():
            if isinstance(how, dict):
                yield {
                    "form": form,
                    "field_identifier": _FIELDS_OF_2016.get(field, field),
                    "name": field.replace("_", " ").capitalize(),
                    "is_required": how.get("require") in (1, "1", True),
                    "is_included": how.get("include") in (1, "1", True),
                }


def _items(
    part: Part, found: Iterable[dict[str, Any]], notes: Notes, *, is_exact: bool
) -> list[Item]:
    items = []
    names = taken_of(part.model)
    for said in found:
        item = _item(part, said, names)
        _note_strangers(said, part.model, names, str(item), notes)
        _refer(item, part, _ours(said), notes)
        items.append(item)
    return items


def _mentioned(
    part: Part, sessions: Iterable[dict[str, Any]], listed: Iterable[Item]
) -> list[Item]:
    """Return what of `part` only sessions mention."""
    known = {item.key for item in listed} | {None}
    name = "speakers" if part.model is Speaker else str(part.model._meta.verbose_name)
    items = []
    for session in sessions:
        said = _ours(session).get(name.replace(" ", "_"))
        for mention in said if isinstance(said, list) else [said]:
            if not isinstance(mention, dict):
                continue
            item = _item(part, mention, taken_of(part.model))
            if item.key not in known and item.columns.get("name"):
                items.append(item)
                known.add(item.key)
    return items


def _refer(item: Item, part: Part, said: Mapping[str, Any], notes: Notes) -> None:
    """Note in `item` the keys of what it refers to."""

    def referred(name: str, value: Any) -> str | None:
        key = _key(value)
        if value and key is None:
            notes.add(f"{name} left out, as it does not say which", str(item))
        return key

    for name, target in part.links.items():
        noun = str(target._meta.verbose_name)
        item.links[name] = referred(noun, said.get(name) or said.get(f"{name}_id"))
    for name, target in part.joins.items():
        several = said.get(name) or []
        if not isinstance(several, list):
            several = [several]
        noun = str(target._meta.verbose_name)
        keys = [referred(noun, each) for each in several]
        item.joins[name] = [key for key in keys if key is not None]


def _item(part: Part, said: Mapping[str, Any], names: Iterable[str]) -> Item:
    return Item(part.noun, _key(said), _columns(_ours(said), part.model, names))


def _key(said: Any) -> str | None:
    """Return the key in an object's `id`, or in a bare id, which may be a number or a text."""
    value = said.get("id") if isinstance(said, dict) else said
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return str(value).strip() or None


def _columns(said: Mapping[str, Any], model: Model, names: Iterable[str]) -> dict[str, Any]:
    columns = {name: said[name] for name in names if name in said}
    if model is Session and isinstance(columns.get("slides"), str):
        columns.setdefault("slides_url", columns.pop("slides"))  # once, that was an address
    for older, name in _OLDER.get(model, {}).items():
        # an older name counts where today's says nothing
        if older in said and columns.get(name) in (None, ""):
            columns[name] = said[older]
    return columns


def _note_strangers(
    said: Mapping[str, Any], model: Model, names: Iterable[str], thing: str, notes: Notes
) -> None:
    known = {*names, *_OLDER.get(model, ()), *NOT_TAKEN.get(model, ()), *_SAID_ELSEWHERE}
    for name, value in said.items():
        if value and name.replace("-", "_") not in known:
            notes.add(f"{dasherize(name)[:60]} {_WITHOUT_A_PLACE}", thing)
