"""Handing a mail to a server: the super admin's, else the one that `EMAIL_URL` names."""

import contextlib
from email.utils import formataddr, parseaddr
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.utils.module_loading import import_string

from messaging.models import Mail
from openevent import site

SENDGRID: Final = ("smtp.sendgrid.net", 587, "apikey")
_PORTS: Final = {"tls": 587, "ssl": 465}
# What `EMAIL_URL` stands for while nobody has set it.
_NOBODY: Final = "django.core.mail.backends.console.EmailBackend"


def server() -> BaseEmailBackend | None:
    """Return a connection to be opened; `None` if there is no server, or mail is switched off."""
    chosen = site.current()
    if chosen.email_service == "disable":
        return None
    if chosen.email_service == "sendgrid" and chosen.sendgrid_key:
        host, port, username = SENDGRID
        return _smtp(host, port, username, chosen.sendgrid_key, "tls")
    if chosen.smtp_host:
        encryption = (chosen.smtp_encryption or "none").lower()
        return _smtp(
            chosen.smtp_host,
            chosen.smtp_port or _PORTS.get(encryption, 25),
            chosen.smtp_username,
            chosen.smtp_password,
            encryption,
        )
    if settings.EMAIL_BACKEND == _NOBODY:
        return None
    backend: BaseEmailBackend = import_string(settings.EMAIL_BACKEND)()
    return backend


def deliver(mail: Mail, connection: BaseEmailBackend) -> None:
    """Hand `mail` over; who gets it is told that no person wrote it just now.

    :raises OSError: the server does not take it (`smtplib.SMTPException` is one).
    """
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text_body,
        from_email=sender(),
        to=[mail.recipient],
        bcc=mail.bcc,
        reply_to=[mail.reply_to] if mail.reply_to else None,
        connection=connection,
        headers={
            "Message-ID": mail.message_id,
            "Date": mail.time.strftime("%a, %d %b %Y %H:%M:%S +0000"),
            # RFC 3834: no "I am on holiday" comes back
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    message.attach_alternative(mail.html_body, "text/html")
    try:
        message.send()
    finally:
        # Django leaves it open where signing in failed
        with contextlib.suppress(OSError):
            connection.close()


def sender() -> str:
    """Return whom mails come from, as a From header."""
    chosen = site.current()
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    name = chosen.email_from_name or name or chosen.app_name or ""
    wanted = (chosen.email_from or "").strip()
    if wanted.isascii() and "@" in wanted:
        address = wanted
    return formataddr((" ".join(name.split()), address))


def domain() -> str:
    """Return the domain that ids of mails are made in: the sender's, else the web client's."""
    host = parseaddr(sender())[1].rpartition("@")[2]
    return host if "." in host else urlsplit(site.current().frontend_url or "").hostname or "local"


def _smtp(
    host: str, port: int, username: str | None, password: Any, encryption: str
) -> EmailBackend:
    return EmailBackend(
        host=host,
        port=port,
        username=username or "",
        password=str(password) if password else "",
        use_tls=encryption == "tls",
        use_ssl=encryption == "ssl",
        timeout=settings.EMAIL_TIMEOUT,
    )
