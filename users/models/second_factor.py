"""Second factors: what people who enter the admin site prove beside their password."""

from django.db import models

from openevent.sealed import SealedField

from .user import User


class SecondFactor(models.Model):
    """An app on somebody's phone that shows one-time passwords (TOTP, RFC 6238).

    It asks for nothing until `confirmed_at`: until then its secret may be shown, so that the
    phone can take it, and afterwards never again. `last_step` is the half minute of the newest
    password that was used; none of it or of an earlier one is good any more.
    `recovery_digests` are those of the recovery codes that have not been used.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor")
    secret = SealedField()  # base32
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)
    recovery_digests = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"Second factor of {self.user_id}"

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None
