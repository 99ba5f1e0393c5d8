"""Targets: named values, and where a row keeps them."""

import pytest

from events.models import Event, EventRole, FavouriteSession, Session, Track
from permissions.targets import Paths, Target, UnknownNeed, need_path, own_need
from users.models import User


def test_a_need_is_the_column_of_its_name():
    assert need_path(Track, "event_id") == "event_id"
    assert need_path(EventRole, "user_id") == "user_id"


def test_a_noun_is_identified_by_its_own_key():
    assert need_path(Event, "event_id") == "pk"
    assert need_path(Session, "session_id") == "pk"
    assert own_need(EventRole) == "event_role_id"


def test_a_model_says_where_a_deeper_need_lies():
    assert need_path(FavouriteSession, "event_id") == "session__event_id"
    assert need_path(Session, "session_state") == "state"


def test_a_need_that_lies_nowhere_is_refused_with_the_way_out():
    with pytest.raises(UnknownNeed, match=r'User\.needs_at = \{"event_id"'):
        need_path(User, "event_id")


def test_the_path_to_related_rows_is_no_need():
    with pytest.raises(UnknownNeed):
        need_path(Event, "tracks")


def test_names_given_beside_a_row_win_over_it():
    track = Track(event_id=3)

    assert Target(track)["event_id"] == 3
    assert Target(track, event_id=4)["event_id"] == 4
    assert Target(event_id=5)["event_id"] == 5


def test_a_target_knows_none_from_not_knowing():
    session = Session(creator_id=None)

    assert "creator_id" in Target(session)
    assert Target(session)["creator_id"] is None
    assert "order_id" not in Target(session)
    assert "creator_id" not in Target()


def test_a_path_of_several_steps_ends_at_the_first_that_is_empty():
    favourite = FavouriteSession(session=Session(event_id=7, state="accepted"))

    assert Target(favourite)["event_id"] == 7
    assert Target(favourite)["session_state"] == "accepted"


def test_paths_begin_with_the_way_to_the_model():
    assert Paths(Session, "session__")["event_id"] == "session__event_id"
    assert Paths(Event).is_row("event_id")
    assert not Paths(Event, "event__").is_row("event_id")
    assert not Paths(Track).is_row("event_id")
