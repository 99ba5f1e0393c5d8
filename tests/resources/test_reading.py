"""What everybody is shown of every resource: in lists, alone, included, and as linkage."""

from collections.abc import Iterator
from typing import Any

import pytest

from openevent.api.registry import registry
from openevent.api.resources import Relation, Resource
from tests.personas import FEW, NOBODY, PERSONAS
from tests.resources.conftest import Reader, Readers
from tests.resources.reference import COLLECTIONS, HIDDEN, SINGLETONS, Tree, is_trash

MAX_INCLUDES = 40  # that one request may ask for

each_resource = pytest.mark.parametrize("resource", COLLECTIONS, ids=lambda each: each.type)
as_everybody = pytest.mark.parametrize("persona", PERSONAS)
as_some = pytest.mark.parametrize("persona", FEW)


@each_resource
def test_there_are_rows_to_see_and_rows_to_hide(resource: Resource, readers: Readers) -> None:
    rows = readers.rows.of(resource).values()
    is_public = all(atom.anonymous and not atom.needs for atom in view(resource).atoms())

    assert len(rows) > 1, f"add seeds for {resource.type} to tests/seeds.py"
    assert any(is_trash(resource, row) for row in rows) or not resource.trash_paths, (
        f"add seeds for {resource.type} in the trash to tests/seeds.py"
    )
    shown = {len(readers[persona].should.visible(resource)) for persona in PERSONAS}
    assert is_public or len(shown) > 1, (
        f"add seeds for {resource.type} that some may view and others not to tests/seeds.py"
    )


@each_resource
@as_everybody
def test_a_list_has_the_rows_that_its_reader_may_view(
    resource: Resource, persona: str, readers: Readers
) -> None:
    reader = readers[persona]
    should = reader.should

    answer = reader.get(f"/v1/{resource.path}", page_size=0)

    if not should.may_list(resource):
        assert answer.status == denied(persona)
        return
    data = [should.resource_object(resource, row) for row in should.visible(resource)]
    assert answer.document == {
        "data": data,
        "meta": {"count": len(data)},
        "links": {"self": f"/v1/{resource.path}?page%5Bsize%5D=0"},
        "jsonapi": {"version": "1.0"},
    }


@each_resource
@as_everybody
def test_a_row_is_there_for_those_who_may_view_it(
    resource: Resource, persona: str, readers: Readers
) -> None:
    reader = readers[persona]
    should = reader.should
    absent = 404 if should.may_ask(resource) else denied(persona)

    for row in some(should.visible(resource), 2):
        path = f"/v1/{resource.path}/{row.pk}"
        assert reader.get(path).document == {
            "data": should.resource_object(resource, row),
            "links": {"self": path},
            "jsonapi": {"version": "1.0"},
        }
    for row in some(should.hidden(resource), 2):
        assert reader.get(f"/v1/{resource.path}/{row.pk}").status == absent


@each_resource
@as_some
def test_the_trash_is_shown_to_those_who_may_empty_it(
    resource: Resource, persona: str, readers: Readers
) -> None:
    reader = readers[persona]
    if not reader.should.may_list(resource):
        return
    delete = resource.permissions.get("delete")

    answer = reader.get(f"/v1/{resource.path}", page_size=0, get_trashed="true")

    assert answer.ids == [
        row.pk
        for row in readers.rows.of(resource).values()
        if reader.should.views(resource, row)
        or (is_trash(resource, row) and delete is not None and reader.should.holds(delete, row))
    ]


@each_resource
@as_some
def test_linkage_along_several_ways_is_in_the_order_of_the_resource(
    resource: Resource, persona: str, readers: Readers
) -> None:
    reader = readers[persona]
    for relation in leading(resource).values():
        if relation.many and len(relation.vias) > 1 and reader.should.may_list(resource):
            answer = reader.get(f"/v1/{resource.path}", page_size=0, include=relation.key)
            for row, shown in zip(reader.should.visible(resource), answer.data, strict=True):
                if reader.should.sees(relation, resource, row):
                    linkage = shown["relationships"][relation.key]["data"]
                    assert linkage == reader.should.linkage(relation, row)


@pytest.mark.parametrize("resource", SINGLETONS, ids=lambda each: each.type)
@as_everybody
def test_a_singleton_shows_each_reader_their_part(
    resource: Resource, persona: str, readers: Readers
) -> None:
    reader = readers[persona]
    (row,) = reader.should.visible(resource)

    answers = [reader.get(f"/v1/{resource.path}"), reader.get(f"/v1/{resource.path}/7")]

    expected = reader.should.resource_object(resource, row)
    assert [answer.data for answer in answers] == [expected, expected]


@each_resource
@as_some
def test_a_list_without_what_its_reader_may_not_see_in_each_relationship(
    resource: Resource, persona: str, readers: Readers
) -> None:
    reader = readers[persona]
    if not reader.should.may_list(resource):
        return

    for tree in portions([(name,) for name in resource.relationships]):
        assert_list(reader, resource, tree)


@each_resource
@as_some
def test_included_rows_lead_to_what_their_reader_may_see(
    resource: Resource, persona: str, readers: Readers
) -> None:
    reader = readers[persona]
    if not reader.should.may_list(resource):
        return

    for tree in portions(list(paths_of_two(resource))):
        assert_list(reader, resource, tree)


@each_resource
@as_some
def test_a_row_is_shown_with_each_relationship_alone(
    resource: Resource, persona: str, readers: Readers
) -> None:
    reader = readers[persona]

    for row in some(reader.should.visible(resource), 1):
        for name, relation in leading(resource).items():
            answer = reader.get(f"/v1/{resource.path}/{row.pk}", include=relation.key)

            data, included = reader.should.document(resource, [row], {name: {}})
            assert settled([answer.data]) == data
            assert by_key(answer.document.get("included", [])) == included


@each_resource
@as_some
def test_linkage_names_what_its_reader_may_see(
    resource: Resource, persona: str, readers: Readers
) -> None:
    reader = readers[persona]
    should = reader.should

    for row, relation in owners(resource, reader):
        own = f"/v1/{resource.path}/{row.pk}"
        path = f"{own}/relationships/{relation.key}"

        answer = reader.get(path)

        if refusal := refused(reader, persona, resource, row, relation):
            assert answer.status == refusal
            continue
        linkage = should.linkage(relation, row)
        assert answer.document == {
            **({} if linkage is HIDDEN else {"data": linkage}),
            "links": {"self": path, "related": f"{own}/{relation.alias}"},
            "jsonapi": {"version": "1.0"},
        }


@each_resource
@as_some
def test_a_related_url_leads_to_what_its_reader_may_view(
    resource: Resource, persona: str, readers: Readers
) -> None:
    reader = readers[persona]
    should = reader.should

    for row, relation in owners(resource, reader):
        path = f"/v1/{resource.path}/{row.pk}/{relation.alias}"

        answer = reader.get(path, page_size=0)

        target = relation.target
        if target is not None and not should.may_ask(target):
            assert answer.status == denied(persona)
            continue
        if refusal := refused(reader, persona, resource, row, relation):
            assert answer.status == refusal
            continue
        there = should.lead(relation, row)
        found = [
            should.resource_object(relation.served, each)
            for each in there
            if should.visits(relation, each)
        ]
        if relation.many:
            assert (answer.data, answer.document["meta"]) == (found, {"count": len(found)})
        elif relation.column and there and not found:
            assert answer.status == 404
        else:
            assert answer.data == (found[0] if found else None)


@each_resource
def test_what_is_masked_keeps_its_key(resource: Resource, readers: Readers) -> None:
    masked = {each.key: each.masked for each in resource.attributes.values() if each.is_masked}
    asked = [persona for persona in PERSONAS if readers[persona].should.may_list(resource)]

    for persona in asked:
        reader = readers[persona]
        rows = reader.should.visible(resource)
        answer = reader.get(f"/v1/{resource.path}", page_size=0)
        for row, shown in zip(rows, answer.data, strict=True):
            kept = {key: shown["attributes"][key] for key in masked}
            if reader.should.level(resource, row) == len(resource.audiences):
                assert kept == masked


@each_resource
@as_some
def test_fields_asked_for_by_name_are_no_more_than_those_shown_unasked(
    resource: Resource, persona: str, readers: Readers
) -> None:
    reader = readers[persona]
    if not reader.should.may_list(resource):
        return
    whole = reader.get(f"/v1/{resource.path}", page_size=0).data
    names = [each.key for each in (*resource.attributes.values(), *resource.relationships.values())]

    for wanted in (names[::2], names[1::2], []):
        fields = {f"fields[{resource.type}]": ",".join(wanted)}
        answer = reader.get(f"/v1/{resource.path}", page_size=0, **fields)
        assert answer.data == [only(wanted, each) for each in whole]


def view(resource: Resource) -> Any:
    return resource.permissions["view"]


def denied(persona: str) -> int:
    """Return the status for somebody whom no row could help."""
    return 401 if persona == NOBODY else 403


def some(rows: list[Any], number: int) -> list[Any]:
    """Return `number` of `rows`, from all over the list."""
    step = max(1, len(rows) // number)
    return rows[::step][:number]


def owners(resource: Resource, reader: Reader) -> Iterator[tuple[Any, Relation]]:
    """Iterate over some rows, one of them hidden, with the relationships to follow from each."""
    should = reader.should
    for row in some(should.visible(resource), 1):
        for relation in resource.relationships.values():
            yield row, relation
    for row in [*some(should.visible(resource)[1:], 1), *some(should.hidden(resource), 1)]:
        for relation in leading(resource).values():
            yield row, relation


def leading(resource: Resource) -> dict[str, Relation]:
    """Return the relationships that lead somewhere by now."""
    return {name: each for name, each in resource.relationships.items() if not each.is_empty}


def refused(
    reader: Reader, persona: str, resource: Resource, row: Any, relation: Relation
) -> int | None:
    """Return the status for who may not follow `relation` from `row`; `None` if they may."""
    should = reader.should
    if not should.may_ask(resource):
        return denied(persona)
    if not should.views(resource, row):
        return 404
    return None if should.sees(relation, resource, row) else denied(persona)


def paths_of_two(resource: Resource) -> Iterator[tuple[str, str]]:
    for name, relation in leading(resource).items():
        for below in relation.served.relationships:
            yield name, below


def portions(paths: list[tuple[str, ...]]) -> Iterator[Tree]:
    """Iterate over trees that have all of `paths` together, and each as many as may be asked."""
    for start in range(0, len(paths), MAX_INCLUDES):
        tree: dict[str, Any] = {}
        for path in paths[start : start + MAX_INCLUDES]:
            branch = tree
            for step in path:
                branch = branch.setdefault(step, {})
        yield tree


def spelled(tree: Tree) -> list[str]:
    """Return the include paths of a tree: `["track", "speakers.user"]`."""
    found = []
    for name, below in tree.items():
        key = name.replace("_", "-")
        found += [f"{key}.{path}" for path in spelled(below)] or [key]
    return found


def assert_list(reader: Reader, resource: Resource, tree: Tree) -> None:
    """Hold that a list with `tree` included is what its reader should be shown."""
    answer = reader.get(f"/v1/{resource.path}", page_size=0, include=",".join(spelled(tree)))

    visible = reader.should.visible(resource)
    data, included = reader.should.document(resource, visible, tree)
    assert settled(answer.data) == data
    assert by_key(answer.document.get("included", [])) == included


def by_key(objects: list[dict[str, Any]]) -> dict[tuple[str, int], dict[str, Any]]:
    """Return resource objects by type and id, of which there may be only one each."""
    found = {(each["type"], int(each["id"])): each for each in settled(objects)}
    assert len(found) == len(objects)
    return found


def settled(objects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return `objects` with the linkage sorted where a relationship leads along several ways.

    What is found along each of them comes in the order of the resource, one after the other.
    """
    for each in objects:
        for relation in registry[each["type"]].relationships.values():
            linkage = each.get("relationships", {}).get(relation.key, {}).get("data")
            if linkage and len(relation.vias) > 1:
                linkage.sort(key=lambda identifier: int(identifier["id"]))
    return objects


def only(names: list[str], shown: dict[str, Any]) -> dict[str, Any]:
    """Return the resource object `shown` with no other fields than `names`."""
    left = {
        member: {key: value for key, value in shown.get(member, {}).items() if key in names}
        for member in ("attributes", "relationships")
    }
    if not left["relationships"]:
        shown = {member: value for member, value in shown.items() if member != "relationships"}
        left.pop("relationships")
    return {**shown, **left}
