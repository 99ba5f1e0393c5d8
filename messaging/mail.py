"""Sending mail: `mail.send` writes it down, a job delivers it (`messaging/tasks.py`)."""

import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from messaging import notifications
from messaging.models import EmailNotification, Mail, MessageSetting
from openevent import activity, jobs
from openevent.errors import DomainError

from . import delivery, kinds
from .kinds import Values


def send(
    name: str,
    /,
    *,
    to: Any,
    context: Values,
    event: Any = None,
    bcc: Iterable[str] = (),
    reply_to: str | None = None,
    subject: str | None = None,
    message: str | None = None,
    notice: Mapping[str, Any] | None = None,
) -> Mail | None:
    """Send the mail `name` to one person, once the caller's transaction has committed.

    Return its row, or `None` if nothing is sent: an admin has switched off mails of this kind,
    or the person those about this event.

    - `to`: an address, or the account of a person.
    - `context`: a text for each placeholder that the kind declares; a list of mappings of texts
      is a table. Nothing else: a row handed to a template could be walked from there.
    - `event`: what it is about, if it is about one; the person may have switched it off.
    - `bcc`: addresses that get the same mail unseen.
    - `reply_to`: where answers go.
    - `subject`, `message`: somebody's own words in place of the kind's. `{placeholder}`s in them
      are replaced, and of mark-up in `message` what is harmless is kept.
    - `notice`: what the notification beside it is about, if the kind has one and `to` is an
      account: the keywords of `notifications.notify`.

    :raises UnknownMailError: no app declares it.
    :raises BadPlaceholdersError: `context` is not as declared.
    """
    kind = kinds.find(name)
    address = to if isinstance(to, str) else to.email
    if kind.notifies and not isinstance(to, str):
        notifications.notify(name, user=to, event=event, **(notice or {}))
    content = kind.render(context, subject=subject, message=message)
    if not MessageSetting.objects.allows(name) or _has_switched_off(to, kind, event):
        return None
    readable, confidential = content, None
    if kind.secret:
        readable = kind.render(kind.redacted(context), subject=subject, message=message)
        confidential = json.dumps({"html": content.html, "text": content.text})
    mail = Mail.objects.create(
        action=name,
        recipient=address,
        bcc=list(bcc),
        reply_to=reply_to,
        subject=readable.subject,
        message=readable.html,
        text=readable.text,
        confidential=confidential,
        message_id=_new_message_id(),
    )
    jobs.enqueue("messaging.send", mail_id=mail.pk)
    activity.record(f"Mail {name} to {address}", by=None)
    return mail


class NotToBeSentAgain(DomainError):
    """Why a mail is not sent once more."""


@transaction.atomic
def send_again(mail: Mail, *, by: Any) -> Mail:
    """Send `mail` once more, because `by` wants it; return the row that says how that goes.

    One that never left is the same mail in another attempt: its own row, and its Message-ID.
    One that left is another mail with the same words: a row of its own, with a new Message-ID,
    or the recipient's program would take it for the one that it has.

    :raises NotToBeSentAgain: it is on its way, or what it said in confidence is forgotten.
    """
    mail = Mail.objects.select_for_update().get(pk=mail.pk)
    if mail.state == Mail.State.WAITING:
        raise NotToBeSentAgain("It is on its way already.")
    if mail.state == Mail.State.SENT:
        if kinds.is_secret(mail.action):
            raise NotToBeSentAgain(
                "What it said in confidence was forgotten once it had left. "
                "Have the person ask for a new one."
            )
        mail = _copy(mail)
    mail.state, mail.error = Mail.State.WAITING, ""
    mail.save()
    jobs.enqueue("messaging.send", mail_id=mail.pk)
    activity.record(f"Mail {mail.action} to {mail.recipient} once more", by=by)
    return mail


def _copy(mail: Mail) -> Mail:
    """Return a mail with the words of `mail` that has not been saved."""
    columns = ("action", "recipient", "bcc", "reply_to", "subject", "message", "text")
    return Mail(
        **{column: getattr(mail, column) for column in columns}, message_id=_new_message_id()
    )


def _new_message_id() -> str:
    return f"<{uuid.uuid4()}@{delivery.domain()}>"


def _has_switched_off(to: Any, kind: kinds.Kind, event: Any) -> bool:
    if kind.preference is None or event is None or isinstance(to, str):
        return False
    wishes = EmailNotification.objects.filter(user=to, event=event, deleted_at=None)
    return wishes.filter(**{kind.preference: False}).exists()
