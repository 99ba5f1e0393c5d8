"""Sending mail: what is written down, what leaves, and who has switched off what."""

import pytest
from django.core import mail as outgoing
from django.db import transaction
from django.utils.safestring import mark_safe

from messaging import kinds, mail
from messaging.kinds import BadPlaceholdersError, UnknownMailError, kind
from messaging.models import (
    EmailNotification,
    Mail,
    MessageSetting,
    Notification,
    NotificationSetting,
)
from openevent.activity.models import Activity
from openevent.jobs.models import Job
from openevent.jobs.testing import run_due
from openevent.site.models import Site
from tests.factories.events import EventFactory
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Declare kinds for one test."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    monkeypatch.setattr(kinds, "_notification_types", set(kinds._notification_types))
    monkeypatch.setattr(kinds, "_template", lambda name: templates[name])
    templates = {
        name: kinds.engines["django"].from_string(text).template
        for name, text in {
            "mails/hello.html": "<p>Hello {{ name }}, see {{ link }}</p>",
            "mails/hello.txt": "Hello {{ name }}, see {{ link }}",
            "mails/table.html": "{% for row in rows %}<b>{{ row.name }}</b>{% endfor %}",
            "mails/table.txt": "{% for row in rows %}{{ row.name }};{% endfor %}",
            "mails/own_words.html": "<body>{{ body|safe }}</body>",
        }.items()
    }
    kind(
        "hello",
        recipient="Anybody",
        subject="{app_name} greets {name}",
        example={"name": "Ada", "link": "https://example.org"},
        secret=("link",),
        notifies=True,
        preference="new_paper",
    )
    kind("table", recipient="Anybody", subject="A table", example={"rows": []})


def hello(to="ada@example.org", name="Ada", **options):
    return mail.send("hello", to=to, context={"name": name, "link": "https://l"}, **options)


def test_a_mail_is_a_row_until_a_worker_has_handed_it_over():
    row = hello()

    assert (row.action, row.recipient, row.state) == ("hello", "ada@example.org", "waiting")
    assert outgoing.outbox == []

    run_due()

    row.refresh_from_db()
    (sent,) = outgoing.outbox
    assert (row.state, row.error, row.sent_at is not None) == ("sent", "", True)
    assert (sent.to, sent.subject) == (["ada@example.org"], "Open Event greets Ada")
    assert sent.body == "Hello Ada, see https://l\n"
    assert sent.alternatives[0].content == "<p>Hello Ada, see https://l</p>"
    assert sent.extra_headers["Message-ID"] == row.message_id
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"


def test_a_mail_of_a_transaction_that_fails_is_not_sent():
    with transaction.atomic():
        hello()
        transaction.set_rollback(True)

    assert not Mail.objects.exists()
    assert not Job.objects.filter(kind="messaging.send").exists()


def test_a_mail_is_sent_once_however_often_its_job_runs():
    row = hello()
    run_due()
    mail.jobs.enqueue("messaging.send", mail_id=row.pk)
    run_due()

    assert len(outgoing.outbox) == 1


def test_every_mail_is_in_the_log_of_who_did_what():
    hello()

    assert Activity.objects.filter(action="Mail hello to ada@example.org").exists()


def test_a_mail_that_an_admin_has_switched_off_is_neither_written_nor_sent():
    MessageSetting.objects.create(action="hello", enabled=False)

    assert hello() is None
    assert not Mail.objects.exists()


def test_people_with_an_account_are_notified_beside_the_mail():
    user, event, actor = UserFactory(), EventFactory(), UserFactory(public_name="Grace")

    hello(to=user, event=event, notice={"target": event, "action": "invited", "actors": [actor]})
    hello(to="nobody@example.org")

    notification = Notification.objects.get()
    assert (notification.user, notification.event) == (user, event)
    assert notification.content == {
        "type": "hello",
        "target_type": "Event",
        "target_id": event.pk,
        "target_action": "invited",
        "actors": [{"id": actor.pk, "name": "Grace"}],
        "event": {"id": event.pk, "identifier": event.identifier, "name": event.name},
    }


def test_mail_and_notification_are_switched_off_each_by_itself():
    user = UserFactory()
    MessageSetting.objects.create(action="hello", enabled=False)
    hello(to=user)
    MessageSetting.objects.update(enabled=True)
    NotificationSetting.objects.create(type="hello", enabled=False)
    hello(to=user)

    assert (Mail.objects.count(), Notification.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("wanted", "trashed", "mails"), [(True, False, 1), (False, False, 0), (False, True, 1)]
)
def test_people_switch_off_mails_about_an_event(wanted, trashed, mails):
    user, event = UserFactory(), EventFactory()
    wish = EmailNotification.objects.create(user=user, event=event, new_paper=wanted)
    if trashed:
        wish.trash()

    hello(to=user, event=event)

    assert Mail.objects.count() == mails


def test_wishes_for_one_event_mean_nothing_for_another():
    user = UserFactory()
    EmailNotification.objects.create(user=user, event=EventFactory(), new_paper=False)

    assert hello(to=user, event=EventFactory()) is not None
    assert hello(to=user) is not None


def test_what_is_secret_in_a_mail_is_sealed_until_it_has_left():
    row = hello()
    assert "https://l" not in row.message + row.text
    assert row.text == "Hello Ada, see …\n"

    run_due()

    row.refresh_from_db()
    assert row.confidential is None
    assert "https://l" in outgoing.outbox[0].body


def test_values_are_escaped_in_html_and_left_alone_in_text():
    row = mail.send("table", to="a@example.org", context={"rows": [{"name": "<i>&"}]})

    assert row.message == "<b>&lt;i&gt;&amp;</b>"
    assert row.text == "<i>&;\n"


def test_a_value_that_claims_to_be_safe_is_escaped_all_the_same():
    row = hello(name=mark_safe("<script>"))

    assert "&lt;script&gt;" in row.message


def test_a_subject_is_one_line_whatever_is_put_into_it():
    row = hello(name="Ada\r\nBcc: eve@example.org\x00 \u2028 end")

    assert row.subject == "Open Event greets Ada Bcc: eve@example.org end"


def test_a_long_subject_is_cut():
    assert len(hello(name="x" * 999).subject) == 250


def test_own_words_replace_those_of_the_kind_and_are_cleaned():
    row = hello(
        name="<Ada>",
        subject="To {name}\n",
        message="<p onclick='x()'>Dear {name}<script>x()</script> {unknown} {name.upper}</p>",
    )

    assert row.subject == "To <Ada>"
    assert row.message == "<body><p>Dear &lt;Ada&gt; {unknown} {name.upper}</p></body>"
    assert "Dear <Ada>" in row.text


def test_own_words_keep_their_lines_in_the_text():
    row = hello(message="<p>Dear {name},</p>one<br/>two &amp; three<ul><li>{link}</li></ul>")

    assert row.text == "Dear Ada,\none\ntwo & three…\n"


def test_a_value_that_stands_where_an_address_does_runs_nothing():
    row = hello(name="javascript:alert(1)", message="<a href='{name}'>here</a>")

    assert "javascript" not in row.message


def test_a_kind_may_have_words_in_place_of_templates():
    kind("note", recipient="", subject="S", message="Dear {who}<br/>Hi", example={"who": "Ada"})

    row = mail.send("note", to="a@example.org", context={"who": "<Grace>"})

    assert row.message == "<body>Dear &lt;Grace&gt;<br>Hi</body>"
    assert row.text == "Dear <Grace>\nHi\n"


@pytest.mark.parametrize(
    "context",
    [
        {"name": "Ada"},
        {"name": "Ada", "link": "l", "more": "m"},
        {"name": "Ada", "link": 3},
        {"name": ["Ada"], "link": "l"},
        {"name": [{"a": object()}], "link": "l"},
    ],
)
def test_a_context_that_is_not_what_the_kind_declares_is_a_mistake(context):
    with pytest.raises(BadPlaceholdersError):
        mail.send("hello", to="ada@example.org", context=context)


def test_a_mail_that_nobody_declares_is_a_mistake():
    with pytest.raises(UnknownMailError, match=r"'nothing'.*Known: .*hello"):
        mail.send("nothing", to="ada@example.org", context={})


def test_a_mail_comes_from_whom_the_super_admin_names():
    Site.objects.update_or_create(
        pk=1, defaults={"email_from": "events@example.org", "email_from_name": "Our\nEvents"}
    )
    row = hello(reply_to="grace@example.org", bcc=["team@example.org"])
    run_due()

    (sent,) = outgoing.outbox
    assert sent.from_email == "Our Events <events@example.org>"
    assert row.message_id.endswith("@example.org>")
    assert sent.reply_to == ["grace@example.org"]
    assert sent.recipients() == ["ada@example.org", "team@example.org"]


@pytest.mark.parametrize("wrong", ["no address \u2116", "\u2116@example.org", " "])
def test_a_sender_that_is_no_address_stops_no_mail(wrong: str):
    Site.objects.update_or_create(pk=1, defaults={"email_from": wrong})
    hello()
    run_due()

    (sent,) = outgoing.outbox
    assert sent.from_email.isascii()


def test_mail_that_is_switched_off_altogether_is_kept():
    Site.objects.update_or_create(pk=1, defaults={"email_service": "disable"})
    row = hello()
    run_due()

    row.refresh_from_db()
    assert (row.state, outgoing.outbox) == ("kept", [])


def test_mail_is_kept_where_there_is_no_server_for_it(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    row = hello()
    run_due()

    row.refresh_from_db()
    assert row.state == "kept"
    assert "https://l" in row.text_body
