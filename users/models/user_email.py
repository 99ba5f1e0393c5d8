"""User e-mails: addresses that people have besides the one of their account."""

from django.db import models
from django.db.models.functions import Lower

from openevent.trash import Trashable

from .user import User, normalised


class UserEmailQuerySet(models.QuerySet["UserEmail"]):
    def of(self, address: str) -> "UserEmailQuerySet":
        """Return the living rows of `address`, whatever its case."""
        rows = self.alias(normalised=Lower("email_address"))
        return rows.filter(normalised=normalised(address), deleted_at=None)

    def verified(self, address: str) -> "UserEmailQuerySet":
        """Return whose `address` is for sure: one row at most."""
        return self.of(address).filter(is_verified=True)

    def unverified(self, address: str) -> "UserEmailQuerySet":
        """Return who says that `address` is theirs, and may sign in."""
        active = models.Q(user__deleted_at=None, user__is_blocked=False)
        return self.of(address).filter(active, is_verified=False).select_related("user")


class UserEmail(Trashable):
    """Another address of a person; theirs for sure once they have verified it.

    Until then anybody may have entered it, so it keeps nobody else from having it.
    """

    class Type(models.TextChoices):
        HOME = "home"
        WORK = "work"
        BUSINESS = "business"
        OFFICE = "office"
        OTHER = "other"

    user = models.ForeignKey(User, models.CASCADE, related_name="alternate_emails")
    email_address = models.EmailField(max_length=254)
    type = models.CharField(max_length=20, choices=Type.choices, default=Type.OTHER)
    is_verified = models.BooleanField(default=False, editable=False)

    objects = UserEmailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "user",
                Lower("email_address"),
                condition=models.Q(deleted_at=None),
                name="user_email_once",
                violation_error_message="You have entered this address already.",
            ),
            models.UniqueConstraint(
                Lower("email_address"),
                condition=models.Q(deleted_at=None, is_verified=True),
                name="user_email_verified_once",
                violation_error_message="This address belongs to somebody already.",
            ),
        ]

    def __str__(self) -> str:
        return self.email_address
