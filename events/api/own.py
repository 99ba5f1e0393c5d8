"""Rows that people make for themselves: what they mark, and what they follow."""

from typing import Any

from events.atoms import is_coorganizer_of_user
from openevent.api.fields import ToOne
from openevent.api.views import ResourceViewSet
from permissions.atoms import is_user_itself
from users.atoms import is_profile_public


def discreet_user() -> ToOne:
    """Whose the row is: who keeps their profile to themselves is counted, but not named."""
    seen_by = is_user_itself | is_profile_public | is_coorganizer_of_user
    return ToOne("user", read_only=True, seen_by=seen_by)


class OwnViewSet(ResourceViewSet):
    """A resource whose new rows are the caller's."""

    def perform_create(self, row: Any, **extra: Any) -> None:
        row.user = self.request.user
        row.save()
