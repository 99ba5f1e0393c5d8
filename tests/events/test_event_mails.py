"""Mails of events and groups: invitations, questions to organizers, announcements."""

from datetime import timedelta

import pytest
from django.core import mail as outgoing
from django.utils import timezone

from events.models import Event, GroupRole
from messaging.models import Mail
from openevent.jobs.testing import run_due
from openevent.site.models import Site
from tests.api_client import Api
from tests.factories.events import (
    EventFactory,
    FollowedGroupFactory,
    GroupFactory,
    GroupRoleFactory,
    SessionFactory,
    hold,
)
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _web_client():
    Site.objects.update(frontend_url="https://events.example/")


def member(event, role, **values):
    user = UserFactory(**values)
    hold(user, event, role)
    return user


def test_who_is_invited_to_speak_gets_a_mail():
    event = EventFactory(published=True, name="Summit")
    submitter = UserFactory(public_name="Ada")
    session = SessionFactory(event=event, title="Notes", creator=submitter)

    made = Api(submitter).post(
        "/v1/speaker-invites",
        "speaker-invite",
        email="grace@example.org",
        session=session,
        event=event,
    )

    sent = Mail.objects.get()
    assert (sent.action, sent.recipient) == ("speaker_invite", "grace@example.org")
    assert sent.subject == "Ada invites you to speak at Summit"
    link = f"https://events.example/e/{event.identifier}/speaker-invite/{made.data['id']}/session"
    assert link in sent.text


def token_in(text):
    return text.split("/group-invites?token=")[1].split()[0]


def test_the_token_of_an_invitation_to_a_group_is_in_its_mail_alone():
    group, invited = GroupFactory(), UserFactory()

    made = Api(group.user).post(
        "/v1/users-groups-roles",
        "users-groups-role",
        email=invited.email,
        group=group,
        role=GroupRoleFactory().role,
    )
    sent = Mail.objects.get()
    run_due()

    (message,) = outgoing.outbox
    token = token_in(message.body)
    assert message.to == [invited.email]
    assert token not in str(made.document) + sent.text + sent.message
    path = "/v1/users-groups-roles/accept-invite"
    accepted = Api(invited).send("post", path, {"data": {"token": token}})
    assert (accepted.status, accepted.document["group"]) == (200, group.pk)


@pytest.mark.parametrize("path", ["group-role-invites", "users-groups-roles"])
def test_an_invitation_to_a_group_is_sent_again_with_another_token(path):
    group = GroupFactory()
    row = GroupRoleFactory(group=group, expires_at=timezone.now() - timedelta(days=1))
    url = f"/v1/{path}/{row.pk}/resend-invite"

    answer = Api(group.user).send("post", url, "")

    assert answer.document == {"success": True, "message": "Invite resent successfully"}
    assert Mail.objects.get().recipient == row.email
    row.refresh_from_db()
    assert not row.has_expired
    assert Api(UserFactory(email=row.email)).send("post", url, "").status == 403
    assert Api().send("post", url, "").status == 401
    GroupRole.objects.update(accepted=True)
    assert Api(group.user).send("post", url, "").status == 409


def contact(user, path, message="Where do <b>I</b> park?"):
    return Api(user).send("post", path, {"email": message}, "application/json")


def test_a_question_reaches_those_who_lead_an_event():
    event = EventFactory(published=True)
    coorganizer, owner = member(event, "coorganizer"), member(event, "owner")
    member(event, "moderator")
    member(event, "organizer", deleted_at=timezone.now())
    asker = UserFactory(public_name="Grace")

    answer = contact(asker, f"/v1/events/{event.identifier}/contact-organizer")

    assert (answer.status, answer.document) == (200, {"success": True})
    question, copy = Mail.objects.order_by("pk")
    assert (question.recipient, question.bcc) == (owner.email, [coorganizer.email])
    assert (copy.recipient, copy.bcc) == (asker.email, [])
    assert question.reply_to == asker.email
    assert "Where do I park?" in question.text
    assert coorganizer.email not in question.text + copy.text


def test_a_question_reaches_those_who_organize_a_group():
    group = GroupFactory()
    organizer = GroupRoleFactory(group=group, user=UserFactory()).user
    GroupRoleFactory(group=group)

    answer = contact(UserFactory(), f"/v1/groups/{group.pk}/contact-organizer")

    assert answer.status == 200
    question = Mail.objects.earliest("pk")
    assert question.action == "contact_group_organizers"
    assert (question.recipient, question.bcc) == (group.user.email, [organizer.email])


def test_who_may_ask_questions():
    event = EventFactory(published=True)
    member(event, "owner")
    path = f"/v1/events/{event.pk}/contact-organizer"

    assert contact(None, path).status == 401
    assert contact(UserFactory(unverified=True), path).status == 403
    assert contact(UserFactory(), f"/v1/events/{EventFactory().pk}/contact-organizer").status == 404
    orphan = EventFactory(published=True)
    assert contact(UserFactory(), f"/v1/events/{orphan.pk}/contact-organizer").status == 404
    assert not Mail.objects.exists()


@pytest.mark.parametrize("message", ["", "  ", "<br>", None, 3, "x" * 5001])
def test_a_question_says_something(message):
    event = EventFactory(published=True)
    member(event, "owner")

    answer = contact(UserFactory(), f"/v1/events/{event.pk}/contact-organizer", message)

    assert (answer.status, answer.pointer) == (422, "/email")


def test_a_person_asks_only_so_many_questions(settings):
    settings.THROTTLES = settings.THROTTLES | {"question-by-person": (1, 3600)}
    event, asker = EventFactory(published=True), UserFactory()
    member(event, "owner")
    path = f"/v1/events/{event.pk}/contact-organizer"

    assert [contact(asker, path).status for _ in range(2)] == [200, 429]
    assert contact(UserFactory(), path).status == 200


def announce(user, event, group=None):
    return Api(user).get(
        f"/v1/groups/{(group or event.group).pk}/events/{event.identifier}/announce"
    )


def test_followers_hear_of_an_event_once():
    group = GroupFactory(name="Pythonistas")
    event = EventFactory(published=True, name="PyCon", group=group, timezone="Asia/Singapore")
    followers = [FollowedGroupFactory(group=group).user for _ in range(2)]
    FollowedGroupFactory(group=group, user=UserFactory(trashed=True))
    FollowedGroupFactory()

    answer = announce(group.user, event)
    assert (answer.status, answer.document["success"]) == (200, True)
    run_due()

    assert {sent.recipient for sent in Mail.objects.all()} == {each.email for each in followers}
    assert {sent.subject for sent in Mail.objects.all()} == {"Pythonistas announces PyCon"}
    event.refresh_from_db()
    assert event.is_announced
    assert announce(group.user, event).status == 403


@pytest.mark.parametrize(
    "values",
    [
        {"state": Event.State.DRAFT},
        {"starts_at": timezone.now() - timedelta(days=9)},
    ],
)
def test_only_what_is_to_come_is_announced(values):
    group = GroupFactory()
    event = EventFactory(**{"state": Event.State.PUBLISHED, "group": group, **values})
    hold(group.user, event, "owner")

    assert announce(group.user, event).status == 403
    assert not Event.objects.get().is_announced


def test_who_announces_what():
    group = GroupFactory()
    event = EventFactory(published=True, group=group)
    organizer = GroupRoleFactory(group=group, user=UserFactory()).user

    assert announce(None, event).status == 401
    assert announce(organizer, event).status == 403
    assert announce(group.user, EventFactory(published=True), group).status == 403
    assert announce(group.user, EventFactory(), group).status == 404
    url = f"/v1/groups/{group.pk}/events/{event.pk}/announce"
    assert Api(group.user).client.head(url, headers=Api(group.user).headers).status_code == 200
    assert not Event.objects.get(pk=event.pk).is_announced
