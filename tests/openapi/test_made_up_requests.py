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

from openevent.api.names import dasherize
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
# How many of the owner's requests are sent as a client would: the others are as they were made up.
HELPED = 0.8
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


def _sensible(body: Any, ref: str) -> Any:
    """Return a made-up document for the row `ref`, of members that there are, leading to rows.

    What is made up has members of any name, and ids of nothing: few writes would get further than
    the shape of their document.
    """
    match body:
        case {"data": {"type": str(kind), **data}} if registry.get(kind):
            known = [dasherize(name) for name in registry[kind].declared_fields]
            attributes, linked = (
                {name: each for name, each in data.get(member, {}).items() if name in known}
                for member in ("attributes", "relationships")
            )
            relationships = {
                name: {"data": _leading(each["data"])} for name, each in linked.items()
            }
            said = {"attributes": attributes, "relationships": relationships}
            return {"data": {"type": kind, "id": ref, **said}}
        case {"data": linkage}:
            return {"data": _leading(linkage)}
    return body


def _leading(linkage: Any) -> Any:
    """Return `linkage` to the first row of each type that it has."""
    match linkage:
        case [first, *_]:
            return [_leading(first)]
        case {"type": str(kind), "id": _}:
            return {"type": kind, "id": ids(kind.replace("_", "-"))[0]}
    return linkage


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
        ref = picked.choice(refs)
        if "ref" in case.path_parameters:
            case.path_parameters["ref"] = ref
        user = world.people[next(callers)]
        if user and picked.random() < HELPED:
            case.body = _sensible(case.body, ref)
        headers = authorization(user) if user else {}
        with seeds.undone():
            case.call_and_validate(checks=CHECKS, headers=headers)

    send()
