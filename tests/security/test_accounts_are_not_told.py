"""Whether an address has an account is told by `check_email` and by registering, and nowhere else.

Each form and route that takes an address is asked with one that has none, and with those of
accounts of every kind. What comes back is compared whole, and so is the work that it took.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from events.models import Role
from openevent.site import snapshot
from tests.api_client import Api
from tests.factories.events import (
    EventFactory,
    GroupFactory,
    SessionFactory,
    SpeakerFactory,
    hold,
)
from tests.factories.users import UserEmailFactory, UserFactory, authorization
from users.actions.accounts import close_account
from users.models import User

pytestmark = pytest.mark.django_db

NOBODY = "nobody@example.org"
Ask = Callable[[str], Any]

# What differs from one answer to the next whoever is asked about: tokens of forms, ids, moments.
VARIES = re.compile(
    r'(?<=name="csrfmiddlewaretoken" value=")\w+|(?<=[":/])\d+(?=["/]|$)|\d{4}-\d\d-\d\dT[\d:.+]+'
)
UNLIKE = {"X-Request-ID", "Set-Cookie", "ETag", "Content-Length", "Expires"}


@pytest.fixture(autouse=True)
def _settings_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings, whose reading every two seconds is nobody's work."""
    monkeypatch.setattr(snapshot, "MAX_AGE", 3600)  # seconds


@pytest.fixture
def owner(db: None) -> User:
    return UserFactory(email="owner@example.org")


def addresses() -> list[str]:
    """Return an address of each kind, of which the first has no account."""
    kinds: list[dict[str, Any]] = [{}, {"unverified": True}, {"blocked": True}, {"password": None}]
    kinds += [{"admin": True}, {"super_admin": True}, {"was_registered_with_order": True}]
    found = [
        UserFactory(email=f"kind{n}@example.org", **each).email for n, each in enumerate(kinds)
    ]
    closed = UserFactory(email="closed@example.org")
    close_account(closed, by=closed)
    alternate = UserEmailFactory(email_address="other@example.org", is_verified=True)
    return [NOBODY, *found, "closed@example.org", alternate.email_address]


def told(ask: Ask, email: str) -> tuple[int, str, dict[str, str], int]:
    """Return status, body and headers of the answer, without the address, and its queries."""
    with CaptureQueriesContext(connection) as queries:
        answer = ask(email)
    body = VARIES.sub("…", answer.getvalue().decode().replace(email, "the address"))
    headers = {name: VARIES.sub("…", value) for name, value in answer.items() if name not in UNLIKE}
    return answer.status_code, body, headers, len(queries)


def plain(path: str, **body: Any) -> Ask:
    def ask(email: str) -> Any:
        sent = {name: email if value is ... else value for name, value in body.items()}
        return Client().post(path, sent, "application/json")

    return ask


def wrapped(path: str) -> Ask:
    return lambda email: Client().post(path, {"data": {"email": email}}, "application/json")


def form(path: str, name: str = "email") -> Ask:
    return lambda email: Client().post(path, {name: email, "password": "a wrong one"}, follow=True)


ASKED_BY_ANYBODY = {
    "auth/session": plain("/auth/session", username=..., password="a wrong one"),
    "auth/login": plain("/v1/auth/login", email=..., password="a wrong one"),
    "reset-password": wrapped("/v1/auth/reset-password"),
    "resend-verification-email": wrapped("/v1/auth/resend-verification-email"),
    "the form to sign in": form("/sign-in"),
    "the form for a new password": form("/reset-password"),
    "the form for another link": form("/verify"),
    "the door of the desk": form("/admin/login/", "username"),
}


@pytest.mark.parametrize("name", ASKED_BY_ANYBODY)
def test_nobody_is_told_who_has_an_account(name: str) -> None:
    ask = ASKED_BY_ANYBODY[name]
    ask("warming-up@example.org")

    nobody, *others = [told(ask, email) for email in addresses()]

    assert [each for each in others if each != nobody] == []


def test_somebody_signed_in_is_told_no_more_by_signing_in_again(owner: User) -> None:
    def ask(email: str) -> Any:
        body = {"email": email, "password": "a wrong one"}
        headers = authorization(owner)
        return Client().post("/v1/auth/fresh-login", body, "application/json", headers=headers)

    ask("warming-up@example.org")
    nobody, *others = [told(ask, email) for email in addresses()]

    assert nobody[0] == 401
    assert [each for each in others if each != nobody] == []


def _invitations(owner: User) -> dict[str, Ask]:
    """Return what the owner of an event may write addresses into."""
    event = EventFactory(published=True, is_sessions_speakers_enabled=True)
    group = GroupFactory(user=owner)
    hold(owner, event, "owner")
    session = SessionFactory(event=event, creator=owner)
    speaker = SpeakerFactory(event=event, email=None)
    api = Api(owner)
    moderator, organizer = (Role.objects.get(name=each) for each in ("moderator", "organizer"))
    return {
        "role-invites": lambda email: (
            api.post(
                "/v1/role-invites", "role-invite", email=email, event=event, role=moderator
            ).response
        ),
        "users-groups-roles": lambda email: (
            api.post(
                "/v1/users-groups-roles",
                "users-groups-role",
                email=email,
                group=group,
                role=organizer,
            ).response
        ),
        "speaker-invites": lambda email: (
            api.post(
                "/v1/speaker-invites", "speaker-invite", email=email, session=session, event=event
            ).response
        ),
        "a new speaker": lambda email: (
            api.post("/v1/speakers", "speaker", name="Ada", email=email, event=event).response
        ),
        "the address of a speaker": lambda email: (
            api.patch(f"/v1/speakers/{speaker.pk}", "speaker", email=email).response
        ),
        "user-emails": lambda email: (
            api.post(
                "/v1/user-emails", "user-email", email_address=email, type="work", user=owner
            ).response
        ),
    }


# An invitation to work on an event is a notification too, for who has an account: its setting
# is looked up, and its row written.
MORE_QUERIES = {"role-invites": 2}


@pytest.mark.parametrize(
    "name",
    [
        "role-invites",
        "users-groups-roles",
        "speaker-invites",
        "a new speaker",
        "the address of a speaker",
        "user-emails",
    ],
)
def test_who_writes_down_an_address_is_not_told_whose_it_is(name: str, owner: User) -> None:
    ask = _invitations(owner)[name]
    ask("warming-up@example.org")

    nobody, *others = [told(ask, email) for email in addresses()]

    assert nobody[0] in (200, 201)
    assert [each for each in others if each[:3] != nobody[:3]] == []
    assert {each[3] - nobody[3] for each in others} <= {0, MORE_QUERIES.get(name, 0)}


def test_who_changes_their_address_asks_no_oftener_than_who_registers(settings: Any) -> None:
    """It tells what registering tells, that an address is taken, so it is counted by the same."""
    settings.THROTTLES = {**settings.THROTTLES, "registration": (2, 900)}
    user, taken = UserFactory(), UserFactory()
    api, path = Api(user), f"/v1/users/{user.pk}"

    answers = [
        api.patch(path, "user", email=taken.email),
        api.patch(path, "user", first_name="Ada"),
        api.patch(path, "user", email=user.email.upper()),
        api.patch(path, "user", email="free@example.org"),
        api.patch(path, "user", email="another@example.org"),
    ]

    assert [each.status for each in answers] == [409, 200, 200, 200, 429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 900
    user.refresh_from_db()
    assert user.email == "free@example.org"


def test_nobody_is_buried_in_mail_by_who_changes_to_their_address(settings: Any) -> None:
    settings.THROTTLES = {**settings.THROTTLES, "mail-to-address": (1, 900)}
    user = UserFactory(email="ada@example.org")
    api, path = Api(user), f"/v1/users/{user.pk}"

    answers = [
        api.patch(path, "user", email=email).status
        for email in ("eve@example.org", "ada@example.org", "eve@example.org")
    ]

    assert answers == [200, 200, 429]
