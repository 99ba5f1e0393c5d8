"""What somebody hostile tries who may write somewhere: a test for each attack.

Mallory owns an event, as anybody with a verified address may, and helps to organize another
one, whose owner and organizers rank above her.
"""

from typing import Any

import pytest
from factory.django import DjangoModelFactory

from events.models import (
    Event,
    EventRole,
    FavouriteEvent,
    FavouriteSession,
    Feedback,
    FollowedGroup,
    SpeakerInvite,
)
from openevent.api.registry import registry
from tests.api_client import Api, document
from tests.factories import events as factories
from tests.factories import messaging, ticketing
from tests.factories.events import (
    EventFactory,
    FaqFactory,
    FaqTypeFactory,
    FeedbackFactory,
    GroupFactory,
    SessionFactory,
    SpeakerFactory,
    TrackFactory,
    hold,
)
from tests.factories.users import UserFactory
from users.models import User, UserEmail

pytestmark = pytest.mark.django_db


@pytest.fixture
def mallory() -> User:
    return UserFactory(email="mallory@example.org")


@pytest.fixture
def own(mallory: User) -> Event:
    """The event that Mallory owns."""
    event = EventFactory(published=True, name="Own")
    hold(mallory, event, "owner")
    return event


@pytest.fixture
def famous(mallory: User) -> Event:
    """The event that she would like to be at, and has nothing to say on."""
    event = EventFactory(published=True, name="Famous")
    hold(UserFactory(), event, "owner")
    return event


@pytest.fixture
def helped(mallory: User, famous: Event) -> Event:
    """The same, with Mallory as one of its co-organizers."""
    hold(mallory, famous, "coorganizer")
    return famous


def event_of(row: Any) -> Event:
    row.refresh_from_db()
    found: Event = row.event
    return found


# --- moving rows from an event of one's own


MOVES = {
    "by a change": lambda api, row, to: api.patch(path(row), type_of(row), event=to),
    "by its linkage": lambda api, row, to: api.link(
        "patch", f"{path(row)}/relationships/event", to
    ),
    "by the event's": lambda api, row, to: api.link(
        "post", f"/v1/events/{to.pk}/relationships/{type_of(row)}s", [row]
    ),
}


def type_of(row: Any) -> str:
    return type(row).__name__.lower()


def path(row: Any) -> str:
    return f"/v1/{type_of(row)}s/{row.pk}"


@pytest.mark.parametrize("way", MOVES)
@pytest.mark.parametrize("role", [None, "track_organizer", "coorganizer"])
def test_a_talk_accepted_on_an_event_of_ones_own_is_not_put_into_another_s_programme(
    way, role, mallory, own, famous
):
    if role is not None:
        hold(mallory, famous, role)
    session = SessionFactory(event=own, creator=mallory, state="accepted", is_locked=True)

    answer = MOVES[way](Api(mallory), session, famous)

    assert (answer.status, event_of(session)) == (403, own)
    assert Api().get(f"/v1/events/{famous.pk}/sessions").ids == []


@pytest.mark.parametrize("way", MOVES)
def test_a_speaker_featured_on_an_event_of_ones_own_is_not_put_among_another_s(
    way, mallory, own, helped
):
    speaker = SpeakerFactory(event=own, user=mallory, email=None, is_featured=True)

    answer = MOVES[way](Api(mallory), speaker, helped)

    assert (answer.status, event_of(speaker)) == (403, own)


@pytest.mark.parametrize("is_locked", [True, False])
def test_a_talk_is_not_taken_out_of_another_s_programme_into_an_event_of_ones_own(
    is_locked, mallory, own, famous
):
    session = SessionFactory(event=famous, creator=mallory, state="accepted", is_locked=is_locked)

    statuses = [move(Api(mallory), session, own).status for move in MOVES.values()]

    assert (statuses, event_of(session)) == ([403] * 3, famous)


def test_who_organizes_both_events_moves_talks_and_speakers(mallory, own, famous):
    hold(mallory, famous, "organizer")
    session = SessionFactory(event=own, state="accepted")
    speaker = SpeakerFactory(event=own)

    for move in MOVES.values():
        for row in (session, speaker):
            assert move(Api(mallory), row, famous).status == 200
            assert event_of(row) == famous
            type(row).objects.filter(pk=row.pk).update(event=own)


# every resource whose rows belong to an event, and are changed by who has a role on it
OF_EVENTS = [
    resource
    for resource in registry
    if "change" in resource.permissions
    and "event" in resource.relationships
    and resource.permissions["change"].all_needs & {"event_id", "session_id", "speaker_id"}
]
FACTORIES = {
    factory._meta.model: factory
    for factory in (*vars(factories).values(), *vars(ticketing).values())
    if isinstance(factory, type) and issubclass(factory, DjangoModelFactory)
}


@pytest.mark.parametrize("resource", OF_EVENTS, ids=lambda each: each.type)
def test_no_row_goes_to_an_event_or_comes_from_one_on_which_one_has_no_say(
    resource, mallory, own, famous
):
    make = FACTORIES[resource.model]
    at = f"/v1/{resource.path}"
    key = next(
        (k.key for k in registry["event"].relationships.values() if k.target is resource), ""
    )

    for here, there in ((own, famous), (famous, own)):
        row = make(event=here)
        statuses = {
            Api(mallory).patch(f"{at}/{row.pk}", resource.type, event=there).status,
            Api(mallory).link("patch", f"{at}/{row.pk}/relationships/event", there).status,
            Api(mallory).link("post", f"/v1/events/{there.pk}/relationships/{key}", [row]).status,
        }
        # what something else changes is ignored in a whole document, as clients send it back
        assert statuses <= {403, 404, 405} | (
            {200} if resource.type == "users-events-roles" else set()
        )
        assert event_of(row) == here


@pytest.mark.parametrize(
    "make", [factories.CustomFormOptionFactory, factories.CustomFormTranslateFactory]
)
def test_what_hangs_on_a_form_goes_to_no_form_of_an_event_on_which_one_has_no_say(
    make, mallory, own, famous
):
    mine, theirs = (factories.CustomFormFactory(event=event) for event in (own, famous))
    for here, there in ((mine, theirs), (theirs, mine)):
        row = make(custom_form=here)
        resource = registry.of_model(type(row))
        at, key = f"/v1/{resource.path}/{row.pk}", resource.path
        statuses = {
            Api(mallory).patch(at, resource.type, custom_form=there).status,
            Api(mallory).link("patch", f"{at}/relationships/custom-form", there).status,
            Api(mallory)
            .link("post", f"/v1/custom-forms/{there.pk}/relationships/{key}", [row])
            .status,
        }

        row.refresh_from_db()
        assert (statuses <= {403, 404}, row.custom_form) == (True, here), statuses


# --- getting around the rules of a row by writing the other end


@pytest.mark.parametrize("method", ["post", "patch"])
def test_a_locked_talk_is_not_put_into_a_track_by_the_track(method, mallory, helped):
    session, track = SessionFactory(event=helped, is_locked=True), TrackFactory(event=helped)

    linked = Api(mallory).link(method, f"/v1/tracks/{track.pk}/relationships/sessions", [session])
    changed = Api(mallory).patch(f"/v1/tracks/{track.pk}", "track", sessions=[session])

    session.refresh_from_db()
    assert session.track is None
    assert [(each.status, each.detail) for each in (linked, changed)] == [
        (403, "This session is locked; only organizers can change it.")
    ] * 2
    assert (linked.pointer, changed.pointer) == ("/data", "/data/relationships/sessions")


def test_a_locked_talk_is_neither_joined_nor_left_by_the_speaker(mallory, famous):
    speaker = SpeakerFactory(event=famous, user=mallory)
    left, joined = SessionFactory.create_batch(2, event=famous, creator=mallory, is_locked=True)
    left.speakers.add(speaker)
    where = f"/v1/speakers/{speaker.pk}/relationships/sessions"

    assert Api(mallory).link("post", where, [joined]).status == 403
    assert Api(mallory).link("delete", where, [left]).status == 403
    assert list(speaker.sessions.all()) == [left]


def test_a_row_does_not_leave_behind_what_belongs_to_its_event_when_the_event_takes_it(
    mallory, own, helped
):
    track, faq_type = TrackFactory(event=helped), FaqTypeFactory(event=helped)
    SessionFactory(event=helped, track=track)
    faq = FaqFactory(event=helped, faq_type=faq_type)

    for name, row in (("tracks", track), ("faq-types", faq_type), ("faqs", faq)):
        answer = Api(mallory).link("post", f"/v1/events/{own.pk}/relationships/{name}", [row])
        assert (name, answer.status, event_of(row)) == (name, 409, helped)


# --- roles


def test_no_role_comes_along_from_an_event_of_ones_own(mallory, own, helped):
    held = hold(UserFactory(), own, "organizer")
    linkage = f"/v1/events/{helped.pk}/relationships/roles"

    for method in ("post", "patch", "delete"):
        answer = Api(mallory).link(method, linkage, [held])
        assert (answer.status, answer.detail) == (403, '"roles" is changed through role-invites.')
    Api(mallory).patch(f"/v1/events/{helped.pk}", "event", roles=[held])
    Api(mallory).patch(f"/v1/users-events-roles/{held.pk}", "users-events-roles", event=helped)
    assert event_of(held) == own


def test_nobody_is_taken_out_of_a_team_into_an_event_of_ones_own(mallory, own, helped):
    held = EventRole.objects.get(event=helped, is_owner=True)

    answer = Api(mallory).link("post", f"/v1/events/{own.pk}/relationships/roles", [held])

    assert (answer.status, event_of(held)) == (403, helped)


# --- what belongs to other people or events, named in a body


def test_nobody_is_asked_to_speak_on_one_event_in_the_name_of_another(mallory, own, famous):
    mine, theirs = SessionFactory(event=own), SessionFactory(event=famous, state="accepted")

    for session, event in ((mine, famous), (theirs, own), (theirs, famous)):
        answer = Api(mallory).post(
            "/v1/speaker-invites",
            "speaker-invite",
            email="ada@example.org",
            session=session,
            event=event,
        )
        assert answer.status in (403, 422)
    assert not SpeakerInvite.objects.exists()


@pytest.mark.parametrize(
    ("type_name", "model", "values"),
    [
        ("user-favourite-event", FavouriteEvent, lambda event: {"event": event}),
        (
            "user-favourite-session",
            FavouriteSession,
            lambda event: {"session": SessionFactory(event=event, state="accepted")},
        ),
        ("user-follow-group", FollowedGroup, lambda event: {"group": GroupFactory()}),
        ("feedback", Feedback, lambda event: {"event": event, "rating": "1"}),
        ("user-email", UserEmail, lambda event: {"email_address": "ada@example.net"}),
    ],
)
def test_nothing_is_done_in_the_name_of_another(type_name, model, values, mallory, famous):
    ada = UserFactory()

    Api(mallory).post(f"/v1/{type_name}s", type_name, user=ada, **values(famous))

    assert not model.objects.filter(user=ada).exists()


@pytest.mark.parametrize(
    "factory", [FeedbackFactory, messaging.NotificationFactory, messaging.EmailNotificationFactory]
)
def test_nothing_of_ones_own_is_pushed_onto_another(factory, mallory, famous):
    row = factory(user=mallory, event=famous)
    resource = registry.of_model(type(row))
    where = f"/v1/{resource.path}/{row.pk}"

    Api(mallory).patch(where, resource.type, user=UserFactory())
    Api(mallory).link("patch", f"{where}/relationships/user", UserFactory())

    row.refresh_from_db()
    assert row.user == mallory


def test_a_hidden_event_is_not_found_by_linking_it(mallory):
    row = messaging.EmailNotificationFactory(user=mallory, event=EventFactory(published=True))
    draft = EventFactory()

    answer = Api(mallory).patch(
        f"/v1/email-notifications/{row.pk}", "email-notification", event=draft
    )

    assert answer.status == 404


def test_the_id_of_a_new_row_is_not_the_senders_to_choose(mallory, own, famous):
    theirs = TrackFactory(event=famous, name="Theirs")
    body = new_track(own)
    body["data"]["id"] = str(theirs.pk)

    answer = Api(mallory).send("post", "/v1/tracks", body)

    theirs.refresh_from_db()
    assert (answer.status, theirs.name, theirs.event) == (201, "Theirs", famous)
    assert answer.data["id"] != str(theirs.pk)


@pytest.mark.parametrize(
    ("attributes", "relationships"),
    [
        ({"event": "linkage"}, {}),
        ({"event": "linkage"}, {"event": "own"}),
        ({"event_id": "id"}, {"event": "own"}),
        ({"event-id": "id"}, {"event": "own"}),
        ({}, {"Event": "linkage", "event": "own"}),
    ],
)
def test_a_parent_named_twice_is_the_one_that_was_asked(
    attributes, relationships, mallory, own, famous
):
    theirs = {"type": "event", "id": str(famous.pk)}
    said = {"linkage": theirs, "id": famous.pk}
    body = new_track(own)
    body["data"]["attributes"] |= {name: said[value] for name, value in attributes.items()}
    body["data"]["relationships"] = {
        name: body["data"]["relationships"]["event"] if value == "own" else {"data": theirs}
        for name, value in relationships.items()
    }

    Api(mallory).send("post", "/v1/tracks", body)

    assert not famous.tracks.exists()


def new_track(event: Event) -> dict[str, Any]:
    return document("track", None, {"name": "Web", "color": "#123456", "event": event})


def test_an_event_keeps_its_name_in_urls_and_stays_off_the_front_page(mallory, own):
    was = own.identifier

    Api(mallory).patch(
        f"/v1/events/{own.pk}", "event", identifier="12345678", is_featured=True, is_promoted=True
    )

    own.refresh_from_db()
    assert (own.identifier, own.is_featured, own.is_promoted) == (was, False, False)


# --- headers and parameters


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_no_header_makes_a_read_a_deletion(header, mallory, own):
    track = TrackFactory(event=own)

    read = Api(mallory, **{header: "DELETE"}).get(f"/v1/tracks/{track.pk}", _method="DELETE")
    refused = Api(UserFactory(), **{header: "GET"}).delete(f"/v1/tracks/{track.pk}")

    track.refresh_from_db()
    assert (read.status, refused.status, track.deleted_at) == (200, 403, None)


def test_a_tag_of_what_others_see_is_no_answer_to_who_sees_less(mallory, own):
    speaker = SpeakerFactory(event=own, email="ada@example.org")
    seen = Api(mallory).get(path(speaker))

    stranger = Api(UserFactory(), **{"If-None-Match": seen.headers["ETag"]}).get(path(speaker))

    assert seen.attributes["email"] == "ada@example.org"
    assert (stranger.status, stranger.attributes["email"]) == (200, None)
    assert "Authorization" in seen.headers["Vary"]


def test_a_key_of_another_replays_nothing(mallory, own):
    helper = UserFactory()
    hold(helper, own, "coorganizer")
    key = {"Idempotency-Key": "the same"}

    made = [
        Api(user).send("post", "/v1/tracks", new_track(own), **key) for user in (mallory, helper)
    ]
    refused = Api(UserFactory()).send("post", "/v1/tracks", new_track(own), **key)

    assert [each.status for each in (*made, refused)] == [201, 201, 403]
    assert made[0].data["id"] != made[1].data["id"]


def test_a_key_replays_nothing_to_who_may_no_more(mallory, helped):
    track, session = TrackFactory(event=helped), SessionFactory(event=helped, state="pending")
    linkage = f"/v1/tracks/{track.pk}/relationships/sessions"
    reset = f"/v1/events/{helped.pk}/reorder-speakers?reset"
    send = lambda: (  # noqa: E731
        Api(mallory).link("post", linkage, [session], **{"Idempotency-Key": "a"}),
        Api(mallory).send("post", reset, [], **{"Idempotency-Key": "b"}),
    )
    assert [answer.status for answer in send()] == [200, 200]
    assert [answer.headers["Idempotent-Replayed"] for answer in send()] == ["true", "true"]

    EventRole.objects.filter(user=mallory).delete()

    assert [answer.status for answer in send()] == [403, 403]


def test_looking_at_a_link_that_acts_does_nothing(mallory, own):
    own.group = GroupFactory(user=mallory)
    own.save()
    api = Api(mallory)

    api.client.head(f"/v1/groups/{own.group_id}/events/{own.pk}/announce", headers=api.headers)

    own.refresh_from_db()
    assert not own.is_announced


def test_everything_on_one_page_is_everything_that_one_may_see(mallory, famous):
    SessionFactory.create_batch(2, event=famous, state="pending")
    SpeakerFactory(event=famous, email="ada@example.org")
    shown = SessionFactory(event=famous, state="accepted")

    sessions = Api(mallory).get("/v1/sessions", page__size=0, get_trashed="true")
    events = Api(mallory).get(
        "/v1/events", page__size=0, include="speakers,owner,sessions.speakers,sessions.creator"
    )

    assert sessions.ids == [shown.pk]
    assert {kind for kind, _ in events.included} == {"speaker", "session", "user"}
    people = {famous.roles.get().user.email, "ada@example.org"}
    assert not [email for email in people if email in events.response.content.decode()]


def test_nobody_asks_what_another_may(mallory, famous):
    ada = UserFactory()
    query = {"method": "DELETE", "path": f"/v1/events/{famous.pk}"}
    ask = lambda user: Api(mallory).client.get(  # noqa: E731
        "/v1/permissions/explain", {**query, "user": user}, headers=Api(mallory).headers
    )

    assert {ask(user).status_code for user in (ada.pk, ada.pk + 999, "x", "-1")} == {403}


def test_abilities_on_what_lies_in_the_trash_are_nobodys(mallory, own):
    own.trash()

    for user in (mallory, UserFactory(super_admin=True)):
        for query in ({}, {"get_trashed": "true"}):
            assert Api(user).get(f"/v1/events/{own.pk}/abilities", **query).status == 404
