"""The floor: the least that answering these reads could cost in Python. FROZEN.

Three plain Django views behind the same middleware, each written for one question: literal
SQL, psycopg's own cursor and loaders, dicts that orjson encodes, and what is the same in every
row (all of its links) as one template. They see what the product's viewers see, count what it
counts, and answer with the same document. There is no engine: another question would need
another view.

It stands still so that a budget means the same next year: when the product gets slower or
faster against it, the product changed. Touch it only where the contract's document changes,
and then in the same manner, no faster and no slower.
"""

# ruff: noqa: S608  all of the SQL is written here

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

import jwt
import orjson
import psycopg
from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from psycopg.adapt import AdaptersMap
from psycopg.types.datetime import TimestamptzLoader
from psycopg.types.string import TextLoader

Row = tuple[Any, ...]

# Columns in the order of the document; `keys` spells them as it does.

EVENT = """
    e.deleted_at, e.identifier, e.name, e.external_event_url, e.starts_at, e.ends_at, e.timezone,
    e.online, e.latitude, e.longitude, e.logo_url, e.location_name, e.searchable_location_name,
    e.public_stream_link, e.stream_loop, e.stream_autoplay, e.description, e.after_order_message,
    e.original_image_url, e.thumbnail_image_url, e.large_image_url, e.icon_image_url,
    e.show_remaining_tickets, e.owner_name, e.is_map_shown, e.is_oneclick_signup_enabled,
    e.has_owner_info, e.owner_description, e.is_sessions_speakers_enabled, e.privacy, e.state,
    e.ticket_url, e.code_of_conduct, e.schedule_published_on, e.is_featured, e.is_promoted,
    e.is_demoted, e.is_announced, e.is_ticket_form_enabled, e.is_cfs_enabled, e.payment_country,
    e.payment_currency, e.paypal_email, e.is_tax_enabled, e.is_billing_info_mandatory,
    e.is_donation_enabled, e.is_chat_enabled, e.is_videoroom_enabled, e.is_document_enabled,
    e.document_links, e.can_pay_by_paypal, e.can_pay_by_stripe, e.can_pay_by_cheque,
    e.can_pay_by_bank, e.can_pay_by_invoice, e.can_pay_onsite, e.can_pay_by_omise,
    e.can_pay_by_alipay, e.can_pay_by_paytm, e.cheque_details, e.invoice_details, e.bank_details,
    e.onsite_details, e.is_sponsors_enabled, e.created_at, e.refund_policy, e.is_badges_enabled
"""
SESSION = """
    s.deleted_at, s.title, s.subtitle, s.level, s.short_abstract, s.long_abstract, s.comments,
    s.starts_at, s.ends_at, s.language, s.slides_url, s.slides, s.website, s.twitter, s.facebook,
    s.github, s.linkedin, s.instagram, s.gitlab, s.mastodon, s.video_url, s.audio_url,
    s.signup_url, s.state, s.created_at, s.submitted_at, s.is_mail_sent, s.is_locked,
    s.last_modified_at, s.complex_field_values
"""
SPEAKER = """
    p.deleted_at, p.name, p.photo_url, p.thumbnail_image_url, p.small_image_url,
    p.icon_image_url, p.short_biography, p.long_biography, p.website, p.twitter, p.facebook,
    p.github, p.mastodon, p.linkedin, p.instagram, p.organisation, p.is_featured,
    p.is_email_overridden, p.position, p.country, p.city, p.order, p.speaker_positions
"""
CONFIDED = """
    p.email, p.speaking_experience, p.mobile, p.address, p.gender, p.heard_from,
    p.sponsorship_required, p.complex_field_values
"""
TRACK = "t.deleted_at, t.name, t.description, t.color, t.position"
ROOM = """
    m.deleted_at, m.name, m.latitude, m.longitude, m.floor, m.hidden_in_scheduler,
    m.is_chat_enabled, m.is_global_event_room, m.position, m.room
"""
TYPE = "y.deleted_at, y.name, y.length, y.position"


def keys(columns: str) -> tuple[str, ...]:
    return tuple(name.strip()[2:].replace("_", "-") for name in columns.split(","))


FEEDS = {"ical-url": "ics", "xcal-url": "xcs", "pentabarf-url": "xml"}
IDENTIFIER, STATE, PUBLISHED_ON = map(
    keys(EVENT).index, ("identifier", "state", "schedule-published-on")
)
EVENT_KEYS = (*keys(EVENT), *FEEDS, "chat-room-name", "is-stripe-linked")
EVENT_CONSTANTS = (None, False)
TEAM_KEYS = (
    *EVENT_KEYS,
    *("completed-order-sales", "placed-order-sales", "pending-order-sales"),
    *("completed-order-tickets", "placed-order-tickets", "pending-order-tickets"),
)
TEAM_CONSTANTS = (*EVENT_CONSTANTS, 0, 0, 0, 0, 0, 0)
SESSION_KEYS = (*keys(SESSION), "favourite-count", "average-rating", "rating-count")
SESSION_CONSTANTS = (0, 0)
SPEAKER_KEYS = (*keys(SPEAKER), *keys(CONFIDED))
UNTOLD = (None,) * len(keys(CONFIDED))
TRACK_KEYS = (*keys(TRACK), "font-color")
ROOM_KEYS = (*keys(ROOM), "chat-room-name")
TYPE_KEYS = keys(TYPE)

EVENT_RELATIONSHIPS = """
    tickets faqs faq-types feedbacks ticket-tags microlocations social-links tracks sponsors
    speakers-call session-types event-copyright tax sessions speakers event-type event-topic
    event-sub-topic group custom-forms owner organizers coorganizers stripe-authorization
    order-statistics general-statistics video-stream exhibitors session-favourites
    speaker-invites station badge-forms tags
""".split()
TEAM_RELATIONSHIPS = [
    *EVENT_RELATIONSHIPS,
    *"""
    event-invoices discount-codes track-organizers moderators registrars orders role-invites
    access-codes attendees roles
    """.split(),
]
SESSION_RELATIONSHIPS = """
    microlocation track session-type event feedbacks speakers exhibitors creator favourite
    favourites speaker-invites
""".split()
# Relationships whose related URL does not end in their name.
ALIASES = {
    "session-favourites": "user-favourite-sessions",
    "station": "stations",
    "roles": "users-events-roles",
    "favourites": "user-favourite-sessions",
}


def template(collection: str, relationships: Iterable[str], linked: Iterable[str] = ()) -> bytes:
    """Return the end of a resource object: NUL stands for its id, %b for linkage."""
    members = []
    for name in relationships:
        url = f"/v1/{collection}/\0"
        links = f'"self":"{url}/relationships/{name}","related":"{url}/{ALIASES.get(name, name)}"'
        members.append(f'"{name}":{{"links":{{{links}}}{"%b" if name in linked else ""}}}')
    end = f',"relationships":{{{",".join(members)}}},"links":{{"self":"/v1/{collection}/\0"}}}}'
    return end.encode()


EVENT_END = template("events", EVENT_RELATIONSHIPS)
TEAM_END = template("events", TEAM_RELATIONSHIPS)
LINKED = ("microlocations", "tracks", "session-types")
LINKED_EVENT_END = template("events", EVENT_RELATIONSHIPS, LINKED)
LINKED_TEAM_END = template("events", TEAM_RELATIONSHIPS, LINKED)
SESSION_END = template("sessions", SESSION_RELATIONSHIPS, ("track", "speakers"))
SPEAKER_END = template("speakers", ["event", "user", "sessions"])
TRACK_END = template("tracks", ["event", "sessions"])
ROOM_END = template("microlocations", ["sessions", "event", "video-stream"])
TYPE_END = template("session-types", ["event", "sessions"])


def resource(
    type_name: bytes, pk: int, names: Sequence[str], values: Iterable[Any], end: bytes
) -> bytes:
    name = b"%d" % pk
    attributes = orjson.dumps(dict(zip(names, values, strict=True)))
    return b'{"type":"%b","id":"%b","attributes":%b%b' % (
        type_name,
        name,
        attributes,
        end.replace(b"\0", name),
    )


def linkage(type_name: bytes, ids: Iterable[int]) -> bytes:
    identifiers = [b'{"type":"%b","id":"%d"}' % (type_name, pk) for pk in ids]
    return b',"data":[' + b",".join(identifiers) + b"]"


# --- the database: Django's persistent connection under a cursor of psycopg's own


class JsonLoader(TextLoader):
    """jsonb goes into the document as it is."""

    def load(self, data: Any) -> Any:
        return orjson.Fragment(bytes(data))


adapters = AdaptersMap(psycopg.adapters)
adapters.register_loader("timestamptz", TimestamptzLoader)
adapters.register_loader("jsonb", JsonLoader)


class Cursor(psycopg.Cursor[Row]):
    adapters = adapters  # built once, where each cursor would copy them


def select(sql: str, values: Mapping[str, Any]) -> list[Row]:
    """Return the rows. What recurs is prepared, if the settings let this connection do so."""
    with Cursor(connection.connection) as cursor:
        return cursor.execute(sql, values).fetchall()


# --- who asks, and what they may see


@dataclass(frozen=True)
class Person:
    pk: int
    email: str | None  # None while it is not verified, and so tells nothing


PERSON = """
    SELECT u.id, CASE WHEN u.is_verified THEN u.email END
    FROM users_user u JOIN users_signin i ON i.user_id = u.id
    WHERE u.id = %(identity)s AND i.id = %(sid)s AND i.tokens_valid_from = u.tokens_valid_from
        AND u.deleted_at IS NULL AND NOT u.is_blocked
"""


def signed_in(request: HttpRequest) -> Person | None:
    """Return who sent a valid token."""
    with connection.cursor():
        pass  # Django opens its connection, or looks once a request whether it still lives
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme not in ("JWT", "Bearer"):
        return None
    try:
        claims = jwt.decode(
            token,
            settings.SECRET_KEY,
            algorithms=["HS256"],
            options={"require": ["identity", "sid", "type", "exp"], "verify_iat": False},
        )
    except jwt.PyJWTError:
        return None
    if claims["type"] != "access":
        return None
    found = select(PERSON, {"identity": claims["identity"], "sid": UUID(claims["sid"])})
    return Person(*found[0]) if found else None


def held(roles: str) -> str:
    """Return the condition that the person has one of `roles` on the event `e`."""
    return f"""e.id IN (
        SELECT r.event_id FROM events_eventrole r JOIN events_role n ON n.id = r.role_id
        WHERE r.user_id = %(user)s AND n.name IN ({roles})
    )"""


COORGANIZED = held("'owner', 'organizer', 'coorganizer'")
WORKED_ON = held("'owner', 'organizer', 'coorganizer', 'track_organizer', 'moderator', 'registrar'")

# Of each, what nobody in particular may see, and what a person may who is no admin.
PUBLIC_EVENTS = "e.deleted_at IS NULL AND e.state = 'published'"
THEIR_EVENTS = f"e.deleted_at IS NULL AND (e.state = 'published' OR {WORKED_ON})"

# Of the sessions of an event that they may see.
ALL_SESSIONS = "s.event_id = %(event)s AND s.deleted_at IS NULL"
PUBLIC_SESSIONS = f"{ALL_SESSIONS} AND s.state IN ('accepted', 'confirmed')"
IS_SPEAKER = "(p.user_id = %(user)s OR upper(p.email) = upper(%(email)s))"
THEIR_SESSIONS = f"""{ALL_SESSIONS} AND (
    s.state IN ('accepted', 'confirmed') OR s.creator_id = %(user)s OR EXISTS (
        SELECT FROM events_session_speakers x JOIN events_speaker p ON p.id = x.speaker_id
        WHERE x.session_id = s.id AND p.deleted_at IS NULL AND {IS_SPEAKER}
    )
)"""


# --- pages and links


@dataclass(frozen=True)
class Page:
    """The page asked for, and the query string again, for links."""

    path: str
    number: int
    size: int
    others: str

    @classmethod
    def of(cls, request: HttpRequest) -> "Page":
        asked: Mapping[str, Any] = request.GET
        others = {name: text for name, text in asked.items() if name != "page[number]"}
        return cls(
            request.path,
            int(asked.get("page[number]", "1")),
            int(asked.get("page[size]", "20")),
            written(others),
        )

    @property
    def values(self) -> dict[str, Any]:
        return {"limit": self.size, "offset": (self.number - 1) * self.size}

    def count(self, shown: int, sql: str, values: Mapping[str, Any]) -> int:
        """Return how many rows all pages have; the last page knows without asking."""
        if 0 < shown < self.size:
            return (self.number - 1) * self.size + shown
        ((count,),) = select(sql, values)
        return count

    def answer(self, data: list[bytes], included: list[bytes], count: int) -> HttpResponse:
        base = f"{self.path}?{self.others}"
        links = {"self": base if self.number == 1 else f"{base}&{numbered(self.number)}"}
        last = math.ceil(count / self.size)
        if last > 1:
            links["first"] = f"{base}&{numbered(1)}"
            links["last"] = f"{base}&{numbered(last)}"
            if self.number > 1:
                links["prev"] = f"{base}&{numbered(min(self.number - 1, last))}"
            if self.number < last:
                links["next"] = f"{base}&{numbered(self.number + 1)}"
        return answer(
            b'{"data":[%b]%b,"meta":{"count":%d},"links":%b,"jsonapi":{"version":"1.0"}}'
            % (
                b",".join(data),
                b',"included":[%b]' % b",".join(included) if included else b"",
                count,
                orjson.dumps(links),
            )
        )


def written(parameters: Mapping[str, Any]) -> str:
    return "&".join(f"{quote(n, safe='')}={quote(t, safe='')}" for n, t in parameters.items())


def numbered(page: int) -> str:
    return f"page%5Bnumber%5D={page}"


def answer(body: bytes) -> HttpResponse:
    return HttpResponse(body, content_type="application/vnd.api+json")


# --- /v1/events

PAGE = " ORDER BY id LIMIT %(limit)s OFFSET %(offset)s"
FOR_NOBODY = f"SELECT e.id, false, {EVENT} FROM events_event e WHERE {PUBLIC_EVENTS}"
FOR_SOMEBODY = f"SELECT e.id, {COORGANIZED}, {EVENT} FROM events_event e WHERE {THEIR_EVENTS}"
COUNT_FOR_NOBODY = f"SELECT count(*) FROM events_event e WHERE {PUBLIC_EVENTS}"
COUNT_FOR_SOMEBODY = f"SELECT count(*) FROM events_event e WHERE {THEIR_EVENTS}"


def events(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    page = Page.of(request)
    if person is None:
        rows = select(FOR_NOBODY + PAGE, page.values)
        count = page.count(len(rows), COUNT_FOR_NOBODY, {})
    else:
        rows = select(FOR_SOMEBODY + PAGE, {**page.values, "user": person.pk})
        count = page.count(len(rows), COUNT_FOR_SOMEBODY, {"user": person.pk})
    origin = origin_of(request)
    data = [event_object(row, origin, EVENT_END, TEAM_END) for row in rows]
    return page.answer(data, [], count)


def origin_of(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def event_object(row: Row, origin: str, end: bytes, team_end: bytes) -> bytes:
    pk, is_team, *values = row
    if values[STATE] == "published" and values[PUBLISHED_ON] is not None:
        feed = f"{origin}/v1/events/{values[IDENTIFIER]}/schedule."
        values += [feed + suffix for suffix in FEEDS.values()]
    else:
        values += [None] * len(FEEDS)
    if is_team:
        return resource(b"event", pk, TEAM_KEYS, (*values, *TEAM_CONSTANTS), team_end)
    return resource(b"event", pk, EVENT_KEYS, (*values, *EVENT_CONSTANTS), end)


# --- /v1/events/{identifier}?include=tracks,microlocations,session-types

IDENTIFIED = " AND e.identifier = %(identifier)s"
TRACKS_OF_EVENT = f"""
    SELECT t.id, {TRACK} FROM events_track t
    WHERE t.event_id = %(event)s AND t.deleted_at IS NULL ORDER BY t.position, t.id
"""
ROOMS_OF_EVENT = f"""
    SELECT m.id, {ROOM} FROM events_microlocation m
    WHERE m.event_id = %(event)s AND m.deleted_at IS NULL ORDER BY m.position, m.id
"""
TYPES_OF_EVENT = f"""
    SELECT y.id, {TYPE} FROM events_sessiontype y
    WHERE y.event_id = %(event)s AND y.deleted_at IS NULL ORDER BY y.position, y.id
"""


def event(request: HttpRequest, identifier: str) -> HttpResponse:
    person = signed_in(request)
    if person is None:
        found = select(FOR_NOBODY + IDENTIFIED, {"identifier": identifier})
    else:
        found = select(FOR_SOMEBODY + IDENTIFIED, {"identifier": identifier, "user": person.pk})
    if not found:
        raise Http404
    row = found[0]
    of_event = {"event": row[0]}
    tracks = select(TRACKS_OF_EVENT, of_event)
    rooms = select(ROOMS_OF_EVENT, of_event)
    types = select(TYPES_OF_EVENT, of_event)
    linked = (  # in the order of LINKED
        linkage(b"microlocation", [room[0] for room in rooms]),
        linkage(b"track", [track[0] for track in tracks]),
        linkage(b"session-type", [type_[0] for type_ in types]),
    )
    end = (LINKED_TEAM_END if row[1] else LINKED_EVENT_END) % linked
    included = [track_object(track) for track in tracks]
    for pk, *values in rooms:
        included.append(resource(b"microlocation", pk, ROOM_KEYS, (*values, None), ROOM_END))
    for pk, *values in types:
        included.append(resource(b"session-type", pk, TYPE_KEYS, values, TYPE_END))
    return answer(
        b'{"data":%b,"included":[%b],"links":%b,"jsonapi":{"version":"1.0"}}'
        % (
            event_object(row, origin_of(request), end, end),
            b",".join(included),
            orjson.dumps({"self": f"{request.path}?{written(request.GET.dict())}"}),
        )
    )


def track_object(row: Row) -> bytes:
    pk, *values = row
    return resource(b"track", pk, TRACK_KEYS, (*values, font_color(row[4])), TRACK_END)


def font_color(color: str) -> str:
    digits = color[1:] if len(color) == 7 else "".join(digit * 2 for digit in color[1:])
    red, green, blue = bytes.fromhex(digits)
    return "#000000" if (299 * red + 587 * green + 114 * blue) / 1000 > 128 else "#ffffff"


# --- /v1/events/{id}/sessions?include=speakers,track

EVENT_FOR_NOBODY = f"SELECT false FROM events_event e WHERE e.id = %(event)s AND {PUBLIC_EVENTS}"
EVENT_FOR_SOMEBODY = f"""
    SELECT {COORGANIZED} FROM events_event e WHERE e.id = %(event)s AND {THEIR_EVENTS}
"""
SESSIONS = f"""
    SELECT s.id, s.track_id, {SESSION},
        (SELECT count(*) FROM events_favouritesession f WHERE f.session_id = s.id)
    FROM events_session s WHERE """
COUNT_SESSIONS = "SELECT count(*) FROM events_session s WHERE "
SPEAKERS = f"""
    SELECT x.session_id, p.id, %s, {SPEAKER}, {CONFIDED}
    FROM events_session_speakers x JOIN events_speaker p ON p.id = x.speaker_id
    WHERE x.session_id = ANY(%%(sessions)s) AND p.event_id = %%(event)s AND p.deleted_at IS NULL
    ORDER BY p.order, p.id
"""
TRACKS = f"""
    SELECT t.id, {TRACK} FROM events_track t
    WHERE t.id = ANY(%(tracks)s) AND t.event_id = %(event)s AND t.deleted_at IS NULL
"""


def sessions(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    page = Page.of(request)
    values: dict[str, Any] = {"event": pk, **page.values}
    if person is not None:
        values |= {"user": person.pk, "email": person.email}
    found = select(EVENT_FOR_NOBODY if person is None else EVENT_FOR_SOMEBODY, values)
    if not found:
        raise Http404
    if found[0][0]:
        where, is_confided = ALL_SESSIONS, "true"
    elif person is not None:
        where, is_confided = THEIR_SESSIONS, IS_SPEAKER
    else:
        where, is_confided = PUBLIC_SESSIONS, "false"
    rows = select(SESSIONS + where + PAGE, values)
    count = page.count(len(rows), COUNT_SESSIONS + where, values)
    values["sessions"] = [row[0] for row in rows]
    values["tracks"] = list({row[1] for row in rows} - {None})
    speakers = select(SPEAKERS % is_confided, values)
    tracks = {row[0]: row for row in select(TRACKS, values)}

    speaking: dict[int, list[int]] = {row[0]: [] for row in rows}
    presented: dict[int, Row] = {}
    for speaker in speakers:
        speaking[speaker[0]].append(speaker[1])
        presented[speaker[1]] = speaker
    data = [session_object(row, tracks, speaking[row[0]]) for row in rows]
    included = [speaker_object(speaker) for speaker in presented.values()]
    included += [track_object(track) for track in tracks.values()]
    return page.answer(data, included, count)


def session_object(row: Row, tracks: Mapping[int, Row], speakers: Iterable[int]) -> bytes:
    pk, track, *values = row
    if track is None:
        leading = b',"data":null'
    else:
        leading = b',"data":{"type":"track","id":"%d"}' % track if track in tracks else b""
    end = SESSION_END % (leading, linkage(b"speaker", speakers))
    return resource(b"session", pk, SESSION_KEYS, (*values, *SESSION_CONSTANTS), end)


def speaker_object(row: Row) -> bytes:
    _, pk, is_confided, *values = row
    if not is_confided:
        values[-len(UNTOLD) :] = UNTOLD
    return resource(b"speaker", pk, SPEAKER_KEYS, values, SPEAKER_END)


urlpatterns = [
    path("v1/events", events),
    path("v1/events/<int:pk>/sessions", sessions),
    path("v1/events/<str:identifier>", event),
]
