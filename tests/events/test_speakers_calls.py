"""Calls for speakers: what is announced, and whom the event then takes sessions from."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from events.models import SpeakersCall
from tests.api_client import Api
from tests.factories.events import (
    EventFactory,
    SessionFactory,
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
def leader(event):
    user = UserFactory()
    hold(user, event, "coorganizer")
    return user


def call_of(event, days=1, **values):
    return {
        "event": event,
        "announcement": "Come and speak",
        "starts_at": timezone.now().isoformat(),
        "ends_at": (timezone.now() + timedelta(days=days)).isoformat(),
        **values,
    }


def submit(user, event, query=""):
    return Api(user).post(f"/v1/sessions{query}", "session", title="Talk", event=event)


def present(user, event, query=""):
    return Api(user).post(f"/v1/speakers{query}", "speaker", name="Ada", event=event)


def test_the_document_of_a_call():
    event = EventFactory(published=True)
    call = SpeakersCallFactory(
        event=event,
        announcement="Google",
        starts_at=datetime(2016, 12, 13, tzinfo=UTC),
        soft_ends_at=datetime(2016, 12, 20, 12, 30, tzinfo=UTC),
        ends_at=datetime(2016, 12, 23, 23, 59, 59, 59000, tzinfo=UTC),
    )

    answer = Api().get(f"/v1/speakers-calls/{call.pk}")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/vnd.api+json"
    assert answer.document == {
        "data": {
            "type": "speakers-call",
            "id": str(call.pk),
            "attributes": {
                "deleted-at": None,
                "announcement": "Google",
                "starts-at": "2016-12-13T00:00:00+00:00",
                "soft-ends-at": "2016-12-20T12:30:00+00:00",
                "ends-at": "2016-12-23T23:59:59.059000+00:00",
                "hash": None,
                "privacy": "public",
            },
            "relationships": {
                "event": {
                    "links": {
                        "self": f"/v1/speakers-calls/{call.pk}/relationships/event",
                        "related": f"/v1/speakers-calls/{call.pk}/event",
                    }
                }
            },
            "links": {"self": f"/v1/speakers-calls/{call.pk}"},
        },
        "links": {"self": f"/v1/speakers-calls/{call.pk}"},
        "jsonapi": {"version": "1.0"},
    }


def test_leaders_announce_one_call_at_a_time(event, leader):
    first = Api(leader).post("/v1/speakers-calls", "speakers-call", **call_of(event))
    second = Api(leader).post("/v1/speakers-calls", "speakers-call", **call_of(event))

    assert (first.status, second.status) == (201, 409)
    assert Api().get(f"/v1/events/{event.identifier}/speakers-call").data["id"] == first.data["id"]
    assert Api(leader).delete(f"/v1/speakers-calls/{first.data['id']}").status == 200
    assert Api(leader).post("/v1/speakers-calls", "speakers-call", **call_of(event)).status == 201


def test_others_do_not(event):
    stranger = UserFactory()
    call = SpeakersCallFactory(event=event)
    path = f"/v1/speakers-calls/{call.pk}"

    assert Api(stranger).post("/v1/speakers-calls", "speakers-call", **call_of(event)).status == 403
    assert Api(stranger).patch(path, "speakers-call", announcement="Mine").status == 403
    assert Api(stranger).delete(path).status == 403
    assert Api().delete(path).status == 401


def test_a_call_needs_its_event(leader):
    answer = Api(leader).post("/v1/speakers-calls", "speakers-call", **call_of([]))

    assert (answer.status, answer.pointer) == (422, "/data/relationships/event")


@pytest.mark.parametrize(
    ("times", "pointer"),
    [
        ({"ends_at": -2}, "/data/attributes/ends-at"),
        ({"soft_ends_at": -2}, "/data/attributes/soft-ends-at"),
        ({"soft_ends_at": 9}, "/data/attributes/soft-ends-at"),
        ({"starts_at": 400, "ends_at": 401}, "/data/attributes/starts-at"),
    ],
)
def test_times_of_a_call_run_forward_and_begin_before_the_event(event, leader, times, pointer):
    moments = {
        name: (timezone.now() + timedelta(days=days)).isoformat() for name, days in times.items()
    }

    made = Api(leader).post("/v1/speakers-calls", "speakers-call", **call_of(event, **moments))
    call = SpeakersCallFactory(event=event, ends_at=timezone.now() + timedelta(days=1))
    path = f"/v1/speakers-calls/{call.pk}"
    changed = Api(leader).patch(path, "speakers-call", **moments)

    assert (made.status, made.pointer) == (422, pointer)
    assert (changed.status, changed.pointer) == (422, pointer)


@pytest.mark.parametrize("send", [submit, present])
@pytest.mark.parametrize(("begins", "ends", "status"), [(-2, -1, 403), (-1, 1, 201), (1, 2, 403)])
def test_an_event_with_a_call_takes_talks_while_it_is_open(
    event, leader, send, begins, ends, status
):
    now = timezone.now()
    SpeakersCallFactory(
        event=event, starts_at=now + timedelta(days=begins), ends_at=now + timedelta(days=ends)
    )

    answer = send(UserFactory(), event)

    assert answer.status == status
    if status == 403:
        assert answer.detail == "The call for speakers of this event is not open."
    assert send(leader, event).status == 201


def test_what_is_late_for_the_announced_end_is_taken_until_the_end(event):
    SpeakersCallFactory(event=event, soft_ends_at=timezone.now() - timedelta(hours=1))

    assert submit(UserFactory(), event).status == 201


def test_a_call_in_the_trash_closes_nothing(event):
    past = timezone.now() - timedelta(days=9)
    SpeakersCallFactory(event=event, starts_at=past, deleted_at=timezone.now())

    assert submit(UserFactory(), event).status == 201


def test_a_talk_may_still_be_edited_once_the_call_is_over(event):
    SpeakersCallFactory(event=event, starts_at=timezone.now() - timedelta(days=9))
    submitter = UserFactory()
    session = SessionFactory(event=event, creator=submitter)

    answer = Api(submitter).patch(f"/v1/sessions/{session.pk}", "session", title="Better")

    assert answer.status == 200


@pytest.mark.parametrize("send", [submit, present])
def test_a_private_call_asks_for_the_hash_of_its_link(event, leader, send):
    SpeakersCallFactory(event=event, privacy="private", hash="s3cret")

    assert send(UserFactory(), event).status == 403
    assert send(UserFactory(), event, "?speaker_call=guess").status == 403
    assert send(UserFactory(), event, "?speaker_call=s3cret").status == 201
    assert send(leader, event).status == 201


def test_the_hash_of_a_call_is_the_teams_to_give(event, leader):
    made = Api(leader).post(
        "/v1/speakers-calls", "speakers-call", **call_of(event, privacy="private")
    )
    path = f"/v1/speakers-calls/{made.data['id']}"

    secret = SpeakersCall.objects.get().hash
    assert len(secret) == 32
    assert made.attributes["hash"] == Api(leader).get(path).attributes["hash"] == secret
    for user in (None, UserFactory()):
        assert Api(user).get(path).attributes["hash"] is None
        named = {"name": "hash", "op": "eq", "val": secret}
        assert Api(user).filter("/v1/speakers-calls", named).ids == []


def test_whoever_is_invited_to_speak_may_present_themselves_at_any_time(event):
    SpeakersCallFactory(event=event, privacy="private", hash="s3cret")
    invited, pretender = UserFactory(), UserFactory(unverified=True)
    session = SessionFactory(event=event)
    for user in (invited, pretender):
        SpeakerInviteFactory(session=session, email=user.email)

    assert present(invited, event).status == 201
    assert present(pretender, event).status == 403


def test_a_call_of_a_draft_is_its_teams():
    draft = EventFactory()
    call = SpeakersCallFactory(event=draft)
    helper = UserFactory()
    hold(helper, draft, "moderator")

    assert Api().get(f"/v1/speakers-calls/{call.pk}").status == 404
    assert Api(helper).get(f"/v1/speakers-calls/{call.pk}").status == 200
