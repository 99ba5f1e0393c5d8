"""Custom form translates: the name of a field in another language."""

from django.db import models

from events.copying import copied


@copied(path="custom_form__event")
class CustomFormTranslate(models.Model):
    """How a field is called in one language."""

    needs_at = {"event_id": "custom_form__event_id"}
    trashed_with = ("custom_form__event",)

    custom_form = models.ForeignKey(
        "events.CustomForm", models.CASCADE, related_name="custom_form_translates"
    )
    name = models.CharField(max_length=500)
    language_code = models.CharField(max_length=50)
    form_id = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "custom_form",
                "language_code",
                name="custom_form_translate_unique",
                violation_error_message="This field has a name in that language already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language_code})"
