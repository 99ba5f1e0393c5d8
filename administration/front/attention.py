"""What needs somebody: each thing in a sentence, with where to do something about it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from events.models import Event
from media import places
from messaging import delivery
from messaging.models import Mail
from openevent import health, site
from openevent.jobs.models import Job
from openevent.site.models import Site
from users.models import User

RECENT: Final = timedelta(days=7)
# A job that is due this long is one that nobody does.
OVERDUE: Final = timedelta(minutes=5)
# Of the disk, below which it is nearly full.
LEAST_FREE: Final = 0.1
NAMED: Final = 5  # events at most


@dataclass(frozen=True)
class Notice:
    """One thing; `links` are names and addresses of what it is about."""

    text: str
    links: tuple[tuple[str, str], ...] = ()
    is_bad: bool = True


Finder = Callable[[datetime], Iterator[Notice]]


def notices(user: Any, *, now: datetime) -> list[Notice]:
    """Return what `user` should know of, on their panels, what is worst first."""
    found = [
        notice
        for panel, finders in FINDERS.items()
        if panel in user.panels
        for find in finders
        for notice in find(now)
    ]
    if user.is_super_admin:
        found += _without_second_factor()
    return sorted(found, key=lambda notice: not notice.is_bad)


def _broker(now: datetime) -> Iterator[Notice]:
    try:
        health.ask_broker()
    except Exception:  # whatever the driver raises, it does not answer
        yield Notice("The broker does not answer. Work is written down and waits for it.")


def _overdue_jobs(now: datetime) -> Iterator[Notice]:
    due = Job.objects.filter(state=Job.State.WAITING, run_after__lt=now - OVERDUE)
    if count := due.count():
        yield Notice(
            f"{_jobs(count)} due for more than five minutes. Is a worker running?",
            (("Jobs", _list("jobs.job", "state__exact=waiting")),),
        )


def _failed_jobs(now: datetime) -> Iterator[Notice]:
    failed = Job.objects.filter(state=Job.State.FAILED, finished_at__gte=now - RECENT)
    if count := failed.count():
        yield Notice(
            f"{count} job{'s' * (count != 1)} failed within a week.",
            (("Failed jobs", _list("jobs.job", "state__exact=failed")),),
        )


def _storage(now: datetime) -> Iterator[Notice]:
    place = places.chosen()
    settings_page = (("Settings", _row("site.site", 1) + "#storage"),)
    if place not in places.set_up():
        yield Notice(f"New files go to {place}, whose keys are not set.", settings_page)
    elif place == "local":
        yield from _disk(Path(settings.FILES_ROOT))


def _disk(folder: Path) -> Iterator[Notice]:
    try:
        usage = shutil.disk_usage(folder)
    except OSError as error:
        yield Notice(f"Where files are kept, nothing can be read: {error.strerror}.")
        return
    if usage.free < usage.total * LEAST_FREE:
        free = usage.free // 10**9
        yield Notice(f"The disk of this machine is nearly full: {free} GB are left.")


def _failed_mails(now: datetime) -> Iterator[Notice]:
    failed = Mail.objects.filter(state=Mail.State.FAILED, time__gte=now - RECENT)
    if count := failed.count():
        yield Notice(
            f"{count} mail{'s' * (count != 1)} of this week could not be delivered.",
            (("Failed mails", _list("messaging.mail", "state__exact=failed")),),
        )


def _no_mail_server(now: datetime) -> Iterator[Notice]:
    if site.current().email_service == "disable":
        yield Notice("Mail is switched off in the settings; it is written down.", is_bad=False)
    elif delivery.server() is None and settings.IS_PRIVATE:
        inbox = (("Read it", reverse("dev-inbox")),)
        yield Notice("No mail leaves this machine; it is kept here.", inbox, is_bad=False)
    elif delivery.server() is None:
        yield Notice(
            "Nobody delivers mail: no server is named, neither in the settings nor by EMAIL_URL."
        )


def _drafts_of_this_week(now: datetime) -> Iterator[Notice]:
    soon = Event.objects.filter(
        state=Event.State.DRAFT, deleted_at=None, starts_at__range=(now, now + RECENT)
    )
    drafts = list(soon.order_by("starts_at").only("name", "starts_at")[: NAMED + 1])
    if drafts:
        more = " and more" * (len(drafts) > NAMED)
        yield Notice(
            f"Begin within a week and are not published{more}:",
            tuple(
                (f"{event.name} ({event.starts_at:%-d %B})", _row("events.event", event.pk))
                for event in drafts[:NAMED]
            ),
            is_bad=False,
        )


def _web_client(now: datetime) -> Iterator[Notice]:
    default = Site._meta.get_field("frontend_url").default
    if site.current().frontend_url == default:
        yield Notice(
            f"Links in mails lead to {default}: say in the settings where your web client runs.",
            (("Settings", _row("site.site", 1)),),
            is_bad=False,
        )


def _without_second_factor() -> Iterator[Notice]:
    staff = User.objects.filter(
        Q(is_admin=True) | Q(is_super_admin=True), deleted_at=None, is_blocked=False
    )
    if count := staff.filter(second_factor__confirmed_at=None).count():
        yield Notice(
            f"{count} admin{'s sign' if count != 1 else ' signs'} in here without a second factor.",
            (("Your own", reverse("admin:second_factor")),),
            is_bad=False,
        )


FINDERS: Final[dict[str, tuple[Finder, ...]]] = {
    "admin": (_broker, _overdue_jobs, _failed_jobs, _storage),
    "messages": (_failed_mails, _no_mail_server),
    "events": (_drafts_of_this_week,),
    "settings": (_web_client,),
}


def _jobs(count: int) -> str:
    return "A job is" if count == 1 else f"{count} jobs are"


def _list(page: str, query: str) -> str:
    url = reverse(f"admin:{page.replace('.', '_')}_changelist")
    return f"{url}?{query}"


def _row(page: str, pk: int) -> str:
    return reverse(f"admin:{page.replace('.', '_')}_change", args=(pk,))
