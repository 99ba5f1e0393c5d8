"""The atoms about events: who passes which, for a row and in a list alike."""

import pytest
from django.utils import timezone

from events import atoms
from events.models import Event, FavouriteSession, Session, Speaker, Track
from events.roles import roles_of
from permissions.asking import visible_to
from permissions.registry import named
from permissions.targets import Target
from permissions.users import Anonymous
from tests.factories.events import (
    EventFactory,
    FavouriteSessionFactory,
    SessionFactory,
    SpeakerFactory,
    TrackFactory,
    hold,
)
from tests.factories.users import UserFactory
from users.models import User

pytestmark = pytest.mark.django_db

STAFF = {"admin", "super_admin"}
LEADERS = STAFF | {"owner", "organizer", "coorganizer"}
PASS = {
    atoms.is_owner: STAFF | {"owner"},
    atoms.is_organizer: STAFF | {"owner", "organizer"},
    atoms.is_coorganizer: LEADERS,
    atoms.is_track_organizer: LEADERS | {"track_organizer"},
    atoms.is_registrar: LEADERS | {"registrar"},
    atoms.is_moderator: LEADERS | {"moderator"},
    atoms.has_event_role: LEADERS | {"track_organizer", "registrar", "moderator"},
}
ROLES = [
    "owner",
    "organizer",
    "coorganizer",
    "track_organizer",
    "registrar",
    "moderator",
    "attendee",
]


@pytest.fixture
def people():
    """Somebody for each role on one event, staff, and one without anything."""
    event = EventFactory()
    people = {role: UserFactory() for role in ROLES}
    for role, user in people.items():
        hold(user, event, role)
    people |= {
        "admin": UserFactory(admin=True),
        "super_admin": UserFactory(super_admin=True),
        "user": UserFactory(),
        "nobody": Anonymous(),
    }
    return event, people


@pytest.mark.parametrize("atom", PASS, ids=lambda atom: atom.name)
def test_a_role_passes_what_it_includes_and_nothing_above(people, atom):
    event, people = people
    elsewhere = EventFactory()

    for name, user in people.items():
        assert atom.fold(user, Target(event)) is (name in PASS[atom]), name
        assert atom.fold(user, Target(elsewhere)) is (name in STAFF), name
        assert atom.possible(user, Target()) is (name in PASS[atom]), name


@pytest.mark.parametrize("atom", PASS, ids=lambda atom: atom.name)
def test_a_list_shows_the_rows_that_a_role_passes(people, atom):
    event, people = people
    track = TrackFactory(event=event)
    TrackFactory()

    for name, user in people.items():
        expected = {*Track.objects.all()} if name in STAFF else {track}
        shown = set(visible_to(Track.objects.all(), atom, user))
        assert shown == (expected if name in PASS[atom] else set()), name
        assert (event in visible_to(Event.objects.all(), atom, user)) is (name in PASS[atom])


def test_atoms_are_known_by_name():
    for atom in atoms.ALL:
        assert named(atom.name) is atom
    with pytest.raises(LookupError, match='no permission is called "is_boss"; known: .*is_admin'):
        named("is_boss")


def test_a_published_event_is_everybodys_until_it_is_trash():
    draft, published = EventFactory(), EventFactory(published=True)
    trashed = EventFactory(published=True, deleted_at=timezone.now())
    rows = {event: TrackFactory(event=event) for event in (draft, published, trashed)}

    for user in (Anonymous(), UserFactory()):
        for event, track in rows.items():
            passes = event is published
            assert atoms.is_event_published.fold(user, Target(event)) is passes
            assert atoms.is_event_published.fold(user, Target(track)) is passes
        assert list(visible_to(Event.objects.all(), atoms.is_event_published, user)) == [published]
        assert list(visible_to(Track.objects.all(), atoms.is_event_published, user)) == [
            rows[published]
        ]


@pytest.mark.parametrize("state", Session.State.values)
def test_a_session_is_announced_once_accepted_or_confirmed(state):
    session = SessionFactory(state=state)
    favourite = FavouriteSessionFactory(session=session)
    passes = state in ("accepted", "confirmed")
    atom = atoms.is_session_announced

    assert atom.fold(Anonymous(), Target(session)) is passes
    assert atom.fold(Anonymous(), Target(favourite)) is passes
    assert visible_to(Session.objects.all(), atom, Anonymous()).exists() is passes
    assert visible_to(FavouriteSession.objects.all(), atom, Anonymous()).exists() is passes


def ask(atom, user, row):
    """Return the answer for a row, after holding that the list says the same."""
    answer = atom.fold(user, Target(row))
    listed = visible_to(type(row)._default_manager.filter(pk=row.pk), atom, user).exists()
    assert answer is listed
    return answer


def test_speakers_and_submitters_of_a_session_pass_for_it():
    event = EventFactory()
    submitter, speaker, by_email = UserFactory(), UserFactory(), UserFactory()
    session = SessionFactory(
        event=event,
        creator=submitter,
        speakers=[
            SpeakerFactory(event=event, user=speaker),
            SpeakerFactory(event=event, email=by_email.email.upper()),
        ],
    )
    SpeakerFactory(event=event, user=UserFactory())
    atom = atoms.is_speaker_for_session

    for user in (submitter, speaker, by_email, UserFactory(admin=True)):
        assert ask(atom, user, session)
    for user in (UserFactory(), Anonymous()):
        assert not ask(atom, user, session)
    assert ask(atoms.is_session_self_submitted, submitter, session)
    assert not ask(atoms.is_session_self_submitted, speaker, session)


def test_an_address_counts_only_once_it_is_verified():
    speaker = SpeakerFactory(email="ada@example.org")
    session = SessionFactory(event=speaker.event, speakers=[speaker])
    pretender = UserFactory(email="ada@example.org", unverified=True)

    assert not ask(atoms.is_speaker_for_session, pretender, session)
    assert not ask(atoms.is_speaker_itself_or_admin, pretender, speaker)
    pretender.is_verified = True
    assert ask(atoms.is_speaker_for_session, pretender, session)
    assert ask(atoms.is_speaker_itself_or_admin, pretender, speaker)


def test_a_speaker_is_itself_and_nobody_who_only_has_a_row_elsewhere():
    user, namesake = UserFactory(), UserFactory()
    own = SpeakerFactory(user=user, email=None)
    SpeakerFactory(user=namesake)

    assert ask(atoms.is_speaker_itself_or_admin, user, own)
    assert not ask(atoms.is_speaker_itself_or_admin, namesake, own)
    hold(namesake, own.event, "coorganizer")
    assert ask(atoms.is_speaker_itself_or_admin, namesake, own)


def test_a_trashed_speaker_speaks_for_nothing():
    user = UserFactory()
    speaker = SpeakerFactory(user=user, deleted_at=timezone.now())
    session = SessionFactory(event=speaker.event, speakers=[speaker])

    assert not ask(atoms.is_speaker_for_session, user, session)


def test_sessions_are_asked_by_their_id_alone_too():
    submitter = UserFactory()
    session = SessionFactory(creator=submitter)
    leader = UserFactory()
    hold(leader, session.event, "coorganizer")
    atom = atoms.is_speaker_for_session

    assert atom.fold(submitter, Target(session_id=session.pk)) is True
    assert atom.fold(leader, Target(session_id=session.pk)) is True
    assert atom.fold(UserFactory(), Target(session_id=session.pk)) is False
    assert atom.fold(submitter, Target(session_id=999_999)) is False


def test_leaders_know_the_people_of_their_events():
    event = EventFactory()
    leader, helper, stranger = UserFactory(), UserFactory(), UserFactory()
    hold(leader, event, "coorganizer")
    hold(helper, event, "moderator")
    hold(stranger, EventFactory(), "owner")
    atom = atoms.is_coorganizer_of_user

    assert ask(atom, leader, helper)
    assert not ask(atom, helper, leader)
    assert not ask(atom, leader, stranger)
    assert ask(atom, UserFactory(admin=True), stranger)


def test_roles_are_read_once_and_again_after_they_change(django_assert_num_queries):
    user, event = UserFactory(), EventFactory()
    hold(user, event, "moderator")

    with django_assert_num_queries(1):
        assert roles_of(user) == {event.pk: {"moderator"}}
        assert roles_of(user) == {event.pk: {"moderator"}}
    held = hold(user, event, "organizer")
    assert roles_of(user) == {event.pk: {"moderator", "organizer"}}
    held.delete()
    assert roles_of(user) == {event.pk: {"moderator"}}


def test_no_atom_ever_answers_null_in_sql():
    """A NULL would vanish under NOT: each row is in the list or in that of the negation."""
    SessionFactory(creator=None)
    SpeakerFactory(user=None, email=None)
    user = UserFactory()
    models = {
        atoms.is_speaker_for_session: Session,
        atoms.is_session_self_submitted: Session,
        atoms.is_speaker_itself_or_admin: Speaker,
        atoms.is_coorganizer_of_user: User,
        atoms.is_coorganizer: Session,
        atoms.has_event_role: Session,
        atoms.is_event_published: Session,
        atoms.is_session_announced: Session,
    }

    for atom, model in models.items():
        rows = model._default_manager.all()
        positive = visible_to(rows, atom, user)
        negative = visible_to(rows, ~atom, user)
        assert positive.count() + negative.count() == rows.count(), atom.name
