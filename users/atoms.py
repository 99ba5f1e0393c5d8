"""The atoms about accounts. Registered by name when the server starts."""

from django.db.models import Q

from permissions.predicates import Atom, Condition
from permissions.targets import Paths, Target
from permissions.users import Person


class ProfilePublic(Atom):
    """Holds for everybody once the user has made their profile public."""

    needs = ("is_profile_public",)
    anonymous = True

    def test(self, user: Person, target: Target) -> bool:
        return bool(target["is_profile_public"])

    def q(self, user: Person, paths: Paths) -> Condition:
        return Q(**{paths["is_profile_public"]: True})


is_profile_public = ProfilePublic(
    "is_profile_public", requires="A public profile", said="reader of a public profile"
)

ALL = (is_profile_public,)
