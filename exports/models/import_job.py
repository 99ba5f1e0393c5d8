"""Import jobs: who brought in what, and what became of it."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from media.fields import KeptFileField


class ImportJob(models.Model):
    """One file that somebody brought in.

    `result` is the id of the event that was made, or the sentence why there is none; `report`
    says how many rows of each kind there are, and what was left out or mended. `file` is where
    the file is kept until its job is done with it.
    """

    class Source(models.TextChoices):
        JSON = "json", "Open Event archive"
        PENTABARF = "pentabarf", "Pentabarf schedule"
        ICAL = "ical", "Calendar"

    class Status(models.TextChoices):
        WAITING = "WAITING"
        SUCCESS = "SUCCESS"
        FAILURE = "FAILURE"

    needs_at = {"user_id": "user_id"}

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="import_jobs")
    source = models.CharField(max_length=20, choices=Source)
    name = models.CharField(max_length=200)  # of the file, as it was sent
    file = KeptFileField(blank=True)
    task = models.CharField(max_length=36, blank=True)  # the job's id
    starts_at = models.DateTimeField(default=timezone.now)
    result = models.TextField(blank=True)
    result_status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    report = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["user", "-starts_at"], name="import_job_user_idx")]

    def __str__(self) -> str:
        return f"{self.name} of user {self.user_id}"
