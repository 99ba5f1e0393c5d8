"""The web client's calls around the programme, groups and favourites, as it sends them.

It sends every attribute it knows, unset ones as null and read-only ones too, repeats loaded
to-one relationships in each PATCH, and adds parameters of its own.
"""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.api_client import JSON_API, Api
from tests.factories.events import (
    EventFactory,
    FeedbackFactory,
    FollowedGroupFactory,
    GroupFactory,
    SessionFactory,
    SpeakerFactory,
    SpeakerInviteFactory,
    SpeakersCallFactory,
    hold,
)
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return EventFactory(published=True, is_sessions_speakers_enabled=True)


@pytest.fixture
def owner(event):
    user = UserFactory()
    hold(user, event, "owner")
    return user


def linked(**relationships):
    return {
        name.replace("_", "-"): {"data": {"type": type_name, "id": str(row.pk)}}
        for name, (type_name, row) in relationships.items()
    }


def send(user, method, path, data):
    return Api(user).send(method, path, {"data": data})


def test_the_call_of_an_event_is_made_read_and_changed(event, owner):
    now = timezone.now()
    attributes = {
        "announcement": "<p>Come</p>",
        "starts-at": now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "soft-ends-at": None,
        "ends-at": (now + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "hash": None,
        "privacy": "public",
        "is-open": None,
    }
    relationships = linked(event=("event", event))

    made = send(
        owner,
        "post",
        "/v1/speakers-calls",
        {"type": "speakers-call", "attributes": attributes, "relationships": relationships},
    )
    one = f"/v1/speakers-calls/{made.data['id']}"
    changed = send(
        owner,
        "patch",
        one,
        {
            "type": "speakers-call",
            "id": made.data["id"],
            "attributes": attributes | {"announcement": "Now"},
            "relationships": relationships,
        },
    )

    assert (made.status, changed.status) == (201, 200)
    read = Api().get(f"/v1/events/{event.identifier}/speakers-call")
    assert read.attributes["announcement"] == "Now"
    call = {"type": "speakers-call", "id": made.data["id"]}
    repeated = {
        "type": "event",
        "id": str(event.pk),
        "attributes": {"name": "Same"},
        "relationships": {"speakers-call": {"data": call}, "group": {"data": None}},
    }
    assert send(owner, "patch", f"/v1/events/{event.identifier}", repeated).status == 200


def test_events_that_call_for_speakers_are_found_on_the_home_page(event):
    SpeakersCallFactory(event=event)
    SpeakersCallFactory(event=EventFactory(published=True), privacy="private", hash="x")
    EventFactory(published=True)
    now = timezone.now().isoformat()
    is_open = {
        "and": [
            {"name": "announcement", "op": "ne", "val": None},
            {"name": "privacy", "op": "eq", "val": "public"},
            {"name": "ends-at", "op": "gt", "val": now},
        ]
    }
    asked = [{"name": "speakers-call", "op": "has", "val": is_open}]

    empty = Api().get("/v1/events", filter=json.dumps(asked), cache="true", public="true")
    event.speakers_calls.update(announcement="Come")
    found = Api().get("/v1/events", filter=json.dumps(asked), include="speakers-call")

    assert (empty.ids, found.ids) == ([], [event.pk])
    assert ("speakers-call", event.speakers_calls.get().pk) in found.included


def test_a_session_page_includes_those_who_are_invited(event):
    submitter = UserFactory()
    session = SessionFactory(event=event, creator=submitter)
    invite = SpeakerInviteFactory(session=session)
    FeedbackFactory(event=None, session=session)

    answer = Api(submitter).get(
        f"/v1/sessions/{session.pk}", include="session-type,speakers,track,speaker-invites"
    )

    assert answer.included == {("speaker-invite", invite.pk)}
    assert (answer.attributes["average-rating"], answer.attributes["rating-count"]) == (4.0, 1)


def test_an_invitation_is_opened_from_its_link_and_answered(event):
    invited = UserFactory()
    invite = SpeakerInviteFactory(session=SessionFactory(event=event), email=invited.email)
    path = f"/v1/speaker-invites/{invite.pk}"

    opened = Api(invited).get(path, include="session,event")
    SpeakerFactory(event=event, user=invited)
    accepted = Api(invited).get(f"{path}/accept-invite")

    assert opened.included == {("session", invite.session_id), ("event", event.pk)}
    assert accepted.document["event_identifier"] == event.identifier


def test_feedback_of_reviewers(event, owner):
    session = SessionFactory(event=event)
    relationships = linked(session=("session", session), user=("user", owner))
    data = {"type": "feedback", "attributes": {"rating": 4, "comment": None, "deleted-at": None}}

    made = send(owner, "post", "/v1/feedbacks", data | {"relationships": relationships})
    listed = Api(owner).get(f"/v1/sessions/{session.pk}/feedbacks", include="user", sort="rating")
    sessions = Api(owner).get(f"/v1/events/{event.pk}/sessions", include="feedbacks", sort="id")

    assert made.status == 201
    assert listed.included == {("user", owner.pk)}
    assert sessions.included == {("feedback", int(made.data["id"]))}
    removed = Api(owner, **{"Content-Type": JSON_API}).delete(f"/v1/feedbacks/{made.data['id']}")
    assert removed.status == 200


def test_groups_of_the_home_page_and_of_a_user():
    group = GroupFactory(is_promoted=True)
    follow = FollowedGroupFactory(group=group, user=UserFactory(is_profile_public=True))
    promoted = json.dumps([{"name": "is-promoted", "op": "eq", "val": True}])

    home = Api().get("/v1/groups", filter=promoted, include="user", page__size=6)
    mine = Api(follow.user).get(
        f"/v1/users/{follow.user.pk}/followed-groups", include="group,user", page__size=0
    )
    page = Api(follow.user).get(
        f"/v1/groups/{group.pk}", include="events,user,follower,followers.user"
    )

    assert home.ids == [group.pk]
    assert mine.included == {("group", group.pk), ("user", follow.user.pk)}
    assert page.included == {
        ("user", group.user.pk),
        ("user", follow.user.pk),
        ("user-follow-group", follow.pk),
    }


def test_a_group_is_made_and_changed_with_all_its_attributes():
    user = UserFactory()
    attributes = {
        "name": "Pythonistas",
        "about": None,
        "social-links": [],
        "logo-url": None,
        "banner-url": None,
        "thumbnail-image-url": None,
        "is-promoted": False,
        "follower-count": None,
        "created-at": None,
        "deleted-at": None,
    }
    owner = linked(user=("user", user))

    made = send(user, "post", "/v1/groups", {"type": "group", "attributes": attributes})
    one = {"type": "group", "id": made.data["id"], "relationships": owner}
    changed = send(user, "patch", f"/v1/groups/{made.data['id']}", one | {"attributes": attributes})
    removed = Api(user).delete(f"/v1/groups/{made.data['id']}")
    restored = send(
        user,
        "patch",
        f"/v1/groups/{made.data['id']}?get_trashed=true",
        one | {"attributes": {"deleted-at": None}},
    )

    assert [each.status for each in (made, changed, removed, restored)] == [201, 200, 200, 200]


def test_an_event_is_made_in_a_group(event, owner):
    group = GroupFactory(user=owner)
    data = {
        "type": "event",
        "id": str(event.pk),
        "attributes": {"name": "Meetup"},
        "relationships": linked(group=("group", group)),
    }

    assert send(owner, "patch", f"/v1/events/{event.identifier}", data).status == 200
    listed = Api().get(f"/v1/groups/{group.pk}/events", sort="starts-at", page__size=6)
    assert listed.ids == [event.pk]
    assert Api().get(f"/v1/events/{event.identifier}", include="group").included == {
        ("group", group.pk)
    }


def test_favourites_of_events(event):
    user = UserFactory()
    data = {"type": "user-favourite-event", "attributes": {}}
    relationships = linked(event=("event", event))

    made = send(user, "post", "/v1/user-favourite-events", data | {"relationships": relationships})
    listed = Api(user).get(f"/v1/users/{user.pk}/user-favourite-events", include="event")

    assert made.status == 201
    assert listed.included == {("event", event.pk)}
    assert Api(user).delete(f"/v1/user-favourite-events/{made.data['id']}").status == 200
