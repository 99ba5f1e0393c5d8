"""Mails: what this server sent, for admins (`/v1/mails`). Secrets in them are left out."""

from messaging.models import Mail
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import is_admin
from permissions.statements import allow


class MailSerializer(ResourceSerializer):
    class Meta:
        model = Mail
        fields = ["recipient", "time", "action", "subject", "message"]


class MailViewSet(ResourceViewSet):
    serializer_class = MailSerializer
    ordering = ["-time", "-id"]
    permissions = allow(view=is_admin)
