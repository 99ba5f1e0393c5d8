"""Copies: an event once more, to be changed into the next one."""

from typing import Any, Final

from django.db import transaction

from events.copying import copy_parts
from events.models import Event, EventRole, Role
from events.models.role import OWNER
from media.actions.images import give_own, lend
from openevent import activity
from permissions.targets import Target
from users.atoms import may_publish_event

# What a copy begins with anew: its name in URLs, and what others decided about the original.
FRESH: Final = (
    "identifier",
    "created_at",
    "group",
    "is_featured",
    "is_promoted",
    "is_demoted",
    "is_announced",
    "schedule_published_on",
)


@transaction.atomic
def copy_event(source: Event, *, by: Any) -> Event:
    """Return a copy of `source`, with what belongs to it, owned by `by`.

    People stay behind: roles, submissions, speakers and what others said or bought. Of a published
    event it is a draft for who may not publish.
    """
    copy = Event.objects.get(pk=source.pk)
    copy.pk = None
    copy._state.adding = True
    lend(copy)
    for name in FRESH:
        setattr(copy, name, Event._meta.get_field(name).get_default())
    if may_publish_event.fold(by, Target()) is not True:
        copy.state = Event.State.DRAFT
    copy.save()
    give_own([copy])
    EventRole.objects.create(event=copy, user=by, role=Role.objects.get(name=OWNER))
    copy_parts(source, copy)
    activity.record(f"Event {source.name} (id {source.pk}) copied to {copy.pk}", by=by)
    return copy
