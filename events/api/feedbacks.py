"""Feedback on events and sessions (`/v1/feedbacks`)."""

from typing import Any

from events.actions.feedback import give_feedback
from events.atoms import is_coorganizer, is_event_published, is_feedback_open
from events.models import Feedback
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from permissions.atoms import is_user_itself
from permissions.statements import allow


class FeedbackSerializer(ResourceSerializer):
    class Meta:
        model = Feedback
        fields = ["deleted_at", "rating", "comment", "event", "session", "user"]


class FeedbackViewSet(ResourceViewSet):
    serializer_class = FeedbackSerializer
    permissions = allow(
        view=is_feedback_open & is_event_published | is_user_itself | is_coorganizer,
        write=is_user_itself,
    )

    def perform_create(self, row: Feedback, **extra: Any) -> None:
        give_feedback(row, by=self.request.user)

    def perform_update(self, row: Feedback, was: Feedback, **extra: Any) -> None:
        give_feedback(row, by=self.request.user)
