"""Jobs: work that takes time, as rows; and the periods in which periodic work has begun."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

# How long the first word is `enqueue`'s own, before the sweep sends for a worker too.
FIRST_SILENCE = timedelta(seconds=30)


class JobQuerySet(models.QuerySet["Job"]):
    def claimable(self) -> "JobQuerySet":
        """Due and untaken, or taken by a worker whose lease ran out, by the database's clock."""
        return self.filter(
            Q(state=Job.State.WAITING, run_after__lte=Now())
            | Q(state=Job.State.RUNNING, lease_until__lte=Now())
        )

    def held(self, job: "Job") -> "JobQuerySet":
        """The row of `job` while its attempt holds it: the condition of every write it makes."""
        return self.filter(pk=job.pk, attempt=job.attempt, state=Job.State.RUNNING)

    def unstarted(self, kind: str, key: str) -> "JobQuerySet":
        return self.filter(kind=kind, key=key, state=Job.State.WAITING, attempt=0)


class Job(models.Model):
    """A piece of work that somebody asked for, from the request until its result is forgotten.

    Rows are written by `jobs.enqueue` and by the worker that holds them; all times are aware
    UTC by the database's clock, so workers need not agree on theirs.
    """

    class State(models.TextChoices):
        WAITING = "waiting"  # for a worker, or for `run_after`
        RUNNING = "running"  # held by an attempt until `lease_until`
        SUCCEEDED = "succeeded"
        FAILED = "failed"

    # Public: whoever asked polls /v1/tasks/{id}. Random, so it tells nothing and is not guessed.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=100)  # the name of its handler
    arguments = models.JSONField(default=dict)  # the handler's keywords
    key = models.CharField(max_length=200, null=True)  # see `jobs.enqueue`
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    request_id = models.CharField(max_length=200, default="")

    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempt = models.PositiveIntegerField(default=0)  # the number of the latest; 0: none began
    max_attempts = models.PositiveIntegerField()
    run_after = models.DateTimeField(db_default=Now())
    lease_until = models.DateTimeField(null=True)
    # When the sweep sends for a worker (again). A new row leaves the first word to `enqueue`.
    wake_at = models.DateTimeField(null=True, db_default=Now() + FIRST_SILENCE)

    # What the work says of itself while it runs; `total` is null while unknown.
    phase = models.CharField(max_length=100, default="")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)

    result = models.JSONField(null=True)  # what the handler gave
    error = models.TextField(null=True)  # a sentence for whoever asked; the rest is in the log

    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)  # the latest attempt
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "succeeded", "failed"]),
                name="job_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="running", lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_until__isnull=True)),
                name="job_is_leased_while_running",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["waiting", "running"],
                    wake_at__isnull=False,
                    finished_at__isnull=True,
                )
                | Q(
                    state__in=["succeeded", "failed"],
                    wake_at__isnull=True,
                    finished_at__isnull=False,
                ),
                name="job_sleeps_once_it_ended",
            ),
            models.CheckConstraint(
                condition=Q(state="succeeded") | Q(result__isnull=True),
                name="job_result_of_success_only",
            ),
            models.CheckConstraint(
                condition=Q(state="failed", error__isnull=False)
                | (~Q(state="failed") & Q(error__isnull=True)),
                name="job_error_of_failure_only",
            ),
            # A retry keeps its key, but is not what a new request may lean on: it has begun.
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(state="waiting", attempt=0, key__isnull=False),
                name="job_key_unique_unstarted",
            ),
        ]
        # Claiming reads by primary key. These serve the sweep and the clean-up, and hold only
        # the rows that they may look for.
        indexes = [
            models.Index(
                fields=["wake_at"], condition=Q(wake_at__isnull=False), name="job_to_wake"
            ),
            models.Index(
                fields=["finished_at"], condition=Q(finished_at__isnull=False), name="job_finished"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def has_ended(self) -> bool:
        return self.state in (self.State.SUCCEEDED, self.State.FAILED)


class Period(models.Model):
    """One period of one periodic job: while this row exists, nobody begins it again."""

    name = models.CharField(max_length=100)
    starts_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "starts_at"], name="period_begins_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.starts_at:%Y-%m-%d %H:%M}"
