"""Feedback: who rates what, once, and what sessions make of it."""

import pytest
from django.utils import timezone

from events.models import Feedback
from tests.api_client import Api
from tests.factories.events import EventFactory, FeedbackFactory, SessionFactory, hold
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db

PATH = "/v1/feedbacks"


@pytest.fixture
def event():
    return EventFactory(published=True)


@pytest.fixture
def leader(event):
    user = UserFactory()
    hold(user, event, "coorganizer")
    return user


def give(user, **values):
    return Api(user).post(PATH, "feedback", **{"rating": 4, "user": user, **values})


def test_anybody_rates_an_event_once(event):
    user = UserFactory()

    first, second = give(user, event=event, comment="Fine"), give(user, event=event)

    assert (first.status, first.attributes) == (
        201,
        {"rating": 4.0, "comment": "Fine", "deleted-at": None},
    )
    assert second.status == 409
    assert give(UserFactory(), event=event).status == 201
    assert len(Api().get(f"/v1/events/{event.pk}/feedbacks").ids) == 2
    assert Api(user).get(f"/v1/users/{user.pk}/feedbacks").ids == [int(first.data["id"])]


def test_feedback_that_was_taken_back_may_be_given_again(event):
    user = UserFactory()
    first = give(user, event=event)

    assert Api(user).delete(f"{PATH}/{first.data['id']}").status == 200
    assert give(user, event=event).status == 201


def test_feedback_is_the_callers(event):
    user, other = UserFactory(), UserFactory()

    missing = Api(user).post(PATH, "feedback", rating=4, event=event)

    assert (missing.status, missing.pointer) == (422, "/data/relationships/user")
    assert Api(user).post(PATH, "feedback", rating=4, event=event, user=other).status == 403
    assert Api().post(PATH, "feedback", rating=4, event=event, user=other).status == 401


@pytest.mark.parametrize(
    ("sent", "kept"), [(1, 1.0), (3.2, 3.0), (3.3, 3.5), (5, 5.0), (0.9, None), (5.1, None)]
)
def test_ratings_are_from_one_to_five_in_halves(event, sent, kept):
    answer = give(UserFactory(), event=event, rating=sent)

    if kept is None:
        assert (answer.status, answer.pointer) == (422, "/data/attributes/rating")
    else:
        assert answer.attributes["rating"] == kept


def test_feedback_is_on_one_thing(event, leader):
    session = SessionFactory(event=event)

    assert give(leader).status == 422
    assert give(leader, event=event, session=session).status == 422
    given = give(leader, session=session)
    moved = Api(leader).patch(f"{PATH}/{given.data['id']}", "feedback", event=event)
    assert (given.status, moved.status) == (201, 422)


def test_sessions_are_rated_by_those_who_choose_them(event, leader):
    submitter = UserFactory()
    session = SessionFactory(event=event, creator=submitter)

    assert give(submitter, session=session).status == 403
    given = give(leader, session=session)
    assert given.status == 201
    path = f"{PATH}/{given.data['id']}"
    assert Api(leader).patch(path, "feedback", rating=2).attributes["rating"] == 2.0
    leader.event_roles.get().delete()
    assert Api(leader).patch(path, "feedback", rating=3).status == 403


def test_a_session_shows_the_mean_of_its_ratings(event):
    session = SessionFactory(event=event, state="accepted")
    path = f"/v1/sessions/{session.pk}"

    assert Api().get(path).attributes["average-rating"] == 0
    for rating in (2, 4.5):
        FeedbackFactory(event=None, session=session, rating=rating)
    FeedbackFactory(event=None, session=session, rating=1, deleted_at=timezone.now())

    shown = Api().get(path).attributes
    assert (shown["average-rating"], shown["rating-count"]) == (3.25, 2)


@pytest.mark.parametrize(("state", "is_seen"), [("accepted", True), ("pending", False)])
def test_feedback_on_a_session_is_seen_with_it(event, leader, state, is_seen):
    giver = UserFactory()
    session = SessionFactory(event=event, state=state)
    feedback = FeedbackFactory(event=None, session=session, user=giver)

    assert Api().get(f"{PATH}/{feedback.pk}").status == (200 if is_seen else 404)
    assert Api().get(PATH).ids == ([feedback.pk] if is_seen else [])
    for user in (giver, leader):
        assert Api(user).get(f"{PATH}/{feedback.pk}").status == 200


def test_feedback_stays_with_a_session_that_staff_move(event):
    boss, draft = UserFactory(admin=True), EventFactory()
    session = SessionFactory(event=event, state="accepted")
    feedback = FeedbackFactory(event=None, session=session)

    moved = Api(boss).patch(f"/v1/sessions/{session.pk}", "session", event=draft)

    assert moved.status == 200
    assert Feedback.objects.get().given_at == draft
    assert Api().get(f"{PATH}/{feedback.pk}").status == 404


def test_feedback_on_a_draft_is_hidden_with_it():
    feedback = FeedbackFactory()

    assert Api().get(f"{PATH}/{feedback.pk}").status == 404


def test_only_who_gave_it_changes_it(event):
    feedback = FeedbackFactory(event=event)
    path = f"{PATH}/{feedback.pk}"

    assert Api(UserFactory()).patch(path, "feedback", rating=1).status == 403
    assert Api(UserFactory()).delete(path).status == 403
    assert Api(feedback.user).patch(path, "feedback", rating=1).status == 200
    assert Api(feedback.user).patch(path, "feedback", user=UserFactory()).status == 403
