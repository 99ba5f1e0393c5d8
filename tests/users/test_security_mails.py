"""What people learn of by mail, because it may not have been they who did it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail as outgoing
from django.core.management import call_command
from django.test import Client

from messaging.models import Mail, MessageSetting
from openevent.activity.models import Activity
from openevent.jobs.testing import run_due
from tests.administration.desk import act, signed_in
from tests.api_client import Api
from tests.factories.users import PASSWORD, SocialAccountFactory, UserFactory
from tests.users import social
from tests.users.social import FACEBOOK, GOOGLE
from tests.users.test_second_factor import shown
from users.actions import second_factor
from users.actions.accounts import close_account
from users.actions.passwords import set_first_password
from users.actions.social_accounts import account_of, connect, disconnect
from users.models import SocialAccount, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _registered(db: None) -> None:
    social.register_everywhere()


@pytest.fixture
def ada(db: None) -> User:
    return UserFactory(email="ada@example.org")


@pytest.fixture
def boss(db: None) -> Client:
    """A super admin at the desk."""
    return signed_in(UserFactory(super_admin=True, email="boss@example.org"))


def told(user: User) -> list[str]:
    """Return the kinds of the mails to `user`, oldest first."""
    return list(
        Mail.objects.filter(recipient=user.email).order_by("pk").values_list("action", flat=True)
    )


def protect(user: User) -> None:
    """Set up a second factor, and wait until nothing of it has been used."""
    second_factor.begin(user)
    second_factor.confirm(user, shown(user))
    Mail.objects.all().delete()


# --- linked accounts


def test_a_connected_account_is_told_and_one_brought_up_to_date_is_not(ada: User) -> None:
    connect(ada, GOOGLE.identity)
    connect(ada, GOOGLE.identity)
    account_of(GOOGLE.identity)
    run_due("messaging.send")

    (message,) = outgoing.outbox
    assert message.to == ["ada@example.org"]
    assert message.subject == "Open Event: your account is connected with Google now"
    assert "your Google account “Ada Lovelace” is connected" in message.body


def test_an_account_that_a_sign_in_connects_by_its_address_is_told(ada: User) -> None:
    assert account_of(GOOGLE.identity) == ada

    assert told(ada) == ["social_account_connected"]


def test_a_disconnected_account_is_told_whoever_did_it(ada: User) -> None:
    by_ada = connect(ada, GOOGLE.identity)
    by_admin = SocialAccountFactory(user=ada, provider="facebook", name=None)
    Mail.objects.all().delete()

    disconnect(by_ada, by=ada)
    disconnect(by_ada, by=ada)  # a second click
    Api(UserFactory(admin=True)).delete(f"/v1/social-accounts/{by_admin.pk}")

    first, second = Mail.objects.filter(recipient=ada.email).order_by("pk")
    assert first.action == second.action == "social_account_disconnected"
    assert "your Google account “Ada Lovelace” was disconnected" in first.text
    assert f"your Facebook account “{by_admin.uid}” was disconnected" in second.text


def test_what_a_refusal_leaves_as_it_was_is_not_told(ada: User) -> None:
    alone = SocialAccountFactory(user=UserFactory(password=None))
    mine = SocialAccountFactory(user=UserFactory(), provider="facebook", uid=FACEBOOK.identity.uid)

    Api(alone.user).delete(f"/v1/social-accounts/{alone.pk}")
    with pytest.raises(Exception, match="connected to another account"):
        connect(ada, FACEBOOK.identity)

    assert SocialAccount.objects.count() == 2
    assert told(ada) + told(mine.user) + told(alone.user) == []


def test_closing_an_account_tells_nothing_of_each_link(ada: User) -> None:
    connect(ada, GOOGLE.identity)
    Mail.objects.all().delete()

    close_account(ada, by=ada)

    assert not Mail.objects.exists()


# --- passwords


def test_a_first_password_is_told() -> None:
    user = UserFactory(password=None)

    set_first_password(user, PASSWORD, sid=None)

    assert told(user) == ["password_change"]


@pytest.mark.parametrize("is_usable", ["true", "false"])
def test_a_password_that_the_desk_gives_or_takes_is_told(
    is_usable: str, ada: User, boss: Client
) -> None:
    sent = {"password1": "another one", "password2": "another one", "unset-password": "1"}

    boss.post(f"/admin/users/user/{ada.pk}/password/", sent | {"usable_password": is_usable})

    ada.refresh_from_db()
    assert ada.has_usable_password() == (is_usable == "true")
    assert not ada.check_password(PASSWORD)
    assert told(ada) == ["password_change"]
    done = Activity.objects.get(action__startswith="Password")
    assert (done.user.email, done.action) == (
        "boss@example.org",
        f"Password of ada@example.org (id {ada.pk}) changed",
    )


# --- the second factor


def test_a_second_factor_is_told_once_it_is_asked_for(ada: User) -> None:
    second_factor.begin(ada)
    assert told(ada) == []

    second_factor.confirm(ada, shown(ada))

    assert told(ada) == ["second_factor_added"]


def _turned_off(user: User, boss: Client) -> None:
    second_factor.turn_off(user, second_factor.new_recovery_codes(user, shown(user, later=1))[0])


def _removed_at_the_desk(user: User, boss: Client) -> None:
    act(boss, "users.user", user, "forget_factor")


def _forgotten_by_the_command(user: User, boss: Client) -> None:
    call_command("forget_second_factor", user.email)


@pytest.mark.parametrize("remove", [_turned_off, _removed_at_the_desk, _forgotten_by_the_command])
def test_a_second_factor_that_is_gone_is_told(
    remove: Callable[[User, Client], None], ada: User, boss: Client, capsys: Any
) -> None:
    protect(ada)

    remove(ada, boss)

    assert second_factor.factor_of(ada) is None
    assert told(ada) == ["second_factor_removed"]


# --- and in general


def test_an_admin_may_switch_such_mails_off(ada: User) -> None:
    MessageSetting.objects.filter(action="social_account_connected").update(enabled=False)

    connect(ada, GOOGLE.identity)

    assert told(ada) == []
