"""Nobody learns what is hidden from them by asking for rows that have it, or by sorting by it."""

import json
from collections.abc import Iterator
from itertools import cycle
from typing import Any

import pytest

from openevent.api.resources import Attribute, Relation, Resource
from tests import seeds
from tests.personas import FEW
from tests.resources.conftest import Reader, Readers
from tests.resources.reference import COLLECTIONS

MAX_SORTS = 10  # keys of one request

# What is asked of a list, as its `filter` or its `sort`.
Condition = dict[str, Any]

each_resource = pytest.mark.parametrize("resource", COLLECTIONS, ids=lambda each: each.type)
as_some = pytest.mark.parametrize("persona", FEW)


@each_resource
def test_a_filter_finds_the_rows_that_have_the_value(resource: Resource, readers: Readers) -> None:
    reader = readers["coorganizer"]
    if not reader.should.may_list(resource):
        reader = readers["admin"]
    visible = reader.should.visible(resource)
    values = readers.rows.values

    for attribute in filterable(resource):
        held = [
            values(resource, row.pk)[attribute.name] for row in visible if attribute.is_compared
        ]
        condition = leaf(attribute, next(filter(is_comparable, held), None))

        assert matching(reader, resource, condition) == expected(reader, resource, condition)


@each_resource
@as_some
def test_a_filter_on_what_is_hidden_finds_nothing_negated_or_not(
    resource: Resource, persona: str, readers: Readers
) -> None:
    reader = readers[persona]
    if not reader.should.may_list(resource):
        return

    for condition in own_conditions(reader, resource):
        assert matching(reader, resource, condition) == expected(reader, resource, condition)


@each_resource
@as_some
def test_a_filter_through_a_relationship_finds_by_what_is_visible_only(
    resource: Resource, persona: str, readers: Readers
) -> None:
    reader = readers[persona]
    if not reader.should.may_list(resource):
        return

    for condition in related_conditions(reader, resource):
        assert matching(reader, resource, condition) == expected(reader, resource, condition)


@each_resource
@as_some
def test_rows_come_last_whose_sort_key_their_reader_does_not_see(
    resource: Resource, persona: str, readers: Readers
) -> None:
    reader = readers[persona]
    should = reader.should
    for attribute in restricted(resource):
        empty = [
            row.pk
            for row in should.visible(resource)
            if not should.sees(attribute, resource, row)
            or should.all.values(resource, row.pk)[attribute.name] is None
        ]
        if empty:
            found = ids(reader, resource, sort=attribute.key)

            assert found[-len(empty) :] == sorted(empty)


@as_some
def test_no_answer_changes_with_a_value_that_its_reader_does_not_see(
    persona: str, readers: Readers
) -> None:
    reader = readers[persona]
    questions = [
        (resource, asked)
        for resource in COLLECTIONS
        if reader.should.may_list(resource)
        for asked in telling_questions(reader, resource)
    ]

    before = [ids(reader, resource, **asked) for resource, asked in questions]
    with seeds.undone():
        for resource in COLLECTIONS:
            change_what_is_hidden(reader, resource)
        after = [ids(reader, resource, **asked) for resource, asked in questions]

    telling = [
        (resource.type, asked)
        for (resource, asked), then, now in zip(questions, before, after, strict=True)
        if then != now
    ]
    assert not telling


def matching(reader: Reader, resource: Resource, condition: Condition) -> list[int]:
    return ids(reader, resource, filter=json.dumps([condition]))


def ids(reader: Reader, resource: Resource, **asked: str) -> list[int]:
    """Return which rows a list has, and in which order."""
    parameters = {f"fields[{resource.type}]": "id", **asked}
    return reader.get(f"/v1/{resource.path}", page_size=0, **parameters).ids


def expected(reader: Reader, resource: Resource, condition: Condition) -> list[int]:
    should = reader.should
    rows = should.visible(resource)
    return [row.pk for row in rows if should.matches(condition, resource, row)]


def telling_questions(reader: Reader, resource: Resource) -> Iterator[dict[str, str]]:
    """Iterate over parameters of lists whose answers would tell what is hidden, if anything did."""
    conditions = [*own_conditions(reader, resource), *related_conditions(reader, resource)]
    for condition in conditions[::3]:
        yield {"filter": json.dumps([condition])}
    for keys in sorts(resource):
        yield {"sort": keys}


def own_conditions(reader: Reader, resource: Resource) -> Iterator[Condition]:
    """Iterate over questions for restricted values, each as a row has it that hides it."""
    should = reader.should
    for attribute in restricted(resource):
        rows = should.all.of(resource).values()
        hiding = [row for row in rows if not should.sees(attribute, resource, row)]
        for value in [*values_in(reader, attribute, resource, hiding)[:1], None]:
            yield leaf(attribute, value)
            yield {"not": leaf(attribute, value)}


def related_conditions(reader: Reader, resource: Resource) -> Iterator[Condition]:
    """Iterate over questions for all that is restricted of the rows relationships lead to.

    A question asks for all attributes at once: whichever came out would make it true.
    """
    for relation in resource.relationships.values():
        if relation.is_empty or not restricted(relation.served):
            continue
        held = [
            leaf(attribute, value)
            for attribute in restricted(relation.served)
            for value in values_in(reader, attribute, relation.served, unseen(reader, relation))[:1]
        ]
        for inner in (
            {"or": held},
            {"or": [{"not": each} for each in held]},
            {"not": {"or": held}},
        ):
            has = {"name": relation.key, "op": "any" if relation.many else "has", "val": inner}
            yield has
            yield {"not": has}


def unseen(reader: Reader, relation: Relation) -> list[Any]:
    """Return the rows that `relation` could lead to and that the reader may not look at."""
    rows = reader.should.all.of(relation.served).values()
    return [row for row in rows if not reader.should.visits(relation, row)]


def values_in(
    reader: Reader, attribute: Attribute, resource: Resource, rows: list[Any]
) -> list[Any]:
    """Return the values of `attribute` in `rows`, as far as a filter can compare them."""
    if not attribute.is_compared:
        return []
    held = [reader.should.all.values(resource, row.pk)[attribute.name] for row in rows]
    return list(filter(is_comparable, held))


def is_comparable(value: Any) -> bool:
    return isinstance(value, str | int | float)


def leaf(attribute: Attribute, value: Any) -> Condition:
    return {"name": attribute.key, "op": "eq", "val": value}


def filterable(resource: Resource) -> list[Attribute]:
    return [each for each in resource.attributes.values() if each.is_column]


def restricted(resource: Resource) -> list[Attribute]:
    """Return the attributes that not everybody sees who sees the row."""
    return [each for each in filterable(resource) if each.level < len(resource.audiences)]


def sorts(resource: Resource) -> Iterator[str]:
    """Iterate over orders by all that is restricted, here and where to-ones lead; one way each.

    Among rows that hide the first keys the next decide, so each key of an order is tried.
    """
    signs = cycle(("", "-"))
    for prefix, target in to_ones(resource):
        keys = [f"{prefix}{each.key}" for each in restricted(target)]
        for start in range(0, len(keys), MAX_SORTS):
            sign = next(signs)
            yield ",".join(f"{sign}{key}" for key in keys[start : start + MAX_SORTS])


def to_ones(resource: Resource, steps: int = 2) -> Iterator[tuple[str, Resource]]:
    """Iterate over `resource` and where its to-ones lead: `("event.owner.", user)`."""
    yield "", resource
    for relation in resource.relationships.values() if steps else ():
        if not (relation.many or relation.is_empty):
            for path, target in to_ones(relation.served, steps - 1):
                yield f"{relation.key}.{path}", target


def change_what_is_hidden(reader: Reader, resource: Resource) -> None:
    """Give restricted attributes another value in all rows of which the reader does not see it."""
    should = reader.should
    model: Any = resource.model
    columns = {
        each.name: model._meta.get_field(each.expression)
        for each in restricted(resource)
        if isinstance(each.expression, str)
    }
    for row in should.all.of(resource).values():
        hidden = [
            column
            for name, column in columns.items()
            if not should.sees(resource.attributes[name], resource, row)
        ]
        if hidden:
            values = {each.name: seeds.another(each, getattr(row, each.name)) for each in hidden}
            model._default_manager.filter(pk=row.pk).update(**values)
