"""Sending a cell of the matrix to the server, and reading whether somebody was let in."""

import json
from typing import Any, Final, NamedTuple

from django.test import Client

from tests import seeds
from tests.api_client import JSON_API

from .cells import Asked, resource_of
from .world import linkage

REFUSED = (401, 403, 404, 405)


class Sent(NamedTuple):
    """What was answered: the status, and how the body begins."""

    status: int
    said: str


def send(asked: Asked, client: Client) -> Sent:
    """Send the request by `client`, with a body that says nothing but what it links.

    What it does is undone.
    """
    resource = resource_of(asked.route)
    data: Any = {}
    if resource is not None:
        data = {"type": resource.type, "attributes": {}}
        data["relationships"] = linkage(resource, dict(asked.linked))
        if asked.route.method != "POST":
            data["id"] = dict(asked.arguments).get("ref", "1")
    body = b"" if asked.route.method in ("GET", "DELETE") else json.dumps({"data": data}).encode()
    if "linkage" in asked.route.handler and asked.route.method != "GET":
        # of no type, so that nothing is changed where it is let in
        body = b'{"data": 1}'
    with seeds.undone():
        response = client.generic(asked.route.method, asked.path, body, content_type=JSON_API)
        said = response.getvalue()[:500].decode(errors="replace")
    return Sent(response.status_code, said)


def outcome(answer: Sent) -> int:
    """Return what `answer` says as permission goes: 200 where somebody was let in."""
    return answer.status if answer.status in REFUSED else 200


def answered_otherwise(asked: Asked, answer: Sent) -> int:
    """Return what somebody who is let in is told here: 200, unless the domain refuses."""
    statuses, _ = REFUSED_BY_THE_DOMAIN.get((asked.route.method, asked.route.path), ((), ""))
    return answer.status if answer.status in statuses else 200


# Where somebody whom permission lets in may still be refused: by which status, and over what.
REFUSED_BY_THE_DOMAIN: Final[dict[tuple[str, str], tuple[tuple[int, ...], str]]] = {
    ("GET", "/dev/mail"): ((404,), "the laptop's own browser alone"),
    ("GET", "/dev/mail/{mail_id}"): ((404,), "the laptop's own browser alone"),
    ("GET", "/dev/mail/{mail_id}/body"): ((404,), "the laptop's own browser alone"),
    **{
        (method, f"/dev/provider/{path}"): ((404,), "the laptop's own browser alone")
        for method, path in (
            ("GET", "authorize"),
            ("POST", "authorize"),
            ("POST", "token"),
            ("POST", "revoke"),
            ("GET", "userinfo"),
            ("GET", "people/{sub}"),
            ("GET", "people/{sub}/picture"),
        )
    },
    **{
        (method, f"/settings/{path}"): ((401,), "a sign-in in the browser, not a token")
        for method, path in (
            ("GET", "applications"),
            ("POST", "applications/{provider}/connect"),
            ("POST", "applications/{provider}/disconnect"),
            ("GET", "password"),
            ("POST", "password"),
        )
    },
    ("POST", "/sign-in/{provider}"): ((404,), "which providers there are"),
    ("GET", "/oauth/{provider}/callback"): ((404,), "which providers there are"),
    ("GET", "/v1/auth/oauth/{provider}"): ((404,), "which providers there are"),
    ("GET", "/v1/auth/oauth/token/{provider}"): ((403, 404), "which providers there are"),
    ("POST", "/v1/auth/token/refresh"): ((401,), "a refresh token"),
    ("GET", "/v1/tasks/{task_id}"): ((404,), "whose task it is"),
    ("GET", "/v1/events/{ref}.ics"): ((404,), "who may view the event"),
    ("GET", "/v1/events/{ref}/schedule.ics"): ((404,), "who may view the event"),
    ("GET", "/v1/events/{ref}/schedule.xcs"): ((404,), "who may view the event"),
    ("GET", "/v1/events/{ref}/schedule.xml"): ((404,), "who may view the event"),
    ("GET", "/v1/events/{ref}/export/ical"): ((404,), "that the event is in the trash"),
    ("GET", "/v1/events/{ref}/export/xcal"): ((404,), "that the event is in the trash"),
    ("GET", "/v1/events/{ref}/export/pentabarf"): ((404,), "that the event is in the trash"),
    ("POST", "/v1/events/{ref}/export/json"): ((404,), "that the event is in the trash"),
    ("POST", "/v1/events/{ref}/export/sessions/csv"): ((404,), "that the event is in the trash"),
    ("GET", "/v1/events/{ref}/export/sessions/pdf"): ((404,), "that the event is in the trash"),
    ("POST", "/v1/events/{ref}/export/speakers/csv"): ((404,), "that the event is in the trash"),
    ("GET", "/v1/events/{ref}/export/speakers/pdf"): ((404,), "that the event is in the trash"),
    ("GET", "/v1/events/{ref}/exports"): ((404,), "that the event is in the trash"),
    ("POST", "/v1/group/{ref}/export/followers/csv"): ((404,), "that the group is in the trash"),
    ("GET", "/v1/docs/{name}"): ((404,), "which resources there are"),
    ("POST", "/v1/events/import/{source}"): ((404,), "which formats and files it takes"),
    ("GET", "/media/{place}/{key}"): ((404,), "which files there are"),
    ("GET", "/v1/exports/{token}"): ((404,), "for whom the link was made"),
    ("DELETE", "/v1/events/{ref}/relationships/group"): ((403,), "who owns the event"),
    ("PATCH", "/v1/events/{ref}/relationships/group"): ((403,), "who owns the event"),
    ("GET", "/v1/groups/{ref}/events/{event}/announce"): ((403, 404), "an event of the group"),
    ("GET", "/v1/speaker-invites/{ref}/accept-invite"): ((403,), "whose address was invited"),
    ("GET", "/v1/speaker-invites/{ref}/reject-invite"): ((403,), "whose address was invited"),
}
