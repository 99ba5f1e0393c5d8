"""How much there is: one number or two for each panel."""

from typing import Any

from django.db.models import Count, Q
from django.template.defaultfilters import pluralize
from django.urls import reverse

from events.models import Event
from messaging.models import Mail
from openevent.jobs.models import Job
from users.models import User

State = Event.State


def totals(panels: frozenset[str]) -> list[dict[str, Any]]:
    """Return the numbers that the holder of `panels` sees, each with where to see more."""
    makers = {"events": _events, "users": _people, "messages": _mails, "admin": _jobs}
    return [make() for panel, make in makers.items() if panel in panels]


def _events() -> dict[str, Any]:
    living = Event.objects.filter(deleted_at=None)
    found = living.aggregate(
        published=Count("pk", filter=Q(state=State.PUBLISHED)),
        drafts=Count("pk", filter=Q(state=State.DRAFT)),
    )
    published, drafts = found["published"], found["drafts"]
    beside = f"{drafts} draft{pluralize(drafts)}"
    return _total("events.event", published, f"published event{pluralize(published)}", beside)


def _people() -> dict[str, Any]:
    found = User.objects.filter(deleted_at=None).aggregate(
        people=Count("pk"), verified=Count("pk", filter=Q(is_verified=True))
    )
    people, verified = found["people"], found["verified"]
    return _total(
        "users.user", people, "person" if people == 1 else "people", f"{verified} verified"
    )


def _mails() -> dict[str, Any]:
    found = Mail.objects.aggregate(
        sent=Count("pk", filter=Q(state=Mail.State.SENT)),
        waiting=Count("pk", filter=Q(state=Mail.State.WAITING)),
    )
    sent, waiting = found["sent"], found["waiting"]
    return _total("messaging.mail", sent, f"mail{pluralize(sent)} sent", f"{waiting} waiting")


def _jobs() -> dict[str, Any]:
    found = Job.objects.aggregate(
        waiting=Count("pk", filter=Q(state=Job.State.WAITING)),
        running=Count("pk", filter=Q(state=Job.State.RUNNING)),
    )
    waiting, running = found["waiting"], found["running"]
    return _total("jobs.job", waiting, f"job{pluralize(waiting)} waiting", f"{running} running")


def _total(page: str, number: int, what: str, beside: str) -> dict[str, Any]:
    url = reverse(f"admin:{page.replace('.', '_')}_changelist")
    return {"number": number, "what": what, "beside": beside, "url": url}
