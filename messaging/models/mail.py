"""Mails: every message that this server sent, sends, or failed to send."""

import json

from django.db import models
from django.utils import timezone

from openevent.sealed import SealedField


class Mail(models.Model):
    """One mail to one person, written down in the transaction that it is about.

    `message` and `text` are what admins may read. Where the mail says more, such as a link that
    resets a password, that is in `confidential`, sealed, and forgotten once it has left.
    """

    class State(models.TextChoices):
        WAITING = "waiting"  # for a worker, or for the next attempt
        SENT = "sent"
        FAILED = "failed"  # for good; `error` says why
        KEPT = "kept"  # there is no mail server to hand it to

    action = models.CharField(max_length=100)  # the name of its kind
    recipient = models.EmailField(max_length=254)
    bcc = models.JSONField(default=list, blank=True)
    reply_to = models.EmailField(max_length=254, null=True, blank=True)
    subject = models.CharField(max_length=250)
    message = models.TextField()  # HTML
    text = models.TextField()
    confidential = SealedField(null=True, blank=True)
    # The same in every attempt, so that who gets it twice can tell that it is one.
    message_id = models.CharField(max_length=300, unique=True)
    time = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(default="", blank=True)  # of the last attempt

    class Meta:
        indexes = [models.Index("time", name="mail_time_idx")]

    def __str__(self) -> str:
        return f"{self.subject} to {self.recipient}"

    @property
    def html_body(self) -> str:
        """The HTML that the recipient gets."""
        return json.loads(self.confidential)["html"] if self.confidential else self.message

    @property
    def text_body(self) -> str:
        """The text that the recipient gets."""
        return json.loads(self.confidential)["text"] if self.confidential else self.text
