"""Sign-ins: what all tokens that came from one sign-in have in common."""

import uuid

from django.db import models

from .user import User


class SignIn(models.Model):
    """One sign-in of one person on one device, until they sign out there or it lapses.

    Every token names the sign-in it came from and is void without this row. So signing out
    deletes one row, and signing out everywhere changes one column of the user.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    # The user's own value as it was when the password was looked at. It works as a version: a
    # sign-in counts while both are the same. Were it a comparison of moments, clocks of two
    # servers that differ, or a password changed while the old one was being verified, would
    # let a sign-in outlive its end.
    tokens_valid_from = models.DateTimeField()
    # Of the newest refresh token that was used; one of an earlier generation is superseded.
    generation = models.PositiveIntegerField(default=0)
    # From then on no token of this sign-in is valid any more, and the row is of no use.
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Sign-in {self.pk}"

    @property
    def is_void(self) -> bool:
        """Whether its tokens are void: the user was signed out everywhere, blocked, or deleted."""
        return not self.user.is_active or self.tokens_valid_from != self.user.tokens_valid_from
