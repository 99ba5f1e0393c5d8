"""FAQs: what people ask about an event, answered."""

from django.db import models

from events.copying import copied
from openevent.trash import Trashable


@copied
class Faq(Trashable):
    """A question with its answer, perhaps under a heading."""

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="faqs")
    faq_type = models.ForeignKey(
        "events.FaqType", models.SET_NULL, null=True, blank=True, related_name="faqs"
    )
    question = models.TextField()
    answer = models.TextField()

    def __str__(self) -> str:
        return self.question
