"""The rows that are read: a season of conferences, one of them large.

Always the same rows, from a seeded generator, with texts as long as people write them and as
many columns empty as people leave empty.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import timezone

from events.models import (
    Event,
    EventRole,
    EventTopic,
    EventType,
    FavouriteSession,
    Microlocation,
    Role,
    Session,
    SessionType,
    Speaker,
    Track,
)
from users import tokens
from users.models import SignIn, User

IDENTIFIER = "bench001"  # of the large event
BEGIN = datetime(2026, 3, 6, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Sizes:
    """How many of each there are."""

    published: int = 200
    drafts: int = 25
    trashed: int = 5
    people: int = 60
    # on the large event, and on each other one
    sessions: tuple[int, int] = (300, 20)
    speakers: tuple[int, int] = (200, 12)
    favourites: int = 900


SMALL = Sizes(
    published=30, drafts=6, trashed=2, people=12, sessions=(80, 4), speakers=(40, 3), favourites=60
)


@dataclass(frozen=True)
class Seeded:
    """What the requests name: the large event, a small one, an organizer of the large one, and
    an admin.
    """

    event_id: int
    small_identifier: str
    token: str
    admin_token: str


def seed(sizes: Sizes = Sizes()) -> Seeded:
    """Fill an empty, migrated database."""
    return _Season(sizes).fill()


def multiply(event_id: int, count: int) -> int:
    """Return the id of a published event with `count` sessions, copies of `event_id`'s.

    It is made when it is first asked for.
    """
    identifier = f"many{count}"
    if there := Event.objects.filter(identifier=identifier).first():
        return there.pk
    event = Event.objects.get(pk=event_id)
    event.pk = None
    event.identifier = identifier
    event.save()
    skipped = ("id", "event_id", "track_id", "microlocation_id", "session_type_id")
    names = [f.attname for f in Session._meta.concrete_fields if f.attname not in skipped]
    columns = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO events_session (event_id, {columns})"  # noqa: S608  our own names
            f" SELECT %s, {columns} FROM events_session, generate_series(1, %s)"
            " WHERE event_id = %s AND deleted_at IS NULL AND state IN ('accepted', 'confirmed')"
            " LIMIT %s",
            [event.pk, count, event_id, count],
        )
    analyse()
    return event.pk


def analyse() -> None:
    """Give the planner its statistics, as autovacuum does on a server."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


class _Season:
    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self.chance = random.Random(20260306)  # noqa: S311  reproducible, not secret
        self.roles = {role.name: role for role in Role.objects.all()}

    def fill(self) -> Seeded:
        people = User.objects.bulk_create(
            self.person(number) for number in range(self.sizes.people)
        )
        organizer = people[0]
        types = EventType.objects.bulk_create(
            EventType(name=name, slug=name.lower()) for name in ("Conference", "Meetup", "Camp")
        )
        topics = EventTopic.objects.bulk_create(
            EventTopic(name=name, slug=name.lower()) for name in ("Science", "Music", "Travel")
        )
        events = Event.objects.bulk_create(
            self.event(number, *state, types, topics) for number, state in enumerate(self.states())
        )
        EventRole.objects.bulk_create(self.work(events, people))
        for index, event in enumerate(events):
            self.programme(event, people, is_large=index == 0)
        self.favourites(events[0], people)
        admin = User.objects.create(email="admin@example.org", is_admin=True, is_verified=True)
        return Seeded(events[0].pk, events[1].identifier, self.token(organizer), self.token(admin))

    def token(self, user: User) -> str:
        sign_in = SignIn.objects.create(
            user=user,
            tokens_valid_from=user.tokens_valid_from,
            expires_at=timezone.now() + timedelta(days=1),
        )
        return tokens.access_token(sign_in, fresh=True, lifetime=24 * 3600)

    def states(self) -> list[tuple[str, datetime | None]]:
        """Return state and deletion of each event: the third is the first draft."""
        published: tuple[str, datetime | None] = (Event.State.PUBLISHED, None)
        draft: tuple[str, datetime | None] = (Event.State.DRAFT, None)
        trashed: tuple[str, datetime | None] = (Event.State.PUBLISHED, BEGIN)
        sizes = self.sizes
        others = [published] * (sizes.published - 2) + [draft] * (sizes.drafts - 1)
        others += [trashed] * sizes.trashed
        self.chance.shuffle(others)
        return [published, published, draft, *others]

    def person(self, number: int) -> User:
        return User(
            email=f"person{number}@example.org",
            password="!",  # noqa: S106  nobody signs in with one
            first_name=self.words(1).title(),
            last_name=self.words(1).title(),
            is_verified=True,
            is_profile_public=number % 2 == 0,
            avatar_url=self.link("avatars") if number % 3 else None,
            tokens_valid_from=BEGIN - timedelta(days=365),
        )

    def event(
        self,
        number: int,
        state: str,
        deleted_at: datetime | None,
        types: Sequence[EventType],
        topics: Sequence[EventTopic],
    ) -> Event:
        chance = self.chance
        starts_at = BEGIN + timedelta(days=number, hours=number % 12)
        is_online = chance.random() < 0.3
        return Event(
            identifier=IDENTIFIER if number == 0 else f"e{number:07x}",
            name=self.words(4).title(),
            description=self.prose(1400),
            state=state,
            deleted_at=deleted_at,
            created_at=starts_at - timedelta(days=200, microseconds=number % 3),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(days=2),
            timezone=chance.choice(["Europe/Berlin", "Asia/Singapore", "America/New_York"]),
            schedule_published_on=starts_at - timedelta(days=30),
            online=is_online,
            latitude=None if is_online else round(chance.uniform(-80, 80), 6),
            longitude=None if is_online else round(chance.uniform(-170, 170), 6),
            location_name=None if is_online else self.words(6).title(),
            searchable_location_name=None if is_online else self.words(1).title(),
            is_map_shown=not is_online,
            public_stream_link=self.link("stream") if is_online else None,
            event_type=chance.choice(types),
            event_topic=chance.choice(topics),
            external_event_url=self.link("event"),
            ticket_url=self.link("tickets"),
            logo_url=self.link("logos"),
            original_image_url=self.link("images"),
            large_image_url=self.link("images"),
            thumbnail_image_url=self.link("images"),
            icon_image_url=self.link("images"),
            has_owner_info=True,
            owner_name=self.words(2).title(),
            owner_description=self.prose(250),
            code_of_conduct=self.prose(500),
            is_sessions_speakers_enabled=True,
            document_links=[{"name": "Plan", "link": self.link("plan")}]
            if number % 4 == 0
            else None,
            refund_policy=self.prose(150),
            payment_country="Germany",
            payment_currency="EUR",
            can_pay_by_paypal=chance.random() < 0.5,
            bank_details=self.prose(80) if number % 3 == 0 else None,
        )

    def work(self, events: Sequence[Event], people: Sequence[User]) -> Iterable[EventRole]:
        """Give each event an owner and a team; the first person works on the first four."""
        somebody, *others = people
        for event in events:
            owner, *team = self.chance.sample(others, 4)
            if event == events[2]:
                owner = somebody
            yield EventRole(event=event, user=owner, role=self.roles["owner"], is_owner=True)
            for person, name in zip(team, ("organizer", "coorganizer", "registrar"), strict=True):
                yield EventRole(event=event, user=person, role=self.roles[name])
        yield EventRole(event=events[0], user=somebody, role=self.roles["organizer"])
        yield EventRole(event=events[1], user=somebody, role=self.roles["coorganizer"])
        yield EventRole(event=events[3], user=somebody, role=self.roles["moderator"])

    def programme(self, event: Event, people: Sequence[User], *, is_large: bool) -> None:
        at = 0 if is_large else 1
        tracks = Track.objects.bulk_create(
            Track(
                event=event,
                name=self.words(2).title(),
                description=self.prose(120),
                color=f"#{self.chance.randrange(1 << 24):06x}",
                position=index,
            )
            for index in range(8 if is_large else 2)
        )
        rooms = Microlocation.objects.bulk_create(
            Microlocation(event=event, name=f"Room {index}", floor=index // 4, position=index)
            for index in range(12 if is_large else 2)
        )
        types = SessionType.objects.bulk_create(
            SessionType(event=event, name=self.words(1).title(), length="00:30", position=index)
            for index in range(5 if is_large else 1)
        )
        speakers = Speaker.objects.bulk_create(
            self.speaker(event, index, people) for index in range(self.sizes.speakers[at])
        )
        sessions = Session.objects.bulk_create(
            self.session(event, index, tracks, rooms, types, people)
            for index in range(self.sizes.sessions[at])
        )
        speaking = Session.speakers.through
        speaking.objects.bulk_create(
            speaking(session_id=session.pk, speaker_id=speaker.pk)
            for session in sessions
            for speaker in self.chance.sample(speakers, self.chance.choice([1, 1, 1, 2, 2, 3]))
        )

    def speaker(self, event: Event, index: int, people: Sequence[User]) -> Speaker:
        chance = self.chance
        return Speaker(
            event=event,
            user=chance.choice(people) if chance.random() < 0.3 else None,
            name=self.words(2).title(),
            email=f"speaker{index}@example.org",
            order=index % 7,
            is_featured=index % 10 == 0,
            photo_url=self.link("photos"),
            thumbnail_image_url=self.link("photos"),
            small_image_url=self.link("photos"),
            icon_image_url=self.link("photos"),
            organisation=self.words(2).title(),
            position=self.words(2),
            country="Austria",
            city=self.words(1).title() if index % 2 else None,
            mobile="+43 1 2345678" if index % 3 == 0 else None,
            short_biography=self.prose(300),
            long_biography=self.prose(700) if index % 2 else None,
            website=self.link("people"),
            github=self.link("people") if index % 2 else None,
            complex_field_values={"diet": "vegan", "shirt": "M"} if index % 4 == 0 else None,
        )

    def session(
        self,
        event: Event,
        index: int,
        tracks: Sequence[Track],
        rooms: Sequence[Microlocation],
        types: Sequence[SessionType],
        people: Sequence[User],
    ) -> Session:
        chance = self.chance
        states = ["accepted"] * 6 + ["confirmed"] * 11 + ["pending", "rejected", "withdrawn"]
        starts_at = event.starts_at + timedelta(minutes=30 * (index % 40))
        return Session(
            event=event,
            title=self.words(6).capitalize(),
            subtitle=self.words(5) if index % 2 else None,
            short_abstract=self.prose(350),
            long_abstract=self.prose(900),
            comments=self.prose(100) if index % 5 == 0 else None,
            language="English",
            level=chance.choice(Session.Level.values),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=30),
            state=chance.choice(states),
            created_at=event.created_at + timedelta(hours=index),
            submitted_at=event.created_at + timedelta(hours=index, seconds=1),
            last_modified_at=timezone.now(),
            is_mail_sent=True,
            slides_url=self.link("slides") if index % 3 == 0 else None,
            slides=[{"name": "Slides", "link": self.link("slides")}] if index % 3 == 0 else None,
            video_url=self.link("videos") if index % 2 else None,
            signup_url=self.link("signup") if index % 6 == 0 else None,
            complex_field_values={"length": 30} if index % 4 == 0 else None,
            track=chance.choice(tracks) if index % 25 else None,
            microlocation=chance.choice(rooms),
            session_type=chance.choice(types),
            creator=chance.choice(people),
            deleted_at=BEGIN if index % 60 == 59 else None,
        )

    def favourites(self, event: Event, people: Sequence[User]) -> None:
        sessions = list(Session.objects.filter(event=event).values_list("pk", flat=True))
        pairs = [(session, person.pk) for session in sessions for person in people]
        FavouriteSession.objects.bulk_create(
            FavouriteSession(session_id=session, user_id=person)
            for session, person in self.chance.sample(pairs, self.sizes.favourites)
        )

    # --- texts

    def words(self, count: int) -> str:
        return " ".join(self.chance.choice(_WORDS) for _ in range(count))

    def prose(self, length: int) -> str:
        """Return about `length` characters of paragraphs."""
        parts: list[str] = []
        size = 0
        while size < length:
            sentence = self.words(self.chance.randrange(6, 14)).capitalize() + "."
            parts.append(f"<p>{sentence}</p>" if self.chance.random() < 0.2 else sentence)
            size += len(parts[-1]) + 1
        return " ".join(parts)

    def link(self, place: str) -> str:
        return f"https://files.example.org/{place}/{self.chance.randrange(1 << 64):016x}"


_WORDS = """
    a an and are art as at before build by code commons community data design each event every
    field for free from garden gather grow hands how in into is it knowledge language late learn
    library light make maps market means measure more music nature network new of on open or our
    people place plan practice public question river science share software sound space speak
    story street talk that the they this time to together tools under we what why with work world
    Öffentlichkeit “commons” naïve café
""".split()
