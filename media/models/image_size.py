"""Image sizes: how large images are shown, as the super admin has it."""

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models

LONGEST_SIDE = 5_000  # pixels


def pixels() -> models.PositiveIntegerField:
    return _number(LONGEST_SIDE, "Pixels.")


def quality() -> models.PositiveIntegerField:
    """Return a column for the quality of a JPEG, as libjpeg counts it."""
    return _number(100, "Of the JPEG, from 1 to 100.")


def aspect() -> models.BooleanField:
    return models.BooleanField(
        default=True, help_text="All of the image fits in; otherwise it fills the box, cropped."
    )


def _number(most: int, help_text: str) -> models.PositiveIntegerField:
    return models.PositiveIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(most)], help_text=help_text
    )


class _OnlyRow(models.Model):
    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)

    class Meta:
        abstract = True


class EventImageSize(_OnlyRow):
    """Sizes of what is shown of events, groups, sponsors and exhibitors; its only row.

    An image keeps its aspect and fits into width and height, or it fills them and is cropped.
    What is empty is as in `media.sizes.DEFAULTS`.
    """

    full_width = pixels()
    full_height = pixels()
    full_aspect = aspect()
    full_quality = quality()
    thumbnail_width = pixels()
    thumbnail_height = pixels()
    thumbnail_aspect = aspect()
    thumbnail_quality = quality()
    icon_width = pixels()
    icon_height = pixels()
    icon_aspect = aspect()
    icon_quality = quality()
    logo_width = pixels()
    logo_height = pixels()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="event_image_size_is_one_row")
        ]

    def __str__(self) -> str:
        return "Sizes of event images"

    def said_of(self, name: str) -> dict[str, Any]:
        """Return what is set of the size `name`, by the names of `Size`."""
        return {
            "width": getattr(self, f"{name}_width"),
            "height": getattr(self, f"{name}_height"),
            "keeps_aspect": getattr(self, f"{name}_aspect", None),
            "quality": getattr(self, f"{name}_quality", None),
        }


class SpeakerImageSize(_OnlyRow):
    """Sizes of photos of speakers and users, each a square to fit into; its only row."""

    thumbnail_size_width_height = pixels()
    thumbnail_size_quality = quality()
    small_size_width_height = pixels()
    small_size_quality = quality()
    icon_size_width_height = pixels()
    icon_size_quality = quality()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="speaker_image_size_is_one_row")
        ]

    def __str__(self) -> str:
        return "Sizes of speaker photos"

    def said_of(self, name: str) -> dict[str, Any]:
        """Return what is set of the size `name`, by the names of `Size`."""
        side = getattr(self, f"{name}_size_width_height")
        return {"width": side, "height": side, "quality": getattr(self, f"{name}_size_quality")}
