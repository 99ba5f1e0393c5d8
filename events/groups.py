"""The atoms about groups: who owns one, and who organizes it with them."""

from django.db.models import Exists, OuterRef, Q

from permissions.predicates import Atom, Condition
from permissions.targets import Paths, Target
from permissions.users import Person

from .models import Group, GroupRole
from .models.role import ORGANIZER


class OwnsGroup(Atom):
    """Holds for staff, and for whose the group is."""

    needs = ("group_id",)

    def theirs(self, user: Person) -> Q:
        """Return the condition on groups for which it holds."""
        return Q(user_id=user.pk)

    def test(self, user: Person, target: Target) -> bool:
        if user.is_staff:
            return True
        return Group.objects.filter(self.theirs(user), pk=target["group_id"]).exists()

    def q(self, user: Person, paths: Paths) -> Condition:
        if user.is_staff:
            return True
        if paths.is_row("group_id"):
            return self.theirs(user)
        return Exists(Group.objects.filter(self.theirs(user), pk=OuterRef(paths["group_id"])))


class OrganizesGroup(OwnsGroup):
    """Holds for staff, for whose the group is, and for who accepted to organize it."""

    def theirs(self, user: Person) -> Q:
        held = GroupRole.objects.filter(
            group_id=OuterRef("pk"), user_id=user.pk, accepted=True, role__name=ORGANIZER
        )
        return super().theirs(user) | Q(Exists(held))


is_group_owner = OwnsGroup("is_group_owner", requires="Owning the group", said="owner of the group")
is_group_organizer = OrganizesGroup(
    "is_group_organizer", requires="Organizing the group", said="organizer of the group"
)

ALL = (is_group_owner, is_group_organizer)
