"""User permissions: what admins open to people who have not verified their address."""

import pytest
from django.utils import timezone

from events.models import Event
from permissions.registry import named
from tests.api_client import Api
from tests.factories.events import EventFactory, hold
from tests.factories.users import UserFactory, UserPermissionFactory
from users.models import UserPermission

pytestmark = pytest.mark.django_db

NEW = {
    "name": "Meeting",
    "timezone": "UTC",
    "starts_at": "2031-05-01T10:00:00Z",
    "ends_at": "2031-05-02T10:00:00Z",
}


def permission(name: str) -> UserPermission:
    return UserPermission.objects.get(name=name)


def set_for_unverified(name: str, value: bool) -> None:
    path = f"/v1/user-permissions/{permission(name).pk}"
    answer = Api(UserFactory(admin=True)).patch(path, "user-permission", unverified_user=value)
    assert (answer.status, answer.attributes["unverified-user"]) == (200, value)


def create(user=None, **changes):
    return Api(user).post("/v1/events", "event", **{**NEW, **changes})


def test_it_begins_with_what_needs_a_verified_address():
    assert [*UserPermission.objects.order_by("pk").values_list("name", "unverified_user")] == [
        ("create_event", False),
        ("publish_event", False),
    ]


def test_people_without_a_verified_address_create_events_once_an_admin_lets_them():
    user = UserFactory(unverified=True)

    before = create(user).status
    set_for_unverified("create_event", True)
    after = create(user)
    set_for_unverified("create_event", False)

    assert (before, after.status, create(user).status) == (403, 201, 403)


def test_to_create_is_not_to_publish():
    user = UserFactory(unverified=True)
    set_for_unverified("create_event", True)
    draft = create(user)
    path = f"/v1/events/{draft.data['id']}"

    at_once = create(user, state="published")
    later = Api(user).patch(path, "event", state="published")
    set_for_unverified("publish_event", True)
    allowed = Api(user).patch(path, "event", state="published")

    assert [each.status for each in (draft, at_once, later, allowed)] == [201, 403, 403, 200]
    assert (at_once.pointer, later.pointer) == ("/data/attributes/state",) * 2


@pytest.mark.parametrize("name", ["create_event", "publish_event"])
@pytest.mark.parametrize(
    ("values", "opens"),
    [
        ({"unverified_user": True}, True),
        ({"unverified_user": False}, False),
        ({"unverified_user": None}, False),
        ({"unverified_user": True, "deleted_at": timezone.now()}, False),
    ],
)
def test_only_a_living_permission_that_says_so_opens_anything(name, values, opens):
    UserPermission.objects.all().delete()
    UserPermissionFactory(name=name, **values)
    may = named(f"may_{name}")

    assert may(UserFactory(unverified=True)) is opens
    assert may(UserFactory())
    assert may(UserFactory(unverified=True, admin=True))


def test_nobody_creates_events_without_an_account():
    set_for_unverified("create_event", True)
    path = f"/v1/user-permissions/{permission('create_event').pk}"

    answer = Api(UserFactory(admin=True)).patch(path, "user-permission", anonymous_user=True)

    assert (answer.status, answer.pointer, answer.detail) == (
        422,
        "/data/attributes/anonymous-user",
        "Nobody may do this without an account; send false.",
    )
    assert create().status == 401


def test_an_event_is_neither_copied_nor_brought_in_without_the_permission_to_create_one():
    user, event = UserFactory(unverified=True), EventFactory()
    hold(user, event, "owner")
    api = Api(user)
    calls = {
        "copy": lambda: api.send("post", f"/v1/events/{event.pk}/copy", {}),
        "import": lambda: api.send("post", "/v1/events/import/json", {}),
    }

    refused = {name: call().status for name, call in calls.items()}
    set_for_unverified("create_event", True)
    allowed = {name: call().status for name, call in calls.items()}

    assert refused == {"copy": 403, "import": 403}
    assert allowed == {"copy": 200, "import": 415}  # what was sent is no form


def test_a_copy_of_a_published_event_is_published_only_by_who_may():
    event = EventFactory(published=True)
    states = []
    for user in (UserFactory(unverified=True), UserFactory()):
        hold(user, event, "coorganizer")
        set_for_unverified("create_event", True)
        made = Api(user).send("post", f"/v1/events/{event.pk}/copy", {}).document
        states.append(Event.objects.get(pk=made["id"]).state)

    assert states == ["draft", "published"]


def test_everybody_reads_them_and_admins_write_them():
    admin = Api(UserFactory(admin=True))
    made = admin.post("/v1/user-permissions", "user-permission", name="example")
    path = f"/v1/user-permissions/{made.data['id']}"
    again = admin.post("/v1/user-permissions", "user-permission", name="example")

    assert (made.status, again.status, Api().get(path).status) == (201, 409, 200)
    for other, status in ((Api(), 401), (Api(UserFactory()), 403)):
        answers = (
            other.patch(path, "user-permission", unverified_user=True),
            other.delete(path),
            other.post("/v1/user-permissions", "user-permission", name="mine"),
        )
        assert {each.status for each in answers} == {status}
    assert admin.delete(path).status == 200
    assert Api().get(path).status == 404
