"""Pages: what the site says of itself, such as its terms."""

from django.db import models


class Page(models.Model):
    """A page that admins write, linked in the footer or where events are shown."""

    class Place(models.TextChoices):
        FOOTER = "footer"
        EVENT = "event"

    name = models.CharField(max_length=300)
    title = models.CharField(max_length=300, null=True, blank=True)
    # The last part of its address on the site: "terms".
    url = models.CharField(max_length=300)
    description = models.TextField(null=True, blank=True)
    place = models.CharField(max_length=20, choices=Place, null=True, blank=True)
    language = models.CharField(max_length=50, null=True, blank=True)
    index = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.name
