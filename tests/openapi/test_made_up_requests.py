"""Requests made up from the document: each answer is one that it names, and none is a failure."""

import random
from collections.abc import Iterator
from itertools import cycle
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from openevent.api.openapi.document import document
from openevent.api.registry import registry
from tests import seeds
from tests.factories.users import authorization

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# Of each operation a request by each caller, one after the other. They are the same in each run.
CALLERS = ("nobody", "owner")
TAGS = [tag["name"] for tag in document()["tags"]]

schema = schemathesis.openapi.from_dict(document())
schema.app = get_wsgi_application()


@pytest.fixture(autouse=True)
def _transaction_stays_open() -> Iterator[None]:
    """Leave the connection alone between requests: what they do is taken back afterwards."""
    signals = (request_started, request_finished)
    for each in signals:
        each.disconnect(close_old_connections)
    yield
    for each in signals:
        each.connect(close_old_connections)


def operations(tag: str) -> Iterator[Any]:
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.tags == [tag]:
            yield operation


@pytest.mark.parametrize("tag", TAGS)
def test_answers_to_made_up_requests_are_as_documented(tag: str, world: seeds.World) -> None:
    refs = ids(tag)
    for operation in operations(tag):
        _send_some(operation, world, refs)


def ids(tag: str) -> list[str]:
    """Return some ids of rows, and things that are none."""
    resource = registry.get(tag)
    rows: list[str] = []
    if resource is not None and resource.model is not None:
        keys = resource.model._default_manager.order_by("pk").values_list("pk", flat=True)
        rows = [str(key) for key in keys[:4]]
    return [*rows, "0", "x"]


def _send_some(operation: Any, world: seeds.World, refs: list[str]) -> None:
    picked = random.Random(operation.label)  # noqa: S311  no secret
    callers = cycle(CALLERS)

    @seed(1)
    @settings(
        max_examples=len(CALLERS),
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def send(case: Any) -> None:
        if "ref" in case.path_parameters:
            case.path_parameters["ref"] = picked.choice(refs)
        user = world.people[next(callers)]
        headers = authorization(user) if user else {}
        with seeds.undone():
            case.call_and_validate(checks=CHECKS, headers=headers)

    send()
