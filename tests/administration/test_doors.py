"""Signing in to the admin site: by password, by a second factor where there is one."""

import base64
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP

from openevent.site.models import Site
from tests.administration.desk import act, shown, signed_in, somebody_with, url
from tests.factories.users import PASSWORD, UserFactory, authorization
from users.actions import second_factor
from users.models import SecondFactor, User

pytestmark = pytest.mark.django_db

LOGIN, CODE, OWN = "/admin/login/", "/admin/login/code/", "/admin/second-factor/"
NOON = "2027-01-01T12:00:00Z"


@pytest.fixture(autouse=True)
def clock(time_machine: Any) -> Any:
    time_machine.move_to(NOON, tick=False)
    return time_machine


@pytest.fixture
def boss(db: None) -> User:
    return UserFactory(super_admin=True, email="boss@example.org")


@pytest.fixture
def recovery_codes(boss: User, clock: Any) -> list[str]:
    """Those of the boss, who has a second factor."""
    second_factor.begin(boss)
    codes = second_factor.confirm(boss, phone(boss))
    clock.shift(30)
    return codes


def phone(user: User) -> str:
    """Return what the phone of `user` shows."""
    totp = TOTP(base64.b32decode(SecondFactor.objects.get(user=user).secret))
    totp.time = timezone.now().timestamp()
    return f"{totp.token():06d}"


def name_password(client: Client, user: User, **more: str) -> Any:
    return client.post(LOGIN, {"username": user.email, "password": PASSWORD} | more)


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def require() -> None:
    Site.objects.update(is_second_factor_required=True)


def test_who_holds_one_panel_signs_in_by_password(client: Client) -> None:
    answer = name_password(client, somebody_with("sessions"), next="/admin/events/session/")

    assert answer["Location"] == "/admin/events/session/"
    assert is_in(client)


def test_who_holds_none_is_refused_in_the_words_for_a_wrong_password(client: Client) -> None:
    refused = name_password(client, UserFactory())
    wrong = client.post(LOGIN, {"username": "nobody@example.org", "password": "wrong"})

    words = ["These are not the address and password of somebody who may enter."]
    assert refused.context["form"].non_field_errors() == words
    assert wrong.context["form"].non_field_errors() == words
    assert not is_in(client)


@pytest.mark.parametrize(
    "target", ["https://evil.example.org/", "//evil.example.org", "javascript:1"]
)
def test_sign_in_leads_to_our_own_pages_only(client: Client, boss: User, target: str) -> None:
    answer = name_password(client, boss, next=target)

    assert answer["Location"] == "/admin/"


@pytest.mark.usefixtures("recovery_codes")
def test_password_alone_opens_nothing_once_a_second_factor_is_set_up(
    client: Client, boss: User
) -> None:
    answer = name_password(client, boss)

    assert answer["Location"].startswith(CODE)
    assert "_auth_user_id" not in client.session
    assert not is_in(client)


@pytest.mark.usefixtures("recovery_codes")
def test_password_and_code_open_the_desk_and_lead_where_one_wanted(
    client: Client, boss: User
) -> None:
    first = name_password(client, boss, next="/admin/jobs/job/")
    page = client.get(first["Location"])
    answer = client.post(CODE, {"code": phone(boss), "next": "/admin/jobs/job/"})

    assert page.status_code == 200
    assert 'value="/admin/jobs/job/"' in page.content.decode()
    assert answer["Location"] == "/admin/jobs/job/"
    assert is_in(client)


def test_recovery_code_opens_the_desk_once(
    client: Client, boss: User, recovery_codes: list[str]
) -> None:
    name_password(client, boss)
    client.post(CODE, {"code": recovery_codes[0]})
    first = is_in(client)
    again = Client()
    name_password(again, boss)
    answer = again.post(CODE, {"code": recovery_codes[0]})

    assert first
    assert list(answer.context["form"].errors) == ["code"]
    assert not is_in(again)


@pytest.mark.usefixtures("recovery_codes")
def test_used_code_opens_no_second_session(client: Client, boss: User) -> None:
    code = phone(boss)
    for each in (client, Client()):
        name_password(each, boss)
        answer = each.post(CODE, {"code": code})

    assert is_in(client)
    assert answer.context["form"].errors["code"] == [second_factor.WrongCode.detail]


@pytest.mark.usefixtures("recovery_codes")
def test_session_gets_a_new_name_at_each_door(client: Client, boss: User) -> None:
    client.get(LOGIN)
    names = []
    name_password(client, boss)
    names.append(client.session.session_key)
    client.post(CODE, {"code": phone(boss)})
    names.append(client.session.session_key)

    assert len(set(names)) == 2
    assert "desk.pending" not in client.session


@pytest.mark.usefixtures("recovery_codes")
@pytest.mark.parametrize("change", ["time", "password", "blocked", "nobody"])
def test_code_is_asked_for_a_while_and_of_who_named_the_password(
    client: Client, boss: User, clock: Any, change: str
) -> None:
    if change != "nobody":
        name_password(client, boss)
    if change == "time":
        clock.shift(301)
    if change == "password":
        boss.set_password("another one entirely")
        boss.save()
    if change == "blocked":
        User.objects.update(is_blocked=True)

    answer = client.post(CODE, {"code": phone(boss)})

    assert answer["Location"] == LOGIN
    assert not is_in(client)


@pytest.mark.usefixtures("recovery_codes")
def test_guessing_codes_ends_soon(client: Client, boss: User) -> None:
    name_password(client, boss)
    for _ in range(5):
        client.post(CODE, {"code": "no code"})

    answer = client.post(CODE, {"code": phone(boss)})

    (error,) = answer.context["form"].errors["code"]
    assert error.startswith("Too many attempts. Try again in ")
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 900
    assert not is_in(client)


def test_session_from_before_the_factor_was_set_up_is_closed_by_it(boss: User, clock: Any) -> None:
    before, here = signed_in(boss), signed_in(boss)
    here.post(OWN, {"do": "begin"})

    here.post(OWN, {"do": "confirm", "code": phone(boss)})

    assert (is_in(before), is_in(here)) == (False, True)


@pytest.mark.usefixtures("recovery_codes")
def test_session_that_other_pages_opened_by_a_password_opens_nothing_here(boss: User) -> None:
    assert not is_in(signed_in(boss))


def test_second_factor_is_set_up_with_a_phone_and_its_secret_shown_until_then(boss: User) -> None:
    client = signed_in(boss)

    begun = client.post(OWN, {"do": "begin"}).content.decode()
    secret = str(SecondFactor.objects.get().secret)
    mistyped = client.post(OWN, {"do": "confirm", "code": "000"}).content.decode()
    done = client.post(OWN, {"do": "confirm", "code": phone(boss)}).content.decode()
    after = client.get(OWN).content.decode()

    letters = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    assert [letters in page for page in (begun, mistyped, done, after)] == [
        True,
        True,
        False,
        False,
    ]
    assert ["<svg" in page for page in (begun, mistyped, done, after)] == [True, True, False, False]
    assert done.count("<code>") == 10
    assert "<code>" not in after
    assert "You have 10 recovery codes left." in after
    assert is_in(client)


def test_pages_with_secrets_are_kept_by_nobody(boss: User) -> None:
    answer = signed_in(boss).post(OWN, {"do": "begin"})

    assert "no-store" in answer["Cache-Control"]
    assert "default-src 'self'" in answer["Content-Security-Policy"]


def test_who_has_to_have_one_can_do_nothing_before_but_set_it_up(boss: User) -> None:
    require()
    client = Client()

    name_password(client, boss)
    index = client.get("/admin/", follow=True)
    change = client.post(url("users.user", "add"), {"email": "new@example.org"})
    client.post(OWN, {"do": "begin"})
    before = is_in(client)
    client.post(OWN, {"do": "confirm", "code": phone(boss)})

    assert index.redirect_chain[-1][0] == OWN
    assert "Set one up to go on" in index.content.decode()
    assert (change.status_code, before) == (302, False)
    assert is_in(client)
    assert "Turn it off" not in client.get(OWN).content.decode()


def test_who_has_to_have_one_can_leave_instead(boss: User) -> None:
    require()
    client = signed_in(boss)

    answer = client.post("/admin/logout/")

    assert answer["Location"] == LOGIN
    assert "_auth_user_id" not in client.session
    assert client.get("/admin/logout/").status_code == 405


@pytest.mark.usefixtures("recovery_codes")
def test_page_that_one_wanted_is_not_cut_short_on_the_way(client: Client, boss: User) -> None:
    wanted = "/admin/jobs/job/?state__exact=failed&q=a b"

    first = name_password(client, boss, next=wanted)
    page = client.get(first["Location"])

    assert page.context["request"].GET["next"] == wanted


def test_second_factor_is_turned_off_by_a_code(boss: User, clock: Any) -> None:
    client = signed_in(boss)
    client.post(OWN, {"do": "begin"})
    client.post(OWN, {"do": "confirm", "code": phone(boss)})
    clock.shift(30)

    wrong = client.post(OWN, {"do": "off", "code": "no code"})
    still = SecondFactor.objects.exists()
    client.post(OWN, {"do": "off", "code": phone(boss)})

    assert shown(wrong) == [second_factor.WrongCode.detail]
    assert (still, SecondFactor.objects.exists()) == (True, False)
    assert is_in(client)


def test_page_of_ones_own_factor_is_for_who_is_in(client: Client) -> None:
    answers = [each.post(OWN, {"do": "begin"}) for each in (client, signed_in(UserFactory()))]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert not SecondFactor.objects.exists()


@pytest.mark.usefixtures("recovery_codes")
def test_lost_factor_is_removed_by_another_super_admin(boss: User) -> None:
    other, admin = UserFactory(super_admin=True), UserFactory(admin=True)
    lost = somebody_with("events")
    second_factor.begin(lost)
    second_factor.confirm(lost, phone(lost))

    by_admin = act(signed_in(admin), "users.user", lost, "forget_factor")
    act(signed_in(other), "users.user", lost, "forget_factor")
    act(signed_in(other), "users.user", boss, "forget_factor")

    assert by_admin.status_code == 403
    assert not SecondFactor.objects.exists()
    assert is_in(signed_in(boss))


@pytest.mark.usefixtures("recovery_codes")
def test_nobody_removes_their_own_by_the_verb(client: Client, boss: User) -> None:
    name_password(client, boss)
    client.post(CODE, {"code": phone(boss)})

    answer = act(client, "users.user", boss, "forget_factor")

    assert shown(answer) == ["This is your own account; have somebody else do it."]
    assert SecondFactor.objects.exists()


@pytest.mark.usefixtures("recovery_codes")
def test_api_asks_for_the_password_alone(client: Client, boss: User) -> None:
    """docs/decisions/0131: its clients have no field for a code."""
    body = {"email": boss.email, "password": PASSWORD}

    answer = client.post("/auth/session", body, "application/json")

    assert answer.status_code == 200
    assert client.get("/v1/users", headers=authorization(boss)).status_code == 200


def test_own_password_is_changed_under_the_rules_that_all_have(boss: User) -> None:
    client, elsewhere = signed_in(boss), signed_in(boss)
    page = "/admin/password_change/"

    short = client.post(page, {"old": PASSWORD, "new": "short", "again": "short"})
    wrong = client.post(page, {"old": "wrong", "new": "a longer one", "again": "a longer one"})
    unlike = client.post(page, {"old": PASSWORD, "new": "a longer one", "again": "another one"})
    done = client.post(page, {"old": PASSWORD, "new": "a longer one", "again": "a longer one"})

    assert short.context["form"].non_field_errors() == ["A password has 8 to 1000 characters."]
    assert wrong.context["form"].non_field_errors() == ["This is not your password."]
    assert list(unlike.context["form"].errors) == ["again"]
    assert done["Location"] == "/admin/"
    boss.refresh_from_db()
    assert boss.check_password("a longer one")
    assert (is_in(client), is_in(elsewhere)) == (True, False)
