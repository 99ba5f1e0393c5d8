"""Speaker invites: who asks whom to join a session, and how they answer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events.models import SpeakerInvite
from tests.api_client import Api
from tests.factories.events import (
    EventFactory,
    SessionFactory,
    SpeakerFactory,
    SpeakerInviteFactory,
    hold,
)
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db

PATH = "/v1/speaker-invites"


@pytest.fixture
def submitter():
    return UserFactory()


@pytest.fixture
def session(submitter):
    event = EventFactory(published=True, is_sessions_speakers_enabled=True)
    return SessionFactory(event=event, creator=submitter)


def invite(user, session, email="grace@example.org", **values):
    values = {"event": session.event, "session": session, "email": email, **values}
    return Api(user).post(PATH, "speaker-invite", **values)


def answer_to(row, how, user):
    return Api(user).get(f"{PATH}/{row.pk}/{how}-invite")


def test_people_of_a_session_invite_to_it(session, submitter):
    leader = UserFactory()
    hold(leader, session.event, "coorganizer")

    made = invite(submitter, session)

    assert (made.status, made.attributes) == (
        201,
        {"email": "grace@example.org", "status": "pending"},
    )
    assert invite(leader, session, "ada@example.org").status == 201
    session.state = "accepted"
    session.save()
    assert invite(UserFactory(), session, "eve@example.org").status == 403
    assert invite(None, session, "eve@example.org").status == 401


def test_an_invite_names_its_session_and_its_event(session, submitter):
    for missing in ("session", "event"):
        values = {"event": session.event, "session": session, missing: []}
        answer = Api(submitter).post(PATH, "speaker-invite", email="a@example.org", **values)
        assert (answer.status, answer.pointer) == (422, f"/data/relationships/{missing}")
    elsewhere = EventFactory(published=True)
    assert invite(submitter, session, event=elsewhere).status == 422


def test_one_invitation_is_pending_at_a_time(session, submitter):
    assert invite(submitter, session).status == 201
    assert invite(submitter, session, "GRACE@example.org").status == 409

    SpeakerInvite.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert invite(submitter, session).status == 201
    assert SpeakerInvite.objects.count() == 1


def test_nobody_is_invited_as_having_accepted(session, submitter):
    answer = invite(submitter, session, status="accepted")

    assert (answer.status, answer.pointer) == (403, "/data/attributes/status")


def test_who_speaks_already_is_not_invited(session, submitter):
    session.speakers.add(SpeakerFactory(event=session.event, email="Grace@Example.org"))

    assert invite(submitter, session).status == 403


def test_an_invitation_is_between_those_who_sent_it_and_whom_it_is_for(session, submitter):
    invited = UserFactory()
    row = SpeakerInviteFactory(session=session, email=invited.email.upper())
    pretender = UserFactory(email="pretender@example.org", unverified=True)
    other = SpeakerInviteFactory(session=session, email=pretender.email)

    assert Api(invited).get(PATH).ids == [row.pk]
    assert sorted(Api(submitter).get(f"/v1/sessions/{session.pk}/speaker-invites").ids) == [
        row.pk,
        other.pk,
    ]
    assert Api(pretender).get(f"{PATH}/{other.pk}").status == 404
    assert Api(UserFactory()).get(f"/v1/events/{session.event.pk}/speaker-invites").ids == []
    assert Api().get(PATH).status == 401


def test_a_session_is_seen_by_whom_it_invites_while_they_may_answer(session):
    invited = UserFactory()
    row = SpeakerInviteFactory(session=session, email=invited.email)
    path = f"/v1/sessions/{session.pk}"

    assert Api(invited).get(path).status == 200
    assert Api(invited).patch(path, "session", title="Mine").status == 403
    assert Api(UserFactory()).get(path).status == 404
    for change in ({"status": "rejected"}, {"expires_at": timezone.now(), "status": "pending"}):
        SpeakerInvite.objects.filter(pk=row.pk).update(**change)
        assert Api(invited).get(path).status == 404


def test_who_accepts_becomes_a_speaker_of_the_session(session):
    invited = UserFactory(first_name="Grace", last_name="Hopper")
    row = SpeakerInviteFactory(session=session, email=invited.email)

    assert answer_to(row, "accept", invited).status == 404  # nobody knows who they are yet
    speaker = SpeakerFactory(event=session.event, user=invited, email=None)
    accepted = answer_to(row, "accept", invited)

    assert (accepted.status, accepted.document) == (
        200,
        {
            "email": invited.email,
            "event": session.event.pk,
            "event_identifier": session.event.identifier,
            "session": session.pk,
            "speaker": speaker.pk,
            "name": "Grace Hopper",
        },
    )
    assert list(session.speakers.all()) == [speaker]
    assert answer_to(row, "accept", invited).status == 409
    assert answer_to(row, "reject", invited).status == 409


def test_who_rejects_does_not(session):
    invited = UserFactory()
    row = SpeakerInviteFactory(session=session, email=invited.email)
    SpeakerFactory(event=session.event, user=invited)

    rejected = answer_to(row, "reject", invited)

    row.refresh_from_db()
    assert (rejected.status, rejected.document["success"], row.status) == (200, True, "rejected")
    assert not session.speakers.exists()
    assert answer_to(row, "accept", invited).status == 409


def test_nobody_answers_for_another_nor_too_late(session, submitter):
    invited = UserFactory()
    SpeakerFactory(event=session.event, user=invited)
    row = SpeakerInviteFactory(session=session, email=invited.email)

    for how in ("accept", "reject"):
        assert answer_to(row, how, submitter).status == 403
        assert answer_to(row, how, UserFactory(admin=True)).status == 403
        assert answer_to(row, how, UserFactory()).status == 404
        assert answer_to(row, how, None).status == 401
    SpeakerInvite.objects.update(expires_at=timezone.now())
    assert answer_to(row, "accept", invited).status == 409


def test_nobody_joins_a_locked_session(session, submitter):
    invited = UserFactory()
    SpeakerFactory(event=session.event, user=invited)
    row = SpeakerInviteFactory(session=session, email=invited.email)
    type(session).objects.filter(pk=session.pk).update(is_locked=True)

    assert invite(submitter, session).pointer == "/data/relationships/session"
    assert answer_to(row, "accept", invited).status == 403
    assert not session.speakers.exists()
    type(session).objects.filter(pk=session.pk).update(is_locked=False)
    assert answer_to(row, "accept", invited).status == 200


def test_an_invitation_is_taken_back_until_it_is_accepted(session, submitter):
    pending = SpeakerInviteFactory(session=session)
    accepted = SpeakerInviteFactory(session=session, status="accepted")

    assert Api(submitter).delete(f"{PATH}/{pending.pk}").status == 200
    assert Api(submitter).delete(f"{PATH}/{accepted.pk}").status == 409
    assert Api(submitter).patch(f"{PATH}/{accepted.pk}", "speaker-invite").status == 405
