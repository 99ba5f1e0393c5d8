"""FAQ types: the headings of an event's frequently asked questions."""

from django.db import models

from events.copying import copied


@copied
class FaqType(models.Model):
    """A heading such as "Getting there"."""

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="faq_types")
    name = models.CharField(max_length=500)

    def __str__(self) -> str:
        return self.name
