"""Import jobs: what somebody brought in, and what became of it (`/v1/import-jobs`)."""

from exports.models import ImportJob
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import is_user_itself
from permissions.statements import allow


class ImportJobSerializer(ResourceSerializer):
    class Meta:
        model = ImportJob
        fields = ["task", "starts_at", "result", "result_status"]


class ImportJobViewSet(ResourceViewSet):
    serializer_class = ImportJobSerializer
    ordering = ["-starts_at", "-id"]
    permissions = allow(view=is_user_itself)
