"""User permissions: what people may do before they have verified their address."""

from typing import Final

from django.core.exceptions import ValidationError
from django.db import models

from openevent.trash import Trashable

CREATE_EVENT: Final = "create_event"
PUBLISH_EVENT: Final = "publish_event"


def needs_account(value: bool | None) -> None:
    if value:
        raise ValidationError("Nobody may do this without an account; send false.")


class UserPermission(Trashable):
    """Something that everybody with a verified address may do, and others as it says.

    Two names are asked for, `CREATE_EVENT` and `PUBLISH_EVENT`. `unverified_user` opens it to
    accounts whose address is not verified. Nobody may without an account, so `anonymous_user`
    cannot be true. One that is missing, or lies in the trash, opens nothing.
    """

    name = models.CharField(max_length=100)
    description = models.TextField(null=True, blank=True)
    unverified_user = models.BooleanField(null=True, blank=True)
    anonymous_user = models.BooleanField(null=True, blank=True, validators=[needs_account])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "name",
                condition=models.Q(deleted_at=None),
                name="user_permission_name_unique",
                violation_error_message="A user permission of this name exists already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
