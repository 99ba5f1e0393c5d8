"""Session types: the formats of an event's sessions."""

from django.core.validators import RegexValidator
from django.db import models

from events.copying import copied
from openevent.trash import Trashable

validate_length = RegexValidator(
    r"\A[0-9]{2}:[0-5][0-9]\Z", "Write the length as hours and minutes, such as 00:30."
)


@copied
class SessionType(Trashable):
    """A format of talk, such as "Lightning talk", with its usual length."""

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="session_types")
    name = models.CharField(max_length=500)
    length = models.CharField(max_length=5, validators=[validate_length])  # "HH:MM"
    position = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.name
