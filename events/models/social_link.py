"""Social links: where an event is on other platforms."""

import secrets

from django.db import models

from events.copying import copied
from openevent.trash import Trashable


def new_identifier() -> str:
    return secrets.token_hex(4)


@copied(fresh=["identifier"])
class SocialLink(Trashable):
    """A link of an event, called as its platform: "Twitter"."""

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="social_links")
    name = models.CharField(max_length=300)
    link = models.URLField(max_length=2048)
    identifier = models.CharField(max_length=100, null=True, blank=True, default=new_identifier)

    def __str__(self) -> str:
        return self.name
