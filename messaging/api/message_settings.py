"""Message settings: which mails are sent, and what each looks like (`/v1/message-settings`)."""

from collections.abc import Callable

from rest_framework.serializers import CharField

from messaging.kinds import Kind, preview
from messaging.models import MessageSetting
from openevent.api.fields import Derived
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import is_admin
from permissions.statements import allow


def shown(part: Callable[[Kind], str]) -> Derived:
    """A part of the kind's mail, filled with its example."""
    return Derived(CharField(), reads=["action"], value=lambda action: preview(action, part))


class MessageSettingSerializer(ResourceSerializer):
    recipient = shown(lambda kind: kind.recipient)
    email_subject = shown(lambda kind: kind.sample.subject)
    email_message = shown(lambda kind: kind.sample.html)

    class Meta:
        model = MessageSetting
        fields = ["action", "enabled", "email_message", "recipient", "email_subject"]


class MessageSettingViewSet(ResourceViewSet):
    serializer_class = MessageSettingSerializer
    ordering = ["id"]
    permissions = allow(view=is_admin, change=is_admin)
