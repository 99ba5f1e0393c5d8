"""The organizer app's calls for calls for speakers and feedback, as it sends them."""

import pytest

from tests.api_client import Api
from tests.factories.events import EventFactory, FeedbackFactory, SpeakersCallFactory, hold
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return EventFactory(published=True)


@pytest.fixture
def owner(event):
    user = UserFactory()
    hold(user, event, "owner")
    return user


def test_a_call_is_sent_back_whole(event, owner):
    call = SpeakersCallFactory(event=event, announcement="Come")
    read = Api(owner).get(f"/v1/events/{event.pk}/speakers-call", include="event")

    whole = {
        "data": {
            "type": "speakers-call",
            "id": str(call.pk),
            "attributes": read.attributes | {"announcement": "Still", "event-id": event.pk},
            "relationships": {"event": {"data": {"type": "event", "id": str(event.pk)}}},
        }
    }
    changed = Api(owner).send("patch", f"/v1/speakers-calls/{call.pk}", whole)

    assert read.included == {("event", event.pk)}
    assert (changed.status, changed.attributes["announcement"]) == (200, "Still")


def test_feedback_is_listed_with_who_gave_it(event, owner):
    feedback = FeedbackFactory(event=event)

    answer = Api(owner).get(f"/v1/events/{event.pk}/feedbacks", include="user")

    assert answer.included == {("user", feedback.user.pk)}
