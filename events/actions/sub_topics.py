"""Sub-topics: what becomes of events whose sub-topic moves."""

from django.db import transaction

from events.models import Event, EventSubTopic


@transaction.atomic
def save_sub_topic(sub_topic: EventSubTopic, was: EventSubTopic | None = None) -> None:
    """Save `sub_topic`, which `was` otherwise before; `None` of a new one.

    Events of the topic that it leaves let go of it, as an event does that gets another topic.
    """
    sub_topic.save()
    if was is not None and was.event_topic_id != sub_topic.event_topic_id:
        theirs = Event.objects.filter(event_sub_topic=sub_topic)
        theirs.exclude(event_topic=sub_topic.event_topic).update(event_sub_topic=None)
