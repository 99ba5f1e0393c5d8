"""The attendee app's calls for calls for speakers, feedback and favourites, as it sends them."""

import pytest

from tests.api_client import JSON_API, Api
from tests.factories.events import (
    EventFactory,
    FeedbackFactory,
    SessionFactory,
    SpeakersCallFactory,
)
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db


def test_the_call_of_an_event_has_what_the_app_cannot_do_without():
    event = EventFactory(published=True)
    SpeakersCallFactory(event=event, announcement="Come")

    attributes = Api().get(f"/v1/events/{event.pk}/speakers-call").attributes

    assert None not in (attributes[key] for key in ("announcement", "starts-at", "ends-at"))


def test_an_event_without_a_call_has_none():
    answer = Api().get(f"/v1/events/{EventFactory(published=True).pk}/speakers-call")

    assert (answer.status, answer.data) == (200, None)


def test_favourites_are_marked_listed_and_removed_by_the_id_of_the_event():
    user, event = UserFactory(), EventFactory(published=True)
    favourite = {
        "data": {
            "type": "user-favourite-event",
            "id": "0",
            "attributes": {},
            "relationships": {"event": {"data": {"type": "event", "id": str(event.pk)}}},
        }
    }

    made = Api(user).send("post", "/v1/user-favourite-events", favourite)
    listed = Api(user).get("/v1/user-favourite-events", include="event")
    removed = Api(user, **{"Content-Type": JSON_API}).delete(
        f"/v1/user-favourite-events/{event.pk}"
    )

    assert made.status == 201
    assert listed.ids == [int(made.data["id"])]
    assert listed.included == {("event", event.pk)}
    assert removed.status == 200
    assert Api(user).get("/v1/user-favourite-events").ids == []


def test_feedback_on_an_event_is_listed_and_given():
    event, user = EventFactory(published=True), UserFactory()
    given = FeedbackFactory(event=event)
    feedback = {
        "data": {
            "type": "feedback",
            "attributes": {"rating": "4.0", "comment": "Fine"},
            "relationships": {
                "event": {"data": {"type": "event", "id": str(event.pk)}},
                "user": {"data": {"type": "user", "id": str(user.pk)}},
            },
        }
    }

    assert Api().get(f"/v1/events/{event.pk}/feedbacks", include="user").ids == [given.pk]
    assert Api(user).send("post", "/v1/feedbacks?include=event,user", feedback).status == 201


def test_a_session_has_its_feedback_with_it():
    event = EventFactory(published=True)
    session = SessionFactory(event=event, state="accepted")
    given = FeedbackFactory(event=None, session=session)

    answer = Api().get(f"/v1/sessions/{session.pk}", include="session-type,feedbacks,speakers")

    assert answer.included == {("feedback", given.pk)}
