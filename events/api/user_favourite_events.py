"""Favourite events of users (`/v1/user-favourite-events`), which are their own business."""

from typing import Any

from events.models import FavouriteEvent
from openevent.api.fields import ToOne
from openevent.api.serializers import ResourceSerializer
from permissions.atoms import auth_required, is_user_itself
from permissions.statements import allow

from .own import OwnViewSet


class FavouriteEventSerializer(ResourceSerializer):
    user = ToOne("user", read_only=True)

    class Meta:
        model = FavouriteEvent
        fields = ["deleted_at", "event", "user"]


class FavouriteEventViewSet(OwnViewSet):
    serializer_class = FavouriteEventSerializer
    resource_type = "user-favourite-event"
    permissions = allow(view=is_user_itself, create=auth_required, delete=is_user_itself)

    def retrieve(self, request: Any, ref: str) -> Any:
        return super().retrieve(request, self.favourite_of(ref))

    def destroy(self, request: Any, ref: str) -> Any:
        return super().destroy(request, self.favourite_of(ref))

    def favourite_of(self, ref: str) -> str:
        """Return the id of the caller's favourite of the event `ref`, which clients send.

        A favourite's own id stays what it is: no event has such a high one.
        """
        mine = FavouriteEvent.objects.filter(user_id=self.request.user.pk, deleted_at=None)
        if not (ref.isascii() and ref.isdecimal() and len(ref) < 10):
            return ref
        found = mine.filter(event_id=int(ref)).values_list("pk", flat=True).first()
        return ref if found is None else str(found)
