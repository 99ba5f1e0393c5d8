"""Linking accounts and signing in by them: what is whose, and what becomes of it."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
import responses
from django.apps import apps
from django.db import connection

from openevent import jobs
from openevent.activity.models import Activity
from openevent.errors import DomainError
from openevent.jobs.models import Job
from openevent.jobs.testing import run_due
from openevent.site.models import Site
from tests.factories.users import SocialAccountFactory, UserFactory
from tests.users import social
from tests.users.social import ALL, FACEBOOK, GOOGLE, INSTAGRAM, TOKEN, TWITTER
from users.actions import accounts
from users.actions import social_accounts as actions
from users.actions.accounts import AccountInUse, close_account, remove_account, reopen_account
from users.actions.social_accounts import (
    AddressNotVerified,
    AnotherConnected,
    OnlyWayIn,
    OpensNothing,
    SignedOutMeanwhile,
    Taken,
    account_of,
    connect,
    disconnect,
)
from users.models import SocialAccount, User
from users.providers import Identity

pytestmark = pytest.mark.django_db

each_provider = pytest.mark.parametrize("at", ALL, ids=lambda at: at.name)
NAMELESS = {"first_name": None, "last_name": None}


@pytest.fixture(autouse=True)
def _registered(db: None) -> None:
    social.register_everywhere()


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def ada(db: None) -> User:
    return UserFactory(email="ada@example.org", **NAMELESS)


def profile_of(user: User) -> dict[str, Any]:
    columns = "first_name last_name facebook_url twitter_url instagram_url google_plus_url".split()
    row = User.objects.filter(pk=user.pk).values(*columns).get()
    return {column: value for column, value in row.items() if value is not None}


# --- connecting


@each_provider
def test_an_account_elsewhere_is_linked_and_fills_in_what_was_empty(
    at: social.Documented, ada: User
) -> None:
    account = connect(ada, at.identity)

    account.refresh_from_db()
    assert (account.user, account.provider, account.uid) == (ada, at.name, at.identity.uid)
    assert account.name == "Ada Lovelace"
    assert account.picture_url == at.identity.picture_url
    assert account.profile_url == at.identity.profile_url
    assert account.filled == at.filled
    assert profile_of(ada) == at.filled
    assert Activity.objects.get(user=ada).action == f"{at.label} account connected"


@each_provider
def test_what_people_have_said_themselves_stays(at: social.Documented) -> None:
    said = {column: f"https://example.org/{column}" for column in at.filled if "_url" in column}
    ada = UserFactory(first_name=None, last_name="Byron", **said)

    account = connect(ada, at.identity)

    assert account.filled == {}
    assert profile_of(ada) == {"last_name": "Byron", **said}


def test_a_token_is_kept_sealed(ada: User) -> None:
    account = connect(ada, GOOGLE.identity)

    with connection.cursor() as cursor:
        cursor.execute("SELECT access_token, users_socialaccount::text FROM users_socialaccount")
        ((token, row),) = cursor.fetchall()
    account.refresh_from_db()
    assert token.startswith("gAAAA")
    assert TOKEN not in row
    assert account.access_token == TOKEN
    assert TOKEN not in repr(account) + str(account) + repr(account.access_token)
    assert TOKEN not in repr(GOOGLE.identity)


@each_provider
def test_connecting_again_brings_the_link_up_to_date(at: social.Documented, ada: User) -> None:
    first = connect(ada, at.identity)
    newer = replace(at.identity, last_name="King", access_token="another token")

    again = connect(ada, newer)

    assert again.pk == first.pk
    row = SocialAccount.objects.get()
    assert (row.name, row.access_token) == ("Ada King", "another token")
    assert row.filled == at.filled
    assert row.connected_at == first.connected_at
    assert Activity.objects.filter(action=f"{at.label} account connected").count() == 1


@each_provider
def test_somebody_elses_account_is_refused(at: social.Documented, ada: User) -> None:
    account = connect(ada, at.identity)
    mallory = UserFactory(**NAMELESS)

    with pytest.raises(Taken, match=f"^This {at.label} account is connected to another account"):
        connect(mallory, at.identity)

    assert SocialAccount.objects.get() == account
    assert profile_of(mallory) == {}


@each_provider
def test_one_account_of_a_provider_is_connected_at_a_time(at: social.Documented, ada: User) -> None:
    connect(ada, at.identity)

    with pytest.raises(AnotherConnected, match=f"another {at.label} account. Disconnect it first"):
        connect(ada, replace(at.identity, uid="another"))

    assert SocialAccount.objects.get().uid == at.identity.uid


def test_the_same_uid_at_two_providers_is_two_people(ada: User) -> None:
    connect(ada, replace(GOOGLE.identity, uid="1"))

    connect(UserFactory(), replace(TWITTER.identity, uid="1"))

    assert SocialAccount.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_connect_the_same_account_at_once_do_not_both_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people = UserFactory.create_batch(2)

    told = at_once(monkeypatch, lambda number: connect(people[number], TWITTER.identity).user)

    owner = SocialAccount.objects.get().user
    assert sorted(told, key=str) == sorted([owner, Taken], key=str)


@pytest.mark.django_db(transaction=True)
def test_two_windows_of_somebody_new_open_one_account(monkeypatch: pytest.MonkeyPatch) -> None:
    told = at_once(monkeypatch, lambda number: account_of(GOOGLE.identity))

    assert told == [User.objects.get()] * 2


def at_once(monkeypatch: pytest.MonkeyPatch, act: Callable[[int], Any]) -> list[Any]:
    """Return what two threads got or were refused with, who both saw no link before they wrote."""
    look, both_have_looked, told = actions._link_of, threading.Barrier(2), []
    seen = threading.local()

    def looked(identity: Identity) -> SocialAccount | None:
        found = look(identity)
        if not hasattr(seen, "once"):
            seen.once = True
            both_have_looked.wait(timeout=10)
        return found

    def acting(number: int) -> None:
        try:
            told.append(act(number))
        except DomainError as refusal:
            told.append(type(refusal))
        finally:
            connection.close()

    monkeypatch.setattr(actions, "_link_of", looked)
    threads = [threading.Thread(target=acting, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


# --- signing in


@each_provider
def test_a_linked_account_opens_the_account_here(at: social.Documented, ada: User) -> None:
    connect(ada, at.identity)

    newer = replace(at.identity, access_token="another token", picture_url=None)

    assert account_of(newer) == ada
    row = SocialAccount.objects.get()
    assert (row.access_token, row.picture_url) == ("another token", None)


def test_an_address_that_both_have_verified_links(ada: User) -> None:
    assert account_of(GOOGLE.identity) == ada

    assert SocialAccount.objects.get().user == ada
    assert profile_of(ada) == GOOGLE.filled


def test_an_address_that_the_provider_has_not_verified_links_nothing(ada: User) -> None:
    with pytest.raises(OpensNothing, match="^No account here is opened by this Google account"):
        account_of(replace(GOOGLE.identity, verified_email=None))

    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1


def test_an_address_that_we_have_not_verified_links_nothing() -> None:
    squatter = UserFactory(email="ada@example.org", unverified=True)

    with pytest.raises(AddressNotVerified):
        account_of(GOOGLE.identity)

    assert not SocialAccount.objects.exists()
    assert User.objects.get() == squatter


@pytest.mark.parametrize("at", [FACEBOOK, TWITTER, INSTAGRAM], ids=lambda at: at.name)
def test_providers_that_verify_no_address_open_what_is_linked_alone(
    at: social.Documented, ada: User
) -> None:
    with pytest.raises(OpensNothing):
        account_of(at.identity)

    assert not SocialAccount.objects.exists()


def test_somebody_new_with_a_verified_address_gets_an_account() -> None:
    user = account_of(GOOGLE.identity)

    user.refresh_from_db()
    assert (user.email, user.full_name) == ("Ada@example.org", "Ada Lovelace")
    assert user.is_verified
    assert not user.has_usable_password()
    assert not user.is_staff
    assert account_of(GOOGLE.identity) == user
    # their name is theirs, and not what connecting filled in
    assert list(SocialAccount.objects.get().filled) == ["google_plus_url"]


@pytest.mark.parametrize("trait", ["blocked", "trashed"])
def test_who_may_not_sign_in_may_not_by_a_linked_account_either(trait: str) -> None:
    user = UserFactory(**{trait: True})
    SocialAccountFactory(user=user, provider="twitter", uid=TWITTER.identity.uid)

    with pytest.raises(OpensNothing):
        account_of(TWITTER.identity)


def test_who_is_blocked_is_not_let_in_by_their_address() -> None:
    UserFactory(email="ada@example.org", blocked=True)

    with pytest.raises(OpensNothing):
        account_of(GOOGLE.identity)

    assert not SocialAccount.objects.exists()


def test_the_address_does_not_replace_another_account_at_the_provider(ada: User) -> None:
    connect(ada, replace(GOOGLE.identity, uid="another"))

    with pytest.raises(AnotherConnected):
        account_of(GOOGLE.identity)


# --- disconnecting


@each_provider
def test_disconnecting_empties_what_connecting_filled(at: social.Documented, ada: User) -> None:
    account = connect(ada, at.identity)

    disconnect(account, by=ada)

    assert profile_of(ada) == {}
    assert not SocialAccount.objects.exists()
    assert Activity.objects.filter(user=ada, action=f"{at.label} account disconnected").exists()


def test_what_was_changed_since_stays(ada: User) -> None:
    account = connect(ada, TWITTER.identity)
    User.objects.filter(pk=ada.pk).update(last_name="King", twitter_url="https://x.com/countess")

    disconnect(account, by=ada)

    assert profile_of(ada) == {"last_name": "King", "twitter_url": "https://x.com/countess"}


@pytest.mark.parametrize(
    ("at", "method", "url"),
    [
        (GOOGLE, responses.POST, "https://oauth2.googleapis.com/revoke"),
        (TWITTER, responses.POST, "https://api.x.com/2/oauth2/revoke"),
        (
            FACEBOOK,
            responses.DELETE,
            f"https://graph.facebook.com/v24.0/{FACEBOOK.identity.uid}/permissions",
        ),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_the_token_is_given_back_after_the_answer(
    at: social.Documented, method: str, url: str, ada: User, mock: responses.RequestsMock
) -> None:
    mock.add(method, url, json={})

    disconnect(connect(ada, at.identity), by=ada)
    assert len(mock.calls) == 0
    (job,) = run_due("users.revoke-social-access")

    assert job.state == Job.State.SUCCEEDED
    assert TOKEN in social.form_of(mock.calls[0]).values()
    assert TOKEN not in str(job.arguments)


def test_a_token_that_the_provider_no_longer_knows_is_given_back(
    ada: User, mock: responses.RequestsMock
) -> None:
    mock.add(
        responses.POST,
        "https://oauth2.googleapis.com/revoke",
        status=400,
        json={"error": "invalid_token", "error_description": "Token expired or revoked"},
    )

    disconnect(connect(ada, GOOGLE.identity), by=ada)

    (job,) = run_due("users.revoke-social-access")
    assert job.state == Job.State.SUCCEEDED


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_provider_that_is_away_is_asked_again(
    status: int, ada: User, mock: responses.RequestsMock
) -> None:
    mock.add(responses.POST, "https://oauth2.googleapis.com/revoke", status=status)

    disconnect(connect(ada, GOOGLE.identity), by=ada)

    (job,) = run_due("users.revoke-social-access")
    assert (job.state, job.attempt) == (Job.State.WAITING, 1)


def test_nothing_is_given_back_if_the_link_stays(ada: User) -> None:
    account = connect(ada, GOOGLE.identity)
    ada.set_unusable_password()
    ada.save(update_fields=["password"])

    with pytest.raises(OnlyWayIn):
        disconnect(account, by=ada)

    assert not Job.objects.filter(kind="users.revoke-social-access").exists()
    assert SocialAccount.objects.filter(pk=account.pk).exists()
    assert profile_of(ada) == GOOGLE.filled


def test_the_only_way_in_stays_until_there_is_another() -> None:
    ada = UserFactory(password=None)
    google, x = connect(ada, GOOGLE.identity), connect(ada, TWITTER.identity)

    disconnect(google, by=ada)
    with pytest.raises(OnlyWayIn, match="^X is your only way to sign in. Set a password first"):
        disconnect(x, by=ada)

    ada.set_password("a password of hers")
    ada.save()
    disconnect(x, by=ada)
    assert not SocialAccount.objects.exists()


def test_a_second_click_changes_nothing(ada: User) -> None:
    account = connect(ada, GOOGLE.identity)
    disconnect(account, by=ada)
    User.objects.filter(pk=ada.pk).update(first_name="Ada")

    disconnect(account, by=ada)

    assert profile_of(ada) == {"first_name": "Ada"}
    assert Job.objects.filter(kind="users.revoke-social-access").count() == 1


@pytest.mark.parametrize("end", [close_account, remove_account])
def test_an_account_that_is_closed_holds_on_to_no_link(end: Any, ada: User) -> None:
    """It need not have another way in, and what was linked can be linked to another account."""
    closed = UserFactory(password=None, **NAMELESS)
    connect(closed, GOOGLE.identity)
    connect(closed, FACEBOOK.identity)

    end(closed, by=closed)

    account = connect(ada, GOOGLE.identity)
    assert SocialAccount.objects.get() == account
    revoked = Job.objects.filter(kind="users.revoke-social-access")
    assert sorted(job.arguments["provider"] for job in revoked) == ["facebook", "google"]


def test_an_account_that_is_opened_again_is_linked_to_nothing(ada: User) -> None:
    connect(ada, FACEBOOK.identity)
    close_account(ada, by=ada)

    reopen_account(ada)

    assert not SocialAccount.objects.exists()
    assert profile_of(ada) == {}
    with pytest.raises(OpensNothing):
        account_of(FACEBOOK.identity)


def test_accounts_that_are_closed_already_lose_their_links_by_a_migration() -> None:
    kept = SocialAccountFactory()
    SocialAccountFactory(user=UserFactory(trashed=True))
    migration = import_module("users.migrations.0009_closed_accounts_link_nothing")

    with connection.schema_editor() as editor:
        migration.unlink(apps, editor)

    assert SocialAccount.objects.get() == kept


def test_an_account_that_stays_open_keeps_its_links(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(ada, GOOGLE.identity)
    monkeypatch.setattr(accounts, "deletion_blockers", [lambda user: "They owe us a talk."])

    for end in (close_account, remove_account):
        with pytest.raises(AccountInUse):
            end(ada, by=ada)

    assert SocialAccount.objects.get().user == ada


@pytest.mark.parametrize("trait", ["blocked", "trashed"])
def test_who_was_shut_out_a_moment_ago_links_nothing(trait: str) -> None:
    ada = UserFactory(**{trait: True})

    with pytest.raises(SignedOutMeanwhile):
        connect(ada, GOOGLE.identity)

    assert not SocialAccount.objects.exists()


def test_a_provider_that_is_no_longer_offered_is_no_way_in() -> None:
    ada = UserFactory(password=None)
    google, _ = connect(ada, GOOGLE.identity), connect(ada, TWITTER.identity)
    Site.objects.update(tw_consumer_secret=None)

    with pytest.raises(OnlyWayIn):
        disconnect(google, by=ada)


def test_the_job_is_known_by_its_name(ada: User) -> None:
    with pytest.raises(TypeError):
        jobs.enqueue("users.revoke-social-access", token="alone")


def test_an_identity_is_called_by_its_name_or_its_handle() -> None:
    named = Identity(provider="x", uid="1", first_name="Ada", username="ada")

    assert named.name == "Ada"
    assert replace(named, first_name=None).name == "@ada"
    assert replace(named, first_name=None, username=None).name is None
