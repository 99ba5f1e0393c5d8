"""What the tests of delivery share: a real SMTP server, and how to point the settings at it."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from openevent.site.models import Site


class Mailbox:
    """What arrived at a server, and what it answers instead while `refusals` last."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.logins: list[tuple[str, str]] = []
        self.was_encrypted: list[bool] = []
        self.refusals: list[str] = []
        self.unknown: set[str] = set()
        self.hangs = False  # takes the mail, and does not say so
        self._taken = threading.Event()

    def wait_until_taken(self, seconds: float) -> None:
        assert self._taken.wait(seconds), "no mail has come"

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.unknown:
            return "550 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        self.recipients.append(envelope.rcpt_tos)
        self.was_encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        self._taken.set()
        while self.hangs:
            await asyncio.sleep(0.05)
        return "250 OK"

    def authenticate(self, server: Any, session: Any, envelope: Any, how: str, data: Any) -> Any:
        assert isinstance(data, LoginPassword)
        pair = (data.login.decode(), data.password.decode())
        self.logins.append(pair)
        return AuthResult(success=pair == ("events", "pass word"), handled=False)


@contextmanager
def smtp_server(mailbox: Mailbox | None = None, **options: Any) -> Iterator[tuple[Mailbox, int]]:
    """Run a server; yield what arrives there, and its port."""
    mailbox = mailbox or Mailbox()
    with socket.socket() as free:  # aiosmtpd wants to know its port beforehand
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield mailbox, port
    finally:
        controller.stop()


@pytest.fixture
def deliver_to(db: None) -> Callable[..., None]:
    """Set the super admin's mail settings."""

    def point(port: int, **more: Any) -> None:
        smtp = {"smtp_host": "127.0.0.1", "smtp_port": port, "email_from": "events@example.org"}
        Site.objects.update_or_create(pk=1, defaults=smtp | more)

    return point
