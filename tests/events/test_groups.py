"""Groups: who organizes one, what that gives on its events, and who follows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events import atoms
from events.actions.groups import invite_to_group
from events.groups import is_group_organizer, is_group_owner
from events.models import Event, FollowedGroup, Group, GroupRole, Role, Track
from events.roles import roles_of
from permissions.asking import visible_to
from permissions.targets import Target
from permissions.users import Anonymous
from tests.api_client import Api
from tests.factories.events import (
    EventFactory,
    FollowedGroupFactory,
    GroupFactory,
    GroupRoleFactory,
    TrackFactory,
    hold,
)
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db


def owner_of(event):
    user = UserFactory()
    hold(user, event, "owner")
    return user


def organizer_of(group):
    return GroupRoleFactory(group=group, user=UserFactory()).user


# --- what a role in a group gives


@pytest.mark.parametrize("atom", atoms.ALL[:7], ids=lambda atom: atom.name)
def test_organizers_of_a_group_are_organizers_of_its_events(atom):
    group = GroupFactory()
    event, elsewhere = EventFactory(group=group), EventFactory()
    track = TrackFactory(event=event)
    TrackFactory(event=elsewhere)
    organizer, invited = organizer_of(group), GroupRoleFactory(group=group)
    people = {
        organizer: atom is not atoms.is_owner,
        UserFactory(email=invited.email): False,
        group.user: False,
    }

    for user, passes in people.items():
        assert atom.fold(user, Target(event)) is passes
        assert atom.fold(user, Target(elsewhere)) is False
        assert set(visible_to(Track.objects.all(), atom, user)) == ({track} if passes else set())
        assert set(visible_to(Event.objects.all(), atom, user)) == ({event} if passes else set())


def test_a_draft_of_a_group_is_seen_and_worked_on_by_its_organizers():
    group = GroupFactory()
    event = EventFactory(group=group)
    api = Api(organizer_of(group))

    assert api.get("/v1/events").ids == [event.pk]
    assert api.patch(f"/v1/events/{event.pk}", "event", name="Ours").status == 200
    assert api.post("/v1/tracks", "track", name="Web", color="#fff", event=event).status == 201


def test_roles_by_a_group_end_with_it(django_assert_num_queries):
    group = GroupFactory()
    event = EventFactory(group=group)
    user = organizer_of(group)
    hold(user, event, "moderator")

    with django_assert_num_queries(1):
        assert roles_of(user) == {event.pk: {"organizer", "moderator"}}
    event.group = None
    event.save()
    assert roles_of(user) == {event.pk: {"moderator"}}
    event.group = group
    event.save()
    group.trash()
    assert roles_of(user) == {event.pk: {"moderator"}}
    group.restore()
    GroupRole.objects.get().delete()
    assert roles_of(user) == {event.pk: {"moderator"}}


@pytest.mark.parametrize(
    ("atom", "organizers_pass"), [(is_group_owner, False), (is_group_organizer, True)]
)
def test_atoms_about_groups_say_the_same_of_a_row_and_of_a_list(atom, organizers_pass):
    group, other = GroupFactory(), GroupFactory()
    FollowedGroupFactory(group=group)
    FollowedGroupFactory(group=other)
    pending = UserFactory()
    GroupRoleFactory(group=group, email=pending.email)
    people = {
        group.user: True,
        organizer_of(group): organizers_pass,
        organizer_of(other): False,
        pending: False,
        Anonymous(): False,
    }

    for user, passes in people.items():
        assert atom.fold(user, Target(group)) is passes
        assert (group in visible_to(Group.objects.all(), atom, user)) is passes
        assert (
            group.followers.get() in visible_to(FollowedGroup.objects.all(), atom, user)
        ) is passes
        if not isinstance(user, Anonymous):
            without = visible_to(Group.objects.all(), ~atom, user)
            assert (group in without) is not passes
    boss = UserFactory(admin=True)
    assert atom.fold(boss, Target(group)) is True
    assert visible_to(Group.objects.all(), atom, boss).count() == 2


# --- groups


def test_who_founds_a_group_owns_it():
    user = UserFactory()
    links = [{"name": "Site", "link": "https://example.org", "is_custom": True}]

    made = Api(user).post(
        "/v1/groups", "group", name="Pythonistas", social_links=links, is_promoted=True
    )

    assert made.status == 201
    assert made.attributes["social-links"] == links
    assert made.attributes["is-promoted"] is False
    assert made.attributes["follower-count"] == 0
    assert Group.objects.get().user == user
    assert Api(UserFactory(unverified=True)).post("/v1/groups", "group", name="X").status == 403
    assert Api().post("/v1/groups", "group", name="X").status == 401


@pytest.mark.parametrize(
    ("who", "change", "delete"),
    [("owner", 200, 200), ("organizer", 200, 403), ("stranger", 403, 403), ("admin", 200, 200)],
)
def test_who_changes_a_group_and_who_ends_it(who, change, delete):
    group = GroupFactory()
    people = {
        "owner": group.user,
        "organizer": organizer_of(group),
        "stranger": UserFactory(),
        "admin": UserFactory(admin=True),
    }
    path = f"/v1/groups/{group.pk}"

    assert Api(people[who]).patch(path, "group", name="New").status == change
    assert Api(people[who]).delete(path).status == delete


def test_everybody_reads_groups():
    group = GroupFactory(is_promoted=True)
    GroupFactory()
    named = {"name": "is-promoted", "op": "eq", "val": "true"}

    assert Api().filter("/v1/groups", named).ids == [group.pk]
    assert Api().get(f"/v1/groups/{group.pk}").status == 200


def test_an_event_is_put_into_a_group_by_its_owner_who_organizes_the_group():
    group, event = GroupFactory(), EventFactory(is_announced=True)
    owner, leader = owner_of(event), UserFactory()
    hold(leader, event, "organizer")
    path = f"/v1/events/{event.pk}"

    assert Api(owner).patch(path, "event", group=group).pointer == "/data/relationships/group"
    GroupRoleFactory(group=group, user=leader)
    assert Api(leader).patch(path, "event", group=group).status == 403
    GroupRoleFactory(group=group, user=owner)
    answer = Api(owner).patch(path, "event", group=group)

    event.refresh_from_db()
    assert (answer.status, event.group, event.is_announced) == (200, group, False)
    # and clients send it again with each change
    assert Api(leader).patch(path, "event", group=group, name="Same").status == 200
    assert Api(leader).link("patch", f"{path}/relationships/group", None).status == 403
    assert Api(owner).link("delete", f"{path}/relationships/group", None).status == 200


def test_an_event_begins_in_a_group_of_its_founder():
    group = GroupFactory()
    event = {
        "name": "Meetup",
        "starts_at": "2030-01-01T00:00:00Z",
        "ends_at": "2030-01-02T00:00:00Z",
        "group": group,
    }

    assert Api(group.user).post("/v1/events", "event", **event).status == 201
    refused = Api(UserFactory()).post("/v1/events", "event", **event)
    assert (refused.status, refused.pointer) == (403, "/data/relationships/group")


def test_a_group_takes_only_events_of_who_puts_them_there():
    group = GroupFactory()
    mine, theirs = EventFactory(is_announced=True), EventFactory()
    hold(group.user, mine, "owner")
    hold(group.user, theirs, "organizer")
    path = f"/v1/groups/{group.pk}/relationships/events"

    assert Api(group.user).link("post", path, [theirs]).status == 403
    assert Api(group.user).link("post", path, [mine]).status == 200
    mine.refresh_from_db()
    assert (mine.group, mine.is_announced) == (group, False)
    founded = Api(group.user).post("/v1/groups", "group", name="New", events=[theirs])
    assert founded.status == 403


# --- organizers


def invite(user, group, email="grace@example.org", role="organizer"):
    return Api(user).post(
        "/v1/users-groups-roles",
        "users-groups-role",
        email=email,
        group=group,
        role=Role.objects.get(name=role),
    )


def accept(user, token):
    body = {"data": {"token": token}}
    return Api(user).send("post", "/v1/users-groups-roles/accept-invite", body, "application/json")


def test_the_owner_of_a_group_invites_organizers():
    group = GroupFactory()

    made = invite(group.user, group)

    assert (made.status, made.attributes) == (
        201,
        {"email": "grace@example.org", "accepted": False, "token": None},
    )
    assert invite(group.user, group, "Grace@Example.org").status == 409
    assert invite(group.user, group, "a@example.org", "owner").pointer == "/data/relationships/role"
    assert invite(organizer_of(group), group, "a@example.org").status == 403
    assert invite(UserFactory(), group, "a@example.org").status == 403


def test_a_token_makes_whom_it_was_sent_to_an_organizer():
    invited = UserFactory(unverified=True, first_name="Grace")
    row = GroupRoleFactory(email=invited.email.upper())
    token = invite_to_group(row, by=row.group.user)

    assert accept(None, token).status == 401
    assert accept(UserFactory(), token).status == 403
    assert accept(invited, "guess").status == 404
    accepted = accept(invited, token)

    row.refresh_from_db()
    invited.refresh_from_db()
    assert accepted.document == {
        "email": row.email,
        "group": row.group_id,
        "name": "Grace",
        "role": "organizer",
    }
    assert (row.user, row.accepted, invited.is_verified) == (invited, True, True)
    assert accept(invited, token).status == 409


def test_a_token_is_kept_as_its_hash_and_expires():
    invited = UserFactory()
    row = GroupRoleFactory(email=invited.email)
    token = invite_to_group(row, by=row.group.user)

    assert token not in str(GroupRole.objects.values().get())
    GroupRole.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert accept(invited, token).status == 409
    newer = invite_to_group(GroupRole.objects.get(), by=row.group.user)
    assert accept(invited, token).status == 404
    assert accept(invited, newer).status == 200


@pytest.mark.parametrize("body", [[], {}, {"data": {}}, {"data": {"token": 3}}, {"data": []}])
def test_a_body_without_a_token_says_what_is_missing(body):
    api = Api(UserFactory())

    answer = api.send("post", "/v1/users-groups-roles/accept-invite", body, "application/json")

    assert (answer.status, answer.pointer) == (422, "/data/token")


def test_roles_in_a_group_are_between_its_organizers_and_the_invited():
    group = GroupFactory()
    organizer, invited = organizer_of(group), UserFactory()
    row = GroupRoleFactory(group=group, email=invited.email)
    path = f"/v1/users-groups-roles/{row.pk}"

    for user, status in ((group.user, 200), (organizer, 200), (invited, 200), (UserFactory(), 404)):
        assert Api(user).get(path).status == status
    assert len(Api(organizer).get(f"/v1/groups/{group.pk}/users-groups-roles").ids) == 2
    assert Api(organizer).delete(path).status == 403
    assert Api(invited).delete(path).status == 200
    for name in ("user", "group", "role"):
        linkage = f"/v1/users-groups-roles/{group.roles.get().pk}/relationships/{name}"
        assert Api(group.user).link("patch", linkage, None).status == 403


# --- followers


def test_a_group_is_followed_once():
    group, user = GroupFactory(), UserFactory()
    path = "/v1/user-follow-groups"

    made = Api(user).post(path, "user-follow-group", group=group, user=UserFactory())

    assert made.status == 201
    assert FollowedGroup.objects.get().user == user
    assert Api(user).post(path, "user-follow-group", group=group).status == 409
    assert Api().post(path, "user-follow-group", group=group).status == 401
    assert Api(user).post(path, "user-follow-group").pointer == "/data/relationships/group"
    assert Api(UserFactory()).delete(f"{path}/{made.data['id']}").status == 403
    assert Api(user).delete(f"{path}/{made.data['id']}").status == 200


def test_a_group_counts_its_followers_and_knows_the_caller():
    mine = FollowedGroupFactory()
    FollowedGroupFactory(group=mine.group, user=UserFactory(is_profile_public=True))
    path = f"/v1/groups/{mine.group.pk}"

    answer = Api(mine.user).get(path, include="follower")

    assert answer.attributes["follower-count"] == 2
    assert answer.included == {("user-follow-group", mine.pk)}
    assert Api(UserFactory()).get(path, include="follower").included == set()


def test_followers_are_named_where_their_profile_is_public():
    group, known = GroupFactory(), UserFactory(is_profile_public=True)
    rows = [FollowedGroupFactory(group=group, user=user) for user in (known, UserFactory())]
    path = f"/v1/groups/{group.pk}/followers"

    answer = Api(UserFactory()).get(path, include="user")

    assert answer.ids == [row.pk for row in rows]
    assert answer.included == {("user", known.pk)}
    assert Api().get(path).status == 401
