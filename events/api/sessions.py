"""Sessions: the talks of an event, from submission to schedule (`/v1/sessions`)."""

from typing import Any

from django.db.models import Avg, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from rest_framework import serializers

from events.actions.session_mails import tell_of_new_session, tell_of_state
from events.actions.sessions import edit_session, state_map, submit_session, trash_session
from events.atoms import (
    has_event_role,
    is_coorganizer,
    is_event_published,
    is_organizer,
    is_session_announced,
    is_speaker_for_session,
)
from events.invited import is_invited_to_speak
from events.mails import state_mails
from events.models import FavouriteSession, Feedback, Session
from openevent.api.fields import Computed, CountOf, ToMany, ToOne
from openevent.api.linkage import Change, Changes
from openevent.api.openapi.facts import describes
from openevent.api.serializers import ResourceSerializer
from openevent.api.verbs import collection_verb, row_verb
from openevent.api.views import ResourceViewSet
from permissions.asking import require
from permissions.atoms import anyone, auth_required
from permissions.statements import allow
from permissions.targets import Target

from .links import validate_links
from .plain_values import letter_of


def favourites() -> Any:
    """Return how often the session is somebody's favourite."""
    return CountOf(FavouriteSession.objects.filter(session=OuterRef("pk")).values("pk"))


def given() -> Any:
    """Return the feedback on the session that counts."""
    return Feedback.objects.filter(session=OuterRef("pk"), deleted_at=None)


def ratings() -> Any:
    """Return how often the session is rated."""
    return CountOf(given().values("pk"))


def average_rating() -> Any:
    """Return the mean of the session's ratings, or 0 where there are none."""
    mean = given().order_by().values("session").annotate(mean=Avg("rating")).values("mean")
    return Coalesce(Subquery(mean), 0.0)


class SessionSerializer(ResourceSerializer):
    average_rating = Computed(serializers.FloatField(), average_rating)
    rating_count = Computed(serializers.IntegerField(), ratings)
    favourite_count = Computed(serializers.IntegerField(), favourites)
    send_email = serializers.BooleanField(write_only=True, required=False, allow_null=True)

    creator = ToOne("user", read_only=True)
    favourite = ToOne(
        "user-favourite-session",
        via="session",
        where=lambda user: Q(user_id=user.pk),
        changed_by="user-favourite-sessions",
    )
    favourites = ToMany(
        "user-favourite-session",
        alias="user-favourite-sessions",
        changed_by="user-favourite-sessions",
    )
    feedbacks = ToMany("feedback", changed_by="feedbacks")
    exhibitors = ToMany("exhibitor", read_only=True)
    speaker_invites = ToMany("speaker-invite", changed_by="speaker-invites")

    class Meta:
        model = Session
        fields = """
            deleted_at title subtitle level short_abstract long_abstract comments starts_at
            ends_at language slides_url slides website twitter facebook github linkedin
            instagram gitlab mastodon video_url audio_url signup_url state created_at
            submitted_at is_mail_sent is_locked last_modified_at send_email average_rating
            rating_count favourite_count complex_field_values
            microlocation track session_type event feedbacks speakers exhibitors creator
            favourite favourites speaker_invites
        """.split()
        html = ["short_abstract", "long_abstract", "comments"]
        extra_kwargs = {"state": {"default": Session.State.DRAFT}}

    def validate_slides(self, slides: Any) -> Any:
        return validate_links(slides)


class SessionViewSet(ResourceViewSet):
    serializer_class = SessionSerializer
    ordering = ["id"]
    permissions = allow(
        view=is_session_announced & (is_event_published | has_event_role)
        | is_speaker_for_session
        | is_invited_to_speak,
        create=auth_required,
        change=is_speaker_for_session,
        delete=is_speaker_for_session,
        states=anyone,
        mails=anyone,
        notify=is_speaker_for_session,
    )
    writable_by = {
        "microlocation": is_coorganizer,
        "is_mail_sent": is_coorganizer,
        "is_locked": is_organizer,
    }

    def perform_create(self, row: Session, **extra: Any) -> None:
        submit_session(row, by=self.request.user, key=self.request.GET.get("speaker_call"))

    def perform_update(self, row: Session, was: Session, **extra: Any) -> None:
        edit_session(row, was, by=self.request.user, tells=bool(extra.get("send_email")))

    def perform_link(self, row: Session, was: Session | None, changes: Changes) -> None:
        tell_of_new_session(row, was, changes.get("speakers", Change([], [])))

    def perform_trash(self, row: Session) -> None:
        trash_session(row, by=self.request.user)

    @describes(dict)
    @collection_verb("get")
    def states(self, request: Any) -> dict[str, Any]:
        """Tell which states a session may be put into from which, and by whom."""
        return state_map()

    @describes(dict)
    @collection_verb("get")
    def mails(self, request: Any) -> dict[str, Any]:
        """Give the mails that tell of each state, for somebody to write one anew."""
        return state_mails()

    @describes({"success": bool}, body={"subject?": str, "message?": str, "bcc?": [str]})
    @row_verb("post")
    def notify(self, request: Any, row: Session) -> dict[str, Any]:
        """Mail the state of the session to its people; own words and copies are the team's."""
        letter = letter_of(request.data)
        if not letter.is_usual:
            require(is_coorganizer, request.user, Target(row))
        tell_of_state(row, letter, by=request.user)
        return {"success": True}
