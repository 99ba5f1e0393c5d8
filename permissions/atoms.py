"""The atoms about the person alone; those about events are in `events/atoms.py`."""

from django.db.models import Q

from .predicates import Atom, Condition
from .targets import Paths, Target
from .users import Person


class Anyone(Atom):
    """Holds for everybody, signed in or not."""

    anonymous = True

    def test(self, user: Person, target: Target) -> bool:
        return True

    def q(self, user: Person, paths: Paths) -> Condition:
        return True


class SignedIn(Atom):
    """Holds for every account."""

    def test(self, user: Person, target: Target) -> bool:
        return True

    def q(self, user: Person, paths: Paths) -> Condition:
        return True


class Flag(Atom):
    """Holds for an account with a flag, whatever the target: `is_admin`, `is_verified`."""

    def __init__(self, name: str, attribute: str, *, requires: str, said: str) -> None:
        super().__init__(name, requires=requires, said=said)
        self.attribute = attribute

    def test(self, user: Person, target: Target) -> bool:
        return bool(getattr(user, self.attribute))

    def q(self, user: Person, paths: Paths) -> Condition:
        return bool(getattr(user, self.attribute))

    def anywhere(self, user: Person) -> bool:
        return bool(getattr(user, self.attribute))


class UserItself(Atom):
    """Holds for the user that the target names, and for admins."""

    needs = ("user_id",)

    def test(self, user: Person, target: Target) -> bool:
        return bool(user.is_staff or target["user_id"] == user.pk)

    def q(self, user: Person, paths: Paths) -> Condition:
        return True if user.is_staff else Q(**{paths["user_id"]: user.pk})

    def because(self, user: Person, target: Target) -> str:
        return "admin access" if user.is_staff else "being the user itself"


anyone = Anyone("anyone", requires="Nothing")
auth_required = SignedIn("auth_required", requires="A sign-in", said="signed in")
is_super_admin = Flag(
    "is_super_admin", "is_super_admin", requires="Super admin access", said="super admin"
)
is_admin = Flag("is_admin", "is_staff", requires="Admin access", said="admin")
is_verified = Flag(
    "is_verified", "is_verified", requires="A verified e-mail address", said="verified"
)
is_user_itself = UserItself("is_user_itself", requires="Being the user itself", said="user itself")
