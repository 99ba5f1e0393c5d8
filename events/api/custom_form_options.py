"""Custom form options: choices of a select field (`/v1/custom-form-options`)."""

from events.atoms import has_event_role, is_coorganizer, is_event_published
from events.models import CustomFormOption
from openevent.api.fields import ToOne
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.statements import allow


class CustomFormOptionSerializer(ResourceSerializer):
    custom_form = ToOne("custom-form", spelled="custom_form", required=True)

    class Meta:
        model = CustomFormOption
        fields = ["deleted_at", "value", "custom_form"]


class CustomFormOptionViewSet(ResourceViewSet):
    serializer_class = CustomFormOptionSerializer
    permissions = allow(view=is_event_published | has_event_role, write=is_coorganizer)
