"""The bench's three programs answer alike, so that comparing their cost means something."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import agreement, data
from bench.agreement import DisagreementError
from bench.cases import DJA, FLOOR, PLAN, cases
from bench.client import Client, environ
from tests.services import databases

NAMES = [case.name for case in cases(data.Seeded(1, "", "", ""))]


@pytest.fixture(scope="module")
def seeded(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Seed for all cases. Requests like a server's end no transaction that a test began, so
    this one commits, and then has the database renewed.
    """
    with django_db_blocker.unblock():
        yield data.seed(data.SMALL)
        databases.renew()


@pytest.mark.parametrize("name", NAMES)
def test_programs_agree(name: str, seeded: data.Seeded, settings: Any) -> None:
    settings.ROOT_URLCONF = PLAN  # so that the fixture puts back what the client sets
    (case,) = (case for case in cases(seeded) if case.name == name)
    asked = environ(case.path, seeded.token if case.is_organizer else None)
    client = Client()
    document = client.get(PLAN, asked)
    agreement.require_same(document, client.get(FLOOR, asked))
    agreement.require_comparable(document, client.get(DJA, asked))


def test_documents_show_what_is_measured(seeded: data.Seeded, settings: Any) -> None:
    settings.ROOT_URLCONF = PLAN
    client = Client()
    documents = {
        case.name: json.loads(
            client.get(PLAN, environ(case.path, seeded.token if case.is_organizer else None))
        )
        for case in cases(seeded)
    }
    assert len(documents["events_20"]["data"]) == 20
    assert len(documents["sessions_50"]["data"]) == 50
    for name in ("event_1", "sessions_50"):
        assert documents[name]["included"]
    # the organizer sees a draft, what the team sees of an event, and sessions not yet accepted
    states = [event["attributes"]["state"] for event in documents["events_20_organizer"]["data"]]
    assert "draft" in states
    attributes = documents["event_1_organizer"]["data"]["attributes"]
    assert set(attributes) > set(documents["event_1"]["data"]["attributes"])
    counts = [documents[name]["meta"]["count"] for name in ("sessions_50", "sessions_50_organizer")]
    assert counts[0] < counts[1]


def test_asking_who_may_takes_one_statement_for_a_page_of_any_size(
    seeded: data.Seeded, settings: Any
) -> None:
    settings.ROOT_URLCONF = PLAN
    client = Client()
    path = f"/v1/events/{seeded.event_id}/sessions?include=speakers,track&page[size]="
    statements = []
    for rows in (2, 20):
        of_organizer, of_admin = (
            environ(f"{path}{rows}", token) for token in (seeded.token, seeded.admin_token)
        )
        agreement.require_same(client.get(PLAN, of_organizer), client.get(PLAN, of_admin))
        counts = []
        for asked in (of_organizer, of_admin):
            with CaptureQueriesContext(connection) as queries:
                client.get(PLAN, asked)
            counts.append(len(queries))
        statements.append(counts[0] - counts[1])

    assert statements == [1, 1]


def test_an_event_of_so_many_sessions_is_made_once(
    seeded: data.Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages and archives of one run may be measured on the same one."""
    monkeypatch.setattr(data, "analyse", lambda: None)  # not within a transaction

    first, again = (data.multiply(seeded.event_id, 30) for _ in range(2))

    assert first == again != seeded.event_id


def test_a_disagreement_says_where() -> None:
    one, other = b'{"data":[{"id":"1"}]}', b'{"data":[{"id":"2"}]}'
    with pytest.raises(DisagreementError, match="at /data/0/id: '1' and '2'"):
        agreement.require_same(one, other)


def test_only_habits_of_the_library_are_overlooked() -> None:
    plan = b"""{"data": {"links": {"self": "/v1/tracks/1"}, "relationships": {"sessions":
        {"links": {"self": "/v1/x?b=1&a=%20"}, "data": []}}},
        "links": {"self": "/v1/tracks/1"}, "jsonapi": {"version": "1.0"}}"""
    dja = b"""{"data": {"links": {"self": "http://a.b/v1/tracks/1"}, "relationships": {"sessions":
        {"links": {"self": "http://a.b/v1/x?a=+&b=1"}, "data": [], "meta": {"count": 0}}}}}"""
    agreement.require_comparable(plan, dja)
    with pytest.raises(DisagreementError):
        agreement.require_comparable(plan, dja.replace(b"tracks/1", b"tracks/2"))
    with pytest.raises(DisagreementError):
        agreement.require_same(plan, dja)
