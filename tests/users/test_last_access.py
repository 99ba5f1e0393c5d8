"""When somebody was last here is kept to the minute, and no answer waits for it."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.response import Response

from tests.factories.users import UserFactory, authorization
from users import last_access
from users.api.sign_in import OwnIdView
from users.models import User
from users.tokens import TokenAuthentication

pytestmark = pytest.mark.django_db

PATH = "/v1/users/user-details/get-user-id"
NOON = datetime(2027, 1, 1, 12, tzinfo=UTC)


def accessed_at(user: User) -> datetime | None:
    return User.objects.values_list("last_accessed_at", flat=True).get(pk=user.pk)


def updates_of(client: Client, headers: dict[str, str]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(PATH, headers=headers).status_code == 200
    return sum(query["sql"].startswith("UPDATE") for query in queries)


def test_the_first_request_is_written_down(client: Client, time_machine: Any) -> None:
    time_machine.move_to(NOON, tick=False)
    user = UserFactory(last_accessed_at=None)

    assert updates_of(client, authorization(user)) == 1

    assert accessed_at(user) == NOON


def test_one_request_a_minute_is_written_down(client: Client, time_machine: Any) -> None:
    time_machine.move_to(NOON, tick=False)
    user = UserFactory(last_accessed_at=NOON)
    headers = authorization(user)

    written = []
    for seconds in (1, 30, 59, 60, 61, 119, 120):
        time_machine.move_to(NOON + timedelta(seconds=seconds), tick=False)
        written.append(updates_of(client, headers))

    assert written == [0, 0, 0, 1, 0, 0, 1]
    assert accessed_at(user) == NOON + timedelta(seconds=120)


def test_a_request_within_the_minute_asks_for_the_user_and_nothing_else(
    client: Client, ada: User, django_assert_num_queries: Any
) -> None:
    headers = authorization(ada)

    with django_assert_num_queries(1):
        client.get(PATH, headers=headers)


def test_the_answer_has_left_when_it_is_written(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = UserFactory(last_accessed_at=None)
    headers = authorization(user)
    seen: list[datetime | None] = []

    def answer(view: OwnIdView, request: Any) -> Response:
        seen.append(accessed_at(user))
        return Response({})

    def after_the_answer(**_: Any) -> None:
        seen.append(accessed_at(user))

    monkeypatch.setattr(OwnIdView, "get", answer)
    # after the one that writes: receivers are called in the order in which they came
    request_finished.connect(after_the_answer)
    try:
        client.get(PATH, headers=headers)
    finally:
        request_finished.disconnect(after_the_answer)

    during, after = seen
    assert during is None
    assert after is not None


def test_a_bad_token_is_nobodys_access(client: Client, ada: User) -> None:
    User.objects.update(last_accessed_at=None)

    client.get(PATH, headers={"Authorization": "JWT rubbish"})

    assert accessed_at(ada) is None


@pytest.mark.usefixtures("dead_cache")
def test_it_is_written_when_the_cache_is_away(client: Client) -> None:
    user = UserFactory(last_accessed_at=None)

    assert client.get(PATH, headers=authorization(user)).status_code == 200

    assert accessed_at(user) is not None


def test_of_requests_at_the_same_moment_one_is_written_down(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = UserFactory(last_accessed_at=None)
    headers = authorization(user)
    other = timezone.now() - timedelta(seconds=1)

    def answer(view: OwnIdView, request: Any) -> Response:
        User.objects.filter(pk=user.pk).update(last_accessed_at=other)
        return Response({})

    monkeypatch.setattr(OwnIdView, "get", answer)

    client.get(PATH, headers=headers)

    assert accessed_at(user) == other


@pytest.mark.django_db(transaction=True)
def test_a_locked_user_is_not_waited_for(client: Client) -> None:
    user = UserFactory(last_accessed_at=None)
    headers = authorization(user)
    locked, finished = threading.Event(), threading.Event()

    def lock() -> None:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=user.pk)
            locked.set()
            finished.wait(10)
        connection.close()

    thread = threading.Thread(target=lock)
    thread.start()
    try:
        assert locked.wait(10)
        assert client.get(PATH, headers=headers).status_code == 200
        assert accessed_at(user) is None
    finally:
        finished.set()
        thread.join(10)

    client.get(PATH, headers=headers)
    assert accessed_at(user) is not None


def test_a_database_that_fails_then_is_logged(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OperationalError("the connection is lost")

    user = UserFactory(last_accessed_at=None)
    headers = authorization(user)
    monkeypatch.setattr(last_access.transaction, "atomic", fail)

    assert client.get(PATH, headers=headers).status_code == 200

    assert f"The last access of user {user.pk} is not written" in caplog.text


def test_what_one_request_left_due_is_not_written_by_the_next(client: Client) -> None:
    user = UserFactory(last_accessed_at=None)
    request = HttpRequest()
    request.META["HTTP_AUTHORIZATION"] = authorization(user)["Authorization"]
    TokenAuthentication().authenticate(request)

    client.get(PATH)

    assert accessed_at(user) is None
