"""User e-mails: the addresses people have besides their account's (`/v1/user-emails`)."""

from typing import Any

from rest_framework.serializers import IntegerField

from openevent.api.fields import Derived
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import is_user_itself
from permissions.statements import allow
from users.actions.verification import add_address, edit_address, is_same
from users.models import UserEmail
from users.throttles import AlternateEmailThrottle, count_mail_to


class UserEmailSerializer(ResourceSerializer):
    user_id = Derived(IntegerField(), reads=["user_id"], value=lambda user_id: user_id)

    class Meta:
        model = UserEmail
        fields = ["deleted_at", "email_address", "type", "is_verified", "user_id", "user"]


class UserEmailViewSet(ResourceViewSet):
    serializer_class = UserEmailSerializer
    throttle_classes = [AlternateEmailThrottle]
    permissions = allow(view=is_user_itself, write=is_user_itself)

    def perform_create(self, row: UserEmail, **extra: Any) -> None:
        count_mail_to(row.email_address)
        add_address(row)

    def perform_update(self, row: UserEmail, was: UserEmail, **extra: Any) -> None:
        if not is_same(row, was):
            count_mail_to(row.email_address)
        edit_address(row, was)
