"""Event sub-topics: what an event is about, more closely; a list that admins keep."""

from django.db import models

from .slugs import Slugged


class EventSubTopic(Slugged):
    """A part of a topic: "Security" of "Science & Technology"."""

    event_topic = models.ForeignKey(
        "events.EventTopic", models.CASCADE, related_name="event_sub_topics"
    )
    name = models.CharField(max_length=300)

    # A sub-topic is no event's child; it lies in the trash with its topic.
    trashed_with = ("event_topic",)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "slug",
                "event_topic",
                name="event_sub_topic_slug_unique",
                violation_error_message="This topic has a sub-topic of this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name
