"""Answers that are kept, so that a request sent twice takes effect once."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class IdempotentAnswer(models.Model):
    """The answer to a POST that carried an Idempotency-Key, kept in the effect's transaction."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    route = models.CharField(max_length=500)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of the body, hexadecimal
    status = models.PositiveSmallIntegerField(null=True)  # null while the effect is on its way
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "route", "key", name="idempotent_answer_unique")
        ]

    def __str__(self) -> str:
        return f"{self.key} at {self.route}"
