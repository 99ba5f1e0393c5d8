"""E-mail tokens: secrets sent to an address, which prove that somebody reads what comes there."""

from django.db import models

from .user import User
from .user_email import UserEmail


class EmailToken(models.Model):
    """One such secret that has not been used. Only a digest of it is kept.

    It is good for one purpose and for the address it was sent to: once that is no longer the
    account's, it is good for nothing. Using it removes the row, so it works once.
    """

    class Purpose(models.TextChoices):
        VERIFY = "verify"  # the account's address
        ALTERNATE = "alternate"  # another address of the account
        RESET = "reset"  # the password

    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    user = models.ForeignKey(User, models.CASCADE, related_name="email_tokens")
    user_email = models.ForeignKey(UserEmail, models.CASCADE, related_name="+", null=True)
    email = models.EmailField(max_length=254)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.purpose} for {self.user_id}"
