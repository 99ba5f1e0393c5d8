"""Events, their programme, and who works on them, for tests."""

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from events.actions.roles import add_role
from events.models import (
    CustomForm,
    CustomFormOption,
    CustomFormTranslate,
    CustomPlaceholder,
    Event,
    EventCopyright,
    EventRole,
    EventSubTopic,
    EventTopic,
    EventType,
    Exhibitor,
    Faq,
    FaqType,
    FavouriteEvent,
    FavouriteSession,
    Feedback,
    FollowedGroup,
    Group,
    GroupRole,
    Microlocation,
    Role,
    RoleInvite,
    Session,
    SessionType,
    SocialLink,
    Speaker,
    SpeakerInvite,
    SpeakersCall,
    Sponsor,
    Tag,
    Track,
)
from users.models import User

from .users import UserFactory


def hold(user: User, event: Event, role: str) -> EventRole:
    """Give `user` the role of that name on `event`: "owner", "organizer", ..."""
    return EventRoleFactory(user=user, event=event, role=Role.objects.get(name=role))


class EventTypeFactory(DjangoModelFactory):
    class Meta:
        model = EventType

    name = factory.Sequence(lambda n: f"Type {n}")


class EventTopicFactory(DjangoModelFactory):
    class Meta:
        model = EventTopic

    name = factory.Sequence(lambda n: f"Topic {n}")


class EventFactory(DjangoModelFactory):
    """An event of two days, a month from now: a draft, unless `EventFactory(published=True)`.

    Nobody works on it, not even an owner; see `hold`.
    """

    class Meta:
        model = Event

    class Params:
        draft = factory.Trait(state=Event.State.DRAFT)
        published = factory.Trait(state=Event.State.PUBLISHED)

    name = factory.Sequence(lambda n: f"Event {n}")
    starts_at = factory.LazyFunction(
        lambda: timezone.now().replace(microsecond=0) + timedelta(days=30)
    )
    ends_at = factory.LazyAttribute(lambda event: event.starts_at + timedelta(days=2))


class TrackFactory(DjangoModelFactory):
    class Meta:
        model = Track

    event = factory.SubFactory(EventFactory)
    name = factory.Sequence(lambda n: f"Track {n}")
    color = "#2196f3"


class MicrolocationFactory(DjangoModelFactory):
    class Meta:
        model = Microlocation

    event = factory.SubFactory(EventFactory)
    name = factory.Sequence(lambda n: f"Room {n}")


class SessionTypeFactory(DjangoModelFactory):
    class Meta:
        model = SessionType

    event = factory.SubFactory(EventFactory)
    name = factory.Sequence(lambda n: f"Format {n}")
    length = "00:30"


class SpeakerFactory(DjangoModelFactory):
    """A speaker without an account."""

    class Meta:
        model = Speaker

    event = factory.SubFactory(EventFactory)
    name = factory.Sequence(lambda n: f"Speaker {n}")
    email = factory.Sequence(lambda n: f"speaker{n}@example.org")


class SessionFactory(DjangoModelFactory):
    """A pending session without time, room, track or type; its `speakers` are those given."""

    class Meta:
        model = Session
        skip_postgeneration_save = True

    event = factory.SubFactory(EventFactory)
    title = factory.Sequence(lambda n: f"Session {n}")

    @factory.post_generation
    def speakers(self, create: bool, speakers: list[Speaker] | None, **_: Any) -> None:
        if create and speakers:
            self.speakers.set(speakers)


class FavouriteSessionFactory(DjangoModelFactory):
    class Meta:
        model = FavouriteSession

    session = factory.SubFactory(SessionFactory)
    user = factory.SubFactory(UserFactory)


class SpeakersCallFactory(DjangoModelFactory):
    """A public call that is open since yesterday, for a week."""

    class Meta:
        model = SpeakersCall

    event = factory.SubFactory(EventFactory)
    starts_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    ends_at = factory.LazyAttribute(lambda call: call.starts_at + timedelta(days=7))


class SpeakerInviteFactory(DjangoModelFactory):
    """A pending invitation of somebody without an account."""

    class Meta:
        model = SpeakerInvite

    session = factory.SubFactory(SessionFactory)
    event = factory.LazyAttribute(lambda invite: invite.session.event)
    email = factory.Sequence(lambda n: f"invited{n}@example.org")


class FeedbackFactory(DjangoModelFactory):
    """Feedback on an event; on a session with `FeedbackFactory(event=None, session=session)`."""

    class Meta:
        model = Feedback

    event = factory.SubFactory(EventFactory)
    user = factory.SubFactory(UserFactory)
    rating = 4.0


class GroupFactory(DjangoModelFactory):
    class Meta:
        model = Group

    name = factory.Sequence(lambda n: f"Group {n}")
    user = factory.SubFactory(UserFactory)


class GroupRoleFactory(DjangoModelFactory):
    """A pending invitation to organize a group; accepted, if a `user` is given."""

    class Meta:
        model = GroupRole

    class Params:
        held = factory.LazyAttribute(lambda role: role.user is not None)

    group = factory.SubFactory(GroupFactory)
    role = factory.LazyFunction(lambda: Role.objects.get(name="organizer"))
    user = None
    email = factory.Sequence(lambda n: f"organizer{n}@example.org")
    accepted = factory.SelfAttribute("held")


class FollowedGroupFactory(DjangoModelFactory):
    class Meta:
        model = FollowedGroup

    group = factory.SubFactory(GroupFactory)
    user = factory.SubFactory(UserFactory)


class FavouriteEventFactory(DjangoModelFactory):
    class Meta:
        model = FavouriteEvent

    event = factory.SubFactory(EventFactory)
    user = factory.SubFactory(UserFactory)


class RoleFactory(DjangoModelFactory):
    """A role that is a title only; the built-in ones exist in every database."""

    class Meta:
        model = Role

    name = factory.Sequence(lambda n: f"role{n}")

    @classmethod
    def _create(cls, model_class: type[Role], **values: Any) -> Role:
        role = model_class(**values)
        add_role(role)
        return role


class EventRoleFactory(DjangoModelFactory):
    class Meta:
        model = EventRole

    user = factory.SubFactory(UserFactory)
    event = factory.SubFactory(EventFactory)
    role = factory.SubFactory(RoleFactory)


class CustomPlaceholderFactory(DjangoModelFactory):
    class Meta:
        model = CustomPlaceholder

    name = factory.Sequence(lambda n: f"Placeholder {n}")
    original_image_url = factory.Sequence(lambda n: f"https://example.org/{n}.png")


class EventSubTopicFactory(DjangoModelFactory):
    class Meta:
        model = EventSubTopic

    event_topic = factory.SubFactory(EventTopicFactory)
    name = factory.Sequence(lambda n: f"Sub-topic {n}")


class EventCopyrightFactory(DjangoModelFactory):
    class Meta:
        model = EventCopyright

    event = factory.SubFactory(EventFactory)
    licence = "CC BY 4.0"


class SponsorFactory(DjangoModelFactory):
    class Meta:
        model = Sponsor

    event = factory.SubFactory(EventFactory)
    name = factory.Sequence(lambda n: f"Sponsor {n}")


class SocialLinkFactory(DjangoModelFactory):
    class Meta:
        model = SocialLink

    event = factory.SubFactory(EventFactory)
    name = "Twitter"
    link = factory.Sequence(lambda n: f"https://twitter.example/{n}")


class FaqTypeFactory(DjangoModelFactory):
    class Meta:
        model = FaqType

    event = factory.SubFactory(EventFactory)
    name = factory.Sequence(lambda n: f"Heading {n}")


class FaqFactory(DjangoModelFactory):
    class Meta:
        model = Faq

    event = factory.SubFactory(EventFactory)
    question = factory.Sequence(lambda n: f"Question {n}?")
    answer = "Yes."


class TagFactory(DjangoModelFactory):
    class Meta:
        model = Tag

    event = factory.SubFactory(EventFactory)
    name = factory.Sequence(lambda n: f"Tag {n}")


class ExhibitorFactory(DjangoModelFactory):
    class Meta:
        model = Exhibitor

    event = factory.SubFactory(EventFactory)
    name = factory.Sequence(lambda n: f"Exhibitor {n}")


class CustomFormFactory(DjangoModelFactory):
    class Meta:
        model = CustomForm

    event = factory.SubFactory(EventFactory)
    field_identifier = factory.Sequence(lambda n: f"field{n}")
    form = "session"
    name = factory.LazyAttribute(lambda form: form.field_identifier)
    is_complex = True
    is_included = True


class CustomFormOptionFactory(DjangoModelFactory):
    class Meta:
        model = CustomFormOption

    custom_form = factory.SubFactory(CustomFormFactory)
    value = factory.Sequence(lambda n: f"Choice {n}")


class CustomFormTranslateFactory(DjangoModelFactory):
    class Meta:
        model = CustomFormTranslate

    custom_form = factory.SubFactory(CustomFormFactory)
    name = factory.Sequence(lambda n: f"Name {n}")
    language_code = factory.Sequence(lambda n: f"l{n}")


class RoleInviteFactory(DjangoModelFactory):
    class Meta:
        model = RoleInvite

    event = factory.SubFactory(EventFactory)
    email = factory.Sequence(lambda n: f"invited{n}@example.org")
    role = factory.LazyFunction(lambda: Role.objects.get(name="organizer"))
