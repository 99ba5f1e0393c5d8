"""What the server does and did: its jobs, and the log of who did what."""

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from unfold.decorators import display

from openevent import jobs
from openevent.activity.models import Activity
from openevent.desk import columns
from openevent.desk.pages import LookedAt
from openevent.desk.verbs import verb
from openevent.jobs.models import Job

State = Job.State


@admin.register(Job)
class JobDesk(LookedAt):
    """Jobs: how each stands, and doing one now."""

    icon = "manufacturing"
    list_display = ("kind", "standing", "progress", "requested_by", "created_at", "finished_at")
    list_display_links = ("kind",)
    list_filter = ("state", "kind")
    list_select_related = ("requested_by",)
    search_fields = ("=id", "kind", "requested_by__email", "=request_id")
    date_hierarchy = "created_at"
    ordering = ("-created_at",)
    fields = (
        ("kind", "standing"),
        ("progress", "attempts"),
        "error",
        ("requested_by", "about"),
        ("created_at", "started_at", "finished_at"),
        ("run_after", "lease_until", "wake_at"),
        ("id", "request_id"),
    )
    readonly_fields = ("standing", "progress", "attempts", "about")

    standing = columns.state(
        Job.State, waiting="info", running="warning", succeeded="success", failed="danger"
    )

    @display(description="Progress")
    def progress(self, job: Job) -> str:
        return render_to_string("desk/progress.html", {"job": job})

    @display(description="Attempts")
    def attempts(self, job: Job) -> str:
        return f"{job.attempt} of {job.max_attempts}"

    @display(description="About")
    def about(self, job: Job) -> str:
        """Name what the job is about: ids. Its texts may be somebody's own, and are left out."""
        ids = [
            f"{name}: {value}" for name, value in job.arguments.items() if isinstance(value, int)
        ]
        return ", ".join(ids)

    @verb(
        "Do it now",
        when=lambda job: job.state in (State.WAITING, State.FAILED),
        many=True,
    )
    def do_now(self, request: HttpRequest, job: Job) -> str:
        jobs.again(job)
        return f"{job.kind} begins as soon as a worker is free."


@admin.register(Activity)
class ActivityDesk(LookedAt):
    """Read only: what was done was done."""

    icon = "history"
    list_display = ("time", "actor", "action")
    search_fields = ("actor", "action")
    date_hierarchy = "time"
    ordering = ("-id",)
