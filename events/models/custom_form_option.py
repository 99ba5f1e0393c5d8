"""Custom form options: what can be chosen in a select field."""

from django.db import models

from events.copying import copied
from openevent.trash import Trashable


@copied(path="custom_form__event")
class CustomFormOption(Trashable):
    """One choice of a field."""

    needs_at = {"event_id": "custom_form__event_id"}
    trashed_with = ("custom_form__event",)

    custom_form = models.ForeignKey(
        "events.CustomForm", models.CASCADE, related_name="custom_form_options"
    )
    value = models.CharField(max_length=500)

    def __str__(self) -> str:
        return self.value
