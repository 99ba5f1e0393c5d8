"""People, for tests."""

from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory, Password

from users.actions.sign_in import sign_in
from users.models import (
    CustomSystemRole,
    PanelPermission,
    SocialAccount,
    User,
    UserEmail,
    UserPermission,
    UserSystemRole,
)

PASSWORD = "correct horse battery staple"  # everybody's, in tests


class UserFactory(DjangoModelFactory):
    """A verified person with `PASSWORD`, who was here a moment ago.

    That they were spares tests that count queries the write of `last_accessed_at`. Others than
    such a person are traits: `UserFactory(unverified=True)`.
    """

    class Meta:
        model = User

    class Params:
        unverified = factory.Trait(is_verified=False)
        admin = factory.Trait(is_admin=True)
        super_admin = factory.Trait(is_admin=True, is_super_admin=True)
        blocked = factory.Trait(is_blocked=True)
        trashed = factory.Trait(deleted_at=factory.LazyFunction(timezone.now))

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    first_name = factory.Sequence(lambda n: f"Person {n}")
    password = Password(PASSWORD)
    is_verified = True
    last_accessed_at = factory.LazyFunction(timezone.now)


class UserEmailFactory(DjangoModelFactory):
    class Meta:
        model = UserEmail

    user = factory.SubFactory(UserFactory)
    email_address = factory.Sequence(lambda n: f"another{n}@example.org")


class PanelPermissionFactory(DjangoModelFactory):
    """A part of the admin site, such as `PanelPermissionFactory(panel_name="sales")`."""

    class Meta:
        model = PanelPermission

    panel_name = factory.Sequence(lambda n: f"panel {n}")


class CustomSystemRoleFactory(DjangoModelFactory):
    """A system role that opens the panels of the given names: `panels=["sales", "users"]`."""

    class Meta:
        model = CustomSystemRole
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"System role {n}")

    @factory.post_generation
    def panels(role: CustomSystemRole, create: bool, names: list[str] | None, **_: Any) -> None:
        for name in names or ():
            role.panel_permissions.add(PanelPermission.objects.get(panel_name=name))


class UserSystemRoleFactory(DjangoModelFactory):
    class Meta:
        model = UserSystemRole

    user = factory.SubFactory(UserFactory)
    role = factory.SubFactory(CustomSystemRoleFactory)


class UserPermissionFactory(DjangoModelFactory):
    class Meta:
        model = UserPermission

    name = factory.Sequence(lambda n: f"permission_{n}")


class SocialAccountFactory(DjangoModelFactory):
    class Meta:
        model = SocialAccount

    user = factory.SubFactory(UserFactory)
    provider = "google"
    uid = factory.Sequence(lambda n: f"1{n:020}")


def authorization(user: User) -> dict[str, str]:
    """Return the headers of a request by `user`, who just signed in."""
    return {"Authorization": f"JWT {sign_in(user).access}"}
