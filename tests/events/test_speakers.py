"""Speakers: who presents themselves, and what they confide to the organizers."""

import pytest

from events.api.speakers import CONFIDED
from events.models import Speaker
from tests.api_client import Api
from tests.factories.events import EventFactory, SessionFactory, SpeakerFactory, hold
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return EventFactory(published=True, is_sessions_speakers_enabled=True)


@pytest.fixture
def organizer(event):
    user = UserFactory()
    hold(user, event, "organizer")
    return user


def test_a_speaker_is_the_caller_with_their_own_address(event):
    user = UserFactory()

    answer = Api(user).post(
        "/v1/speakers",
        "speaker",
        name="Ada",
        email="other@example.org",
        is_email_overridden=True,
        event=event,
        user=UserFactory(),
    )

    speaker = Speaker.objects.get()
    assert answer.status == 201
    assert (speaker.user, speaker.email, speaker.is_email_overridden) == (user, user.email, False)


def test_organizers_enter_others_with_an_address_or_without(event, organizer):
    api = Api(organizer)

    given = api.post("/v1/speakers", "speaker", name="Ada", email="ada@example.org", event=event)
    without = api.post(
        "/v1/speakers",
        "speaker",
        name="Bob",
        email="bob@example.org",
        is_email_overridden=True,
        event=event,
    )

    assert given.attributes["email"] == "ada@example.org"
    assert (without.attributes["email"], without.attributes["is-email-overridden"]) == (None, True)


def test_an_address_is_that_of_one_speaker_of_an_event(event, organizer):
    SpeakerFactory(event=event, email="ada@example.org")
    trashed = SpeakerFactory(event=event, email="bob@example.org")
    trashed.trash()
    SpeakerFactory(email="cy@example.org")
    api = Api(organizer)

    taken = api.post("/v1/speakers", "speaker", name="A", email="ADA@example.org", event=event)

    assert (taken.status, taken.pointer) == (403, "/data/attributes/email")
    for free in ("bob@example.org", "cy@example.org"):
        assert api.post("/v1/speakers", "speaker", name="B", email=free, event=event).status == 201


def test_what_speakers_confide_is_seen_by_them_and_the_leaders(event, organizer):
    user = UserFactory()
    told = {
        name: "x" for name in CONFIDED if name not in ("complex_field_values", "gender", "email")
    }
    speaker = SpeakerFactory(
        event=event,
        user=user,
        email="ada@example.org",
        gender="Woman",
        complex_field_values={"a": 1},
        **told,
    )
    keys = {name.replace("_", "-") for name in CONFIDED}
    path = f"/v1/speakers/{speaker.pk}"

    for viewer in (user, organizer, UserFactory(admin=True)):
        shown = Api(viewer).get(path).attributes
        assert shown["email"] == "ada@example.org"
        assert all(shown[key] for key in keys)
    for viewer in (None, UserFactory()):
        masked = Api(viewer).get(path).attributes
        assert {key: masked[key] for key in keys} == dict.fromkeys(keys)


def test_an_event_without_a_call_takes_no_speakers(event):
    event.is_sessions_speakers_enabled = False
    event.save()

    assert Api(UserFactory()).post("/v1/speakers", "speaker", name="A", event=event).status == 403


def test_speakers_join_sessions_that_they_submitted_and_no_others(event):
    user = UserFactory()
    own = SessionFactory(event=event, creator=user)
    shown = SessionFactory(event=event, state="accepted")
    hidden = SessionFactory(event=event, state="pending")

    assert (
        Api(user).post("/v1/speakers", "speaker", name="A", event=event, sessions=[hidden]).status
        == 404
    )
    assert (
        Api(user).post("/v1/speakers", "speaker", name="A", event=event, sessions=[shown]).status
        == 403
    )
    assert not Speaker.objects.exists()
    assert (
        Api(user).post("/v1/speakers", "speaker", name="A", event=event, sessions=[own]).status
        == 201
    )
    assert list(own.speakers.all()) == [Speaker.objects.get()]


def test_a_speaker_changes_themselves_and_nobody_else(event):
    user, other = UserFactory(), UserFactory()
    own = SpeakerFactory(event=event, user=user, email=user.email)
    SpeakerFactory(event=event, user=other)
    path = f"/v1/speakers/{own.pk}"

    assert Api(user).patch(path, "speaker", name="New").status == 200
    assert Api(other).patch(path, "speaker", name="New").status == 403
    assert Api(other).delete(path).status == 403
    assert Api().patch(path, "speaker", name="New").status == 401
    assert Api(user).delete(path).status == 200


def test_nobody_brings_themselves_featured_from_another_event(event):
    user = UserFactory()
    speaker = SpeakerFactory(user=user, is_featured=True, event__published=True)
    path = f"/v1/speakers/{speaker.pk}"

    refused = Api(user).patch(path, "speaker", event=event)

    assert (refused.status, refused.pointer) == (403, "/data/relationships/event")
    for each in (event, speaker.event):
        hold(user, each, "organizer")
    assert Api(user).patch(path, "speaker", event=event).status == 200


def test_being_featured_and_the_order_are_the_organizers_choice(event, organizer):
    user = UserFactory()
    speaker = SpeakerFactory(event=event, user=user)
    path = f"/v1/speakers/{speaker.pk}"

    own = Api(user).patch(path, "speaker", is_featured=True, order=5).attributes
    theirs = Api(organizer).patch(path, "speaker", is_featured=True, order=5).attributes

    assert (own["is-featured"], own["order"]) == (False, 0)
    assert (theirs["is-featured"], theirs["order"]) == (True, 5)


def test_speakers_are_listed_in_their_order(event):
    second, first = SpeakerFactory(event=event, order=2), SpeakerFactory(event=event, order=1)

    assert Api().get(f"/v1/events/{event.pk}/speakers").ids == [first.pk, second.pk]
