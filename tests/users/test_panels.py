"""Which panels of the admin site people may enter."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from permissions.users import Anonymous
from tests.factories.events import EventFactory
from tests.factories.users import (
    CustomSystemRoleFactory,
    PanelPermissionFactory,
    UserFactory,
    UserSystemRoleFactory,
)
from users.models import CustomSystemRole, PanelPermission, User
from users.models.panel_permission import PANELS
from users.panels import panels_of

pytestmark = pytest.mark.django_db


def holder(*panels: str) -> User:
    """Return somebody whose system role opens `panels`."""
    role = CustomSystemRoleFactory(panels=panels)
    return UserSystemRoleFactory(role=role).user


def test_every_server_has_the_panels_and_two_roles_that_open_sales():
    assert list(PanelPermission.objects.order_by("pk").values_list("panel_name", flat=True)) == [
        *PANELS
    ]
    roles = CustomSystemRole.objects.order_by("pk")
    assert [
        (role.key, role.name, [panel.panel_name for panel in role.panel_permissions.all()])
        for role in roles
    ] == [("sales_admin", "Sales Admin", ["sales"]), ("marketer", "Marketer", ["sales"])]


@pytest.mark.parametrize("rank", ["admin", "super_admin"])
def test_staff_enter_every_panel(rank):
    assert panels_of(UserFactory(**{rank: True})) == set(PANELS)


def test_people_without_a_system_role_enter_none():
    assert panels_of(UserFactory()) == frozenset()
    assert panels_of(Anonymous()) == frozenset()


def test_holders_enter_the_panels_of_all_their_roles_and_no_other():
    user = holder("sales", "reports")
    UserSystemRoleFactory(user=user, role=CustomSystemRoleFactory(panels=["users", "reports"]))
    holder("content")

    assert panels_of(user) == {"sales", "reports", "users"}


def test_a_role_for_one_event_opens_nothing_because_panels_show_every_event():
    user = holder("sales")
    UserSystemRoleFactory(
        user=user, role=CustomSystemRoleFactory(panels=["events"]), event=EventFactory()
    )

    assert panels_of(user) == {"sales"}


def test_a_panel_that_is_shut_or_does_not_exist_opens_for_nobody():
    user = holder("sales", "users")
    role = user.system_roles.get().role
    role.panel_permissions.add(PanelPermissionFactory(panel_name="marketing"))
    PanelPermission.objects.filter(panel_name="users").update(can_access=False)

    assert panels_of(user) == {"sales"}


def test_panels_are_read_once_and_again_after_a_change():
    user = holder("sales")

    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = [panels_of(user) for _ in range(3)]
    user.system_roles.get().role.panel_permissions.clear()
    after = panels_of(user)

    assert (len(queries), found, after) == (1, [{"sales"}] * 3, frozenset())
