"""What the existing clients read, as they ask for it.

They need of every answer: ids that are numbers in strings, a related link for each relationship,
every resource that linkage names and no type that was not asked for, and a count on lists. The web
client encodes its query; the apps and the site generator write brackets and quotes as they are.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

import pytest
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from events.models import Event, Group, Speaker
from tests import personas, seeds
from tests.api_client import Answer

Document = dict[str, Any]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[seeds.World]:
    with seeds.planted(django_db_blocker) as world:
        # what the home page shows
        Event.objects.update(is_sessions_speakers_enabled=True)
        Group.objects.update(is_promoted=True)
        Speaker.objects.update(is_featured=True)
        yield world


def encoded(*conditions: Any) -> str:
    return quote(json.dumps(conditions), safe="")


def leaf(name: str, op: str, val: Any) -> dict[str, Any]:
    return {"name": name, "op": op, "val": val}


NOW: Final = timezone.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
PUBLIC: Final = {"and": [leaf("state", "eq", "published"), leaf("privacy", "eq", "public")]}
SOON: Final = {"or": [leaf("ends-at", "ge", NOW), leaf("starts-at", "ge", NOW)]}
ANNOUNCED: Final = {"or": [leaf("state", "eq", "confirmed"), leaf("state", "eq", "accepted")]}
OF_EVENT: Final = leaf("event", "has", leaf("identifier", "eq", "{identifier}"))
ANNOUNCED_HERE: Final = {"and": [OF_EVENT, ANNOUNCED]}
OF_CALL: Final = {"or": [leaf("form", "eq", "session"), leaf("form", "eq", "speaker")]}
ALIVE: Final = leaf("deleted-at", "eq", None)
DEAD: Final = leaf("deleted-at", "ne", None)
WITH_SPEAKERS: Final = {
    "or": [
        leaf("speakers", "any", ALIVE),
        leaf("speakers", "eq", None),
    ]
}
SPEAKING: Final = leaf("sessions", "any", ANNOUNCED)
CALLING: Final = [
    leaf("is-sessions-speakers-enabled", "eq", True),
    leaf("is-demoted", "eq", False),
    *(
        leaf("speakers-call", "has", leaf(*condition))
        for condition in (
            ("privacy", "eq", "public"),
            ("starts-at", "le", "2099-01-01T00:00:00.000Z"),
            ("ends-at", "ge", NOW),
            ("announcement", "ne", None),
        )
    ),
]
KINDS: Final = "event-topic,event-sub-topic,event-type,speakers-call"
EVENT: Final = (
    "social-links,event-copyright,speakers-call,tax,owner,organizers,video-stream,custom-forms,"
    "group,group.followers,group.followers.user"
)

# Who asks, the type that is answered, and the address.
WEB: Final = [
    ("nobody", "setting", "/v1/settings?public=true&cache=true"),
    (
        "nobody",
        "group",
        f"/v1/groups?include=user%2Cfollower&page%5Bsize%5D=12&public=true"
        f"&filter={encoded(leaf('is-promoted', 'eq', True))}",
    ),
    (
        "nobody",
        "event",
        f"/v1/events?sort=starts-at&include={KINDS}&cache=true&public=true"
        f"&page%5Bsize%5D=6&filter={encoded(PUBLIC, SOON)}",
    ),
    (
        "nobody",
        "event",
        f"/v1/events?sort=starts-at&include={KINDS}"
        f"&filter={encoded({'and': [*PUBLIC['and'], *CALLING]}, SOON)}",
    ),
    ("nobody", "page", "/v1/pages?public=true&sort=name"),
    ("somebody", "user-follow-group", "/v1/users/{somebody}/followed-groups?include=group%2Cuser"),
    ("nobody", "event", f"/v1/events/{{identifier}}?include={EVENT}"),
    (
        "nobody",
        "speaker",
        "/v1/events/{event}/speakers?include=sessions.track&page%5Bsize%5D=0"
        f"&filter={encoded(SPEAKING)}",
    ),
    (
        "nobody",
        "speaker",
        "/v1/events/{event}/speakers"
        f"?filter={encoded(leaf('is-featured', 'eq', 'true'), SPEAKING)}",
    ),
    ("nobody", "sponsor", "/v1/events/{event}/sponsors"),
    (
        "nobody",
        "session",
        "/v1/sessions?include=track%2Cspeakers%2Csession-type%2Cmicrolocation"
        f"&sort=starts-at&page%5Bsize%5D=6&page%5Bnumber%5D=1&filter={encoded(ANNOUNCED_HERE)}",
    ),
    (
        "somebody",
        "session",
        "/v1/sessions?include=favourite&sort=starts-at%2Cid&page%5Bsize%5D=0"
        f"&filter={encoded(ANNOUNCED_HERE, leaf('track', 'has', leaf('name', 'ne', 'x')))}",
    ),
    (
        "nobody",
        "session",
        "/v1/events/{event}/sessions?include=speakers%2Cmicrolocation%2Ctrack"
        f"&page%5Bsize%5D=0&filter={encoded({'and': [leaf('starts-at', 'ne', None), ANNOUNCED]})}",
    ),
    (
        "coorganizer",
        "session",
        "/v1/events/{event}/sessions?include=speakers%2Cfeedbacks"
        f"&page%5Bsize%5D=10&filter={encoded(WITH_SPEAKERS)}",
    ),
    (
        "coorganizer",
        "session",
        "/v1/events/{event}/sessions?sort=track.name&page%5Bsize%5D=25"
        f"&filter={encoded({'or': []})}",
    ),
    (
        "coorganizer",
        "session",
        "/v1/sessions/{session}?include=session-type%2Ctrack%2Cspeakers"
        "%2Cspeaker-invites%2Cfavourite%2Cevent%2Cmicrolocation",
    ),
    (
        "nobody",
        "microlocation",
        "/v1/events/{event}/microlocations?sort=position&fields%5B"
        "microlocation%5D=id%2Cname%2Cvideo_stream%2Cposition%2Cis_chat_enabled%2Cchat_room_name"
        "%2Cis_global_event_room",
    ),
    (
        "nobody",
        "custom-form",
        f"/v1/events/{{event}}/custom-forms?sort=id&page%5Bsize%5D=50&filter={encoded(OF_CALL)}",
    ),
    ("nobody", "track", "/v1/events/{event}/tracks?sort=name"),
    ("nobody", "session-type", "/v1/events/{event}/session-types?sort=name"),
    ("nobody", "exhibitor", "/v1/events/{event}/exhibitors?sort=position"),
    ("nobody", "faq", "/v1/events/{event}/faqs?include=faq-type"),
    ("nobody", "speakers-call", "/v1/events/{event}/speakers-call"),
    ("nobody", "event-type", "/v1/event-types"),
    ("nobody", "event-topic", "/v1/event-topics?include=event-sub-topics"),
    ("nobody", "event-location", "/v1/event-locations"),
    ("nobody", "role", "/v1/roles"),
    (
        "owner",
        "event",
        "/v1/users/{owner}/events?include=owner%2Corganizers%2Csessions"
        f"&sort=starts-at&page%5Bsize%5D=12&filter={encoded({'or': []})}",
    ),
    (
        "owner",
        "users-events-roles",
        "/v1/events/{event}/roles?include=user%2Crole&page%5Bsize%5D=0",
    ),
    (
        "owner",
        "role-invite",
        f"/v1/events/{{event}}/role-invites?include=role&filter="
        f"{encoded(leaf('status', 'eq', 'pending'))}",
    ),
    ("owner", "group", "/v1/users/{owner}/groups?include=events%2Croles&get_trashed=false"),
    (
        "speaker",
        "session",
        f"/v1/users/{{speaker}}/sessions?include=event&filter={encoded(OF_EVENT)}",
    ),
    (
        "speaker",
        "speaker",
        f"/v1/users/{{speaker}}/speakers?include=event&filter={encoded(OF_EVENT)}",
    ),
    (
        "super_admin",
        "user",
        "/v1/users?include=events&get_trashed=true&page%5Bsize%5D=10"
        f"&sort=-created-at&filter={encoded({'or': []})}",
    ),
    ("super_admin", "event", "/v1/users/{owner}/owner-events"),
    ("super_admin", "event", "/v1/users/{coorganizer}/coorganizer-events"),
    (
        "super_admin",
        "session",
        "/v1/sessions?get_trashed=true&include=event%2Cspeakers"
        "&page%5Bsize%5D=10"
        f"&filter={encoded({'and': [leaf('event', 'has', ALIVE), ANNOUNCED]})}",
    ),
    (
        "super_admin",
        "session",
        f"/v1/sessions?get_trashed=true&sort=event.name&filter="
        f"{encoded({'or': [leaf('event', 'has', DEAD), DEAD]})}",
    ),
]
ATTENDEE_APP: Final = [
    ("nobody", "ticket", "/v1/events/{event}/tickets?include=event&fields[event]=id&page[size]=0"),
    ("nobody", "event", "/v1/events?include=event-topic"),
    (
        "nobody",
        "event",
        "/v1/events?include=event-sub-topic,event-topic,event-type&sort=name&page[number]=1"
        '&filter=[{"and":[{"name":"ends-at","op":"ge","val":"%252026-11-22T21:48%25"}]}]',
    ),
    ("nobody", "event", "/v1/events/{event}"),
    (
        "nobody",
        "session",
        "/v1/events/{event}/sessions?include=session-type,microlocation,track,event"
        "&sort=created-at&filter=[]",
    ),
    ("nobody", "speaker", "/v1/events/{event}/speakers"),
    ("nobody", "social-link", "/v1/events/{event}/social-links"),
    ("nobody", "feedback", "/v1/events/{event}/feedbacks?include=user"),
    ("somebody", "user", "/v1/users/{somebody}"),
    ("somebody", "user-favourite-event", "/v1/user-favourite-events?include=event"),
    ("somebody", "notification", "/v1/users/{somebody}/notifications"),
]
ORGANIZER_APP: Final = [
    ("owner", "ticket", "/v1/events/{event}/tickets?include=event&fields[event]=id&page[size]=0"),
    ("owner", "event", "/v1/users/{owner}/events"),
    ("owner", "session", "/v1/tracks/{track}/sessions?include=track&fields[track]=id&page[size]=0"),
    ("owner", "speaker", "/v1/events/{event}/speakers?include=event&fields[event]=id&page[size]=0"),
    ("owner", "speaker", "/v1/speakers/{speaker_row}?include=sessions"),
    (
        "owner",
        "speakers-call",
        "/v1/events/{event}/speakers-call?include=event&fields[event]=id&page[size]=0",
    ),
    (
        "owner",
        "users-events-roles",
        "/v1/events/{event}/roles?include=user,event,role&fields[event]=id&page[size]=0",
    ),
    ("owner", "role", "/v1/roles"),
]
APP_GENERATOR: Final = [
    ("nobody", "event", "/v1/events/{event}?include=social_links,speakers_call,event_copyright"),
    (
        "nobody",
        "speaker",
        "/v1/events/{event}/speakers?include=sessions&fields[session]=title&size=0",
    ),
    ("nobody", "track", "/v1/events/{event}/tracks?include=sessions&fields[session]=title"),
    (
        "nobody",
        "session",
        "/v1/events/{event}/sessions?include=microlocation,track"
        "&fields[microlocation]=name&fields[track]=name",
    ),
    ("nobody", "microlocation", "/v1/events/{event}/microlocations"),
    ("nobody", "sponsor", "/v1/events/{event}/sponsors"),
    ("nobody", "session-type", "/v1/events/{event}/session-types"),
]
SITE_GENERATOR: Final = [
    ("nobody", "event", "/v1/events/{identifier}?include=social-links,event-copyright"),
    (
        "nobody",
        "session",
        "/v1/events/{identifier}/sessions?page[size]=0&include=track,speakers"
        '&filter=[{"or":[{"name":"state","op":"eq","val":"confirmed"},'
        '{"name":"state","op":"eq","val":"accepted"}]}]',
    ),
    (
        "nobody",
        "event",
        "/v1/events/upcoming?page[size]=6%20%20&public=true%20%20&include=event-topic",
    ),
]
CHECK_IN: Final = [
    ("registrar", "event", "/v1/users/{registrar}/events?filter=[]"),
    ("registrar", "session", "/v1/events/{event}/sessions"),
    ("registrar", "microlocation", "/v1/events/{event}/microlocations"),
]
CALLS: Final = [
    pytest.param(*call, id=f"{client}-{number}-{call[1]}")
    for client, calls in (
        ("web", WEB),
        ("attendee-app", ATTENDEE_APP),
        ("organizer-app", ORGANIZER_APP),
        ("app-generator", APP_GENERATOR),
        ("site-generator", SITE_GENERATOR),
        ("check-in", CHECK_IN),
    )
    for number, call in enumerate(calls)
]
# What the small world has none of.
NOTHING_THERE: Final = {"/v1/events/upcoming"}


@pytest.mark.parametrize(("who", "type_name", "address"), CALLS)
def test_a_client_is_answered(who: str, type_name: str, address: str, world: seeds.World) -> None:
    path = address
    for name, value in named(world).items():
        path = path.replace("{" + name + "}", value).replace("%7B" + name + "%7D", value)

    answer = Answer(personas.client_of(world.people[who]).get(path))

    assert answer.status == 200, answer
    rows = answer.data if isinstance(answer.data, list) else [answer.data]
    assert rows or path.partition("?")[0] in NOTHING_THERE
    assert {row["type"] for row in rows} <= {type_name}
    if isinstance(answer.data, list):
        assert answer.document["meta"]["count"] >= len(rows)
    included = answer.document.get("included", [])
    for row in [*rows, *included]:
        assert row["id"].isdecimal()
        for relationship in row.get("relationships", {}).values():
            assert relationship["links"]["related"].startswith("/v1/")
    there = {(row["type"], row["id"]) for row in [*rows, *included]}
    assert set(linked([*rows, *included])) <= there
    assert {(row["type"], row["id"]) for row in included} <= set(linked([*rows, *included]))
    assert bool(included) is ("include=" in path) or not rows


def named(world: seeds.World) -> dict[str, str]:
    """Return what stands in addresses: people by persona, and rows of the published event."""
    event = world.events["published"]
    session = event.sessions.filter(state="accepted", deleted_at=None).earliest("pk")
    return {
        **{name: str(person.pk) for name, person in world.people.items() if person is not None},
        "event": str(event.pk),
        "identifier": event.identifier,
        "session": str(session.pk),
        "track": str(session.track_id),
        "speaker_row": str(session.speakers.earliest("pk").pk),
    }


def linked(rows: list[Document]) -> Iterator[tuple[str, str]]:
    """Iterate over what the linkage of `rows` names, by type and id."""
    for row in rows:
        for relationship in row.get("relationships", {}).values():
            data = relationship.get("data") or []
            for each in data if isinstance(data, list) else [data]:
                yield re.sub("_", "-", each["type"]), each["id"]
