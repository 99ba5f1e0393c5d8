"""Who follows a group, as CSV for who organizes it."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from events.models import Group
from exports.models import Export
from messaging.models import Mail
from openevent.jobs.testing import run_due
from tests.api_client import Api
from tests.factories.events import FollowedGroupFactory, GroupFactory, GroupRoleFactory
from tests.factories.users import UserFactory
from users.models import User

pytestmark = pytest.mark.django_db

JOINED = datetime(2031, 1, 2, 3, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_place(settings: Any, tmp_path: Any) -> None:
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def olivia() -> User:
    return UserFactory(public_name="Olivia", email="olivia@example.org")


@pytest.fixture
def group(olivia: User) -> Group:
    return GroupFactory(name="Night owls", user=olivia)


def ask(user: Any, group: Group) -> Any:
    return Api(user).send("post", f"/v1/group/{group.pk}/export/followers/csv", {})


def link(user: User, group: Group) -> str:
    """Return the link to the list that `user` asks for."""
    task_url = ask(user, group).document["task_url"]
    run_due()
    task = Api(user).get(task_url).document
    assert task["state"] == "SUCCESS", task
    return task["result"]["download_url"].removeprefix("http://testserver")


def download(url: str) -> tuple[Any, str]:
    response: Any = Client().get(url)
    body = b"".join(response.streaming_content) if response.streaming else b""
    return response, body.decode("utf-8-sig")


def test_a_list_of_followers_says_who_they_are_and_since_when(group: Group, olivia: User) -> None:
    oscar = UserFactory(public_name="=Oscar()", email="oscar@example.org")
    gone = UserFactory(deleted_at=timezone.now())
    GroupRoleFactory(group=group, user=oscar)
    for hours, user in enumerate((olivia, oscar, UserFactory(email="fan@example.org"), gone)):
        FollowedGroupFactory(group=group, user=user, created_at=JOINED + timedelta(hours=hours))
    FollowedGroupFactory()

    file, text = download(link(oscar, group))

    today = timezone.now().date()
    assert file["Content-Disposition"] == (
        f'attachment; filename="night-owls-followers-{today}.csv"'
    )
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["Public name", "E-mail", "Joined (UTC)", "Role"],
        ["Olivia", "olivia@example.org", "2031-01-02 03:04", "owner"],
        ["'=Oscar()", "oscar@example.org", "2031-01-02 04:04", "organizer"],
        ["", "fan@example.org", "2031-01-02 05:04", "follower"],
    ]
    assert not Mail.objects.exists()


def test_followers_are_listed_for_who_organizes_the_group(group: Group, olivia: User) -> None:
    follower = FollowedGroupFactory(group=group).user
    invited = GroupRoleFactory(group=group, email=UserFactory().email)
    other = GroupFactory().user

    assert ask(None, group).status == 401
    for user in (follower, other, User.objects.get(email=invited.email)):
        assert ask(user, group).status == 403
    assert ask(UserFactory(admin=True), group).status == 200
    assert Api(olivia).get(f"/v1/group/{group.pk}/export/followers/csv").status == 405
    assert Export.objects.count() == 1


def test_a_group_that_is_not_there_has_no_list(group: Group, olivia: User) -> None:
    group.trash()

    assert ask(olivia, group).status == 404
    for ref in ("999999999", "9" * 30, "nope"):
        path = f"/v1/group/{ref}/export/followers/csv"
        assert Api(olivia).send("post", path, {}).status == 404


def test_the_link_to_a_list_ends_with_the_right(group: Group) -> None:
    role = GroupRoleFactory(group=group, user=UserFactory())
    url = link(role.user, group)
    assert download(url)[0].status_code == 200

    role.delete()

    assert download(url)[0].status_code == 404


def test_a_group_that_is_deleted_meanwhile_has_no_list(group: Group, olivia: User) -> None:
    task_url = ask(olivia, group).document["task_url"]
    group.trash()

    run_due()

    assert Api(olivia).get(task_url).document["state"] == "FAILURE"
    assert not Export.objects.exists()
