"""A document that is too long for memory says what it would say on a page."""

from typing import Any

import orjson
import pytest

from openevent.api.plan import page
from openevent.api.resources import Resource
from tests.personas import NOBODY
from tests.resources.conftest import Readers
from tests.resources.reference import COLLECTIONS
from tests.resources.test_reading import by_key, leading, portions, settled, spelled

BUDGET = 2  # rows in memory

each_resource = pytest.mark.parametrize("resource", COLLECTIONS, ids=lambda each: each.type)
as_some = pytest.mark.parametrize("persona", [NOBODY, "coorganizer", "admin"])


@each_resource
@as_some
def test_a_spooled_list_is_what_a_page_would_be(
    resource: Resource, persona: str, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = readers[persona]
    is_short = len(reader.should.visible(resource)) <= BUDGET
    if is_short or not reader.should.may_list(resource):
        return

    for included in [*direct(resource), *(further(resource) if persona == "coorganizer" else [])]:
        parameters = {"page[size]": 0, "include": included}
        paged = reader.client.get(f"/v1/{resource.path}", parameters)
        with monkeypatch.context() as patch:
            patch.setattr(page, "BUDGET", BUDGET)
            spooled = reader.client.get(f"/v1/{resource.path}", parameters)

        body = b"".join(spooled.streaming_content)
        assert int(spooled.headers["Content-Length"]) == len(body)
        assert comparable(orjson.loads(body)) == comparable(paged.json())


@each_resource
@as_some
def test_a_spooled_row_is_what_it_would_be_in_memory(
    resource: Resource, persona: str, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = readers[persona]
    for row in reader.should.visible(resource)[:1]:
        for included in direct(resource):
            path = f"/v1/{resource.path}/{row.pk}?include={included}"
            whole = reader.client.get(path)
            with monkeypatch.context() as patch:
                patch.setattr(page, "BUDGET", 0)
                spooled = reader.client.get(path)

            body = b"".join(spooled.streaming_content)
            assert comparable(orjson.loads(body)) == comparable(whole.json())


def direct(resource: Resource) -> list[str]:
    """Return what to include: nothing, and all that relationships lead to."""
    return [
        "",
        *(",".join(spelled(tree)) for tree in portions([(name,) for name in leading(resource)])),
    ]


def further(resource: Resource) -> list[str]:
    """Return what to include, request by request: all that two relationships lead to."""
    paths = [
        (name, below)
        for name, relation in leading(resource).items()
        for below in leading(relation.served)
    ]
    return [",".join(spelled(tree)) for tree in portions(paths)]


def comparable(document: dict[str, Any]) -> dict[str, Any]:
    """Return `document` with the included rows by type and id: their order is nobody's business."""
    data = document["data"] if isinstance(document["data"], list) else [document["data"]]
    return {**document, "data": settled(data), "included": by_key(document.get("included", []))}
