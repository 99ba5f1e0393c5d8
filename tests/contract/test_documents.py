"""Documents have the keys, types and links of the v1 contract (`facts.json`)."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from openevent.api.registry import registry
from tests.resources.conftest import Reader, Readers
from tests.resources.reference import COLLECTIONS

FACTS: dict[str, Any] = json.loads(Path(__file__).with_name("facts.json").read_text())
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00")

# Who reads as each audience of the contract, where there are several: from the public one up;
# or where an owner of events has no rows.
AUDIENCES = {
    **dict.fromkeys(("event", "ticket"), ("somebody", "coorganizer")),
    "setting": ("nobody", "somebody", "admin"),
    **dict.fromkeys(
        """
        activity mail message-setting notification-setting panel-permission service
        event-role-permissions
        """.split(),
        ("admin",),
    ),
    "user-favourite-event": ("somebody",),
}
# Whose rows nobody but themselves can ask for: others meet them in what is included.
PERSONAL = {"user"}
# What the contract does not know (docs/decisions/0110-accounts-elsewhere-are-a-resource.md).
BEYOND = {"social-account"}

each_type = pytest.mark.parametrize("name", FACTS)


def test_every_resource_of_the_contract_has_its_facts_here() -> None:
    """`tests/contract/derive.py` says how facts are added."""
    assert {resource.type for resource in COLLECTIONS} <= FACTS.keys() | BEYOND


@each_type
def test_a_row_has_the_fields_of_its_readers_audience(name: str, readers: Readers) -> None:
    for level, row in enumerate(of_each_audience(name, readers)):
        assert row["attributes"].keys() == fields("attributes", name, level)
        assert row.get("relationships", {}).keys() == fields("relationships", name, level)


@each_type
def test_attributes_are_of_the_types_that_clients_read(name: str, readers: Readers) -> None:
    for row in rows(readers["admin"], name):
        for key, value in row["attributes"].items():
            kind, may_be_null, _ = FACTS[name]["attributes"][key]
            assert may_be_null if value is None else is_of_kind(value, kind), (key, value)


@each_type
def test_a_row_is_named_by_a_number_in_a_string(name: str, readers: Readers) -> None:
    for row in rows(readers["admin"], name):
        assert (row["type"], row["id"].isdecimal()) == (name, True)
        assert row["links"] == {"self": f"/v1/{FACTS[name]['path']}/{row['id']}"}


@each_type
def test_every_relationship_has_its_links(name: str, readers: Readers) -> None:
    path = FACTS[name]["path"]
    for row in rows(readers["admin"], name)[:3]:
        own = f"/v1/{path}/{row['id']}"
        for key, (_, _, _, related) in FACTS[name]["relationships"].items():
            assert row["relationships"][key]["links"] == {
                "self": f"{own}/relationships/{key}",
                "related": (related or f"{own}/{key}").format(row["id"]),
            }


@each_type
def test_linkage_spells_types_as_the_contract_does(name: str, readers: Readers) -> None:
    for key, (spelled, is_many, _, _) in FACTS[name]["relationships"].items():
        linkage = [
            row["relationships"][key]["data"]
            for persona in ("admin", "somebody")
            if readers[persona].should.may_list(registry[name])
            for row in rows(readers[persona], name, key)
            if "data" in row["relationships"].get(key, {})
        ]
        for data in linkage:
            assert isinstance(data, list) is is_many
            assert types_in(data) <= {spelled}
        assert any(linkage) or registry[name].relationships[key.replace("-", "_")].is_empty


@each_type
def test_routes_that_list_answer_with_rows_of_the_type(name: str, readers: Readers) -> None:
    for path in FACTS[name]["routes"]["list"]:
        found = [document["data"] for document in answers(readers["admin"], path)]

        assert {row["type"] for data in found for row in data} <= {name}
        assert any(found), path


@each_type
def test_routes_of_one_row_answer_with_a_row_of_the_type(name: str, readers: Readers) -> None:
    for path in FACTS[name]["routes"]["detail"]:
        found = [document["data"] for document in answers(readers["admin"], path)]

        assert {row["type"] for row in found if row} == {name}, path


@each_type
def test_routes_of_linkage_answer_with_identifiers(name: str, readers: Readers) -> None:
    for path in FACTS[name]["routes"]["relationship"]:
        spelled, is_many, _, _ = FACTS[name]["relationships"][path.rsplit("/", 1)[1]]
        for document in answers(readers["admin"], path):
            data = document.get("data", [] if is_many else None)  # left out: it is hidden
            assert isinstance(data, list) is is_many
            assert types_in(data) <= {spelled}


@pytest.mark.parametrize(
    "path", ["/v1/events/{}", "/v1/events/{}/tracks", "/v1/events/{}/event-type"]
)
def test_an_identifier_stands_for_the_id_of_an_event(path: str, readers: Readers) -> None:
    reader = readers["nobody"]
    event = readers.world.events["published"]

    assert reader.get(path.format(event.identifier)).data == reader.get(path.format(event.pk)).data


def fields(member: str, name: str, level: int) -> set[str]:
    """Return the names of the attributes or relationships that an audience of the contract sees."""
    return {key for key, fact in FACTS[name][member].items() if fact[2] <= level}


def of_each_audience(name: str, readers: Readers) -> Iterator[dict[str, Any]]:
    """Iterate over rows as each audience of the contract sees one, from the public up."""
    if name in PERSONAL:
        published = readers.world.events["published"].pk
        answer = readers["somebody"].get(f"/v1/events/{published}", include="organizers")
        yield answer.document["included"][0]
        yield rows(readers["somebody"], name)[0]
        return
    for persona in AUDIENCES.get(name, ("owner",)):
        yield rows(readers[persona], name)[0]


def rows(reader: Reader, name: str, included: str = "") -> list[dict[str, Any]]:
    """Return all rows of a type that `reader` sees."""
    data = reader.get(f"/v1/{FACTS[name]['path']}", page_size=0, include=included).data
    return data if isinstance(data, list) else [data]


def answers(reader: Reader, path: str) -> list[dict[str, Any]]:
    """Return what `path` answers for each row that it may name."""
    if "{}" not in path:
        return [reader.get(path, page_size=0).document]
    collection = path.split("/")[2]
    parent = next(each for each in registry if each.path == collection)
    return [ok(reader, path.format(row.pk)) for row in reader.should.visible(parent)]


def types_in(linkage: Any) -> set[str]:
    """Return the types that linkage names, to one row or to many."""
    identifiers = linkage if isinstance(linkage, list) else [linkage]
    return {each["type"] for each in identifiers if each is not None}


def ok(reader: Reader, path: str) -> dict[str, Any]:
    answer = reader.get(path, page_size=0)
    assert answer.status in (200, 404), path
    return answer.document if answer.status == 200 else {"data": None}


def is_of_kind(value: Any, kind: str) -> bool:
    match kind:
        case "bool":
            return isinstance(value, bool)
        case "int":
            return isinstance(value, int) and not isinstance(value, bool)
        case "float":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "datetime":
            return isinstance(value, str) and MOMENT.fullmatch(value) is not None
        case "json":
            return isinstance(value, list | dict)
    return isinstance(value, str)
