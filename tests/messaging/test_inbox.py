"""The mails of a private machine (`/dev/mail`): for its own browser, and nowhere else."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as django_settings

from messaging.models import Mail
from tests.factories.messaging import MailFactory
from tests.factories.users import UserFactory
from users.actions.passwords import send_reset

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _private(settings: Any) -> None:
    settings.IS_PRIVATE = True


def get(client: Any, path: str = "", host: str = "localhost:8000", **meta: str) -> Any:
    return client.get(f"/dev/mail{path}", headers={"host": host}, **meta)


def test_the_inbox_lists_mails_newest_first(client):
    MailFactory(subject="First <b>")
    MailFactory(subject="Second")

    page = get(client).content.decode()

    assert page.index("Second") < page.index("First &lt;b&gt;")
    assert "<script" not in page


def test_an_empty_inbox_says_how_mail_gets_there(client):
    assert "There is none yet." in get(client).content.decode()


def test_a_mail_is_shown_as_its_recipient_gets_it(client):
    user = UserFactory()
    send_reset(user.email)
    row = Mail.objects.get()
    page, body = get(client, f"/{row.pk}"), get(client, f"/{row.pk}/body")

    assert "reset-password?token=" in page.content.decode()
    assert "reset-password?token=" in body.content.decode()


def test_nothing_of_a_mail_runs(client):
    row = MailFactory(message="<script>alert(1)</script>")

    body = get(client, f"/{row.pk}/body")

    assert body["Content-Security-Policy"].startswith("sandbox allow-popups")
    assert "default-src 'none'" in body["Content-Security-Policy"]
    assert body["X-Frame-Options"] == "SAMEORIGIN"
    assert "sandbox=" in get(client, f"/{row.pk}").content.decode()


@pytest.mark.parametrize("path", ["", "/{}", "/{}/body"])
@pytest.mark.parametrize(
    ("host", "meta"),
    [
        ("evil.example.org", {}),
        ("192.0.2.1:8000", {}),
        ("localhost", {"REMOTE_ADDR": "192.0.2.7"}),
        ("localhost", {"REMOTE_ADDR": ""}),
        ("localhost", {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}),
        ("localhost", {"HTTP_FORWARDED": "for=127.0.0.1"}),
    ],
)
def test_nobody_but_the_machine_s_own_browser_reads_it(client, path, host, meta):
    row = MailFactory()

    assert get(client, path.format(row.pk), host, **meta).status_code == 404
    assert get(client, path.format(row.pk)).status_code == 200


def test_a_server_does_not_show_its_mails_even_if_the_page_is_there(client, settings):
    settings.IS_PRIVATE = False

    assert get(client).status_code == 404


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "[::1]:8000", "localhost"])
def test_the_machine_has_several_names(client, host):
    assert get(client, host=host).status_code == 200


def test_a_server_has_no_such_page():
    looked_up = (
        "import django; django.setup()\n"
        "from django.urls import resolve, Resolver404\n"
        "try: resolve('/dev/mail')\n"
        "except Resolver404: print('none')"
    )
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "openevent.settings",
        "DATABASE_URL": "postgres://u:p@localhost/x",
        "SECRET_KEY": "a" * 50,
        "FIELD_KEYS": "b" * 43,
        "ALLOWED_HOSTS": "example.org",
    }

    done = subprocess.run(
        [sys.executable, "-c", looked_up],
        env=environment,
        cwd=django_settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.returncode) == ("none\n", 0), done.stderr
