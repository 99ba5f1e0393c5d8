"""Announcements: telling the followers of a group about one of its events."""

import zoneinfo
from typing import Any

from django.db import transaction
from django.utils import timezone

from events.models import Event, FollowedGroup, Group
from messaging import mail
from messaging.links import page
from openevent import activity, jobs
from openevent.errors import DomainError


class EventOfAnotherGroup(DomainError):
    status = 403
    detail = "This event is not one of the group."


class EventNotToAnnounce(DomainError):
    status = 403
    detail = "Only a published event that has not ended is announced."


class AnnouncedAlready(DomainError):
    status = 403
    detail = "This event has been announced to the followers already."


@transaction.atomic
def announce_event(event_id: int, *, to: Group, by: Any) -> None:
    """Tell the followers of the group `to` about its event, once.

    :raises EventOfAnotherGroup, EventNotToAnnounce, AnnouncedAlready: as their names say.
    """
    event = Event.objects.select_for_update(of=("self",)).get(pk=event_id)
    if event.group_id != to.pk:
        raise EventOfAnotherGroup
    if event.is_announced:
        raise AnnouncedAlready
    if not event.is_published or event.ends_at <= timezone.now():
        raise EventNotToAnnounce
    event.is_announced = True
    event.save(update_fields=["is_announced"])
    jobs.enqueue("events.announce", requested_by=by, event_id=event.pk, group_id=to.pk)
    activity.record(f"Event {event.name} (id {event.pk}) announced to group {to.pk}", by=by)


def mail_announcement(event: Event, group: Group) -> int:
    """Write the mails that tell the followers of `group` about `event`; return how many."""
    begins = event.starts_at.astimezone(zoneinfo.ZoneInfo(event.timezone))
    context = {
        "group": group.name,
        "event": event.name,
        "when": f"{begins:%Y-%m-%d %H:%M} ({event.timezone})",
        "link": page(f"/e/{event.identifier}"),
    }
    followers = FollowedGroup.objects.filter(group=group, user__deleted_at=None)
    sent = 0
    for followed in followers.select_related("user").order_by("pk").iterator():
        sent += mail.send("announce_event", to=followed.user, context=context) is not None
    return sent
