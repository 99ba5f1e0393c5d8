"""Favourite events: whose they are, and how clients name them."""

import pytest

from events.models import FavouriteEvent
from tests.api_client import Api
from tests.factories.events import EventFactory, FavouriteEventFactory
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db

PATH = "/v1/user-favourite-events"


def mark(user, event):
    return Api(user).post(PATH, "user-favourite-event", event=event)


def test_an_event_is_marked_once_and_again_after_it_was_unmarked():
    user, event = UserFactory(), EventFactory(published=True)

    first, second = mark(user, event), mark(user, event)

    assert (first.status, second.status) == (201, 409)
    assert Api(user).delete(f"{PATH}/{first.data['id']}").status == 200
    assert mark(user, event).status == 201
    assert mark(None, event).status == 401
    assert mark(user, EventFactory()).status == 404
    assert Api(user).post(PATH, "user-favourite-event").pointer == "/data/relationships/event"


def test_favourites_are_seen_by_their_user_and_staff():
    favourite = FavouriteEventFactory(event=EventFactory(published=True))
    user, other = favourite.user, UserFactory()

    for reader, ids in (
        (user, [favourite.pk]),
        (other, []),
        (UserFactory(admin=True), [favourite.pk]),
    ):
        assert Api(reader).get(PATH).ids == ids
        assert Api(reader).get(f"{PATH}/{favourite.pk}").status == (200 if ids else 404)
    assert Api().get(PATH).status == 401
    assert Api(user).get(f"/v1/users/{user.pk}/user-favourite-events").ids == [favourite.pk]
    assert Api(other).get(f"/v1/users/{user.pk}/user-favourite-events").status in (403, 404)


def test_the_id_of_the_event_names_the_callers_favourite():
    event = EventFactory(published=True)
    mine, theirs = FavouriteEventFactory(event=event), FavouriteEventFactory(event=event)

    assert Api(mine.user).get(f"{PATH}/{event.pk}").data["id"] == str(mine.pk)
    assert Api(mine.user).delete(f"{PATH}/{event.pk}").status == 200
    assert Api(mine.user).get(f"{PATH}/{event.pk}").status == 404
    assert list(FavouriteEvent.objects.filter(deleted_at=None)) == [theirs]


def test_the_id_of_a_favourite_is_that_of_no_event():
    assert FavouriteEventFactory().pk >= 1_000_000_000


@pytest.mark.parametrize("ref", ["0", "x", "99999999999999999999", "²"])
def test_a_favourite_that_is_not_there_is_404(ref):
    assert Api(UserFactory()).delete(f"{PATH}/{ref}").status == 404
