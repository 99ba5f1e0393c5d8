"""The second factor: codes are good once, while they last, and for one person."""

import base64
import io
import threading
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from django_otp.oath import TOTP

from openevent.activity.models import Activity
from openevent.site.models import Site
from tests.factories.users import UserFactory
from users.actions import second_factor
from users.actions.second_factor import (
    AlreadySetUp,
    FactorRequired,
    NotSetUp,
    WrongCode,
    begin,
    confirm,
    new_recovery_codes,
    prove,
    reset,
    turn_off,
)
from users.models import SecondFactor, User
from users.throttles import TooManyAttempts

pytestmark = pytest.mark.django_db

NOON = "2027-01-01T12:00:00Z"


@pytest.fixture(autouse=True)
def clock(time_machine: Any) -> Any:
    time_machine.move_to(NOON, tick=False)
    return time_machine


@pytest.fixture
def ada(db: None) -> User:
    return UserFactory(email="ada@example.org")


def shown(user: User, *, later: int = 0) -> str:
    """Return what the phone of `user` shows, so many half minutes from now."""
    totp = TOTP(base64.b32decode(SecondFactor.objects.get(user=user).secret))
    totp.time = timezone.now().timestamp() + 30 * later
    return f"{totp.token():06d}"


def set_up(user: User, clock: Any) -> list[str]:
    """Set a second factor up, and wait until its first code is over; return recovery codes."""
    begin(user)
    codes = confirm(user, shown(user))
    clock.shift(30)
    return codes


def test_code_that_the_phone_shows_is_good(ada: User, clock: Any) -> None:
    set_up(ada, clock)

    prove(ada, f" {shown(ada)[:3]} {shown(ada)[3:]} ")

    assert [each.action for each in Activity.objects.filter(user=ada)] == ["Second factor set up"]


def test_code_is_the_one_of_the_standard(ada: User, clock: Any) -> None:
    """RFC 6238, appendix B: the last six of the eight digits that it lists for 1111111109 s."""
    set_up(ada, clock)
    secret = base64.b32encode(b"12345678901234567890").decode()
    SecondFactor.objects.update(secret=secret, last_step=0)
    clock.move_to(1111111109, tick=False)

    prove(ada, "081804")


def test_code_is_good_once(ada: User, clock: Any) -> None:
    set_up(ada, clock)
    code = shown(ada)
    prove(ada, code)

    with pytest.raises(WrongCode):
        prove(ada, code)


def test_code_that_set_the_factor_up_does_not_sign_in_as_well(ada: User) -> None:
    begin(ada)
    code = shown(ada)
    confirm(ada, code)

    with pytest.raises(WrongCode):
        prove(ada, code)


def test_code_from_before_a_used_one_is_not_good_any_more(ada: User, clock: Any) -> None:
    set_up(ada, clock)
    earlier = shown(ada, later=-1)
    SecondFactor.objects.update(last_step=0)
    prove(ada, shown(ada))

    with pytest.raises(WrongCode):
        prove(ada, earlier)


@pytest.mark.parametrize(("later", "is_good"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_phone_may_be_half_a_minute_off(ada: User, clock: Any, later: int, is_good: bool) -> None:
    set_up(ada, clock)
    SecondFactor.objects.update(last_step=0)
    code = shown(ada, later=later)

    if is_good:
        prove(ada, code)
    else:
        with pytest.raises(WrongCode):
            prove(ada, code)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "-12345", "\0"])
def test_what_is_no_code_is_refused_as_a_wrong_one_is(ada: User, clock: Any, code: str) -> None:
    set_up(ada, clock)

    with pytest.raises(WrongCode):
        prove(ada, code)


def test_code_of_somebody_else_is_not_good(ada: User, clock: Any) -> None:
    bob = UserFactory()
    set_up(ada, clock)
    set_up(bob, clock)

    with pytest.raises(WrongCode):
        prove(ada, shown(bob))


def test_recovery_code_is_good_once_however_it_is_typed(ada: User, clock: Any) -> None:
    codes = set_up(ada, clock)

    prove(ada, f" {codes[0].upper().replace('-', ' ')} ")

    with pytest.raises(WrongCode):
        prove(ada, codes[0])
    prove(ada, codes[1])
    assert (len(codes), len(set(codes))) == (10, 10)
    assert len(SecondFactor.objects.get().recovery_digests) == 8


def test_neither_secret_nor_recovery_codes_are_kept_in_plain(ada: User, clock: Any) -> None:
    codes = set_up(ada, clock)
    secret = str(SecondFactor.objects.get().secret)

    with connection.cursor() as cursor:
        cursor.execute("SELECT users_secondfactor::text FROM users_secondfactor")
        row = cursor.fetchone()[0]

    assert secret not in row
    assert not [code for code in codes if code in row or code.replace("-", "") in row]
    assert secret not in repr(SecondFactor.objects.get().secret)


def test_new_recovery_codes_replace_the_old_ones(ada: User, clock: Any) -> None:
    old = set_up(ada, clock)

    new = new_recovery_codes(ada, shown(ada))

    assert not set(old) & set(new)
    with pytest.raises(WrongCode):
        prove(ada, old[0])
    prove(ada, new[0])


def test_secret_that_waits_is_replaced_and_asks_for_nothing(ada: User) -> None:
    first = str(begin(ada).secret)
    second = str(begin(ada).secret)

    assert first != second
    assert second_factor.factor_of(ada) is None
    with pytest.raises(NotSetUp):
        prove(ada, shown(ada))


def test_factor_that_is_set_up_is_neither_begun_nor_confirmed_again(ada: User, clock: Any) -> None:
    set_up(ada, clock)
    secret = str(SecondFactor.objects.get().secret)

    with pytest.raises(AlreadySetUp):
        begin(ada)
    with pytest.raises(NotSetUp):
        confirm(ada, shown(ada))
    assert str(SecondFactor.objects.get().secret) == secret


def test_wrong_code_confirms_nothing(ada: User) -> None:
    begin(ada)

    with pytest.raises(WrongCode):
        confirm(ada, "000000" if shown(ada) != "000000" else "000001")
    assert second_factor.factor_of(ada) is None


def test_guessing_ends_soon_even_for_the_right_code(ada: User, clock: Any) -> None:
    codes = set_up(ada, clock)
    for _ in range(5):
        with pytest.raises(WrongCode):
            prove(ada, "no code at all")

    with pytest.raises(TooManyAttempts):
        prove(ada, shown(ada))
    with pytest.raises(TooManyAttempts):
        turn_off(ada, codes[0])

    clock.shift(15 * 60)
    prove(ada, shown(ada))


def test_right_code_takes_back_what_was_counted(ada: User, clock: Any) -> None:
    set_up(ada, clock)

    for _ in range(3):
        for _ in range(4):
            with pytest.raises(WrongCode):
                prove(ada, "no code at all")
        prove(ada, shown(ada))
        clock.shift(30)


def test_factor_is_turned_off_by_a_code(ada: User, clock: Any) -> None:
    set_up(ada, clock)

    with pytest.raises(WrongCode):
        turn_off(ada, "no code at all")
    turn_off(ada, shown(ada))

    assert second_factor.factor_of(ada) is None


def test_factor_is_not_turned_off_where_everybody_needs_one(ada: User, clock: Any) -> None:
    set_up(ada, clock)
    Site.objects.update(is_second_factor_required=True)

    with pytest.raises(FactorRequired):
        turn_off(ada, shown(ada))
    assert second_factor.factor_of(ada) is not None


def test_lost_factor_is_removed_by_somebody_else_who_is_written_down(ada: User, clock: Any) -> None:
    set_up(ada, clock)
    boss = UserFactory(super_admin=True)

    reset(ada, by=boss)

    assert second_factor.factor_of(ada) is None
    said = Activity.objects.get(user=boss).action
    assert said == f"Second factor of ada@example.org (id {ada.pk}) removed"
    with pytest.raises(NotSetUp):
        reset(ada, by=boss)


def test_address_for_the_phone_names_the_site_and_the_person(ada: User) -> None:
    Site.objects.update(app_name="Our: events & more")

    factor = begin(ada)

    assert second_factor.uri(factor) == (
        "otpauth://totp/Our%20%20events%20%26%20more%3Aada%40example.org"
        f"?secret={factor.secret}&issuer=Our%20%20events%20%26%20more"
    )


@pytest.mark.django_db(transaction=True)
def test_of_two_uses_of_a_code_at_once_one_is_refused(
    clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = UserFactory()
    set_up(ada, clock)
    code, outcomes = shown(ada), []
    looking, both_look, verify = [], threading.Event(), TOTP.verify

    def slowly(*args: Any, **kwargs: Any) -> bool:
        """Wait until the other use looks too, which it cannot while it is kept out."""
        looking.append(1)
        if len(looking) == 2:
            both_look.set()
        both_look.wait(0.5)  # seconds
        return verify(*args, **kwargs)

    def use() -> None:
        try:
            prove(ada, code)
            outcomes.append("signed in")
        except WrongCode:
            outcomes.append("refused")
        finally:
            connection.close()

    monkeypatch.setattr(TOTP, "verify", slowly)
    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert sorted(outcomes) == ["refused", "signed in"]


def test_only_super_admin_who_lost_theirs_removes_it_at_the_machine(ada: User, clock: Any) -> None:
    set_up(ada, clock)

    call_command("forget_second_factor", "ADA@example.org", stdout=io.StringIO())

    assert second_factor.factor_of(ada) is None
    for email, words in (("ada@example.org", "has no second factor"), ("x@y.org", "no account")):
        with pytest.raises(CommandError, match=words):
            call_command("forget_second_factor", email)
