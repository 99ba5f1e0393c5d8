"""The followers of a group, in the order in which they came."""

from typing import Any

from django.db.models import Case, Exists, OuterRef, QuerySet, Value, When

from events.models import FollowedGroup, Group, GroupRole
from events.models.role import ORGANIZER, OWNER

from .tables import Column, Table, text

FOLLOWER = "follower"


def table(group: Group) -> Table:
    """Return who follows `group`: the contract's columns, with the time of joining in UTC."""
    return Table(
        "Followers",
        None,
        _rows(group),
        columns=[
            text("Public name", "user__public_name"),
            text("E-mail", "user__email"),
            Column("Joined (UTC)", lambda row: f"{row['created_at']:%Y-%m-%d %H:%M}"),
            text("Role", "role"),
        ],
        printed=[],
    )


def _rows(group: Group) -> QuerySet[Any, Any]:
    organizing = GroupRole.objects.filter(
        group=group, user=OuterRef("user"), accepted=True, role__name=ORGANIZER
    )
    role = Case(
        When(user=group.user_id, then=Value(OWNER)),
        When(Exists(organizing), then=Value(ORGANIZER)),
        default=Value(FOLLOWER),
    )
    followers = FollowedGroup.objects.filter(group=group, user__deleted_at=None)
    return followers.order_by("created_at", "pk").values(
        "created_at", "user__public_name", "user__email", role=role
    )
