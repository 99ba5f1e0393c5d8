"""A POST that is sent twice takes effect once."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from events.models import Event, Track
from openevent.api.idempotency import forget_before
from openevent.api.models import IdempotentAnswer
from tests.api_client import Api
from tests.factories.events import EventFactory, SessionFactory, SpeakerFactory, hold
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db

EVENT = {
    "name": "Conf",
    "starts_at": "2027-01-01T00:00:00Z",
    "ends_at": "2027-01-02T00:00:00Z",
    "timezone": "UTC",
}


@pytest.fixture
def user():
    return UserFactory()


def keyed(user, key="key-1"):
    return Api(user, **{"idempotency-key": key})


def test_the_second_request_gets_the_answer_of_the_first(user):
    first = keyed(user).post("/v1/events", "event", **EVENT)
    second = keyed(user).post("/v1/events", "event", **EVENT)

    assert (first.status, second.status) == (201, 201)
    assert second.document == first.document
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["Idempotent-Replayed"] == "true"
    assert Event.objects.count() == 1


def test_without_a_key_each_request_takes_effect(user):
    for _ in range(2):
        Api(user).post("/v1/events", "event", **EVENT)

    assert Event.objects.count() == 2


def test_the_same_key_with_another_body_is_refused(user):
    keyed(user).post("/v1/events", "event", **EVENT)

    answer = keyed(user).post("/v1/events", "event", **{**EVENT, "name": "Other"})

    assert (answer.status, answer.error["status"]) == (422, "422")
    assert Event.objects.count() == 1


def test_a_key_belongs_to_its_caller_and_route(user):
    keyed(user).post("/v1/events", "event", **EVENT)

    assert keyed(UserFactory()).post("/v1/events", "event", **EVENT).status == 201
    assert keyed(user, "key-2").post("/v1/events", "event", **EVENT).status == 201
    assert Event.objects.count() == 3


def test_a_refused_request_keeps_no_answer(user):
    refused = keyed(user).post("/v1/events", "event", **{**EVENT, "timezone": "Mars"})
    again = keyed(user).post("/v1/events", "event", **EVENT)

    assert (refused.status, again.status) == (422, 201)


def test_nobody_has_no_keys():
    api = Api(**{"idempotency-key": "key-1"})

    first = api.post("/v1/users", "user", email="a@example.org", password="12345678")
    second = api.post("/v1/users", "user", email="a@example.org", password="12345678")

    assert (first.status, second.status) == (201, 409)
    assert not IdempotentAnswer.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 201, "ü"])
def test_a_key_that_cannot_be_kept_is_refused(user, key):
    assert keyed(user, key).post("/v1/events", "event", **EVENT).status == 400


def test_linkage_is_added_once(user):
    event = EventFactory()
    hold(user, event, "owner")
    session = SessionFactory(event=event)
    speakers = SpeakerFactory.create_batch(2, event=event)
    path = f"/v1/sessions/{session.pk}/relationships/speakers"

    first = keyed(user).link("post", path, speakers)
    session.speakers.clear()
    second = keyed(user).link("post", path, speakers)

    assert second.document == first.document
    assert not session.speakers.exists()


def test_answers_are_forgotten_after_a_day(user):
    keyed(user).post("/v1/events", "event", **EVENT)
    now = timezone.now()

    assert forget_before(now + timedelta(hours=23)) == 0
    assert forget_before(now + timedelta(hours=25)) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("key", "tracks"), [("key-1", 1), (None, 2)])
def test_two_at_once_take_effect_once_and_without_a_key_twice(key, tracks):
    """The one without a key is the control: it shows that the two really run side by side."""
    user = UserFactory()
    event = EventFactory()
    hold(user, event, "owner")
    both_ready = threading.Barrier(2)
    answers = []

    def send():
        api = keyed(user, key) if key else Api(user)
        both_ready.wait(timeout=10)
        answers.append(api.post("/v1/tracks", "track", name="Web", color="#fff", event=event))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert [answer.status for answer in answers] == [201, 201]
    assert Track.objects.count() == tracks
    documents = {json.dumps(answer.document, sort_keys=True) for answer in answers}
    assert len(documents) == tracks
