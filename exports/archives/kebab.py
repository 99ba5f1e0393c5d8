"""The dialect with dashes in its names ("starts-at"), version 2 of Open Event JSON.

Sessions carry short forms of what they refer to: `{"track": {"id": 3, "name": "Main"}, ...}`. Some
archives list session types nowhere else, so what only sessions mention is taken from there. The
lists of sessions that tracks and speakers have say the same from the other side; they are not read.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from openevent.api.names import dasherize

from .contents import Contents, Item, SessionItem
from .files import Read, read_object, read_objects
from .report import Notes


def _named(columns: str, **older: str) -> dict[str, str]:
    """Return the column for each name of the dialect: its own with dashes, then older names."""
    return {dasherize(name): name for name in columns.split()} | {
        dasherize(name): column for name, column in older.items()
    }


class _Kind(NamedTuple):
    noun: str  # as notes call one
    file: str
    mention: str  # where a session has its short form, or a list of them
    names: Mapping[str, str]


# What an archive may set. What is the admins' (`is-featured`) or the server's is not among it.
_EVENT: Final = _named(
    """
    identifier name description state privacy starts_at ends_at timezone schedule_published_on
    latitude longitude location_name searchable_location_name external_event_url ticket_url
    logo_url original_image_url large_image_url thumbnail_image_url icon_image_url
    has_owner_info owner_name owner_description code_of_conduct is_sessions_speakers_enabled
    """,
    event_url="external_event_url",
    has_organizer_info="has_owner_info",
    organizer_name="owner_name",
    organizer_description="owner_description",
)
_TRACK: Final = _Kind(
    "track", "tracks", "track", _named("name description color position deleted_at")
)
_MICROLOCATION: Final = _Kind(
    "microlocation",
    "microlocations",
    "microlocation",
    _named("name latitude longitude floor room position deleted_at"),
)
_SESSION_TYPE: Final = _Kind(
    "session type", "session_types", "session-type", _named("name length position deleted_at")
)
_SPEAKER: Final = _Kind(
    "speaker",
    "speakers",
    "speakers",
    _named("""
    name email photo_url thumbnail_image_url small_image_url icon_image_url organisation position
    country city address mobile gender short_biography long_biography speaking_experience
    heard_from sponsorship_required website twitter facebook github mastodon linkedin instagram
    is_featured order deleted_at
    """),
)
_SESSION: Final = _named("""
    title subtitle short_abstract long_abstract comments language level starts_at ends_at state
    is_locked is_mail_sent created_at submitted_at deleted_at slides_url video_url audio_url
    signup_url website twitter facebook github linkedin instagram gitlab mastodon
""")
# What is read elsewhere, or follows from what is.
_SAID_ELSEWHERE: Final = frozenset(
    """
    id type topic version licence-details placeholder-url font-color sessions speakers track
    microlocation session-type
""".split()
)
_WITHOUT_A_PLACE: Final = "left out, having no place here"


def parse(read: Read, notes: Notes) -> Contents:
    """Return what an archive in this dialect says.

    :raises ArchiveUnreadable: it has no event, or a file holds something else than it should.
    """
    event = read_object(read, "event")
    _note_strangers(event, _EVENT, "the event", notes)
    sessions = read_objects(read, "sessions")
    for name in ("sponsors", "forms"):
        if strangers := read_objects(read, name):
            notes.add(f"{name} ({len(strangers)}) {_WITHOUT_A_PLACE}", "the archive")
    return Contents(
        event=_columns(event, _EVENT),
        event_type=event.get("type"),
        event_topic=event.get("topic"),
        tracks=_items(read, _TRACK, sessions, notes),
        microlocations=_items(read, _MICROLOCATION, sessions, notes),
        session_types=_items(read, _SESSION_TYPE, sessions, notes),
        speakers=_items(read, _SPEAKER, sessions, notes),
        sessions=[_session(said, notes) for said in sessions],
    )


def _items(read: Read, kind: _Kind, sessions: Iterable[dict[str, Any]], notes: Notes) -> list[Item]:
    """Return what the file of `kind` lists, and what only `sessions` mention."""
    items = []
    for said in read_objects(read, kind.file):
        item = _item(kind.noun, said, kind.names)
        _note_strangers(said, kind.names, str(item), notes)
        items.append(item)
    listed = {item.key for item in items} | {None}
    for said in _mentions(sessions, kind.mention):
        item = _item(kind.noun, said, kind.names)
        if item.key not in listed and item.columns.get("name"):
            items.append(item)
            listed.add(item.key)
    return items


def _mentions(sessions: Iterable[dict[str, Any]], name: str) -> Iterator[dict[str, Any]]:
    for session in sessions:
        said = session.get(name)
        for mention in said if isinstance(said, list) else [said]:
            if isinstance(mention, dict):
                yield mention


def _session(said: dict[str, Any], notes: Notes) -> SessionItem:
    session = SessionItem("session", _key(said), _columns(said, _SESSION))
    _note_strangers(said, _SESSION, str(session), notes)

    def referred(name: str, value: Any) -> str | None:
        key = _key(value)
        if value and key is None:
            notes.add(f"{name} left out, as it does not say which", str(session))
        return key

    session.track = referred("track", said.get("track"))
    session.microlocation = referred("microlocation", said.get("microlocation"))
    session.session_type = referred("session type", said.get("session-type"))
    speakers = said.get("speakers") or []
    if not isinstance(speakers, list):
        speakers = [speakers]
    keys = [referred("speaker", speaker) for speaker in speakers]
    session.speakers = [key for key in keys if key is not None]
    return session


def _item(noun: str, said: dict[str, Any], names: Mapping[str, str]) -> Item:
    return Item(noun, _key(said), _columns(said, names))


def _key(said: Any) -> str | None:
    """Return the key in an object's `id`, or in a bare id, which may be a number or a text."""
    value = said.get("id") if isinstance(said, dict) else said
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return str(value).strip() or None


def _columns(said: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name, column in names.items():
        # an older name counts where today's says nothing
        if name in said and columns.get(column) in (None, ""):
            columns[column] = said[name]
    return columns


def _note_strangers(
    said: Mapping[str, Any], names: Mapping[str, str], thing: str, notes: Notes
) -> None:
    for name, value in said.items():
        if value and name not in names and name not in _SAID_ELSEWHERE:
            notes.add(f"{name[:60]} {_WITHOUT_A_PLACE}", thing)
