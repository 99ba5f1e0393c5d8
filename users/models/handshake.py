"""Handshakes: visits to a provider that have begun, until the browser comes back from there."""

from django.db import models

from openevent.sealed import SealedField

from .user import User


class Handshake(models.Model):
    """One browser that was sent to a provider, and what has to be true when it returns.

    The provider hands `state` back, and whoever began proves that they are the same by a secret
    of their own, `holder`: a browser by what its session holds, a client of the API by what it
    was given. Only digests of both are kept. Returning removes the row, so it works once.
    """

    state = models.CharField(max_length=64, unique=True)
    holder = models.CharField(max_length=64)
    provider = models.CharField(max_length=20)
    # Who connects an account to theirs; `None` signs in.
    user = models.ForeignKey(User, models.CASCADE, related_name="+", null=True)
    redirect_uri = models.CharField(max_length=2048)
    # Where the browser goes on to, a path of ours; empty if a client of the API began.
    next_path = models.CharField(max_length=2048, default="")
    # JSON that the library needs again, such as the secret half of the code challenge (PKCE).
    memory = SealedField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"with {self.provider} until {self.expires_at}"
