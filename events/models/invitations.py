"""Invitations: what they have in common, whatever somebody is invited to."""

from datetime import datetime, timedelta
from typing import Final

from django.db import models
from django.utils import timezone

VALID_FOR: Final = timedelta(days=30)


def in_a_while() -> datetime:
    return timezone.now() + VALID_FOR


class Invitation(models.Model):
    """An offer to whoever reads mail at `email`, for a time.

    Having the address proves nothing by itself: it must be a verified one of an account.
    """

    needs_at = {"invited_email": "email"}

    email = models.EmailField(max_length=254)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(default=in_a_while, editable=False)

    class Meta:
        abstract = True

    @property
    def has_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    def is_for(self, email: str) -> bool:
        """Return whether it was sent to this address."""
        return self.email.lower() == email.lower()
