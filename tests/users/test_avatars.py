"""Pictures that people get here from the accounts they link."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import responses

from media import storage
from media.actions import images
from openevent.jobs.models import Job
from openevent.jobs.testing import run_due
from tests.factories.users import UserFactory
from tests.media.pictures import image
from tests.users import social
from tests.users.social import GOOGLE, TWITTER
from users.actions.social_accounts import connect, disconnect
from users.models import SocialAccount, User

pytestmark = pytest.mark.django_db

TAKE = "users.take-avatar"
COLUMNS = "avatar_url original_image_url thumbnail_image_url small_image_url icon_image_url".split()
NONE = dict.fromkeys(COLUMNS)


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    """The folder of what is kept, the test's own."""
    settings.FILES_ROOT = tmp_path / "files"
    social.register_everywhere()
    return settings.FILES_ROOT


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add(responses.GET, str(GOOGLE.identity.picture_url), body=image(size=(400, 400)))
        yield mock


@pytest.fixture
def ada() -> User:
    return UserFactory(avatar_url=None)


def pictures_of(user: User) -> dict[str, str | None]:
    return User.objects.filter(pk=user.pk).values(*COLUMNS).get()


def kept(files: Path) -> list[Path]:
    return [path for path in files.rglob("*.jpg") if path.is_file()]


def test_somebody_without_a_picture_gets_the_one_they_have_there(
    ada: User, web: responses.RequestsMock, files: Path
) -> None:
    connect(ada, GOOGLE.identity)
    assert pictures_of(ada) == NONE

    (job,) = run_due(TAKE)

    assert job.state == Job.State.SUCCEEDED, job.error
    pictures = pictures_of(ada)
    assert all(storage.is_kept(name) and storage.exists(str(name)) for name in pictures.values())
    assert SocialAccount.objects.get().filled["avatar_url"] == pictures["avatar_url"]


def test_who_has_a_picture_keeps_it(web: responses.RequestsMock) -> None:
    ada = UserFactory(avatar_url="https://example.org/ada.png")

    connect(ada, GOOGLE.identity)

    assert run_due(TAKE) == []
    assert len(web.calls) == 0


def test_who_tells_no_picture_gives_none(ada: User) -> None:
    connect(ada, replace(GOOGLE.identity, picture_url=None))

    assert run_due(TAKE) == []


@pytest.mark.parametrize(
    "found",
    [{"status": 404}, {"body": b"no image"}, {"body": ConnectionError()}],
    ids=str,
)
def test_a_picture_that_cannot_be_had_is_left(found: Any, ada: User) -> None:
    connect(ada, GOOGLE.identity)
    with responses.RequestsMock() as web:
        web.add(responses.GET, str(GOOGLE.identity.picture_url), **found)
        (job,) = run_due(TAKE)

    assert job.state == Job.State.SUCCEEDED
    assert pictures_of(ada) == NONE


def test_no_picture_is_taken_from_inside(ada: User) -> None:
    """A provider, or whoever has its name, cannot have the server ask its neighbours."""
    connect(ada, replace(GOOGLE.identity, picture_url="http://127.0.0.1/latest/meta-data"))

    (job,) = run_due(TAKE)

    assert job.state == Job.State.SUCCEEDED
    assert pictures_of(ada) == NONE


@pytest.mark.parametrize("meanwhile", ["chosen", "ended"])
def test_what_happens_while_it_is_copied_counts(
    meanwhile: str,
    ada: User,
    web: responses.RequestsMock,
    files: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = connect(ada, GOOGLE.identity)
    chosen = "https://example.org/ada.png"

    take = images.take

    def slowly(*args: Any) -> Any:
        made = take(*args)
        if meanwhile == "ended":
            disconnect(account, by=ada)
        else:
            User.objects.filter(pk=ada.pk).update(avatar_url=chosen)
        return made

    monkeypatch.setattr(images, "take", slowly)
    run_due(TAKE)

    assert pictures_of(ada) == (NONE | {"avatar_url": chosen} if meanwhile == "chosen" else NONE)
    assert kept(files) != []
    run_due("media.delete-files")
    assert kept(files) == []


def test_ending_the_link_takes_the_picture_away(
    ada: User, web: responses.RequestsMock, files: Path
) -> None:
    account = connect(ada, GOOGLE.identity)
    run_due(TAKE)

    disconnect(account, by=ada)

    assert pictures_of(ada) == NONE
    run_due("media.delete-files")
    assert kept(files) == []


def test_a_picture_chosen_since_stays(ada: User, web: responses.RequestsMock) -> None:
    account = connect(ada, GOOGLE.identity)
    run_due(TAKE)
    User.objects.filter(pk=ada.pk).update(avatar_url="https://example.org/ada.png")

    disconnect(account, by=ada)

    assert pictures_of(ada)["avatar_url"] == "https://example.org/ada.png"


def test_a_picture_that_moved_to_another_place_is_the_same(
    ada: User, web: responses.RequestsMock
) -> None:
    account = connect(ada, GOOGLE.identity)
    run_due(TAKE)
    key = str(pictures_of(ada)["avatar_url"]).partition(":")[2]
    User.objects.filter(pk=ada.pk).update(avatar_url=f"s3:{key}")

    disconnect(account, by=ada)

    assert pictures_of(ada) == NONE


def test_a_second_account_fills_in_no_second_picture(
    ada: User, web: responses.RequestsMock
) -> None:
    connect(ada, GOOGLE.identity)
    x = connect(ada, TWITTER.identity)
    run_due(TAKE)
    pictures = pictures_of(ada)

    disconnect(x, by=ada)

    assert pictures_of(ada) == pictures
    assert "avatar_url" not in x.filled
