"""Groups of events (`/v1/groups`).

Their organizers are written to and their followers told here too: two endpoints besides the
resource, which has two relationships that depend on the caller.
"""

from typing import Any

from django.db.models import OuterRef, Q
from rest_framework.serializers import IntegerField

from events.actions.announcements import announce_event
from events.actions.contacts import contact_group
from events.groups import is_group_organizer, is_group_owner
from events.models import FollowedGroup, Group
from openevent.api.fields import Computed, CountOf, ToMany, ToOne
from openevent.api.openapi.facts import describes
from openevent.api.reading import id_of
from openevent.api.registry import registry
from openevent.api.serializers import ResourceSerializer
from openevent.api.verbs import row_verb
from openevent.api.views import ResourceViewSet
from permissions.atoms import anyone, auth_required, is_admin, is_verified
from permissions.statements import allow

from .links import validate_links
from .plain_values import message_of


def followers() -> Any:
    """Return how many people follow the group."""
    return CountOf(FollowedGroup.objects.filter(group=OuterRef("pk")).values("pk"))


class GroupSerializer(ResourceSerializer):
    follower_count = Computed(IntegerField(), followers)
    user = ToOne("user", read_only=True)
    roles = ToMany("users-groups-role", alias="users-groups-roles", changed_by="users-groups-roles")
    follower = ToOne(
        "user-follow-group",
        via="group",
        where=lambda user: Q(user_id=user.pk),
        changed_by="user-follow-groups",
    )
    followers = ToMany("user-follow-group", changed_by="user-follow-groups")

    class Meta:
        model = Group
        fields = """
            deleted_at name created_at social_links logo_url is_promoted banner_url
            thumbnail_image_url follower_count about events user roles follower followers
        """.split()
        html = ["about"]

    def validate_social_links(self, links: Any) -> Any:
        return validate_links(links, flag="is_custom")


class GroupViewSet(ResourceViewSet):
    serializer_class = GroupSerializer
    writable_by = {"is_promoted": is_admin}
    permissions = allow(
        view=anyone,
        create=is_verified | is_admin,
        change=is_group_organizer,
        delete=is_group_owner,
        contact_organizer=auth_required,
        announce=is_group_owner,
    )

    def perform_create(self, row: Group, **extra: Any) -> None:
        row.user = self.request.user
        row.save()

    @describes({"success": bool}, body={"email": str})
    @row_verb("post", path="contact-organizer")
    def contact_organizer(self, request: Any, row: Group) -> dict[str, Any]:
        """Mail a question to who organizes the group; `email` is the question."""
        contact_group(row, message_of(request.data), by=request.user)
        return {"success": True}

    @describes({"success": bool, "message": str})
    @row_verb("get", path="events/<ref:event>/announce", acts=True)
    def announce(self, request: Any, row: Group, event: str) -> dict[str, Any]:
        """Mail the followers of the group about one of its events."""
        announce_event(id_of(registry["event"], event, request.user), to=row, by=request.user)
        return {"success": True, "message": "Event announced successfully"}
