"""Tracks, rooms, session types, favourites, types, topics and roles."""

import pytest

from events.api.tracks import contrast
from events.models import EventRole, FavouriteSession, Role
from tests.api_client import Api
from tests.factories.events import (
    EventFactory,
    EventTypeFactory,
    FavouriteSessionFactory,
    RoleFactory,
    SessionFactory,
    SessionTypeFactory,
    TrackFactory,
    hold,
)
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return EventFactory(published=True)


def member(event, role):
    user = UserFactory()
    hold(user, event, role)
    return user


@pytest.mark.parametrize(
    ("color", "font"),
    [
        ("#ffffff", "#000000"),
        ("#000000", "#ffffff"),
        ("#fff", "#000000"),
        ("#EF6C00", "#000000"),
        ("#C62828", "#ffffff"),
    ],
)
def test_the_font_of_a_track_is_readable_on_its_color(color, font):
    assert contrast(color) == font


@pytest.mark.parametrize("color", ["red", "#ff", "#fffff", "#gggggg", "fff"])
def test_a_color_is_written_as_in_css(event, color):
    answer = Api(member(event, "owner")).post(
        "/v1/tracks", "track", name="T", color=color, event=event
    )

    assert (answer.status, answer.pointer) == (422, "/data/attributes/color")


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("owner", 201),
        ("organizer", 201),
        ("coorganizer", 201),
        ("track_organizer", 201),
        ("registrar", 403),
        ("moderator", 403),
        ("attendee", 403),
    ],
)
def test_tracks_are_made_by_track_organizers_and_leaders(event, role, status):
    user = member(event, role)

    answer = Api(user).post("/v1/tracks", "track", name="T", color="#fff", event=event)

    assert answer.status == status


@pytest.mark.parametrize(
    ("path", "type_name", "fields"),
    [
        ("/v1/microlocations", "microlocation", {"name": "Hall"}),
        ("/v1/session-types", "session-type", {"name": "Talk", "length": "00:30"}),
    ],
)
def test_rooms_and_formats_are_made_by_leaders(event, path, type_name, fields):
    for role, status in (("coorganizer", 201), ("track_organizer", 403), ("moderator", 403)):
        user = member(event, role)
        assert Api(user).post(path, type_name, event=event, **fields).status == status
    assert Api().post(path, type_name, event=event, **fields).status == 401


@pytest.mark.parametrize("length", ["30", "0:30", "00:60", "٠٠:٣٠", ""])
def test_a_length_is_hours_and_minutes(event, length):
    kind = SessionTypeFactory(event=event)

    answer = Api(member(event, "owner")).patch(
        f"/v1/session-types/{kind.pk}", "session-type", length=length
    )

    assert (answer.status, answer.pointer) == (422, "/data/attributes/length")


def test_types_and_topics_are_the_admins():
    kind = EventTypeFactory(name="Festival or Fair")
    admin = Api(UserFactory(admin=True))

    assert Api().get(f"/v1/event-types/{kind.pk}").attributes["slug"] == "festival-or-fair"
    assert Api(UserFactory()).post("/v1/event-types", "event-type", name="X").status == 403
    renamed = admin.patch(f"/v1/event-types/{kind.pk}", "event-type", name="Fair", slug="mine")
    assert renamed.attributes["slug"] == "fair"
    assert admin.post("/v1/event-topics", "event-topic", name="Music").status == 201


def test_drafts_do_not_leak_through_their_type(event):
    kind = EventTypeFactory()
    event.event_type = kind
    event.save()
    EventFactory(event_type=kind)

    assert Api().get(f"/v1/event-types/{kind.pk}/events").ids == [event.pk]


def test_a_session_is_marked_as_a_favourite_once(event):
    session = SessionFactory(event=event, state="accepted")
    user = UserFactory()
    send = lambda: Api(user).post(  # noqa: E731
        "/v1/user-favourite-sessions", "user-favourite-session", session=session, user=UserFactory()
    )

    first, second = send(), send()

    assert (first.status, second.status) == (201, 409)
    assert second.detail == "This session is a favourite already."
    assert FavouriteSession.objects.get().user == user
    assert Api().get(f"/v1/sessions/{session.pk}").attributes["favourite-count"] == 1


def test_a_hidden_session_is_nobodys_favourite(event):
    pending = SessionFactory(event=event, state="pending")

    answer = Api(UserFactory()).post(
        "/v1/user-favourite-sessions", "user-favourite-session", session=pending
    )

    assert answer.status == 404


def test_favourites_are_counted_but_private_people_not_named(event):
    session = SessionFactory(event=event, state="accepted")
    private = FavouriteSessionFactory(session=session)
    public = FavouriteSessionFactory(session=session, user=UserFactory(is_profile_public=True))

    def named(api):
        answer = api.get("/v1/user-favourite-sessions", include="user")
        return {int(each["id"]): "data" in each["relationships"]["user"] for each in answer.data}

    assert named(Api()) == {private.pk: False, public.pk: True}
    assert named(Api(private.user)) == {private.pk: True, public.pk: True}
    assert named(Api(UserFactory(admin=True))) == {private.pk: True, public.pk: True}


def test_favourites_are_removed_by_their_person_and_the_leaders(event):
    session = SessionFactory(event=event, state="accepted")
    first, second, third = FavouriteSessionFactory.create_batch(3, session=session)
    remove = lambda user, row: Api(user).delete(f"/v1/user-favourite-sessions/{row.pk}")  # noqa: E731

    assert remove(first.user, second).status == 403
    assert remove(first.user, first).status == 200
    assert remove(member(event, "coorganizer"), second).status == 200
    assert list(FavouriteSession.objects.all()) == [third]


def test_built_in_roles_keep_their_names_and_stay():
    admin = Api(UserFactory(admin=True))
    owner, own = Role.objects.get(name="owner"), RoleFactory(name="photographer")

    assert admin.delete(f"/v1/roles/{owner.pk}").status == 422
    assert admin.patch(f"/v1/roles/{owner.pk}", "role", name="king").status == 422
    assert admin.patch(f"/v1/roles/{owner.pk}", "role", title_name="Boss").status == 200
    assert admin.patch(f"/v1/roles/{own.pk}", "role", name="artist").status == 200
    assert admin.delete(f"/v1/roles/{own.pk}").status == 200
    assert Api(UserFactory()).delete(f"/v1/roles/{owner.pk}").status == 403


def test_a_role_in_use_is_not_removed():
    role = RoleFactory()
    EventRole.objects.create(event=EventFactory(), user=UserFactory(), role=role)

    answer = Api(UserFactory(admin=True)).delete(f"/v1/roles/{role.pk}")

    assert (answer.status, answer.error["status"]) == (409, 409)


def test_who_works_on_an_event_is_known_to_its_leaders_and_themselves(event):
    helper = UserFactory()
    held = hold(helper, event, "moderator")
    path = f"/v1/users-events-roles/{held.pk}"

    assert Api(member(event, "coorganizer")).get(path).status == 200
    assert Api(helper).get(path).status == 200
    assert Api(UserFactory()).get(path).status == 404
    assert Api().get(path).status == 401
    assert Api(helper).get(f"{path}/user").data["id"] == str(helper.pk)
    assert Api(helper).get(f"{path}/role").attributes["name"] == "moderator"
    assert Api(helper).get(f"{path}/event").data["id"] == str(event.pk)


def test_roles_are_taken_away_from_above_and_the_owner_stays(event):
    owner = UserFactory()
    owned = hold(owner, event, "owner")
    leader, other = member(event, "coorganizer"), UserFactory()
    organizer = hold(other, event, "organizer")
    helper = hold(UserFactory(), event, "registrar")
    take = lambda user, held: Api(user).delete(f"/v1/users-events-roles/{held.pk}").status  # noqa: E731

    assert take(leader, owned) == 403
    assert take(owner, owned) == 403
    assert take(UserFactory(admin=True), owned) == 403
    assert take(leader, organizer) == 403
    assert take(UserFactory(), helper) == 404
    assert take(leader, helper) == 200
    assert take(other, organizer) == 200


def test_nobody_raises_their_own_role(event):
    leader = UserFactory()
    held = hold(leader, event, "coorganizer")
    owner = Role.objects.get(name="owner")

    answer = Api(leader).patch(
        f"/v1/users-events-roles/{held.pk}", "users-events-roles", role=owner
    )

    held.refresh_from_db()
    assert (answer.status, held.role.name) == (200, "coorganizer")


def test_rows_of_an_event_are_listed_in_their_order(event):
    second, first = TrackFactory(event=event, position=2), TrackFactory(event=event, position=1)

    assert Api().get("/v1/tracks").ids == [first.pk, second.pk]
