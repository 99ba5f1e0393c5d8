"""Sessions: submission, states, locks, and who sees which."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events.actions.sessions import states_for
from events.models import Session
from tests.api_client import Api
from tests.factories.events import (
    EventFactory,
    MicrolocationFactory,
    SessionFactory,
    SpeakerFactory,
    hold,
)
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db

# The contract's table: from, what organizers may set, what speakers may.
TABLE = {
    "draft": ("", "pending"),
    "pending": ("withdrawn accepted rejected confirmed", "withdrawn"),
    "accepted": ("pending withdrawn rejected confirmed canceled", "withdrawn"),
    "confirmed": ("pending withdrawn accepted rejected canceled", "withdrawn"),
    "rejected": ("pending withdrawn accepted confirmed", "withdrawn"),
    "canceled": ("pending withdrawn accepted rejected confirmed", "withdrawn"),
    "withdrawn": ("pending withdrawn accepted rejected canceled", ""),
}


@pytest.fixture
def event():
    return EventFactory(published=True, is_sessions_speakers_enabled=True)


def member(event, role):
    user = UserFactory()
    hold(user, event, role)
    return user


def test_a_new_session_is_put_into_a_room_and_locked_by_who_may(event):
    room = MicrolocationFactory(event=event)
    new = {"title": "T", "event": event, "microlocation": room, "is_locked": True}
    made = {}
    for user in (member(event, "organizer"), member(event, "coorganizer"), UserFactory()):
        answer = Api(user).post("/v1/sessions", "session", **new)
        made[user] = Session.objects.get(pk=answer.data["id"])

    assert [(each.microlocation, each.is_locked) for each in made.values()] == [
        (room, True),
        (room, False),
        (None, False),
    ]


@pytest.mark.parametrize("state", TABLE)
def test_states_follow_the_table(state):
    by_organizer, by_speaker = TABLE[state]

    assert states_for(state, is_organizer=True) == set(by_organizer.split())
    assert states_for(state, is_organizer=False) == set(by_speaker.split())


@pytest.mark.parametrize("before", TABLE)
@pytest.mark.parametrize("role", ["organizer", "coorganizer", "submitter"])
def test_a_state_is_reached_by_who_may_and_from_where_it_can(event, before, role):
    user = UserFactory() if role == "submitter" else member(event, role)
    for after in TABLE:
        session = SessionFactory(
            event=event,
            state=before,
            creator=user if role == "submitter" else None,
            ends_at=timezone.now() + timedelta(days=1),
        )
        allowed = TABLE[before][0 if role == "organizer" else 1].split()

        answer = Api(user).patch(f"/v1/sessions/{session.pk}", "session", state=after)

        session.refresh_from_db()
        if after == before or after in allowed:
            assert (answer.status, session.state) == (200, after)
        else:
            assert (answer.status, answer.pointer) == (403, "/data/attributes/state")
            assert session.state == before


def test_anybody_submits_a_session_and_is_its_submitter(event):
    user = UserFactory()

    answer = Api(user).post("/v1/sessions", "session", title="Talk", event=event)

    session = Session.objects.get()
    assert answer.status == 201
    assert (session.creator, session.state) == (user, "draft")
    assert session.submitted_at is None
    assert Api().post("/v1/sessions", "session", title="Talk", event=event).status == 401


@pytest.mark.parametrize("state", ["pending", "rejected", "withdrawn"])
def test_nobody_accepts_their_own_talk_by_saying_that_it_is_over(event, state):
    submitter = UserFactory()
    session = SessionFactory(event=event, creator=submitter, state=state)
    ended = timezone.now() - timedelta(days=1)
    times = {"starts_at": str(ended - timedelta(hours=1)), "ends_at": str(ended)}
    path = f"/v1/sessions/{session.pk}"

    moved = Api(submitter).patch(path, "session", **times)
    accepted = Api(submitter).patch(path, "session", state="accepted")

    assert moved.status == 200
    assert (accepted.status, accepted.pointer) == (403, "/data/attributes/state")
    session.refresh_from_db()
    assert session.state == state


def test_nobody_brings_their_talk_accepted_from_another_event(event):
    submitter = UserFactory()
    session = SessionFactory(creator=submitter, state="accepted", event__published=True)
    path = f"/v1/sessions/{session.pk}"

    refused = [
        Api(submitter).patch(path, "session", event=event),
        Api(submitter).link("patch", f"{path}/relationships/event", event),
    ]

    assert [answer.status for answer in refused] == [403, 403]
    assert refused[0].pointer == "/data/relationships/event"
    for each in (event, session.event):
        hold(submitter, each, "organizer")
    assert Api(submitter).patch(path, "session", event=event).status == 200


def test_a_session_is_submitted_when_it_leaves_the_draft(event):
    user = UserFactory()
    pending = Api(user).post("/v1/sessions", "session", title="A", state="pending", event=event)
    draft = Api(user).post("/v1/sessions", "session", title="B", event=event)
    later = Api(user).patch(f"/v1/sessions/{draft.data['id']}", "session", state="pending")

    assert pending.attributes["submitted-at"] is not None
    assert draft.attributes["submitted-at"] is None
    assert later.attributes["submitted-at"] is not None


@pytest.mark.parametrize("state", ["accepted", "confirmed", "rejected", "canceled", "withdrawn"])
def test_nobody_accepts_their_own_talk_by_submitting_it_so(event, state):
    refused = Api(UserFactory()).post(
        "/v1/sessions", "session", title="A", state=state, event=event
    )
    allowed = Api(member(event, "organizer")).post(
        "/v1/sessions", "session", title="A", state=state, event=event
    )

    assert (refused.status, refused.pointer) == (403, "/data/attributes/state")
    assert allowed.status == 201


def test_an_event_without_a_call_takes_no_sessions(event):
    event.is_sessions_speakers_enabled = False
    event.save()

    answer = Api(UserFactory()).post("/v1/sessions", "session", title="A", event=event)

    assert (answer.status, answer.detail) == (403, "This event takes no sessions and speakers.")


def test_a_hidden_event_takes_none_either():
    draft = EventFactory(is_sessions_speakers_enabled=True)

    assert Api(UserFactory()).post("/v1/sessions", "session", title="A", event=draft).status == 404
    assert Api(UserFactory()).post("/v1/sessions", "session", title="A").status == 422


def test_times_of_a_session_run_forward_and_begin_in_the_future(event):
    user, now = UserFactory(), timezone.now()
    at = lambda hours: (now + timedelta(hours=hours)).isoformat()  # noqa: E731

    backwards, none_at_all = (
        Api(user).post(
            "/v1/sessions", "session", title="A", event=event, starts_at=at(2), ends_at=at(hours)
        )
        for hours in (1, 2)
    )
    past = Api(user).post(
        "/v1/sessions", "session", title="A", event=event, starts_at=at(-1), ends_at=at(1)
    )
    good = Api(user).post(
        "/v1/sessions", "session", title="A", event=event, starts_at=at(1), ends_at=at(2)
    )

    for refused in (backwards, none_at_all):
        assert (refused.status, refused.pointer) == (422, "/data/attributes/ends-at")
    assert (past.status, past.pointer) == (422, "/data/attributes/starts-at")
    assert good.status == 201


def test_a_locked_session_is_the_organizers(event):
    submitter, leader, organizer = (
        UserFactory(),
        member(event, "coorganizer"),
        member(event, "organizer"),
    )
    session = SessionFactory(event=event, creator=submitter, is_locked=True)
    path = f"/v1/sessions/{session.pk}"

    for user in (submitter, leader):
        assert Api(user).patch(path, "session", title="Mine").status == 403
        assert Api(user).delete(path).status == 403
        assert Api(user).patch(path, "session", is_locked=False).status == 403
    assert Api(organizer).patch(path, "session", title="Ours").status == 200
    assert Api(organizer).patch(path, "session", is_locked=False).attributes["is-locked"] is False
    assert Api(submitter).patch(path, "session", title="Mine").status == 200
    assert Api(submitter).patch(path, "session", is_locked=True).attributes["is-locked"] is False


def test_rooms_are_given_by_leaders(event):
    submitter = UserFactory()
    session = SessionFactory(event=event, creator=submitter)
    room = MicrolocationFactory(event=event)
    path = f"/v1/sessions/{session.pk}"

    Api(submitter).patch(path, "session", title="T", microlocation=room)
    session.refresh_from_db()
    assert (session.title, session.microlocation) == ("T", None)
    Api(member(event, "coorganizer")).patch(path, "session", microlocation=room)
    session.refresh_from_db()
    assert session.microlocation == room


@pytest.mark.parametrize("state", TABLE)
def test_sessions_are_seen_once_announced_and_before_by_their_own(event, state):
    submitter, speaker = UserFactory(), UserFactory()
    session = SessionFactory(
        event=event,
        state=state,
        creator=submitter,
        speakers=[SpeakerFactory(event=event, user=speaker)],
    )
    announced = state in ("accepted", "confirmed")
    path = f"/v1/events/{event.pk}/sessions"

    for user in (submitter, speaker, member(event, "coorganizer"), UserFactory(admin=True)):
        assert Api(user).get(path).ids == [session.pk]
        assert Api(user).get(f"/v1/sessions/{session.pk}").status == 200
    for user in (None, UserFactory(), member(event, "moderator")):
        assert Api(user).get(path).ids == ([session.pk] if announced else [])
        assert Api(user).get(f"/v1/sessions/{session.pk}").status == (200 if announced else 404)


def test_sessions_of_a_draft_are_its_teams():
    draft = EventFactory()
    session = SessionFactory(event=draft, state="accepted")

    assert Api().get("/v1/sessions").ids == []
    assert Api(member(draft, "registrar")).get("/v1/sessions").ids == [session.pk]


def test_who_may_change_a_session():
    event = EventFactory(published=True)
    session = SessionFactory(event=event, state="accepted")

    for role, status in (
        ("owner", 200),
        ("coorganizer", 200),
        ("track_organizer", 403),
        ("registrar", 403),
        ("moderator", 403),
        ("attendee", 403),
    ):
        user = member(event, role)
        assert Api(user).patch(f"/v1/sessions/{session.pk}", "session", title="T").status == status


def test_send_email_is_taken_and_never_shown(event):
    session = SessionFactory(event=event)

    answer = Api(member(event, "owner")).patch(
        f"/v1/sessions/{session.pk}", "session", state="accepted", send_email=True
    )

    assert answer.status == 200
    assert "send-email" not in answer.attributes


def test_abstracts_are_cleaned(event):
    answer = Api(UserFactory()).post(
        "/v1/sessions",
        "session",
        title="A",
        event=event,
        short_abstract="<b>x</b><img src=x onerror=alert(1)>",
        slides=[{"name": "Slides", "link": "https://example.org/s.pdf"}],
    )

    assert answer.attributes["short-abstract"] == '<b>x</b><img src="x">'
    assert answer.attributes["slides"] == [{"name": "Slides", "link": "https://example.org/s.pdf"}]
