"""Custom forms: what an event asks of sessions, speakers and attendees, field by field."""

from django.db import models

from events.copying import copied


@copied
class CustomForm(models.Model):
    """One field of a form.

    A built-in one names an attribute of the session, speaker or attendee itself; any other is
    *complex*: its answers are kept in `complex_field_values` by its `field_identifier`.
    """

    class Form(models.TextChoices):
        ATTENDEE = "attendee"
        SESSION = "session"
        SPEAKER = "speaker"

    class Type(models.TextChoices):
        TEXT = "text"
        CHECKBOX = "checkbox"
        SELECT = "select"
        FILE = "file"
        IMAGE = "image"
        EMAIL = "email"
        NUMBER = "number"
        PARAGRAPH = "paragraph"
        RICH_TEXT_LINK = "richtextlink"
        BOOLEAN = "boolean"
        YEAR = "year"

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="custom_forms")
    field_identifier = models.CharField(max_length=300)
    form = models.CharField(max_length=20, choices=Form)
    type = models.CharField(max_length=20, choices=Type, default=Type.TEXT)
    name = models.CharField(max_length=500, blank=True)
    description = models.TextField(null=True, blank=True)
    is_required = models.BooleanField(default=False)
    is_included = models.BooleanField(default=False)
    is_public = models.BooleanField(default=False)
    position = models.IntegerField(default=0)
    is_complex = models.BooleanField(default=False, editable=False)
    is_fixed = models.BooleanField(default=False)
    # Which tickets it belongs to; `None` is every ticket without a form of its own.
    form_id = models.CharField(max_length=100, null=True, blank=True)
    min = models.IntegerField(null=True, blank=True, default=0)
    max = models.IntegerField(null=True, blank=True, default=10)
    main_language = models.CharField(max_length=50, null=True, blank=True)
    is_allow_edit = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "field_identifier", "form", "form_id"],
                name="custom_form_unique",
                nulls_distinct=False,
                violation_error_message="This form of the event has that field already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.form}: {self.name or self.field_identifier}"
