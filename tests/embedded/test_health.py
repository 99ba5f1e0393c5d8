"""What load balancers and monitoring are told."""

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

import openevent
from openevent import health

NOBODY_LISTENS = "redis://127.0.0.1:1/0"


@pytest.fixture
def dead_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(health, "ask_database", fail)


@pytest.mark.django_db
def test_a_server_with_database_and_broker_is_healthy(client: Client) -> None:
    answer = client.get("/health")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_health_takes_one_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        client.get("/health")


@pytest.mark.django_db
def test_a_server_without_broker_still_serves(client: Client, settings: Settings) -> None:
    settings.CELERY_BROKER_URL = NOBODY_LISTENS

    answer = client.get("/health")

    assert (answer.status_code, answer.json()) == (200, {"status": "degraded"})


def test_a_server_without_database_does_not_serve(client: Client, dead_database: None) -> None:
    answer = client.get("/health")

    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})


@pytest.mark.django_db
def test_health_is_answered_whatever_the_host_header(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["events.example.org"]

    assert client.get("/health", headers={"host": "10.0.0.7"}).status_code == 200
    assert client.get("/info", headers={"host": "10.0.0.7"}).status_code == 400


@pytest.mark.django_db
def test_old_monitoring_is_answered_in_its_format(client: Client) -> None:
    answer = client.get("/health-check")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "success",
        "results": [
            {"checker": "health_check_celery", "passed": True},
            {"checker": "health_check_db", "passed": True},
            {"checker": "health_check_migrations", "passed": True},
        ],
    }


@pytest.mark.django_db
def test_old_monitoring_is_told_what_fails(client: Client, settings: Settings) -> None:
    settings.CELERY_BROKER_URL = NOBODY_LISTENS

    answer = client.get("/health-check")

    assert answer.status_code == 500
    assert answer.json()["status"] == "failure"
    assert [result["passed"] for result in answer.json()["results"]] == [False, True, True]


@pytest.mark.django_db
def test_a_migration_that_is_missing_is_told(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_newest_migrations", lambda: [("events", "0999_of_tomorrow")])

    assert health.missing_migrations() == ["events.0999_of_tomorrow"]
    assert client.get("/health-check").status_code == 500


def test_info_says_the_version(client: Client) -> None:
    assert client.get("/info").json() == {"build": {"version": openevent.__version__}}


@pytest.mark.parametrize("path", ["/health", "/health-check", "/info"])
def test_only_reading_is_allowed(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
