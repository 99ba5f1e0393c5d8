"""The declaration of a resource's attributes and relationships, and how they are written.

A serializer here is read twice: once when the server starts, to compile the read plan
(`openevent.api.plan`), and on every write, to validate. Rows are not read through it.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from rest_framework.exceptions import ValidationError
from rest_framework.settings import api_settings
from rest_framework_json_api import serializers

from openevent.sealed import SealedField

from . import fields
from .names import dasherize, type_of_model

if TYPE_CHECKING:
    from .resources import Resource


class _Documented:
    """Errors that say where in the document they lie, and nulls that mean nothing."""

    # The resource that declares this serializer; set when it is registered.
    resource: ClassVar["Resource"]
    fields: Any
    # DJA refuses an attribute called `type`, which the contract has on several resources.
    _reserved_field_names: ClassVar[frozenset[str]] = frozenset()

    def run_validation(self, data: Any = serializers.empty) -> Any:
        try:
            return super().run_validation(data)  # type: ignore[misc]
        except ValidationError as invalid:
            raise ValidationError(self._with_pointers(invalid.detail)) from None

    def _with_pointers(self, detail: Any) -> dict[str, Any]:
        """Return `detail` keyed by RFC 6901 pointers into the request's document."""
        if not isinstance(detail, Mapping):
            return {"/data": detail}
        return {self._pointer(str(name)): messages for name, messages in detail.items()}

    def _pointer(self, name: str) -> str:
        field = self.fields.get(name)
        if name == api_settings.NON_FIELD_ERRORS_KEY or field is None:
            return "/data"
        member = "relationships" if isinstance(field, fields.Relationship) else "attributes"
        return f"/data/{member}/{dasherize(name)}"

    def to_internal_value(self, data: Any) -> Any:
        older = getattr(self.Meta, "older_names", {})  # type: ignore[attr-defined]
        named = {today: data[name] for name, today in older.items() if name in data} | data
        sent = {name: value for name, value in named.items() if not self._is_unsent(name, value)}
        return super().to_internal_value(sent)  # type: ignore[misc]

    def _is_unsent(self, name: str, value: Any) -> bool:
        field = self.fields.get(name)
        if value is not None or field is None:
            return False
        return not (field.allow_null or field.required or isinstance(field, fields.Relationship))


class DataSerializer(_Documented, serializers.Serializer):
    """Attributes of a resource without a model, whose data layer gives and takes them."""

    class Meta:
        """Nothing to say: `resource_type` is the viewset's."""


class ResourceSerializer(_Documented, serializers.ModelSerializer):
    """Attributes and relationships of a model's resource.

    `Meta.fields` lists them by name; `Meta.html` those whose mark-up is cleaned, and
    `Meta.older_names` maps names that older clients send to today's. A relation of the model
    becomes `ToOne` or `ToMany` to the resource of its model unless it is declared. Null for an
    attribute that cannot be null counts as not sent: clients send every attribute they know.
    """

    serializer_field_mapping: ClassVar[dict[type[models.Field], type[Any]]] = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DateTimeField: fields.DateTimeField,
        models.DecimalField: fields.DecimalField,
        models.FloatField: fields.FloatField,
    }

    def build_relational_field(
        self, field_name: str, relation_info: Any
    ) -> tuple[type[Any], dict[str, Any]]:
        model_field, related_model, to_many = relation_info[:3]
        kwargs: dict[str, Any] = {"type": type_of_model(related_model.__name__)}
        if to_many:
            return fields.ToMany, kwargs
        if model_field is not None:
            kwargs["allow_null"] = model_field.null
            kwargs["required"] = not (model_field.null or model_field.has_default())
            kwargs["read_only"] = not model_field.editable
        return fields.ToOne, kwargs

    def include_extra_kwargs(
        self, kwargs: dict[str, Any], extra_kwargs: dict[str, Any]
    ) -> dict[str, Any]:
        # Uniqueness is the database's: a look before the write would race with the next one.
        validators = kwargs.get("validators")
        if validators:
            kwargs["validators"] = [v for v in validators if not hasattr(v, "queryset")]
        return super().include_extra_kwargs(kwargs, extra_kwargs)

    def get_validators(self) -> list[Any]:
        return []

    def build_field(
        self, field_name: str, info: Any, model_class: type[models.Model], nested_depth: int
    ) -> tuple[type[Any], dict[str, Any]]:
        # a sealed column is left out of what Django calls serializable, so DRF does not find it
        sealed = [f for f in model_class._meta.fields if isinstance(f, SealedField)]
        if field_name in [field.name for field in sealed]:
            return fields.SecretField, {"allow_null": True, "allow_blank": True, "required": False}
        return super().build_field(field_name, info, model_class, nested_depth)

    def build_standard_field(
        self, field_name: str, model_field: Any
    ) -> tuple[type[Any], dict[str, Any]]:
        field_class, kwargs = super().build_standard_field(field_name, model_field)
        if field_name in getattr(self.Meta, "html", ()):
            field_class = fields.HtmlField
        return field_class, kwargs
