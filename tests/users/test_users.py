"""Users: signing up, what others see, and what nobody can write on themselves."""

import pytest
from django.utils import timezone

from events.models import EventRole
from tests.api_client import Api
from tests.factories.events import EventFactory, SessionFactory, hold
from tests.factories.users import PASSWORD, UserFactory
from users.actions import accounts
from users.models import User

pytestmark = pytest.mark.django_db

FLAGS = ["is_admin", "is_super_admin", "is_verified", "is_blocked"]


def test_anybody_signs_up_and_sees_their_account():
    answer = Api().post(
        "/v1/users",
        "user",
        email="Ada@example.org",
        password="hypatia1",
        first_name="Ada",
        avatar_url=None,
    )

    user = User.objects.get()
    assert answer.status == 201
    assert answer.attributes["email"] == "Ada@example.org"
    assert answer.attributes["is-verified"] is False
    assert "password" not in answer.attributes
    assert user.check_password("hypatia1")


@pytest.mark.parametrize("flag", FLAGS)
def test_nobody_gives_themselves_a_flag(flag):
    answer = Api().post(
        "/v1/users", "user", email="a@example.org", password="12345678", **{flag: True}
    )
    user = User.objects.get()
    again = Api(user).patch(f"/v1/users/{user.pk}", "user", **{flag: True})

    user.refresh_from_db()
    assert (answer.status, again.status) == (201, 200)
    assert getattr(user, flag) is False


def test_admins_set_flags_but_only_super_admins_make_admins():
    user = UserFactory(unverified=True)
    path = f"/v1/users/{user.pk}"
    admin, boss = Api(UserFactory(admin=True)), Api(UserFactory(super_admin=True))

    by_admin = admin.patch(
        path, "user", is_verified=True, is_marketer=True, is_admin=True
    ).attributes
    by_boss = boss.patch(path, "user", is_admin=True, is_super_admin=True).attributes

    assert (by_admin["is-verified"], by_admin["is-marketer"], by_admin["is-admin"]) == (
        True,
        True,
        False,
    )
    assert (by_boss["is-admin"], by_boss["is-super-admin"]) == (True, False)


@pytest.mark.parametrize("password", ["", "1234567", "x" * 1001, None, ["12345678"], {"a": 1}])
def test_a_password_has_a_sane_length(password):
    answer = Api().post("/v1/users", "user", email="a@example.org", password=password)

    assert (answer.status, answer.pointer) == (422, "/data/attributes/password")
    assert not User.objects.exists()


def test_a_password_keeps_its_spaces():
    Api().post("/v1/users", "user", email="a@example.org", password="  spaced  ")

    assert User.objects.get().check_password("  spaced  ")


def test_an_address_belongs_to_one_account_whatever_its_case():
    UserFactory(email="ada@example.org")
    UserFactory(email="bob@example.org", deleted_at=timezone.now())

    taken = Api().post("/v1/users", "user", email="ADA@example.org", password="12345678")
    free = Api().post("/v1/users", "user", email="bob@example.org", password="12345678")

    assert (taken.status, taken.error["status"], taken.pointer) == (
        409,
        409,
        "/data/attributes/email",
    )
    assert free.status == 201


def test_people_see_themselves_and_admins_see_all():
    user, other = UserFactory(), UserFactory()
    admin = Api(UserFactory(admin=True))

    assert Api(user).get(f"/v1/users/{user.pk}").attributes["email"] == user.email
    assert Api(user).get(f"/v1/users/{other.pk}").status == 404
    assert Api(user).get("/v1/users").ids == [user.pk]
    assert len(admin.get("/v1/users").ids) == 3
    assert Api().get(f"/v1/users/{user.pk}").status == 401
    assert Api().get("/v1/users").status == 401


def test_others_see_name_and_picture_and_not_the_address():
    event = EventFactory(published=True)
    creator = UserFactory(first_name="Ada", details="secret", billing_city="London")
    session = SessionFactory(event=event, state="accepted", creator=creator)

    (shown,) = Api().get(f"/v1/sessions/{session.pk}", include="creator").document["included"]

    assert shown["attributes"]["first-name"] == "Ada"
    assert shown["attributes"]["email"] is None
    assert "relationships" not in shown
    assert {"details", "billing-city", "is-admin", "last-accessed-at"}.isdisjoint(
        shown["attributes"]
    )


def test_leaders_see_the_addresses_of_their_team():
    event = EventFactory()
    leader, helper = UserFactory(), UserFactory()
    hold(leader, event, "coorganizer")
    hold(helper, event, "moderator")

    answer = Api(leader).get(f"/v1/events/{event.pk}/users-events-roles", include="user,role")

    shown = {
        int(each["id"]): each["attributes"]
        for each in answer.document["included"]
        if each["type"] == "user"
    }
    assert shown[helper.pk]["email"] == helper.email
    assert "details" not in shown[helper.pk]
    assert "details" in shown[leader.pk]


def test_people_cannot_be_found_by_what_is_not_shown():
    user = UserFactory(email="ada@example.org")
    event = EventFactory(published=True)
    SessionFactory(event=event, state="accepted", creator=user)
    named = {"name": "email", "op": "eq", "val": "ada@example.org"}

    assert Api(UserFactory()).filter("/v1/users", named).ids == []
    by_creator = {"name": "creator", "op": "has", "val": named}
    assert Api().filter("/v1/sessions", by_creator).ids == []
    assert Api(UserFactory(admin=True)).filter("/v1/users", named).ids == [user.pk]


def test_flags_of_roles_are_computed():
    user = UserFactory()
    hold(user, EventFactory(), "owner")
    hold(user, EventFactory(), "moderator")

    shown = Api(user).get(f"/v1/users/{user.pk}").attributes

    roles = ["owner", "organizer", "coorganizer", "track-organizer", "moderator", "registrar"]
    assert [shown[f"is-user-{role}"] for role in roles] == [True, False, False, False, True, False]


def test_a_changed_address_has_to_be_verified_again_and_takes_a_fresh_sign_in():
    user = UserFactory()
    path = f"/v1/users/{user.pk}"

    fresh = Api(user).patch(path, "user", email="new@example.org")
    user.refresh_from_db()

    assert fresh.status == 200
    assert (user.email, user.is_verified) == ("new@example.org", False)


def test_an_old_sign_in_does_not_change_the_address():
    user = UserFactory()
    was = User.objects.get(pk=user.pk)
    user.email = "new@example.org"

    with pytest.raises(accounts.FreshSignInNeeded):
        accounts.edit_account(user, was, by=user, is_fresh=False)


def test_an_address_that_only_changes_its_case_stays_verified():
    user = UserFactory(email="ada@example.org")

    Api(user).patch(f"/v1/users/{user.pk}", "user", email="Ada@example.org")

    user.refresh_from_db()
    assert user.is_verified is True


def test_a_closed_account_is_signed_out_and_its_address_free():
    user = UserFactory(email="ada@example.org")
    api = Api(user)

    closed = api.delete(f"/v1/users/{user.pk}")

    user.refresh_from_db()
    assert closed.status == 200
    assert user.email == "ada@example.org.deleted"
    assert api.get(f"/v1/users/{user.pk}").status == 401
    assert Api().post("/v1/users", "user", email="ada@example.org", password=PASSWORD).status == 201


def test_admins_reopen_an_account_unless_its_address_is_taken():
    admin = Api(UserFactory(admin=True))
    user, other = UserFactory(email="ada@example.org"), UserFactory(email="bob@example.org")
    for each in (user, other):
        accounts.close_account(each, by=each)
    UserFactory(email="bob@example.org")

    reopened = admin.patch(f"/v1/users/{user.pk}?get_trashed=true", "user", deleted_at=None)
    refused = admin.patch(f"/v1/users/{other.pk}?get_trashed=true", "user", deleted_at=None)

    assert (reopened.status, reopened.attributes["email"]) == (200, "ada@example.org")
    assert refused.status == 409


def test_an_account_that_something_hangs_on_stays_open(monkeypatch):
    monkeypatch.setattr(accounts, "deletion_blockers", [lambda user: "They owe us a talk."])
    user = UserFactory()

    answer = Api(user).delete(f"/v1/users/{user.pk}")

    assert (answer.status, answer.detail) == (403, "They owe us a talk.")
    user.refresh_from_db()
    assert user.deleted_at is None


def test_whom_events_need_stays_until_they_do_not():
    user, event, other = UserFactory(), EventFactory(), EventFactory(name="Other")
    owned, helped = hold(user, event, "owner"), hold(user, other, "moderator")
    path = f"/v1/users/{user.pk}"

    owner = Api(user).delete(path)
    owned.event.trash()
    helper = Api(user).delete(path)
    other.ends_at = timezone.now()
    other.save()

    assert (owner.status, owner.detail) == (
        403,
        f'Hand over or delete "{event.name}" first: an event has an owner.',
    )
    assert (helper.status, helper.detail) == (
        403,
        'Lay down the role on "Other" first, or wait until it is over.',
    )
    assert Api(user).delete(path).status == 200
    assert EventRole.objects.filter(pk=helped.pk).exists()


def test_an_owner_is_not_removed_for_good_even_if_the_event_is_in_the_trash():
    admin, user = Api(UserFactory(admin=True)), UserFactory()
    owned, path = hold(user, EventFactory(), "owner"), f"/v1/users/{user.pk}?permanent=true"
    owned.event.trash()

    refused = admin.delete(path)
    owned.event.delete()

    assert (refused.status, refused.error["status"]) == (409, 409)
    assert admin.delete(path).status == 200
    assert not User.objects.filter(pk=user.pk).exists()


def test_strangers_change_nobody():
    user = UserFactory()

    assert Api(UserFactory()).patch(f"/v1/users/{user.pk}", "user", first_name="X").status == 404
    assert Api().patch(f"/v1/users/{user.pk}", "user", first_name="X").status == 401
    assert Api(UserFactory()).delete(f"/v1/users/{user.pk}").status == 404


def test_an_admin_neither_changes_nor_closes_nor_removes_the_account_of_a_super_admin():
    boss = UserFactory(super_admin=True, email="boss@example.org")
    admin = Api(UserFactory(admin=True))

    answers = [
        admin.patch(f"/v1/users/{boss.pk}", "user", email="mine@example.org"),
        admin.patch(f"/v1/users/{boss.pk}", "user", is_blocked=True),
        admin.delete(f"/v1/users/{boss.pk}"),
        admin.delete(f"/v1/users/{boss.pk}?permanent=true"),
    ]

    detail = "This account is one that only a higher rank may change."
    assert [(each.status, each.detail) for each in answers] == [(403, detail)] * 4
    boss.refresh_from_db()
    assert (boss.email, boss.is_blocked, boss.deleted_at) == ("boss@example.org", False, None)
    others = Api(UserFactory(super_admin=True))
    assert others.patch(f"/v1/users/{boss.pk}", "user", first_name="Bo").status == 200
    assert Api(boss).patch(f"/v1/users/{boss.pk}", "user", first_name="Boss").status == 200
