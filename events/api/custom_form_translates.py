"""Custom form translates: names of a field in other languages (`/v1/custom-form-translates`)."""

from events.atoms import has_event_role, is_coorganizer, is_event_published
from events.models import CustomFormTranslate
from openevent.api.fields import ToOne
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.statements import allow


class CustomFormTranslateSerializer(ResourceSerializer):
    custom_form = ToOne("custom-form", spelled="custom_form", required=True)

    class Meta:
        model = CustomFormTranslate
        fields = ["name", "language_code", "form_id", "custom_form"]


class CustomFormTranslateViewSet(ResourceViewSet):
    serializer_class = CustomFormTranslateSerializer
    permissions = allow(view=is_event_published | has_event_role, write=is_coorganizer)
