"""Uploads: files that somebody sent, before or while some row has their URL."""

import secrets
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from media.fields import KeptFileField

WAITING = timedelta(days=1)  # for a row to take it


def new_token() -> str:
    return secrets.token_hex(16)


def in_a_day() -> object:
    return timezone.now() + WAITING


class Upload(models.Model):
    """A file at a URL that nobody guesses, for whoever is told it.

    An image is copied by the row that takes it. Any other file stays where it is while some text
    or link of any row has its `token`. Either way this one goes, if nobody mentions it when
    `expires_at` (aware UTC) has come; see `media.actions.uploads`.
    """

    FOLDER: ClassVar[str] = "uploads/"

    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    kept = KeptFileField()
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(default=in_a_day, db_index=True)

    class Meta:
        indexes = [
            models.Index(fields=["uploaded_by", "created_at"], name="upload_of_user_idx"),
        ]

    def __str__(self) -> str:
        return self.kept.rpartition("/")[2]
