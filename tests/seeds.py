"""A small world in which every resource has rows to be seen, and rows to be kept from somebody.

At home there are a published event, a draft and one in the trash, with one team; elsewhere two
more with another; and one whose owner has left. Each has every kind of child, some of them in
the trash, and sessions in every state. The tests of a module or a package share one world and
only read it; what one of them changes all the same, it changes inside `undone`.

A new resource needs its rows here, or the tests of all resources fail and say so.
"""

import contextlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, TypeVar

from django.db import models, transaction
from django.utils import timezone
from factory.django import DjangoModelFactory
from pytest_django import DjangoDbBlocker

from events.models import Event, Group, Role, Session, Speaker
from media.fields import KeptFileField
from messaging.models import EmailNotification
from openevent import activity
from openevent.site.models import Site
from permissions import memory
from tests import personas
from tests.factories import events as factories
from tests.factories import exports, messaging
from tests.factories.administration import PageFactory
from tests.factories.ticketing import TicketFactory, TicketTagFactory
from tests.factories.users import (
    CustomSystemRoleFactory,
    PanelPermissionFactory,
    SocialAccountFactory,
    UserEmailFactory,
    UserFactory,
    UserPermissionFactory,
    UserSystemRoleFactory,
)
from tests.services import databases
from users.models import CustomSystemRole, User
from users.models.panel_permission import PANELS

Row = TypeVar("Row", bound=models.Model)

# The state of each session of an event, and whether it lies in the trash.
SESSIONS: Final = [
    *((state, False) for state in Session.State),
    (Session.State.ACCEPTED, True),
    (Session.State.ACCEPTED, False),
]

NEW_YEAR: Final = datetime(2031, 1, 1, tzinfo=UTC)

_numbers = itertools.count(1)


@dataclass
class World:
    people: dict[str, Any]  # a user, or None for nobody
    events: dict[str, Event] = field(default_factory=dict)


@contextlib.contextmanager
def planted(blocker: DjangoDbBlocker) -> Iterator[World]:
    """Plant a world for a fixture of some tests. It is committed, so requests read as ever."""
    with blocker.unblock():
        yield sow()
        databases.renew()


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """Take back what is done inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    memory.forget()


def sow() -> World:
    """Plant the world into an empty database."""
    world = World(people=personas.create())
    fill(Site.objects.get()).save()
    for person in filter(None, world.people.values()):
        fill(person).save()
    home = {name: world.people[name] for name in personas.HOME}
    elsewhere = {name.removesuffix("_elsewhere"): world.people[name] for name in personas.ELSEWHERE}
    living, dead = kinds(), kinds(deleted_at=timezone.now())
    kinds()  # of no event
    conference(world, "published", home, **living, state="published")
    conference(world, "draft", home, **living, state="draft")
    conference(world, "trashed", home, **dead, state="published", deleted_at=timezone.now())
    conference(world, "published_elsewhere", elsewhere, **dead, state="published")
    conference(world, "draft_elsewhere", elsewhere, state="draft")
    conference(world, "orphaned", {}, **kinds(), state="published")
    make(PageFactory)
    make(PageFactory)
    _messages(world)
    _system_roles(world)
    _elsewhere(world, "google")
    return world


def grow(world: World) -> None:
    """Plant more rows of every resource."""
    home = {name: world.people[name] for name in personas.HOME}
    conference(world, "second", home, **kinds(), state="published")
    factories.RoleFactory()
    make(PageFactory)
    _messages(world)
    CustomSystemRoleFactory()
    PanelPermissionFactory()
    make(UserPermissionFactory)
    _elsewhere(world, "twitter")


def _system_roles(world: World) -> None:
    """Let somebody into every panel, and market every event: the API gives nothing for that."""
    every_panel = CustomSystemRoleFactory(panels=PANELS)
    UserSystemRoleFactory(user=world.people["somebody"], role=every_panel)
    for role in CustomSystemRole.objects.exclude(key=None):
        for event in world.events.values():
            UserSystemRoleFactory(user=world.people["somebody"], role=role, event=event)
    make(UserPermissionFactory, deleted_at=timezone.now())


def _elsewhere(world: World, provider: str) -> None:
    """Link accounts that people have at `provider`."""
    for name in ("somebody", "speaker", "owner", "admin"):
        make(SocialAccountFactory, user=world.people[name], provider=provider)


def _messages(world: World) -> None:
    """Plant mails, and what people are told about each event and about none."""
    people = [world.people[name] for name in ("somebody", "speaker", "owner", "admin")]
    for event in (None, *world.events.values()):
        make(messaging.MailFactory)
        make(messaging.MessageSettingFactory)
        make(messaging.NotificationSettingFactory)
        activity.record("Planted", by=None)
        for person in people:
            make(UserEmailFactory, user=person)
            make(UserEmailFactory, user=person, deleted_at=timezone.now())
            make(messaging.NotificationFactory, user=person, event=event)
            make(exports.ImportJobFactory, user=person)
            for trashed in (None, timezone.now()):
                if not EmailNotification.objects.filter(user=person, event=event).exists():
                    make(
                        messaging.EmailNotificationFactory,
                        user=person,
                        event=event,
                        deleted_at=trashed,
                    )


def kinds(**values: Any) -> dict[str, Any]:
    """Create what an event may be, and be about."""
    topic = make(factories.EventTopicFactory, **values)
    sub_topic = make(factories.EventSubTopicFactory, event_topic=topic)
    make(factories.CustomPlaceholderFactory, event_sub_topic=sub_topic)
    return {
        "event_type": make(factories.EventTypeFactory, **values),
        "event_topic": topic,
        "event_sub_topic": sub_topic,
    }


def conference(world: World, name: str, team: dict[str, User], **values: Any) -> None:
    """Plant an event with every kind of child, on which `team` works, and one who left since."""
    gone = make(UserFactory, trashed=True)
    group = _group(world, team, gone, deleted_at=values.get("deleted_at"))
    event = world.events[name] = make(factories.EventFactory, group=group, **values)
    for role, person in [*team.items(), ("coorganizer" if "owner" in team else "owner", gone)]:
        factories.hold(person, event, role)
    _sessions(world, event, _speakers(world, event, gone), gone)
    _invitations(world, event)
    _team_to_be(world, event)
    _opinions(world, event, gone)
    for deleted_at in (None, timezone.now()):
        make(factories.SpeakersCallFactory, event=event, deleted_at=deleted_at)
        _particulars(event, deleted_at=deleted_at)
    _forms(event)
    _tickets(event)


def _particulars(event: Event, **trash: Any) -> None:
    """Say who pays for an event, where it is on the web, and what people ask about it."""
    for factory in (
        factories.EventCopyrightFactory,
        factories.SponsorFactory,
        factories.SocialLinkFactory,
        factories.TagFactory,
    ):
        make(factory, event=event, **trash)
    make(factories.FaqFactory, event=event, faq_type=make(factories.FaqTypeFactory, event=event))
    make(factories.FaqFactory, event=event, **trash)
    exhibitor = make(factories.ExhibitorFactory, event=event, position=next(_numbers) % 3)
    exhibitor.sessions.set(event.sessions.all()[:4])


def _tickets(event: Event) -> None:
    """Sell tickets, some of them hidden, some under a tag."""
    tags = [
        make(TicketTagFactory, event=event, deleted_at=deleted_at)
        for deleted_at in (None, timezone.now(), None)
    ]
    for number, (is_hidden, deleted_at) in enumerate(
        ((False, None), (True, None), (False, timezone.now()), (False, None))
    ):
        values = {"price": Decimal(number) + Decimal("0.125"), "is_hidden": is_hidden}
        ticket = make(TicketFactory, event=event, type="paid", deleted_at=deleted_at, **values)
        ticket.ticket_tags.set(tags[number % 3 :])


def _forms(event: Event) -> None:
    """Give the event fields of its own, which nobody has to fill in."""
    for number, kind in enumerate(("attendee", "session", "speaker")):
        form = make(factories.CustomFormFactory, event=event, form=kind, position=number % 2)
        for deleted_at in (None, timezone.now()):
            make(factories.CustomFormOptionFactory, custom_form=form, deleted_at=deleted_at)
            make(factories.CustomFormTranslateFactory, custom_form=form)


def _group(world: World, team: dict[str, User], gone: User, **values: Any) -> Group:
    """Create a group with organizers who accepted and who did not yet, and followers."""
    people = world.people
    group = make(factories.GroupFactory, user=team.get("owner", gone), **values)
    for role, held in (
        ("organizer", {"user": team.get("organizer", gone)}),
        ("organizer", {"email": people["submitter"].email}),
        ("moderator", {"user": team.get("moderator", gone)}),
    ):
        make(factories.GroupRoleFactory, group=group, role=Role.objects.get(name=role), **held)
    for fan in (people["somebody"], people["speaker"], gone):
        factories.FollowedGroupFactory(group=group, user=fan)
    return group


def _invitations(world: World, event: Event) -> None:
    """Invite people to speak: some have yet to answer, one has, and one took too long."""
    invited = [world.people[name] for name in ("submitter", "namesake", "speaker_by_address")]
    for number, session in enumerate(event.sessions.all()):
        for person in invited[: number % 4]:
            factories.SpeakerInviteFactory(session=session, email=person.email.upper())
        if number % 4 == 0:
            old = {"status": "accepted"} if number else {"expires_at": timezone.now()}
            factories.SpeakerInviteFactory(session=session, email=invited[0].email, **old)


def _team_to_be(world: World, event: Event) -> None:
    """Invite people to work on the event; one has declined, one has taken too long."""
    for name, values in (
        ("submitter", {}),
        ("namesake", {"status": "declined"}),
        ("speaker_by_address", {"expires_at": timezone.now()}),
    ):
        factories.RoleInviteFactory(event=event, email=world.people[name].email, **values)


def _opinions(world: World, event: Event, gone: User) -> None:
    """Let people rate the event and its sessions, and mark it as a favourite."""
    people = [world.people["somebody"], world.people["speaker"], gone]
    for number, person in enumerate(people):
        trash = {"deleted_at": timezone.now() if number == 1 else None}
        make(factories.FeedbackFactory, event=event, user=person, rating=number + 2.5, **trash)
        make(factories.FavouriteEventFactory, event=event, user=person, **trash)
        for session in list(event.sessions.all())[number::2]:
            values = {"event": None, "session": session, "rating": 5.0 - number}
            make(factories.FeedbackFactory, user=person, **values, **trash)


def _speakers(world: World, event: Event, gone: User) -> list[Speaker]:
    people = world.people
    speaking = {"user": people["speaker"], "email": None}
    by_address = {"email": people["speaker_by_address"].email.upper()}
    return [
        make(factories.SpeakerFactory, event=event, **speaking, order=3),
        make(factories.SpeakerFactory, event=event, **by_address, order=2),
        make(factories.SpeakerFactory, event=event, email=people["namesake"].email, order=1),
        make(factories.SpeakerFactory, event=event, user=gone),
        make(factories.SpeakerFactory, event=event, **speaking, deleted_at=timezone.now()),
        factories.SpeakerFactory(event=event, email=None),
    ]


def _sessions(world: World, event: Event, speakers: list[Speaker], gone: User) -> None:
    creators = [world.people["submitter"], world.people["speaker"], gone, None]
    fans = [world.people["somebody"], world.people["speaker"], gone]
    places = _places(event)
    for number, (state, trash) in enumerate(SESSIONS):
        session = make(
            factories.SessionFactory,
            event=event,
            state=state,
            creator=creators[number % len(creators)],
            **places[number % len(places)],
            deleted_at=timezone.now() if trash else None,
        )
        session.speakers.add(*speakers[number % 3 :])
        for fan in fans[: number % 3]:
            factories.FavouriteSessionFactory(session=session, user=fan)
    factories.SessionFactory(event=event, state=Session.State.CONFIRMED)


def _places(event: Event) -> list[dict[str, Any]]:
    """Create what a session lies in: a track, a room and a type; the second of each is trash."""
    return [
        {
            "track": make(factories.TrackFactory, **values),
            "microlocation": make(factories.MicrolocationFactory, **values),
            "session_type": make(factories.SessionTypeFactory, **values),
        }
        for values in (
            {"event": event, "position": 2},
            {"event": event, "position": 0, "deleted_at": timezone.now()},
            {"event": event, "position": 1},
        )
    ]


def make(factory: type[DjangoModelFactory[Row]], **values: Any) -> Row:
    """Create a row in which every column has a value that may be empty."""
    row = fill(factory.build(**values))
    row.save()
    return row


def fill(row: Row) -> Row:
    """Give each column of `row` that is empty a value that no other row has."""
    number = next(_numbers)
    for column in row._meta.concrete_fields:
        is_left_out = column.is_relation or column.primary_key or column.name == "deleted_at"
        if getattr(row, column.attname) in (None, "") and not is_left_out:
            setattr(row, column.attname, _value(column, number))
    return row


def another(column: models.Field, value: Any) -> Any:
    """Return a value for `column` that is not `value`."""
    if isinstance(column, models.BooleanField):
        return not value
    if column.choices:
        return next(each for each, _ in column.choices if each != value)
    return _value(column, next(_numbers))


def _value(column: models.Field, number: int) -> Any:
    match column:
        case models.Field(choices=[(first, _), *_]):
            return first
        case models.BooleanField():
            return bool(number % 2)
        case models.DateTimeField():
            return NEW_YEAR + timedelta(hours=number, microseconds=number % 2)
        case models.IntegerField():
            return number
        case models.FloatField():
            return number + 0.25
        case models.DecimalField():
            return Decimal(number) + Decimal("0.25")
        case models.JSONField():
            return [{"name": f"{column.name} № {number}", "link": "https://example.org/a_b"}]
        case models.EmailField():
            return f"{column.name}-{number}@example.org"
        case models.URLField():
            return f'https://example.org/{column.name}/{number}?a="ü"'
        case KeptFileField():
            return f"local:public/images/2031-01-01/{column.name}-{number}.jpg"
    return f"{column.verbose_name} № {number}"[: column.max_length]
