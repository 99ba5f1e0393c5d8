"""Delivering mails: one job for each."""

import logging
import smtplib

from django.utils import timezone

from messaging import delivery
from messaging.models import Mail
from openevent import jobs

logger = logging.getLogger(__name__)


def give_up(run: jobs.Run, error: str, *, mail_id: int) -> None:
    """Write down that the mail stays; `Mail.error` keeps what the last server answered."""
    Mail.objects.filter(pk=mail_id).update(state=Mail.State.FAILED)


# Twelve attempts take some four hours, which most servers' bad moments do not.
@jobs.handler("messaging.send", atomic=False, max_attempts=12, on_failure=give_up)
def send(run: jobs.Run, *, mail_id: int) -> None:
    """Hand the mail over, and write down how that went.

    Between the server's taking it and the row's saying so a worker may die. Then the next
    attempt sends it again, with the same Message-ID.
    """
    mail = Mail.objects.get(pk=mail_id)
    if mail.state == Mail.State.SENT:
        return
    connection = delivery.server()
    if connection is None:
        with run.transaction():
            Mail.objects.filter(pk=mail_id).update(state=Mail.State.KEPT)
            run.succeed()
        return
    try:
        delivery.deliver(mail, connection)
    except OSError as error:
        with run.transaction():
            Mail.objects.filter(pk=mail_id).update(error=f"{type(error).__name__}: {error}"[:2000])
        if _is_final(error):
            raise jobs.JobRefused("The mail server refuses this address for good.") from error
        raise
    with run.transaction():
        Mail.objects.filter(pk=mail_id).update(
            state=Mail.State.SENT, sent_at=timezone.now(), error="", confidential=None
        )
        run.succeed()


def _is_final(error: OSError) -> bool:
    """Return whether the server will never take the mail: it knows no such recipient.

    Any other refusal may end, if only because an admin mends the settings.
    """
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(code // 100 == 5 for code, _ in error.recipients.values())
