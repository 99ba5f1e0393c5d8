"""Notification settings: which notifications people get (`/v1/notification-settings`)."""

from messaging.models import NotificationSetting
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import is_admin
from permissions.statements import allow


class NotificationSettingSerializer(ResourceSerializer):
    class Meta:
        model = NotificationSetting
        fields = ["type", "enabled"]


class NotificationSettingViewSet(ResourceViewSet):
    serializer_class = NotificationSettingSerializer
    ordering = ["id"]
    permissions = allow(view=is_admin, change=is_admin)
