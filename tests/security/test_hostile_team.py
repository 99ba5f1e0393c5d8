"""What somebody hostile tries who may write somewhere: a test for each attack.

Mallory owns an event, as anybody with a verified address may, and helps to organize another
one, whose owner and organizers rank above her.
"""

from typing import Any

import pytest

from events.models import Event, EventRole
from tests.api_client import Api
from tests.factories.events import (
    EventFactory,
    FaqFactory,
    FaqTypeFactory,
    SessionFactory,
    SpeakerFactory,
    TrackFactory,
    hold,
)
from tests.factories.users import UserFactory
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def mallory() -> User:
    return UserFactory(email="mallory@example.org")


@pytest.fixture
def own(mallory: User) -> Event:
    """The event that Mallory owns."""
    event = EventFactory(published=True, name="Own")
    hold(mallory, event, "owner")
    return event


@pytest.fixture
def famous(mallory: User) -> Event:
    """The event that she would like to be at, and has nothing to say on."""
    event = EventFactory(published=True, name="Famous")
    hold(UserFactory(), event, "owner")
    return event


@pytest.fixture
def helped(mallory: User, famous: Event) -> Event:
    """The same, with Mallory as one of its co-organizers."""
    hold(mallory, famous, "coorganizer")
    return famous


def event_of(row: Any) -> Event:
    row.refresh_from_db()
    found: Event = row.event
    return found


# --- moving rows from an event of one's own


MOVES = {
    "by a change": lambda api, row, to: api.patch(path(row), type_of(row), event=to),
    "by its linkage": lambda api, row, to: api.link(
        "patch", f"{path(row)}/relationships/event", to
    ),
    "by the event's": lambda api, row, to: api.link(
        "post", f"/v1/events/{to.pk}/relationships/{type_of(row)}s", [row]
    ),
}


def type_of(row: Any) -> str:
    return type(row).__name__.lower()


def path(row: Any) -> str:
    return f"/v1/{type_of(row)}s/{row.pk}"


@pytest.mark.parametrize("way", MOVES)
@pytest.mark.parametrize("role", [None, "track_organizer", "coorganizer"])
def test_a_talk_accepted_on_an_event_of_ones_own_is_not_put_into_another_s_programme(
    way, role, mallory, own, famous
):
    if role is not None:
        hold(mallory, famous, role)
    session = SessionFactory(event=own, creator=mallory, state="accepted", is_locked=True)

    answer = MOVES[way](Api(mallory), session, famous)

    assert (answer.status, event_of(session)) == (403, own)
    assert Api().get(f"/v1/events/{famous.pk}/sessions").ids == []


@pytest.mark.parametrize("way", MOVES)
def test_a_speaker_featured_on_an_event_of_ones_own_is_not_put_among_another_s(
    way, mallory, own, helped
):
    speaker = SpeakerFactory(event=own, user=mallory, email=None, is_featured=True)

    answer = MOVES[way](Api(mallory), speaker, helped)

    assert (answer.status, event_of(speaker)) == (403, own)


def test_a_locked_talk_is_not_taken_out_of_the_programme_into_an_event_of_ones_own(
    mallory, own, famous
):
    session = SessionFactory(event=famous, creator=mallory, state="accepted", is_locked=True)

    statuses = [move(Api(mallory), session, own).status for move in MOVES.values()]

    assert (statuses, event_of(session)) == ([403] * 3, famous)


def test_who_organizes_both_events_moves_talks_and_speakers(mallory, own, famous):
    hold(mallory, famous, "organizer")
    session = SessionFactory(event=own, state="accepted")
    speaker = SpeakerFactory(event=own)

    for move in MOVES.values():
        for row in (session, speaker):
            assert move(Api(mallory), row, famous).status == 200
            assert event_of(row) == famous
            type(row).objects.filter(pk=row.pk).update(event=own)


# --- getting around the rules of a row by writing the other end


@pytest.mark.parametrize("method", ["post", "patch"])
def test_a_locked_talk_is_not_put_into_a_track_by_the_track(method, mallory, helped):
    session, track = SessionFactory(event=helped, is_locked=True), TrackFactory(event=helped)

    linked = Api(mallory).link(method, f"/v1/tracks/{track.pk}/relationships/sessions", [session])
    changed = Api(mallory).patch(f"/v1/tracks/{track.pk}", "track", sessions=[session])

    session.refresh_from_db()
    assert session.track is None
    assert [(each.status, each.detail) for each in (linked, changed)] == [
        (403, "This session is locked; only organizers can change it.")
    ] * 2
    assert (linked.pointer, changed.pointer) == ("/data", "/data/relationships/sessions")


def test_a_locked_talk_is_neither_joined_nor_left_by_the_speaker(mallory, famous):
    speaker = SpeakerFactory(event=famous, user=mallory)
    left, joined = SessionFactory.create_batch(2, event=famous, creator=mallory, is_locked=True)
    left.speakers.add(speaker)
    where = f"/v1/speakers/{speaker.pk}/relationships/sessions"

    assert Api(mallory).link("post", where, [joined]).status == 403
    assert Api(mallory).link("delete", where, [left]).status == 403
    assert list(speaker.sessions.all()) == [left]


def test_a_row_does_not_leave_behind_what_belongs_to_its_event_when_the_event_takes_it(
    mallory, own, helped
):
    track, faq_type = TrackFactory(event=helped), FaqTypeFactory(event=helped)
    SessionFactory(event=helped, track=track)
    faq = FaqFactory(event=helped, faq_type=faq_type)

    for name, row in (("tracks", track), ("faq-types", faq_type), ("faqs", faq)):
        answer = Api(mallory).link("post", f"/v1/events/{own.pk}/relationships/{name}", [row])
        assert (name, answer.status, event_of(row)) == (name, 409, helped)


# --- roles


def test_no_role_comes_along_from_an_event_of_ones_own(mallory, own, helped):
    held = hold(UserFactory(), own, "organizer")
    linkage = f"/v1/events/{helped.pk}/relationships/roles"

    for method in ("post", "patch", "delete"):
        answer = Api(mallory).link(method, linkage, [held])
        assert (answer.status, answer.detail) == (403, '"roles" is changed through role-invites.')
    Api(mallory).patch(f"/v1/events/{helped.pk}", "event", roles=[held])
    Api(mallory).patch(f"/v1/users-events-roles/{held.pk}", "users-events-roles", event=helped)
    assert event_of(held) == own


def test_nobody_is_taken_out_of_a_team_into_an_event_of_ones_own(mallory, own, helped):
    held = EventRole.objects.get(event=helped, is_owner=True)

    answer = Api(mallory).link("post", f"/v1/events/{own.pk}/relationships/roles", [held])

    assert (answer.status, event_of(held)) == (403, helped)
