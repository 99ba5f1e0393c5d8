"""Mails about sessions: to the team of a new one, to its people of what became of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events.mails import WORDS
from events.models import Session
from messaging.models import EmailNotification, Mail, MessageSetting, Notification
from openevent.jobs.models import Job
from openevent.site.models import Site
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


@pytest.fixture(autouse=True)
def _web_client():
    Site.objects.update(frontend_url="https://events.example/")


@pytest.fixture
def event():
    return EventFactory(published=True, name="Summit", is_sessions_speakers_enabled=True)


@pytest.fixture
def owner(event):
    return member(event, "owner", email="owner@example.org")


@pytest.fixture
def organizer(event, owner):
    return member(event, "organizer", email="organizer@example.org")


def member(event, role, **values):
    user = UserFactory(**values)
    hold(user, event, role)
    return user


def recipients(action="session_state_change"):
    return sorted(Mail.objects.filter(action=action).values_list("recipient", flat=True))


def notified(kind):
    told = Notification.objects.filter(content__type=kind)
    return sorted(told.values_list("user__email", flat=True))


# A new session


def submit(user, event, state="pending", **values):
    values = {"title": "Notes", "event": event, "state": state, **values}
    return Api(user).post("/v1/sessions", "session", **values)


def test_the_team_hears_of_a_session_that_is_submitted_with_speakers(event, organizer):
    ada = UserFactory(public_name="Ada")
    speakers = [SpeakerFactory(event=event, name=name, user=ada) for name in ("Ada", "Charles")]

    made = submit(ada, event, speakers=speakers)

    sent = Mail.objects.get()
    assert (sent.action, sent.recipient) == ("new_session", "owner@example.org")
    assert sent.subject == "New session at Summit: Notes"
    assert "by Ada, Charles" in sent.text
    link = f"https://events.example/e/{event.identifier}/session/{made.data['id']}"
    assert link in sent.text
    assert Job.objects.filter(kind="messaging.send").count() == 1
    assert notified("new_session") == ["organizer@example.org", "owner@example.org"]
    assert Notification.objects.first().content == {
        "type": "new_session",
        "target_type": "Session",
        "target_id": int(made.data["id"]),
        "target_action": "submitted",
        "actors": [{"id": ada.pk, "name": "Ada"}],
        "session": {"id": int(made.data["id"]), "title": "Notes"},
        "event": {"id": event.pk, "identifier": event.identifier, "name": "Summit"},
    }


def test_a_draft_is_nobody_elses_business_until_it_is_submitted(event, organizer):
    ada = UserFactory()
    draft = submit(ada, event, "draft", speakers=[SpeakerFactory(event=event, user=ada)])
    assert not Mail.objects.exists()

    for _ in range(2):
        Api(ada).patch(f"/v1/sessions/{draft.data['id']}", "session", state="pending")

    assert recipients("new_session") == ["owner@example.org"]


def test_a_session_without_speakers_is_told_of_once_it_has_some(event, organizer):
    ada = UserFactory()
    made = submit(ada, event)
    session = Session.objects.get(pk=made.data["id"])
    assert not Mail.objects.exists()

    first = Api(ada).post("/v1/speakers", "speaker", name="Ada", event=event, sessions=[session])
    second = SpeakerFactory(event=event, user=ada)
    linked = [*session.speakers.all(), second]
    again = Api(ada).patch(made.headers["Location"], "session", speakers=linked)

    assert (first.status, again.status) == (201, 200)
    assert recipients("new_session") == ["owner@example.org"]


def test_a_session_whose_speaker_is_exchanged_is_not_new(event, organizer):
    ada = UserFactory()
    one, other = (SpeakerFactory(event=event, user=ada) for _ in range(2))
    made = submit(ada, event, speakers=[one])

    Api(ada).patch(made.headers["Location"], "session", speakers=[other])

    assert recipients("new_session") == ["owner@example.org"]


def test_who_accepts_an_invitation_may_be_the_first_speaker(event, organizer):
    grace = UserFactory()
    SpeakerFactory(event=event, user=grace)
    invite = SpeakerInviteFactory(session=SessionFactory(event=event), email=grace.email)

    Api(grace).get(f"/v1/speaker-invites/{invite.pk}/accept-invite")

    assert recipients("new_session") == ["owner@example.org"]


def test_an_owner_who_wants_no_mail_of_new_sessions_is_notified_all_the_same(event, owner):
    EmailNotification.objects.create(user=owner, event=event, new_paper=False)
    ada = UserFactory()

    submit(ada, event, speakers=[SpeakerFactory(event=event, user=ada)])

    assert recipients("new_session") == []
    assert notified("new_session") == ["owner@example.org"]


def test_a_session_of_an_event_without_an_owner_is_submitted_in_silence(event):
    ada = UserFactory()

    assert submit(ada, event, speakers=[SpeakerFactory(event=event, user=ada)]).status == 201
    assert not Mail.objects.exists()


def test_a_submission_that_is_refused_mails_nobody(event, organizer):
    ada = UserFactory()
    stranger = SpeakerFactory(event=event, user=UserFactory())

    assert submit(ada, event, speakers=[stranger]).status == 403
    assert not Mail.objects.exists()
    assert not Session.objects.exists()


# The state of a session


@pytest.fixture
def session(event):
    """A pending session of Ada, who has an account, and Charles, who has none."""
    ada = UserFactory(email="ada@example.org", public_name="Ada")
    speakers = [
        SpeakerFactory(event=event, user=ada, email="Ada@example.org"),
        SpeakerFactory(event=event, email="charles@example.org"),
    ]
    return SessionFactory(event=event, title="Notes", creator=ada, speakers=speakers)


def change(user, session, state, **values):
    values = {"state": state, "send_email": True, **values}
    return Api(user).patch(f"/v1/sessions/{session.pk}", "session", **values)


EVERYBODY = [
    "ada@example.org",
    "charles@example.org",
    "organizer@example.org",
    "owner@example.org",
]


@pytest.mark.parametrize("state", ["accepted", "rejected", "confirmed", "withdrawn"])
def test_a_state_is_told_to_the_people_of_a_session(session, organizer, state):
    answer = change(organizer, session, state)

    assert answer.status == 200
    assert answer.attributes["is-mail-sent"] is True
    assert recipients() == EVERYBODY
    sent = Mail.objects.filter(action="session_state_change")
    assert {each.subject for each in sent} == {
        WORDS[state].subject.format(event_name="Summit", session_name="Notes")
    }
    assert all("“Notes”" in each.message and "“Notes”" in each.text for each in sent)
    link = f"https://events.example/e/{session.event.identifier}/session/{session.pk}"
    assert all(f"\nSession: {link}\n" in each.text for each in sent)
    assert {each.reply_to for each in sent} == {"owner@example.org"}
    assert notified("session_state_change") == ["ada@example.org"]
    content = Notification.objects.get().content
    assert (content["target_id"], content["target_action"]) == (session.pk, state)
    assert content["session"] == {"id": session.pk, "title": "Notes"}


def test_an_accepted_session_may_be_canceled_by_mail(session, organizer):
    Session.objects.update(state="accepted")

    assert change(organizer, session, "canceled").status == 200
    assert recipients() == EVERYBODY


def test_everybody_gets_a_mail_of_their_own(session, organizer):
    change(organizer, session, "accepted")

    for each in Mail.objects.all():
        assert each.bcc == []
        others = set(EVERYBODY) - {each.recipient, "owner@example.org"}
        assert not any(other in each.message + each.text for other in others)
    assert Mail.objects.values("message_id").distinct().count() == len(EVERYBODY)


@pytest.mark.parametrize("values", [{"send_email": False}, {"send_email": None}])
def test_a_state_is_not_told_unless_somebody_asks_for_that(session, organizer, values):
    assert change(organizer, session, "accepted", **values).status == 200
    assert not Mail.objects.exists()
    assert not Notification.objects.exists()


def test_back_to_pending_is_not_told(session, organizer):
    Session.objects.update(state="accepted")

    assert change(organizer, session, "pending").status == 200
    assert not Mail.objects.exists()


def test_the_same_state_is_not_told_twice(session, organizer):
    """A client that keeps `send-email` in its store sends it with every later change."""
    change(organizer, session, "accepted")
    change(organizer, session, "accepted", title="New title")

    assert recipients() == EVERYBODY


def test_a_change_that_is_refused_mails_nobody(session, organizer):
    assert change(organizer, session, "canceled").status == 403
    assert change(organizer, session, "accepted", level="Nonsense").status == 422
    assert not Mail.objects.exists()


def test_who_was_told_of_one_state_was_not_told_of_the_next(session, organizer):
    change(organizer, session, "accepted")

    answer = change(organizer, session, "rejected", send_email=False, is_mail_sent=True)

    assert answer.attributes["is-mail-sent"] is False
    by_hand = change(organizer, session, "accepted", send_email=False, is_mail_sent=True)
    assert by_hand.attributes["is-mail-sent"] is True


def test_speakers_without_an_address_are_left_out(session, organizer):
    session.speakers.set(
        [SpeakerFactory(event=session.event, email=None, is_email_overridden=True)]
    )

    change(organizer, session, "accepted")

    assert recipients() == ["organizer@example.org", "owner@example.org"]


def test_who_has_left_is_not_told(session, organizer):
    session.speakers.last().trash()
    organizer.trash()
    owner = session.event.roles.people("owner")[0]

    change(owner, session, "accepted")

    assert recipients() == ["ada@example.org", "owner@example.org"]


def test_a_mail_that_is_switched_off_is_not_sent_and_not_said_to_be(session, organizer):
    MessageSetting.objects.filter(action="session_state_change").update(enabled=False)

    answer = change(organizer, session, "accepted")

    assert answer.attributes["is-mail-sent"] is False
    assert not Mail.objects.exists()
    assert notified("session_state_change") == ["ada@example.org"]


def test_a_speaker_may_switch_it_off_for_an_event(session, organizer):
    ada = session.creator
    EmailNotification.objects.create(user=ada, event=session.event, session_accept_reject=False)

    change(organizer, session, "accepted")

    assert "ada@example.org" not in recipients()


# Telling it again


def notify(user, session, **body):
    path = f"/v1/sessions/{session.pk}/notify"
    return Api(user).send("post", path, body, "application/json")


@pytest.mark.parametrize("state", Session.State)
def test_the_people_of_a_session_are_told_its_state_at_any_time(session, organizer, state):
    Session.objects.update(state=state)

    answer = notify(organizer, session)

    assert (answer.status, answer.document) == (200, {"success": True})
    assert recipients() == EVERYBODY
    usual = WORDS[state].subject.format(event_name="Summit", session_name="Notes")
    assert Mail.objects.first().subject == usual
    session.refresh_from_db()
    assert session.is_mail_sent


def test_the_team_writes_its_own_words_and_sends_copies(session, organizer):
    message = "Dear all,<br/>{session_name} is {session_state}: <b>{event_link}</b>"

    answer = notify(
        organizer,
        session,
        subject="{event_name}\nnews",
        message=message,
        bcc=["press@example.org", "ADA@example.org"],
    )

    assert answer.status == 200
    assert recipients() == sorted([*EVERYBODY, "press@example.org"])
    sent = Mail.objects.get(recipient="press@example.org")
    assert sent.subject == "Summit news"
    link = f"https://events.example/e/{session.event.identifier}"
    assert sent.text == f"Dear all,\nNotes is pending: {link}\n"
    assert f"Dear all,<br>Notes is pending: <b>{link}</b>" in sent.message


def test_a_speaker_has_the_usual_mail_sent_and_no_other(session, organizer):
    ada = session.creator

    assert notify(ada, session).status == 200
    assert len(recipients()) == 4
    for body in ({"subject": "Buy"}, {"message": "Buy"}, {"bcc": ["eve@example.org"]}):
        refused = notify(ada, session, **body)
        assert (refused.status, refused.detail) == (403, "Co-organizer access is required.")
    assert len(recipients()) == 4


def test_who_may_notify(session, organizer):
    coorganizer = member(session.event, "coorganizer")
    elsewhere = member(EventFactory(), "owner")
    Session.objects.update(state="accepted")

    assert notify(None, session).status == 401
    assert notify(elsewhere, session).status == 403
    assert notify(member(session.event, "moderator"), session).status == 403
    assert not Mail.objects.exists()
    assert notify(coorganizer, session, subject="Hello").status == 200
    session.trash()
    assert notify(coorganizer, session).status == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"subject": "x" * 251}, "/subject"),
        ({"subject": 3}, "/subject"),
        ({"message": "x" * 5001}, "/message"),
        ({"message": ["x"]}, "/message"),
        ({"bcc": "eve@example.org"}, "/bcc"),
        ({"bcc": ["eve"]}, "/bcc"),
        ({"bcc": [3]}, "/bcc"),
        ({"bcc": [{"a": 1}]}, "/bcc"),
        ({"bcc": ["eve@example.org\nBcc: all@example.org"]}, "/bcc"),
        ({"bcc": ["x" * 250 + "@example.org"]}, "/bcc"),
        ({"bcc": [f"{n}@example.org" for n in range(11)]}, "/bcc"),
    ],
)
def test_a_letter_is_checked(session, organizer, body, pointer):
    answer = notify(organizer, session, **body)

    assert (answer.status, answer.pointer) == (422, pointer)
    assert not Mail.objects.exists()


def test_a_letter_is_an_object_and_may_be_empty(session, organizer):
    path = f"/v1/sessions/{session.pk}/notify"

    assert Api(organizer).send("post", path, [], "application/json").status == 422
    assert Api(organizer).send("post", path, "", "application/json").status == 200
    nothing = {"subject": None, "message": "", "bcc": None}
    assert Api(organizer).send("post", path, nothing, "application/json").status == 200


def test_a_session_of_nobody_tells_nobody(event):
    answer = notify(UserFactory(admin=True), SessionFactory(event=event))

    assert answer.status == 422
    assert "no speaker with an address" in answer.detail


def test_people_are_not_buried_in_mails_of_a_session(session, organizer, settings):
    settings.THROTTLES = settings.THROTTLES | {"mail-of-session": (2, 3600)}
    other = SessionFactory(event=session.event)

    assert [notify(organizer, session).status for _ in range(3)] == [200, 200, 429]
    assert notify(organizer, other).status == 200
    refused = change(organizer, session, "accepted")
    assert refused.status == 429
    session.refresh_from_db()
    assert session.state == "pending"


def test_an_event_is_no_relay(session, organizer, settings):
    settings.THROTTLES = settings.THROTTLES | {"mail-of-event": (2, 3600)}
    sessions = [SessionFactory(event=session.event) for _ in range(3)]

    assert [notify(organizer, each).status for each in sessions] == [200, 200, 429]


def test_clients_read_the_mail_of_each_state():
    answer = Api().get("/v1/sessions/mails")

    assert answer.status == 200
    recipient, words = answer.document.pop("recipient"), answer.document
    assert recipient == "Speaker"
    assert set(words) == set(Session.State.values)
    assert all(set(each) == {"subject", "message"} for each in words.values())
    assert "\n" not in "".join(each["message"] for each in words.values())


def test_a_message_that_comes_back_as_it_was_read_is_the_usual_one(session, organizer):
    words = Api().get("/v1/sessions/mails").document["pending"]
    notify(organizer, session)
    usual = Mail.objects.filter(recipient="ada@example.org").latest("pk")

    notify(organizer, session, **words)

    own = Mail.objects.filter(recipient="ada@example.org").latest("pk")
    assert (own.subject, own.message, own.text) == (usual.subject, usual.message, usual.text)


def test_a_session_that_is_over_is_tidied_up_in_silence(session, organizer):
    past = timezone.now() - timedelta(days=1)
    Session.objects.update(starts_at=past, ends_at=past)

    assert change(session.creator, session, "withdrawn", send_email=False).status == 200
    assert not Mail.objects.exists()
