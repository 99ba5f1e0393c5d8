"""Social accounts: what people are elsewhere, linked to their account here."""

from django.db import models
from django.utils import timezone

from openevent.sealed import SealedField

from .user import User


class SocialAccountQuerySet(models.QuerySet["SocialAccount"]):
    def at(self, provider: str, uid: str) -> "SocialAccountQuerySet":
        """Return the link of one account elsewhere: one row at most."""
        return self.filter(provider=provider, uid=uid)


class SocialAccount(models.Model):
    """An account at Google, Facebook, X or Instagram that somebody has shown to be theirs.

    It opens the account here as a password does, so it belongs to one person only, and one
    person has one at each provider.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="social_accounts")
    provider = models.CharField(max_length=20)  # its name in URLs: users/providers
    # What the provider knows the person by, which never changes there.
    uid = models.CharField(max_length=255)
    name = models.CharField(max_length=300, null=True, blank=True)
    picture_url = models.URLField(max_length=2048, null=True, blank=True)
    profile_url = models.URLField(max_length=2048, null=True, blank=True)
    connected_at = models.DateTimeField(default=timezone.now, editable=False)
    # Kept for one thing: to be given back when the link ends.
    access_token = SealedField(null=True, editable=False)
    # What connecting wrote into columns of the user that were empty: {"first_name": "Ada"}.
    filled = models.JSONField(default=dict, editable=False)

    objects = SocialAccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "provider",
                "uid",
                name="social_account_of_one_user",
                violation_error_message="This account is connected to another account here.",
            ),
            models.UniqueConstraint(
                "user",
                "provider",
                name="social_account_one_of_a_provider",
                violation_error_message="An account of this provider is connected already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.uid} at {self.provider}"
