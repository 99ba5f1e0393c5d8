"""No password and no token comes out anywhere but in the answer that gives it."""

import logging
import traceback
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.users import PASSWORD, UserFactory
from users.actions import sign_in as actions
from users.models import SignIn, User

from .conftest import Post

pytestmark = pytest.mark.django_db


def test_no_answer_log_line_or_query_holds_a_secret(
    post: Post, caplog: pytest.LogCaptureFixture, settings: Any, time_machine: Any
) -> None:
    time_machine.move_to("2027-01-01T12:00Z", tick=False)
    caplog.set_level(logging.DEBUG)
    settings.THROTTLES = {**settings.THROTTLES, "password-by-account-and-address": (3, 900)}
    user = UserFactory(email="ada@example.org")
    wrong = "a wrong but telling password"
    wishes = {"remember-me": True, "include-in-response": True}
    shown: list[str] = []

    def record(*args: Any, **kwargs: Any) -> None:
        answer = post(*args, **kwargs)
        shown.append(f"{answer.status_code} {answer.headers} {answer.content.decode()}")

    with CaptureQueriesContext(connection) as queries:
        given = post("/auth/session", {"email": user.email, "password": PASSWORD, **wishes}).json()
        access, refresh = given["access_token"], given["refresh_token"]
        renewed = post("/v1/auth/token/refresh", {"refresh_token": refresh}).json()
        bearer = {"Authorization": f"Bearer {access}"}
        record("/v1/auth/verify-password", {"password": PASSWORD}, **bearer)
        record("/v1/auth/verify-password", {"password": wrong}, **bearer)
        record("/v1/auth/verify-password", {"password": [PASSWORD]}, **bearer)
        record("/v1/auth/fresh-login", {"email": "eve@example.org", "password": wrong}, **bearer)
        record("/v1/auth/token/refresh", Authorization=f"JWT {access}")
        record("/v1/auth/token/refresh", {"refresh_token": refresh + "x"})
        record("/v1/auth/logout", {"refresh_token": refresh}, **bearer)
        record("/v1/auth/token/refresh", {"refresh_token": refresh})
        record("/v1/auth/blacklist", **bearer)
        for _ in range(4):
            record("/auth/session", {"email": user.email, "password": wrong})
        record("/auth/session", f'{{"password": "{PASSWORD}", "email": ')
        record("/auth/session", {"email": user.email, "password": wrong}, content_type="text/x")
        record("/v1/users/check_email", {"email": [wrong]})

    shown += [query["sql"] for query in queries]
    shown += [f"{vars(record)}" for record in caplog.records]
    assert any("Too many attempts" in each for each in shown)
    secrets = [PASSWORD, wrong, access, refresh, *renewed.values()]
    assert [(secret, each) for secret in secrets for each in shown if secret in each] == []


def test_no_repr_holds_a_secret(ada: User) -> None:
    tokens = actions.sign_in(ada, remember=True, renewable=True)
    row = SignIn.objects.get()

    shown = " ".join([repr(tokens), str(tokens), repr(row), str(row), repr(ada), str(ada)])

    assert tokens.access not in shown
    assert tokens.refresh is not None
    assert tokens.refresh not in shown
    assert ada.password not in shown


def test_no_refusal_holds_what_was_refused(ada: User) -> None:
    wrong = "a wrong but telling password"
    token = actions.sign_in(ada).access + "x"
    told = []
    for attempt in (
        lambda: actions.verify(ada.email, wrong, address=""),
        lambda: actions.refresh(token),
    ):
        try:
            attempt()
        except Exception as refusal:
            refusal.__traceback__ = None  # its lines are ours, not the caller's
            told += [repr(refusal), str(refusal), *traceback.format_exception(refusal)]

    assert len(told) > 2
    assert [each for each in told if wrong in each or token in each] == []
