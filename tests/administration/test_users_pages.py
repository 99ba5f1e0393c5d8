"""Accounts in the admin site: what is done with them, and by whom."""

from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client

from messaging.models import Mail
from openevent.activity.models import Activity
from tests.administration.desk import act, sent_by, shown, signed_in, somebody_with, url
from tests.factories.users import (
    PASSWORD,
    CustomSystemRoleFactory,
    UserEmailFactory,
    UserFactory,
    UserSystemRoleFactory,
)
from users.actions import accounts
from users.actions.sign_in import sign_in
from users.models import PanelPermission, User, UserEmail, UserSystemRole

pytestmark = pytest.mark.django_db

USER = "users.user"


@pytest.fixture
def client() -> Client:
    return signed_in(UserFactory(super_admin=True, email="boss@example.org"))


def save(client: Client, name: str, row: Any, **changes: Any) -> Any:
    """Change fields of the form of `row` and press Save."""
    address = url(name, "change", row.pk)
    return client.post(address, sent_by(client.get(address)) | changes, follow=True)


def test_account_is_added_with_a_password(client: Client) -> None:
    sent = {"email": "new@example.org", "usable_password": "true"}

    short = client.post(url(USER, "add"), sent | {"password1": "short", "password2": "short"})
    client.post(url(USER, "add"), sent | {"password1": PASSWORD, "password2": PASSWORD})

    assert short.context["adminform"].form.errors == {
        "password2": ["A password has 8 to 1000 characters."]
    }
    assert User.objects.get(email="new@example.org").check_password(PASSWORD)


def test_address_of_another_account_is_refused(client: Client) -> None:
    UserFactory(email="taken@example.org")
    user = UserFactory(email="free@example.org")
    passwords = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}

    changed = save(client, USER, user, email="Taken@example.org")
    added = client.post(url(USER, "add"), {"email": "Taken@example.org"} | passwords, follow=True)

    words = ["An account with this email exists already."]
    assert [shown(changed), shown(added)] == [words, words]
    emails = set(User.objects.values_list("email", flat=True))
    assert emails == {"boss@example.org", "taken@example.org", "free@example.org"}


def test_new_password_ends_all_sign_ins(client: Client) -> None:
    user = UserFactory()
    before = user.tokens_valid_from
    sent = {"usable_password": "true", "password1": "another one", "password2": "another one"}

    client.post(f"/admin/users/user/{user.pk}/password/", sent)

    user.refresh_from_db()
    assert user.check_password("another one")
    assert user.tokens_valid_from > before


def test_super_admin_makes_an_admin(client: Client) -> None:
    user = UserFactory()

    save(client, USER, user, is_admin="on")

    user.refresh_from_db()
    assert (user.is_admin, user.is_super_admin, user.is_verified) == (True, False, True)


def test_admin_can_neither_become_super_admin_nor_change_one() -> None:
    boss, user = UserFactory(super_admin=True), UserFactory(admin=True)
    client = signed_in(user)

    save(client, USER, user, is_super_admin="on")
    theirs = client.post(url(USER, "change", boss.pk), {"email": "mine@example.org"})
    password = client.post(f"/admin/users/user/{boss.pk}/password/", {})
    verbs = [act(client, USER, boss, verb) for verb in ("block", "sign_out", "send_link")]

    user.refresh_from_db()
    assert not user.is_super_admin
    answers = [theirs, password, *verbs]
    assert {answer.status_code for answer in answers} == {HTTPStatus.FORBIDDEN}


def test_holder_of_a_panel_changes_nobody_who_holds_one() -> None:
    client = signed_in(somebody_with("users"))
    admin, colleague, person = UserFactory(admin=True), somebody_with("sales"), UserFactory()
    alternate = UserEmailFactory(user=admin)

    answers = {
        user: client.post(f"/admin/users/user/{user.pk}/password/", {}).status_code
        for user in (admin, colleague, person)
    }
    address = client.post(url("users.useremail", "change", alternate.pk), {})
    added = client.post(
        url("users.useremail", "add"),
        {"user": admin.pk, "email_address": "mine@example.org", "type": "home"},
        follow=True,
    )

    assert answers == {admin: 403, colleague: 403, person: 200}
    assert address.status_code == HTTPStatus.FORBIDDEN
    assert shown(added) == ["This account is one that only a higher rank may change."]
    assert UserEmail.objects.count() == 1


def test_rights_are_seen_by_who_holds_the_panel_and_given_by_admins() -> None:
    holder, role = somebody_with("permissions", "users"), CustomSystemRoleFactory(name="Helper")
    panel = PanelPermission.objects.get(panel_name="settings")
    client = signed_in(holder)
    form = {"name": "Helper", "panel_permissions": [panel.pk]}

    theirs = [
        client.get(url("users.customsystemrole", "change", role.pk)).status_code,
        client.post(url("users.customsystemrole", "change", role.pk), form).status_code,
        client.post(url("users.usersystemrole", "add"), {"user": holder.pk}).status_code,
    ]
    admin = signed_in(UserFactory(admin=True))
    admin.post(url("users.customsystemrole", "change", role.pk), form)
    admin.post(url("users.usersystemrole", "add"), {"user": holder.pk, "role": role.pk})

    assert theirs == [200, 403, 403]
    assert list(role.panel_permissions.all()) == [panel]
    assert UserSystemRole.objects.filter(user=holder, role=role).exists()
    assert User.objects.get(pk=holder.pk).panels == {"permissions", "users", "settings"}


def test_page_of_a_system_role_names_who_holds_it(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    role = CustomSystemRoleFactory()
    for number in range(52):
        UserSystemRoleFactory(role=role, user__email=f"holder{number:02}@example.org")

    with django_assert_max_num_queries(15):
        page = client.get(url("users.customsystemrole", "change", role.pk)).content.decode()

    assert page.count("@example.org</a>") == 50
    assert "and 2 more" in page


def test_system_roles_are_given_on_the_page_of_a_person_by_admins_only() -> None:
    person, role = UserFactory(), CustomSystemRoleFactory()
    row = {
        "system_roles-TOTAL_FORMS": "1",
        "system_roles-0-user": person.pk,
        "system_roles-0-role": role.pk,
    }

    save(signed_in(somebody_with("users")), USER, person, **row)
    before = UserSystemRole.objects.filter(user=person).count()
    save(signed_in(UserFactory(admin=True)), USER, person, **row)

    assert before == 0
    assert [held.role for held in UserSystemRole.objects.filter(user=person)] == [role]


def test_panel_that_is_taken_away_is_closed_at_once() -> None:
    holder = somebody_with("events")
    client = signed_in(holder)
    assert client.get("/admin/").status_code == HTTPStatus.OK

    UserSystemRole.objects.all().delete()

    assert client.get("/admin/").status_code == HTTPStatus.FOUND


def test_person_is_signed_out_everywhere(client: Client) -> None:
    user = UserFactory(email="ada@example.org", admin=True)
    theirs = signed_in(user)
    assert theirs.get("/admin/").status_code == HTTPStatus.OK

    answer = act(client, USER, user, "sign_out")

    assert shown(answer) == ["ada@example.org is signed out everywhere."]
    assert theirs.get("/admin/").status_code == HTTPStatus.FOUND
    done = Activity.objects.latest("pk")
    assert done.action == f"Account ada@example.org (id {user.pk}) signed out"
    assert done.actor.startswith("boss@example.org")


def test_person_is_blocked_and_unblocked_and_old_sign_ins_stay_void(client: Client) -> None:
    user = UserFactory()
    before = user.tokens_valid_from

    act(client, USER, user, "block")
    user.refresh_from_db()
    blocked = user.is_blocked
    act(client, USER, user, "unblock")

    user.refresh_from_db()
    assert (blocked, user.is_blocked) == (True, False)
    assert user.tokens_valid_from > before


def test_one_sign_in_is_ended_on_its_own(client: Client) -> None:
    user = UserFactory()
    for _ in range(2):
        sign_in(user)
    first = user.sign_ins.first()

    act(client, "users.signin", first, "end")
    boss = User.objects.get(email="boss@example.org")
    sign_in(boss)
    refused = act(signed_in(somebody_with("users")), "users.signin", boss.sign_ins.get(), "end")

    assert user.sign_ins.count() == 1
    assert refused.status_code == HTTPStatus.FORBIDDEN


def test_nobody_blocks_themselves() -> None:
    user = UserFactory(super_admin=True)

    answer = act(signed_in(user), USER, user, "block")

    assert shown(answer) == ["This is your own account; have somebody else do it."]
    user.refresh_from_db()
    assert not user.is_blocked


def test_several_people_are_blocked_at_once_and_who_cannot_be_is_named(client: Client) -> None:
    people = UserFactory.create_batch(2)
    blocked = UserFactory(blocked=True, email="gone@example.org")
    sent = {"action": "block", "_selected_action": [user.pk for user in [*people, blocked]]}

    answer = client.post(url(USER, "changelist"), sent, follow=True)

    assert User.objects.filter(is_blocked=True).count() == 3
    assert shown(answer) == ["Block: done with 2.", "gone@example.org stays as it is."]


def test_address_is_verified_by_hand(client: Client) -> None:
    user = UserFactory(unverified=True)

    act(client, USER, user, "verify")

    user.refresh_from_db()
    assert user.is_verified


def test_link_for_a_new_password_is_mailed(client: Client) -> None:
    user = UserFactory()

    act(client, USER, user, "send_link")

    assert [mail.action for mail in Mail.objects.filter(recipient=user.email)] == ["password_reset"]


def test_closed_account_is_opened_again(client: Client) -> None:
    user = UserFactory(email="ada@example.org")

    act(client, USER, user, "to_trash")
    user.refresh_from_db()
    closed = user.email
    act(client, USER, user, "out_of_trash")

    user.refresh_from_db()
    assert closed == "ada@example.org.deleted"
    assert (user.email, user.deleted_at) == ("ada@example.org", None)


def test_account_on_which_something_hangs_is_not_closed_and_the_page_says_why(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = UserFactory()
    monkeypatch.setattr(accounts, "deletion_blockers", [lambda user: "They owe us money."])

    answer = act(client, USER, user, "to_trash")

    assert shown(answer) == ["They owe us money."]
    user.refresh_from_db()
    assert user.deleted_at is None
