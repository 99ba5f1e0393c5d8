"""Custom forms: the fields of an event's forms (`/v1/custom-forms`).

Clients read and write the names in other languages inside a field, though they are rows of their
own; how that is checked and read takes half of this.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import F, JSONField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject
from rest_framework import serializers

from events.actions.custom_forms import save_custom_form
from events.atoms import has_event_role, is_coorganizer, is_event_published
from events.models import CustomForm, CustomFormTranslate
from openevent.api.fields import Managed
from openevent.api.plan.sql import Bind
from openevent.api.query import Shape
from openevent.api.resources import Resource
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from openevent.api.visibility import visible
from permissions.statements import allow
from permissions.users import Person


class TranslationSerializer(serializers.Serializer):
    """A name in another language, as the clients write it: inside, names are snake_case."""

    id = serializers.IntegerField(required=False, allow_null=True)
    name = serializers.CharField(max_length=500, required=False)
    language_code = serializers.CharField(max_length=50, required=False)
    isDeleted = serializers.BooleanField(required=False)

    def validate(self, sent: Any) -> Any:
        """Hold a name and its language together; what is deleted needs only its id."""
        if not sent.get("isDeleted") and not (sent.get("name") and sent.get("language_code")):
            raise serializers.ValidationError("Each needs a name and a language_code.")
        return sent


def translations() -> Any:
    """Return the names that the form's row has in other languages."""
    found = (
        CustomFormTranslate.objects.filter(custom_form=OuterRef("pk"))
        .order_by()
        .values("custom_form")
        .annotate(
            found=JSONBAgg(
                JSONObject(id=F("id"), name=F("name"), language_code=F("language_code")),
                order_by="id",
            )
        )
    )
    return Coalesce(Subquery(found.values("found")), Value([], JSONField()))


class CustomFormSerializer(ResourceSerializer):
    translations = Managed(
        TranslationSerializer(many=True, required=False), translations, required=False
    )

    class Meta:
        model = CustomForm
        fields = """
            field_identifier form type name description is_required is_included is_public
            position is_complex is_fixed form_id min max main_language is_allow_edit
            translations event custom_form_options custom_form_translates
        """.split()
        html = ["description"]


class CustomFormViewSet(ResourceViewSet):
    serializer_class = CustomFormSerializer
    ordering = ["position", "id"]
    permissions = allow(view=is_event_published | has_event_role, write=is_coorganizer)

    def perform_create(self, row: CustomForm, **extra: Any) -> None:
        save_custom_form(row, **extra)

    def perform_update(self, row: CustomForm, was: CustomForm, **extra: Any) -> None:
        save_custom_form(row, **extra)


@dataclass(frozen=True)
class OfTicketForm:
    """The fields of the form bound as `form_id`, of the event bound as `owner`."""

    def rows(self, resource: Resource, user: Person, shape: Shape) -> QuerySet[Any]:
        return visible(resource, user).filter(event_id=Bind("owner"), form_id=Bind("form_id"))
