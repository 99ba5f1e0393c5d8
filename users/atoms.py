"""The atoms about accounts. Registered by name when the server starts."""

from typing import Any

from django.db.models import Exists, Q, QuerySet
from django.db.models.signals import post_delete, post_save

from permissions.memory import forget, remember
from permissions.predicates import Atom, Condition
from permissions.targets import Paths, Target
from permissions.users import Person

from .models import UserPermission
from .models.user_permission import CREATE_EVENT, PUBLISH_EVENT


class ProfilePublic(Atom):
    """Holds for everybody once the user has made their profile public."""

    needs = ("is_profile_public",)
    anonymous = True

    def test(self, user: Person, target: Target) -> bool:
        return bool(target["is_profile_public"])

    def q(self, user: Person, paths: Paths) -> Condition:
        return Q(**{paths["is_profile_public"]: True})


class PermittedToUsers(Atom):
    """Holds for everybody with a verified address, and staff; for others as admins set it."""

    def __init__(self, name: str, permission: str, *, requires: str, said: str) -> None:
        """Ask for the user permission of that name."""
        super().__init__(name, requires=requires, said=said)
        self.permission = permission

    def test(self, user: Person, target: Target) -> bool:
        if user.is_verified or user.is_staff:
            return True
        key = ("unverified users may", self.permission)
        return remember(key, lambda: self._opened().exists())

    def q(self, user: Person, paths: Paths) -> Condition:
        return True if user.is_verified or user.is_staff else Exists(self._opened())

    def anywhere(self, user: Person) -> bool:
        return self.test(user, Target())

    def because(self, user: Person, target: Target) -> str:
        if user.is_verified:
            return "a verified e-mail address"
        return "admin access" if user.is_staff else f"the user permission {self.permission}"

    def _opened(self) -> QuerySet[UserPermission]:
        return UserPermission.objects.filter(
            name=self.permission, unverified_user=True, deleted_at=None
        )


def _forget(**_: Any) -> None:
    forget()


post_save.connect(_forget, sender=UserPermission)
post_delete.connect(_forget, sender=UserPermission)

is_profile_public = ProfilePublic(
    "is_profile_public", requires="A public profile", said="reader of a public profile"
)
may_create_event = PermittedToUsers(
    "may_create_event",
    CREATE_EVENT,
    requires="A verified e-mail address",
    said="allowed to create events",
)
may_publish_event = PermittedToUsers(
    "may_publish_event",
    PUBLISH_EVENT,
    requires="A verified e-mail address",
    said="allowed to publish events",
)

ALL = (is_profile_public, may_create_event, may_publish_event)
