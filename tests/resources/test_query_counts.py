"""How many queries reading takes: few, and no more for many rows than for a few."""

import itertools
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openevent import site
from openevent.api.registry import registry
from openevent.api.resources import Resource
from openevent.site import snapshot
from tests import seeds
from tests.personas import NOBODY
from tests.resources.conftest import Readers
from tests.resources.reference import COLLECTIONS

# Of a page, besides one for each included relationship path; and what knowing who asks adds.
A_PAGE = 3
SIGNED_IN = 2

# they are all counted before the first is looked at, and by one worker
pytestmark = pytest.mark.xdist_group("query counts")
each_resource = pytest.mark.parametrize("resource", COLLECTIONS, ids=lambda each: each.type)

READERS = (NOBODY, "coorganizer", "admin")
SIZES = (0, 2)  # everything, and a page that is one of several, so that it needs a count

# The type, the persona, the size of the page and what is included, to the number of queries.
Case = tuple[str, str, int, tuple[str, ...]]


@pytest.fixture(scope="module")
def counts(readers: Readers) -> Iterator[tuple[dict[Case, int], dict[Case, int]]]:
    """How many queries each read took, and how many once there were more rows of everything."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshot, "MAX_AGE", 3600)  # seconds: settings are read once, before
        site.current()
        few = {case: queries(readers, *case) for case in cases(readers)}
        with seeds.undone():
            seeds.grow(readers.world)
            yield few, {case: queries(readers, *case) for case in few}


def cases(readers: Readers) -> Iterator[Case]:
    for persona, resource in itertools.product(READERS, COLLECTIONS):
        if readers[persona].should.may_list(resource):
            leading = [each.key for each in resource.relationships.values() if not each.is_empty]
            for included in ((), tuple(leading)):
                for size in SIZES:
                    yield resource.type, persona, size, included
            for each in leading:
                yield resource.type, persona, SIZES[-1], (each,)


def queries(
    readers: Readers, type_name: str, persona: str, size: int, included: tuple[str, ...]
) -> int:
    path = f"/v1/{registry[type_name].path}"
    with CaptureQueriesContext(connection) as captured:
        answer = readers[persona].get(path, page_size=size, include=",".join(included))
    assert answer.status == 200
    return len(captured)


@each_resource
def test_queries_do_not_grow_with_rows(
    resource: Resource, counts: tuple[dict[Case, int], dict[Case, int]]
) -> None:
    few, many = (
        {case: n for case, n in each.items() if case[0] == resource.type} for each in counts
    )

    assert few == many


@each_resource
def test_queries_are_within_the_budget(
    resource: Resource, counts: tuple[dict[Case, int], dict[Case, int]]
) -> None:
    for case, number in counts[1].items():
        type_name, persona, _, included = case
        budget = A_PAGE + SIGNED_IN * (persona != NOBODY) + len(included)
        assert type_name != resource.type or number <= budget, case
