"""Services: the parts of an event's programme that the roles of its team differ in."""

from django.db import models


class Service(models.Model):
    """One of five kinds of rows of an event; its name is the JSON:API type of them."""

    class Name(models.TextChoices):
        TRACK = "track"
        SESSION = "session"
        SPEAKER = "speaker"
        SPONSOR = "sponsor"
        MICROLOCATION = "microlocation"

    name = models.CharField(max_length=20, choices=Name.choices, default=Name.TRACK)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "name",
                name="service_name_unique",
                violation_error_message="There is a service of this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name
