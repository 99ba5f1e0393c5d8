"""What went wrong elsewhere with mail and accounts, and cannot here."""

import inspect
import random
import secrets
from typing import Any

import pytest
from django.core import signing

from events.models import Session
from messaging import mail
from messaging.kinds import BadPlaceholdersError, fill
from messaging.models import Mail
from openevent.jobs.models import Job
from openevent.jobs.testing import run_due
from tests.api_client import Api
from tests.factories.events import EventFactory, SessionFactory, SpeakerFactory, hold
from tests.factories.users import PASSWORD, UserFactory
from users import email_tokens
from users.email_tokens import issue
from users.models import EmailToken, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(client: Any) -> Any:
    def call(path: str, data: Any, **meta: str) -> Any:
        return client.post(f"/v1/auth/{path}", {"data": data}, "application/json", **meta)

    return call


# --- placeholders must not walk attributes


@pytest.mark.parametrize(
    "placeholder",
    ["{user.password}", "{user.__class__}", "{user[password]}", "{user!r}", "{user:>9}", "{0}"],
)
def test_placeholders_do_not_walk_attributes(placeholder):
    assert fill(placeholder, {"user": "Ada", "0.": "x"}) == placeholder


def test_a_placeholder_stands_for_its_value_and_that_is_not_looked_into_again():
    assert fill("{a}{b}", {"a": "{b}", "b": "{a}"}) == "{b}{a}"


def test_no_row_gets_near_a_template():
    user = UserFactory()

    with pytest.raises(BadPlaceholdersError):
        mail.send("password_change", to=user, context={"name": user})
    with pytest.raises(BadPlaceholdersError):
        mail.send("password_change", to=user, context={"name": [{"user": user}]})


def test_template_tags_in_what_people_write_are_text():
    user = UserFactory(first_name="{% debug %}{{ settings.SECRET_KEY }}", last_name="")

    row = mail.send("password_change", to=user, context={"name": user.first_name})

    assert "{% debug %}{{ settings.SECRET_KEY }}" in row.text


# --- mail preview is HTML output


def test_names_are_no_html_in_mails():
    Api().post(
        "/v1/users",
        "user",
        email="ada@example.org",
        password=PASSWORD,
        first_name="<img src=x onerror=alert(1)>",
    )

    message = Mail.objects.get().message
    assert "&lt;img src=x onerror=alert(1)&gt;" in message
    assert "<img" not in message


@pytest.fixture
def hostile_session():
    """A session whose people write mark-up wherever they can, and who organizes its event."""
    event = EventFactory(published=True, name="<script>event()</script>")
    organizer = UserFactory()
    hold(organizer, event, "owner")
    title = "<img src=x onerror=alert(1)>{session_link.__class__}"
    speaker = SpeakerFactory(event=event, name="<b onclick=x()>Eve</b>")
    eve = UserFactory()
    return SessionFactory(event=event, title=title, speakers=[speaker], creator=eve), organizer


def test_titles_are_no_html_in_mails_about_sessions(hostile_session):
    session, organizer = hostile_session
    Api(organizer).patch(f"/v1/sessions/{session.pk}", "session", state="accepted", send_email=True)
    Session.objects.update(state="draft")
    Api(session.creator).patch(f"/v1/sessions/{session.pk}", "session", state="pending")

    messages = [mail.message for mail in Mail.objects.all()]
    assert {mail.action for mail in Mail.objects.all()} == {"new_session", "session_state_change"}
    for message in messages:
        assert "&lt;img src=x onerror=alert(1)&gt;{session_link.__class__}" in message
        assert not any(tag in message for tag in ("<img", "<script", "<b onclick"))


def test_own_words_run_nothing_and_walk_nowhere(hostile_session):
    session, organizer = hostile_session
    message = (
        "<script>steal()</script><a href='javascript:x()' onclick='x()'>a</a>"
        "{session_name} {session_name.__init__} {event} {0} {settings.SECRET_KEY}"
    )

    answer = Api(organizer).send(
        "post", f"/v1/sessions/{session.pk}/notify", {"message": message, "subject": "{0} {event}"}
    )

    assert answer.status == 200
    mail = Mail.objects.first()
    assert mail.subject == "{0} {event}"
    assert "{session_name.__init__} {event} {0} {settings.SECRET_KEY}" in mail.message
    assert not any(bad in mail.message for bad in ("steal()", "javascript", "onclick", "<img"))


# --- resend-verification and reset tell nothing


@pytest.mark.parametrize("path", ["resend-verification-email", "reset-password"])
def test_asking_for_a_mail_does_not_tell_who_has_an_account(path, send, django_assert_num_queries):
    people = {
        "nobody@example.org": None,
        "verified@example.org": UserFactory(email="verified@example.org"),
        "waiting@example.org": UserFactory(email="waiting@example.org", unverified=True),
        "blocked@example.org": UserFactory(email="blocked@example.org", blocked=True),
    }
    told = []
    for email in people:
        with django_assert_num_queries(1, exact=False):  # the job's row, whoever it is
            answer = send(path, {"email": email})
        told.append((answer.status_code, answer.content.replace(email.encode(), b"")))

    assert set(told) == {told[0]}
    assert told[0][0] == 200
    assert Job.objects.filter(kind__startswith="users.mail-").count() == len(people)


@pytest.mark.parametrize("path", ["resend-verification-email", "reset-password"])
def test_the_limit_on_mails_does_not_tell_who_has_an_account(path, send, settings):
    most, _ = settings.THROTTLES["mail-to-address"]
    UserFactory(email="ada@example.org", unverified=True)

    for email in ("ada@example.org", "nobody@example.org"):
        answers = [send(path, {"email": email}).status_code for _ in range(most + 1)]
        assert answers == [200] * most + [429]


def test_nobody_is_buried_in_mail(send, settings):
    user = UserFactory(unverified=True)
    for n in range(20):
        for path in ("resend-verification-email", "reset-password"):
            send(path, {"email": user.email.upper() if n % 2 else user.email})
    run_due()

    most, _ = settings.THROTTLES["mail-to-address"]
    assert Mail.objects.count() == most


# --- reset tokens come from a CSPRNG


def test_tokens_come_from_the_system_s_generator(monkeypatch):
    asked = []

    def noted(size: int) -> str:
        asked.append(size)
        return "n" * size

    monkeypatch.setattr(email_tokens.secrets, "token_urlsafe", noted)
    random.seed(1)
    token = issue(UserFactory(), EmailToken.Purpose.RESET)

    assert asked == [32]
    assert signing.loads(token, salt=email_tokens._SALT) == "n" * 32
    assert email_tokens.secrets is secrets
    assert "import random" not in inspect.getsource(email_tokens)


def test_what_leaks_from_the_database_resets_no_password(client):
    user = UserFactory()
    token = issue(user, EmailToken.Purpose.RESET)
    row = EmailToken.objects.get()

    kept = " ".join(str(value) for value in vars(row).values())
    assert token not in kept
    assert signing.loads(token, salt=email_tokens._SALT) not in kept
    for guess in (row.digest, signing.dumps(row.digest, salt=email_tokens._SALT)):
        body = {"data": {"token": guess, "password": "another password"}}
        answer = client.patch("/v1/auth/reset-password", body, "application/json")
        assert answer.status_code == 404


def test_a_token_signed_with_another_key_is_good_for_nothing(client, settings):
    token = issue(UserFactory(), EmailToken.Purpose.RESET)
    settings.SECRET_KEY = "another key, which somebody made up"

    body = {"data": {"token": token, "password": "another password"}}

    assert client.patch("/v1/auth/reset-password", body, "application/json").status_code == 404


def test_admins_cannot_become_others_by_reading_their_mail(send):
    boss = UserFactory(super_admin=True)
    send("reset-password", {"email": boss.email})
    run_due("users.mail-reset")

    admin = Api(UserFactory(admin=True))
    (shown,) = admin.get("/v1/mails").data

    token = shown["attributes"]["message"]
    assert shown["attributes"]["recipient"] == boss.email
    assert "token=" not in token
    assert "token=" in Mail.objects.get().html_body


# --- forged X-Forwarded-For


@pytest.mark.parametrize("path", ["resend-verification-email", "reset-password"])
def test_a_forged_x_forwarded_for_does_not_get_around_the_limit(path, send, settings):
    settings.THROTTLES = settings.THROTTLES | {"mail-request": (3, 900)}

    answers = [
        send(path, {"email": f"{n}@example.org"}, HTTP_X_FORWARDED_FOR=f"192.0.2.{n}").status_code
        for n in range(4)
    ]

    assert answers == [200, 200, 200, 429]


def test_who_asks_for_mail_to_an_address_of_others_is_slowed_down_too(settings):
    settings.THROTTLES = settings.THROTTLES | {"mail-request": (2, 900)}
    user = UserFactory()

    answers = [
        Api(user).post("/v1/user-emails", "user-email", email_address=f"{n}@example.org", user=user)
        for n in range(3)
    ]

    assert [each.status for each in answers] == [201, 201, 429]
    assert User.objects.get().alternate_emails.count() == 2
