"""Endpoints of an event: the days and languages of its programme, the order of its speakers."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from events.models import Event
from tests.api_client import Api
from tests.factories.events import EventFactory, SessionFactory, SpeakerFactory, hold
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return EventFactory(published=True, timezone="Asia/Singapore")


def leader_of(event, role="coorganizer"):
    user = UserFactory()
    hold(user, event, role)
    return user


def test_states_of_sessions_are_a_map_for_clients():
    document = Api().get("/v1/sessions/states").document

    assert document.keys() == {"organizer", "speaker"}
    assert document["speaker"]["draft"] == {"pending": True}
    assert document["organizer"]["draft"] == {}
    assert document["organizer"]["pending"] == dict.fromkeys(
        ("withdrawn", "accepted", "rejected", "confirmed"), True
    )
    assert document["organizer"].keys() == document["speaker"].keys()


def test_days_of_a_programme_are_those_of_the_events_zone(event):
    late, early = datetime(2031, 3, 1, 20, tzinfo=UTC), datetime(2031, 3, 1, 3, tzinfo=UTC)
    for starts_at in (late, late, early):
        SessionFactory(event=event, state="accepted", starts_at=starts_at)
    SessionFactory(event=event, state="confirmed")
    SessionFactory(event=event, state="pending", starts_at=datetime(2031, 4, 1, tzinfo=UTC))

    for ref in (event.pk, event.identifier):
        answer = Api().get(f"/v1/events/{ref}/sessions/dates")
        assert (answer.status, answer.document) == (200, ["2031-03-01", "2031-03-02"])


def test_languages_of_a_programme_are_named_once(event):
    for language in ("German", "English", "English", "", None):
        SessionFactory(event=event, state="accepted", language=language)
    SessionFactory(event=event, state="rejected", language="Klingon")
    SessionFactory(event=event, state="accepted", language="Latin", deleted_at=timezone.now())

    answer = Api().get(f"/v1/events/{event.identifier}/sessions/languages")

    assert answer.document == ["English", "German"]


@pytest.mark.parametrize("path", ["sessions/dates", "sessions/languages"])
def test_the_programme_of_a_draft_is_its_teams(path):
    draft = EventFactory()

    assert Api().get(f"/v1/events/{draft.pk}/{path}").status == 404
    assert Api(leader_of(draft)).get(f"/v1/events/{draft.pk}/{path}").document == []


def reorder(user, event, body, query=""):
    path = f"/v1/events/{event.identifier}/reorder-speakers{query}"
    return Api(user).send("post", path, body, "application/json")


def test_speakers_are_put_in_order(event, django_assert_max_num_queries):
    first, second, third = (SpeakerFactory(event=event, order=9) for _ in range(3))
    body = [
        {"speaker": str(second.pk), "order": 0},
        {"speaker": first.pk, "order": 1},
        {"speaker": third.pk, "order": 1},
    ]
    leader = leader_of(event)

    answer = reorder(leader, event, body)

    assert answer.document == {"success": True, "updates": {"0": 1, "1": 2}}
    assert Api().get(f"/v1/events/{event.pk}/speakers").ids == [second.pk, first.pk, third.pk]
    assert reorder(leader, event, [], "?reset").document == {"success": True, "updates": 3}
    assert set(event.speakers.values_list("order", flat=True)) == {0}


def test_only_leaders_put_speakers_in_order(event):
    body = [{"speaker": SpeakerFactory(event=event).pk, "order": 1}]

    assert reorder(None, event, body).status == 401
    assert reorder(leader_of(event, "moderator"), event, body).status == 403
    assert reorder(UserFactory(admin=True), event, body).status == 200


def test_speakers_of_other_events_stay_where_they_are(event):
    mine, theirs = SpeakerFactory(event=event), SpeakerFactory()
    body = [{"speaker": each.pk, "order": 5} for each in (mine, theirs)]

    assert reorder(leader_of(event), event, body).status == 403
    mine.refresh_from_db()
    assert mine.order == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        [1],
        [{"speaker": 1}],
        [{"speaker": "x", "order": 1}],
        [{"speaker": 1, "order": "1"}],
        [{"speaker": True, "order": 1}],
        [{"speaker": 1, "order": 2**40}],
        [{"speaker": 2**70, "order": 1}],
    ],
)
def test_what_is_no_order_is_refused(event, body):
    assert reorder(leader_of(event), event, body).status == 422


def test_public_events_are_found_by_their_words():
    found = EventFactory(published=True, name="FOSSASIA Summit", owner_name="Mario")
    EventFactory(published=True, name="Other", owner_name="Mario")
    EventFactory(name="FOSSASIA draft")
    EventFactory(published=True, name="FOSSASIA private", privacy=Event.Privacy.PRIVATE)
    path = "/v1/search/events"

    answer = Api().get(path, **{"name": "fossasia", "owner-name": "mario"})

    meta = {"id": found.pk, "identifier": found.identifier}
    assert answer.document == [{"name": "FOSSASIA Summit", "meta": meta}]
    assert len(Api().get(path, **{"owner-name": "MARIO"}).document) == 2
    assert Api().get(path, **{"location-name": "100%"}).document == []
    assert Api().get(path).document == []
    assert Api().get(path, name="\0").document == []
