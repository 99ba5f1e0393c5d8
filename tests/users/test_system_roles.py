"""System roles: who holds them, what the API says of it, and what it lets admins change."""

import pytest
from django.db import IntegrityError, transaction

from tests.api_client import Api
from tests.factories.events import EventFactory
from tests.factories.users import (
    PASSWORD,
    CustomSystemRoleFactory,
    PanelPermissionFactory,
    UserFactory,
    UserSystemRoleFactory,
)
from users.models import CustomSystemRole, PanelPermission, User, UserSystemRole
from users.panels import panels_of

pytestmark = pytest.mark.django_db

FLAGS = {"is_sales_admin": "sales_admin", "is_marketer": "marketer"}
each_flag = pytest.mark.parametrize(("flag", "key"), FLAGS.items())


def role(key: str) -> CustomSystemRole:
    return CustomSystemRole.objects.get(key=key)


@pytest.fixture
def admin() -> Api:
    return Api(UserFactory(admin=True))


# --- what an account shows of them


@each_flag
def test_a_flag_is_a_system_role(admin, flag, key):
    user = UserFactory()
    path, shown = f"/v1/users/{user.pk}", flag.replace("_", "-")

    given = admin.patch(path, "user", **{flag: True})
    held = list(UserSystemRole.objects.values_list("user", "role__key", "event"))
    opened = panels_of(user)
    again = admin.patch(path, "user", first_name="Ada", **{flag: True})
    taken = admin.patch(path, "user", **{flag: False})

    assert [each.attributes[shown] for each in (given, again, taken)] == [True, True, False]
    assert (held, opened, panels_of(user)) == ([(user.pk, key, None)], {"sales"}, frozenset())
    assert not UserSystemRole.objects.exists()


@each_flag
def test_nobody_gives_themselves_a_system_role(flag, key):
    values = {"email": "a@example.org", "password": PASSWORD, flag: True}
    signed_up = Api().post("/v1/users", "user", **values)
    user = User.objects.get()
    changed = Api(user).patch(f"/v1/users/{user.pk}", "user", **{flag: True})
    UserSystemRoleFactory(user=user, role=role(key))
    laid_down = Api(user).patch(f"/v1/users/{user.pk}", "user", **{flag: False})

    answers = (signed_up, changed, laid_down)
    assert [each.attributes[flag.replace("_", "-")] for each in answers] == [False, False, True]
    assert [each.status for each in answers] == [201, 200, 200]


def test_an_admin_opens_an_account_with_a_system_role(admin):
    answer = admin.post(
        "/v1/users", "user", email="a@example.org", password=PASSWORD, is_marketer=True
    )

    held = UserSystemRole.objects.get()
    assert (str(held.user_id), held.role.key) == (answer.data["id"], "marketer")
    assert answer.attributes["is-marketer"] is True


def test_accounts_are_found_by_their_flags(admin):
    seller = UserSystemRoleFactory(role=role("sales_admin"), event=EventFactory()).user
    condition = {"name": "is-sales-admin", "op": "eq", "val": "true"}

    assert admin.filter("/v1/users", condition).ids == [seller.pk]


@pytest.mark.parametrize("key", FLAGS.values())
def test_events_of_a_system_role_are_those_it_is_held_for(admin, key):
    relationship = f"{key.replace('_', '-')}-events"
    user = UserFactory()
    published, draft = EventFactory(published=True), EventFactory()
    for event in (published, draft, None):
        UserSystemRoleFactory(user=user, role=role(key), event=event)
    UserSystemRoleFactory(user=user, event=EventFactory(published=True))
    UserSystemRoleFactory(role=role(key), event=EventFactory(published=True))
    path = f"/v1/users/{user.pk}"

    own = Api(user).get(f"{path}/{relationship}")
    included = Api(user).get(path, include=relationship)

    assert own.ids == [published.pk]  # the draft is its team's
    assert included.included == {("event", published.pk)}
    assert sorted(admin.get(f"{path}/{relationship}").ids) == [published.pk, draft.pk]
    assert [each["id"] for each in admin.get(f"{path}/relationships/{relationship}").data] == [
        str(published.pk),
        str(draft.pk),
    ]
    assert Api(UserFactory()).get(f"{path}/{relationship}").status == 404


def test_events_of_a_system_role_are_not_written_here(admin):
    user, event = UserFactory(), EventFactory(published=True)
    path = f"/v1/users/{user.pk}/relationships/marketer-events"

    for api in (admin, Api(user)):
        for method in ("post", "patch", "delete"):
            refused = api.link(method, path, [event])
            assert (refused.status, refused.detail) == (
                403,
                '"marketer-events" is changed through system roles on the admin site.',
            )
    assert not UserSystemRole.objects.exists()


def test_a_role_is_held_once_for_an_event_and_once_for_the_server():
    held = UserSystemRoleFactory(event=None)
    UserSystemRoleFactory(user=held.user, role=held.role, event=EventFactory())

    with pytest.raises(IntegrityError, match="user_system_role_unique"), transaction.atomic():
        UserSystemRoleFactory(user=held.user, role=held.role, event=None)


# --- roles and panels themselves


def test_admins_make_system_roles_and_say_what_they_open(admin):
    made = admin.post("/v1/custom-system-roles", "custom-system-role", name="Accountant")
    new = CustomSystemRole.objects.get(pk=made.data["id"])
    holder = UserSystemRoleFactory(role=new).user
    panels = [PanelPermission.objects.get(panel_name=name) for name in ("sales", "reports")]

    path = f"/v1/custom-system-roles/{new.pk}"
    linked = admin.link("post", f"{path}/relationships/panel-permissions", panels)
    opened = panels_of(holder)
    admin.link("delete", f"{path}/relationships/panel-permissions", panels[:1])
    after = panels_of(holder)
    taken = admin.post("/v1/custom-system-roles", "custom-system-role", name="Accountant")

    assert (made.status, linked.status, taken.status) == (201, 200, 409)
    assert (opened, after) == ({"sales", "reports"}, {"reports"})
    assert admin.get(f"{path}/panel-permissions").ids == [panels[1].pk]
    assert (admin.delete(path).status, panels_of(holder)) == (200, frozenset())


def test_a_panel_that_is_shut_is_shut_for_all_its_roles(admin):
    holder = UserSystemRoleFactory(role=CustomSystemRoleFactory(panels=["users"])).user
    panel = PanelPermission.objects.get(panel_name="users")
    path = f"/v1/panel-permissions/{panel.pk}"

    before = panels_of(holder)
    shut = admin.patch(path, "panel-permission", can_access=False)

    assert (before, panels_of(holder)) == ({"users"}, frozenset())
    assert (shut.status, shut.attributes) == (200, {"panel-name": "users", "can-access": False})


def test_a_system_role_of_the_contract_keeps_its_meaning_under_another_name(admin):
    user = UserSystemRoleFactory(role=role("marketer")).user
    renamed = admin.patch(
        f"/v1/custom-system-roles/{role('marketer').pk}", "custom-system-role", name="Manager"
    )

    assert (renamed.status, renamed.attributes) == (200, {"name": "Manager"})
    assert admin.get(f"/v1/users/{user.pk}").attributes["is-marketer"] is True


def test_a_system_role_that_was_removed_comes_back_with_who_is_given_it(admin):
    user = UserSystemRoleFactory(role=role("marketer")).user
    admin.delete(f"/v1/custom-system-roles/{role('marketer').pk}")
    gone = admin.get(f"/v1/users/{user.pk}").attributes["is-marketer"]

    back = admin.patch(f"/v1/users/{user.pk}", "user", is_marketer=True)

    assert (gone, back.attributes["is-marketer"], role("marketer").name) == (
        False,
        True,
        "Marketer",
    )
    assert panels_of(user) == frozenset()


def test_everybody_reads_the_names_of_system_roles_and_only_admins_their_panels(admin):
    panel = PanelPermissionFactory()
    path = f"/v1/custom-system-roles/{role('marketer').pk}"

    for reader in (Api(), Api(UserFactory())):
        shown = reader.get(path, include="panel-permissions")
        assert (shown.attributes, shown.included) == ({"name": "Marketer"}, set())
        assert {
            reader.get(each).status
            for each in (f"/v1/panel-permissions/{panel.pk}", f"{path}/panel-permissions")
        } <= {401, 403}
    assert len(admin.get(path, include="panel-permissions").included) == 1


def test_holding_every_panel_gives_nothing_in_the_api():
    panels = list(PanelPermission.objects.values_list("panel_name", flat=True))
    holder = Api(UserSystemRoleFactory(role=CustomSystemRoleFactory(panels=panels)).user)
    other = UserFactory()

    refused = [
        holder.get(path).status
        for path in ("/v1/mails", "/v1/activities", "/v1/panel-permissions", "/v1/services")
    ]

    assert refused == [403] * 4
    assert holder.get(f"/v1/users/{other.pk}").status == 404
    assert (
        holder.get("/v1/settings").attributes.keys()
        == Api(other).get("/v1/settings").attributes.keys()
    )
