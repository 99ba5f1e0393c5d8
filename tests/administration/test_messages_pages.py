"""Mails in the admin site: what they said, safely, and sending one again."""

import pytest
from django.test import Client

from messaging.models import Mail
from openevent.jobs.testing import run_due
from tests.administration.desk import act, shown, signed_in, somebody_with, url
from tests.factories.messaging import EmailNotificationFactory, MailFactory
from tests.factories.users import UserFactory
from users.actions.passwords import send_reset

pytestmark = pytest.mark.django_db

MAIL = "messaging.mail"
State = Mail.State


@pytest.fixture
def client() -> Client:
    return signed_in(somebody_with("messages"))


def test_mail_is_shown_in_a_frame_where_nothing_of_it_runs(client: Client) -> None:
    mail = MailFactory(message="<script>alert(1)</script>", subject="<b>Hello</b>")

    page = client.get(url(MAIL, "change", mail.pk)).content.decode()
    body = client.get(f"/admin/messaging/mail/{mail.pk}/body/")

    assert "<script>alert" not in page
    assert "<b>Hello" not in page
    assert 'sandbox="allow-popups' in page
    assert body.content.decode() == "<script>alert(1)</script>"
    assert body["Content-Security-Policy"].startswith("sandbox allow-popups")
    assert "default-src 'none'" in body["Content-Security-Policy"]
    assert body["X-Frame-Options"] == "SAMEORIGIN"


def test_body_of_a_mail_hides_what_is_confidential_from_whoever_reads_it() -> None:
    user = UserFactory()
    send_reset(user.email)
    mail = Mail.objects.get()

    answers = [
        signed_in(each).get(f"/admin/messaging/mail/{mail.pk}/body/")
        for each in (UserFactory(super_admin=True), somebody_with("events"))
    ]

    assert [answer.status_code for answer in answers] == [200, 404]
    assert "token=" in mail.html_body
    assert "token=" not in answers[0].content.decode()


@pytest.mark.parametrize("state", [State.FAILED, State.KEPT])
def test_mail_that_never_left_goes_again_as_the_same_mail(client: Client, state: str) -> None:
    mail = MailFactory(state=state, error="Somebody had it wrong.")
    before = mail.message_id

    answer = act(client, MAIL, mail, "resend")

    mail.refresh_from_db()
    assert (mail.state, mail.error, mail.message_id) == (State.WAITING, "", before)
    assert Mail.objects.count() == 1
    assert shown(answer) == [f"The mail to {mail.recipient} is on its way."]
    assert [job.kind for job in run_due()] == ["messaging.send"]


def test_mail_that_left_goes_again_as_another_one_with_the_same_words(client: Client) -> None:
    mail = MailFactory(bcc=["copy@example.org"], reply_to="desk@example.org")

    act(client, MAIL, mail, "resend")

    again = Mail.objects.latest("pk")
    words = ("action", "recipient", "bcc", "reply_to", "subject", "message", "text")
    assert again.pk != mail.pk
    assert [getattr(again, word) for word in words] == [getattr(mail, word) for word in words]
    assert again.message_id != mail.message_id
    assert (again.state, again.sent_at) == (State.WAITING, None)
    mail.refresh_from_db()
    assert mail.state == State.SENT


def test_mail_that_left_with_a_secret_does_not_go_again(client: Client) -> None:
    mail = MailFactory(action="password_reset")
    unknown = MailFactory(action="of_a_former_version")

    answers = [act(client, MAIL, each, "resend") for each in (mail, unknown)]

    assert {said for answer in answers for said in shown(answer)} == {
        "What it said in confidence was forgotten once it had left. "
        "Have the person ask for a new one."
    }
    assert Mail.objects.count() == 2


def test_secret_mail_that_never_left_goes_again_with_its_secret(client: Client) -> None:
    user = UserFactory()
    send_reset(user.email)
    mail = Mail.objects.get()
    body = mail.html_body
    Mail.objects.update(state=State.FAILED)

    act(client, MAIL, mail, "resend")

    assert Mail.objects.get().html_body == body


def test_mail_that_is_on_its_way_is_left_alone(client: Client) -> None:
    mail = MailFactory(state=State.WAITING)

    answer = act(client, MAIL, mail, "resend")

    assert answer.status_code == 403
    assert run_due() == []


def test_several_mails_go_again_at_once(client: Client) -> None:
    mails = MailFactory.create_batch(2, state=State.FAILED)
    sent = {"action": "resend", "_selected_action": [mail.pk for mail in mails]}

    answer = client.post(url(MAIL, "changelist"), sent, follow=True)

    assert shown(answer) == ["Send again: done with 2."]
    assert set(Mail.objects.values_list("state", flat=True)) == {State.WAITING}


def test_what_the_server_writes_by_itself_is_not_put_into_the_trash(client: Client) -> None:
    wish = EmailNotificationFactory()
    name = "messaging.emailnotification"

    page = client.get(url(name, "change", wish.pk)).content.decode()

    assert "Move to the trash" not in page
    assert act(client, name, wish, "to_trash").status_code == 404
