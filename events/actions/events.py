"""Events: founding one, changing it, taking it out of the trash."""

from datetime import timedelta
from typing import Any

from django.db import transaction

from events.models import Event, EventRole, Role
from events.models.role import OWNER
from media.actions.images import borrow
from openevent import activity
from openevent.errors import DomainError
from permissions.targets import Target
from users.atoms import may_publish_event

from .custom_forms import found_attendee_form
from .groups import require_may_group, require_may_join

LONGEST = timedelta(days=20)


class EventEndsTooSoon(DomainError):
    detail = "An event ends after it starts."
    pointer = "/data/attributes/ends-at"


class EventTooLong(DomainError):
    detail = f"An event lasts at most {LONGEST.days} days."
    pointer = "/data/attributes/ends-at"


class SubTopicOfAnotherTopic(DomainError):
    detail = "This sub-topic is not one of the event's topic."
    pointer = "/data/relationships/event-sub-topic"


class PublishingNeedsVerifiedEmail(DomainError):
    status = 403
    detail = "Verify your e-mail address to publish an event."
    pointer = "/data/attributes/state"


@transaction.atomic
def create_event(event: Event, *, by: Any) -> None:
    """Found an `event`, and give it the image of its topic if it has none of its own.

    :raises: what `found_event` does.
    """
    found_event(event, by=by)
    image = event.event_topic.system_image_url if event.event_topic is not None else None
    if image and not event.original_image_url:
        borrow(event, "original_image_url", image)
        event.save()


@transaction.atomic
def found_event(event: Event, *, by: Any) -> None:
    """Save a new `event` as it is, and make `by` its owner.

    :raises EventEndsTooSoon, EventTooLong: it is to be published, and its dates cannot be.
    :raises PublishingNeedsVerifiedEmail: it is to be published by somebody unverified.
    :raises GroupNotYours: it is to be in a group that `by` does not organize.
    :raises SubTopicOfAnotherTopic: its sub-topic does not belong to its topic.
    """
    require_may_join(event.group, by=by)
    _settle_sub_topic(event)
    if event.state != Event.State.DRAFT:
        _require_dates(event)
        _require_may_publish(by)
    event.save()
    EventRole.objects.create(event=event, user=by, role=Role.objects.get(name=OWNER))
    found_attendee_form(event)
    activity.record(f"Event {event.name} (id {event.pk}) created", by=by)


@transaction.atomic
def edit_event(event: Event, was: Event, *, by: Any) -> None:
    """Save `event`, which `was` otherwise before.

    :raises EventEndsTooSoon, EventTooLong: dates changed, or it is published, and they cannot be.
    :raises PublishingNeedsVerifiedEmail: somebody unverified publishes it.
    :raises EventNotYours, GroupNotYours: `by` may not put it into that group.
    :raises SubTopicOfAnotherTopic: its new sub-topic does not belong to its topic.
    """
    _settle_sub_topic(event, was)
    if event.group_id != was.group_id:
        require_may_group(was, by=by)
        require_may_join(event.group, by=by)
        event.is_announced = False
    is_published_now = event.state == Event.State.PUBLISHED and was.state != event.state
    dates_changed = (event.starts_at, event.ends_at) != (was.starts_at, was.ends_at)
    if is_published_now or dates_changed:
        _require_dates(event)
    if is_published_now:
        _require_may_publish(by)
    event.save()
    if is_published_now:
        activity.record(f"Event {event.name} (id {event.pk}) published", by=by)


def restore_event(event: Event) -> None:
    """Take `event` out of the trash.

    :raises EventEndsTooSoon, EventTooLong: its dates cannot be; mend them in the same request.
    """
    _require_dates(event)
    event.restore()


def _require_dates(event: Event) -> None:
    if event.ends_at <= event.starts_at:
        raise EventEndsTooSoon
    if event.ends_at - event.starts_at > LONGEST:
        raise EventTooLong


def _require_may_publish(by: Any) -> None:
    if may_publish_event.fold(by, Target()) is not True:
        raise PublishingNeedsVerifiedEmail


def _settle_sub_topic(event: Event, was: Event | None = None) -> None:
    """Let go of a sub-topic that an event's new topic does not have."""
    sub_topic = event.event_sub_topic
    if sub_topic is None or sub_topic.event_topic_id == event.event_topic_id:
        return
    if was is None or was.event_sub_topic_id != event.event_sub_topic_id:
        raise SubTopicOfAnotherTopic
    event.event_sub_topic = None
