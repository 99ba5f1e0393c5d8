"""E-mail notifications: which mails people want about an event (`/v1/email-notifications`)."""

from rest_framework.serializers import IntegerField

from messaging.models import EmailNotification
from openevent.api.fields import Derived
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import is_user_itself
from permissions.statements import allow


class EmailNotificationSerializer(ResourceSerializer):
    event_id = Derived(IntegerField(), reads=["event_id"], value=lambda event_id: event_id)

    class Meta:
        model = EmailNotification
        fields = """
            deleted_at next_event new_paper session_accept_reject session_schedule
            after_ticket_purchase event_id event user
        """.split()


class EmailNotificationViewSet(ResourceViewSet):
    serializer_class = EmailNotificationSerializer
    permissions = allow(view=is_user_itself, write=is_user_itself)
