"""Notifications: what people are told in the application (`/v1/notifications`)."""

from messaging.models import Notification
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import is_user_itself
from permissions.statements import allow


class NotificationSerializer(ResourceSerializer):
    class Meta:
        model = Notification
        fields = ["created_at", "is_read", "content", "user", "event"]
        read_only_fields = ["content"]


class NotificationViewSet(ResourceViewSet):
    serializer_class = NotificationSerializer
    ordering = ["-created_at", "-id"]
    permissions = allow(view=is_user_itself, change=is_user_itself, delete=is_user_itself)
