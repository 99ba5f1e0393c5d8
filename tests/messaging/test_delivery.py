"""Delivering mail to a real SMTP server: what arrives, what is tried again, what is given up."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db.models.functions import Now

from messaging import mail
from messaging.models import Mail
from openevent.jobs import upkeep
from openevent.jobs.models import Job
from openevent.jobs.testing import run_due
from openevent.site.models import Site
from tests.jobs.test_processes import kill, wait_for, worker_process

from .conftest import Mailbox, smtp_server

LOGIN = {"smtp_username": "events", "smtp_password": "pass word"}


@pytest.fixture
def mailbox(deliver_to: Any) -> Iterator[Mailbox]:
    """A server that takes everything, and to which the settings point."""
    with smtp_server() as (mailbox, port):
        deliver_to(port, smtp_encryption="none")
        yield mailbox


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of this machine's, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    hosts = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def sent(to: str = "ada@example.org", **options: Any) -> Mail:
    row = mail.send("test_mail", to=to, context={}, **options)
    assert row is not None
    return row


def again() -> None:
    """Do the jobs that wait for their next attempt."""
    Job.objects.filter(state="waiting").update(run_after=Now(), wake_at=Now())
    run_due()


@pytest.mark.django_db
def test_a_mail_arrives_once_with_both_bodies_and_its_headers(mailbox):
    row = sent(reply_to="grace@example.org", bcc=["team@example.org"])
    run_due()
    run_due()

    (message,) = mailbox.messages
    row.refresh_from_db()
    assert (row.state, row.error) == ("sent", "")
    assert message["To"] == "ada@example.org"
    assert message["From"] == "Open Event <events@example.org>"
    assert message["Reply-To"] == "grace@example.org"
    assert message["Bcc"] is None
    assert mailbox.recipients == [["ada@example.org", "team@example.org"]]
    assert message["Message-ID"] == row.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Date"].datetime == row.time.replace(microsecond=0)
    bodies = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    assert bodies == ["text/plain", "text/html"]


@pytest.mark.django_db
def test_a_mail_that_the_server_refuses_for_now_is_sent_later_with_the_same_id(mailbox):
    mailbox.refusals = ["451 Greylisted", "452 Full"]
    row = sent()
    run_due()
    row.refresh_from_db()
    (job,) = Job.objects.filter(kind="messaging.send")
    assert (row.state, job.state, mailbox.messages) == ("waiting", "waiting", [])
    assert "Greylisted" in row.error
    assert job.run_after > row.time

    again()
    again()

    row.refresh_from_db()
    (message,) = mailbox.messages
    assert (row.state, row.error, message["Message-ID"]) == ("sent", "", row.message_id)


@pytest.mark.django_db
def test_a_mail_to_nobody_is_given_up_at_once(mailbox):
    mailbox.unknown = {"nobody@example.org"}
    row = sent("nobody@example.org")
    run_due()

    row.refresh_from_db()
    assert row.state == "failed"
    assert "No such user here" in row.error
    assert Job.objects.get(kind="messaging.send").state == "failed"


@pytest.mark.django_db
def test_a_mail_is_given_up_after_its_last_attempt(deliver_to):
    deliver_to(9)  # the port where nobody answers
    row = sent()
    for _ in range(12):
        again()

    row.refresh_from_db()
    assert (row.state, row.error.split(":")[0]) == ("failed", "ConnectionRefusedError")


@pytest.mark.django_db
def test_settings_that_an_admin_mends_are_used_by_the_next_attempt(mailbox):
    port = Site.objects.get().smtp_port
    Site.objects.update(smtp_port=9)
    row = sent()
    run_due()
    Site.objects.update(smtp_port=port)
    again()

    row.refresh_from_db()
    assert row.state == "sent"


@pytest.mark.django_db
@pytest.mark.parametrize("encryption", ["tls", "ssl"])
def test_a_mail_is_encrypted_on_the_way(encryption, tls, certificate, deliver_to, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = {"tls_context": tls} if encryption == "tls" else {"ssl_context": tls}
    with smtp_server(**context, require_starttls=encryption == "tls") as (mailbox, port):
        deliver_to(port, smtp_encryption=encryption)
        row = sent()
        run_due()

    row.refresh_from_db()
    assert (row.state, row.error) == ("sent", "")
    assert mailbox.was_encrypted == [True]


@pytest.mark.django_db
@pytest.mark.parametrize("encryption", ["tls", "ssl"])
def test_a_server_whose_certificate_nobody_vouches_for_gets_no_mail(encryption, tls, deliver_to):
    context = {"tls_context": tls} if encryption == "tls" else {"ssl_context": tls}
    with smtp_server(**context) as (mailbox, port):
        deliver_to(port, smtp_encryption=encryption, **LOGIN)
        row = sent()
        run_due()

    row.refresh_from_db()
    assert (row.state, mailbox.messages, mailbox.logins) == ("waiting", [], [])
    assert "CERTIFICATE_VERIFY_FAILED" in row.error


@pytest.mark.django_db
def test_a_wrong_password_is_said_to_be_one_and_never_written_down(
    tls, certificate, deliver_to, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    mailbox = Mailbox()
    with smtp_server(
        mailbox,
        tls_context=tls,
        require_starttls=True,
        auth_required=True,
        authenticator=mailbox.authenticate,
    ) as (_, port):
        deliver_to(port, smtp_encryption="tls", smtp_username="events", smtp_password="hunter2")
        row = sent()
        run_due()
        row.refresh_from_db()
        wrong = (row.state, row.error)

        deliver_to(port, smtp_encryption="tls", **LOGIN)
        again()

    row.refresh_from_db()
    assert wrong[0] == "waiting"
    assert "SMTPAuthenticationError" in wrong[1]
    assert "hunter2" not in wrong[1]
    assert row.state == "sent"
    assert set(mailbox.logins) == {("events", "hunter2"), ("events", "pass word")}
    assert mailbox.was_encrypted == [True]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_while_it_sends_leaves_the_message_id_to_the_next(deliver_to):
    with smtp_server() as (mailbox, port):
        deliver_to(port, smtp_encryption="none")
        mailbox.hangs = True
        row = sent()
        (job,) = Job.objects.filter(kind="messaging.send")
        with worker_process() as first:
            mailbox.wait_until_taken(30)
            kill(first)
        mailbox.hangs = False
        Job.objects.filter(pk=job.pk).update(lease_until=Now(), wake_at=Now())
        with worker_process():
            upkeep.sweep()
            wait_for(job, state="succeeded")

    row.refresh_from_db()
    assert (row.state, job.attempt) == ("sent", 2)
    assert [each["Message-ID"] for each in mailbox.messages] == [row.message_id] * 2
