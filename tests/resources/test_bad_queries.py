"""Query strings that mean nothing are refused by parameter; what means nothing here is ignored."""

import json
from collections.abc import Sequence
from itertools import product
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.serializers import JSONField

from openevent.api import filters
from openevent.api.fields import Managed
from openevent.api.resources import Resource
from tests.api_client import JSON_API, Answer
from tests.resources.conftest import Reader, Readers
from tests.resources.reference import COLLECTIONS

each_resource = pytest.mark.parametrize("resource", COLLECTIONS, ids=lambda each: each.type)

BAD_PAGES: Final = {
    "page[size]": ("-1", "x", "1.5", "", "1e3", "١", "0x10", "--1", "1 2", "null", "9" * 5000),
    "page[number]": ("0", "-1", "x", "1.5", "", "1e3", "١", "9" * 5000),
}
# Beyond the last row, however large the number.
FAR_PAGES: Final = ("1000000000", "1" + "0" * 12, "1" + "0" * 18, "1" + "0" * 29)


def nested(depth: int, word: str) -> str:
    """Return a filter of one condition inside `depth` groups, or negations."""
    start, end = ('{"not": ', "}") if word == "not" else (f'{{"{word}": [', "]}")
    return "[" + start * depth + '{"name": "id", "op": "eq", "val": 1}' + end * depth + "]"


NO_FILTERS: Final = (
    *("x", "[", "{}x", "[{'name': 'id', 'op': 'eq', 'val': 1}]", "[NaN]", "[" * 100_000),
    *("1", '"id"', "true", "[1]", "[null]", '["id"]', "[[]]", "[{}]"),
    *('[{"name": "id"}]', '[{"op": "eq"}]', '[{"name": 1, "op": "eq", "val": 1}]'),
    *('[{"name": "id", "op": 1, "val": 1}]', '[{"name": "id", "op": ["eq"], "val": 1}]'),
    *('[{"name": "id", "op": "eq"}]', '[{"name": "id", "op": "eq", "field": 1}]'),
    *('[{"name": "id", "op": "eq", "field": "nope"}]', '[{"name": "nope", "op": "eq", "val": 1}]'),
    *('[{"name": "", "op": "eq", "val": 1}]', '[{"name": "id", "op": "", "val": 1}]'),
    *('[{"name": "id", "op": "nope", "val": 1}]', '[{"name": "id", "op": "__class__", "val": 1}]'),
    *('[{"name": "nope", "op": "has", "val": []}]', '[{"name": "id", "op": "has", "val": []}]'),
    *('[{"name": "id", "op": "eq", "val": "x"}]', '[{"name": "id", "op": "eq", "val": {}}]'),
    *('[{"name": "id", "op": "eq", "val": [1]}]', '[{"name": "id", "op": "in", "val": 1}]'),
    *('[{"name": "id", "op": "in", "val": [{}]}]', '[{"name": "id", "op": "in", "val": "1"}]'),
    *('[{"name": "id", "op": "between", "val": [1]}]', '[{"name": "id", "op": "gt", "val": null}]'),
    *(
        '[{"name": "id", "op": "like", "val": []}]',
        '[{"name": "id", "op": "like", "val": "\\u0000"}]',
    ),
    *(
        '[{"name": "id\\u0000", "op": "eq", "val": 1}]',
        '[{"or": {}}]',
        '[{"or": 1}]',
        '[{"and": "x"}]',
    ),
    *('[{"not": []}]', '[{"not": 1}]', '[{"not": null}]'),
    *(
        '[{"name": "deleted_at__isnull", "op": "eq", "val": 1}]',
        '[{"name": "pk", "op": "eq", "val": 1}]',
    ),
    json.dumps([{"name": "id", "op": "like", "val": "x" * 5000}]),
    json.dumps([{"name": "id", "op": "in", "val": list(range(5000))}]),
    json.dumps([{"name": "id", "op": "eq", "val": 1}] * 5000),
    *(nested(depth, word) for depth in (50, 300, 5000) for word in ("and", "or", "not")),
)
# All that follows holds for every row.
ALL_ROWS: Final = (
    *("", " ", "[]", '[{"or": []}]', '[{"and": []}]', '[{"and": [{"or": []}]}]'),
    *('[{"name": "id", "op": "ne", "val": "0"}]', '[{"name": "id", "op": "isnot", "val": null}]'),
    *('{"name": "id", "op": "gt", "val": 0}', '[{"name": "id", "op": "__ge__", "val": 1.0}]'),
    *(
        '[{"not": {"name": "id", "op": "eq", "val": -1}}]',
        '[{"name": "id", "op": "like", "val": "%"}]',
    ),
    *('[{"name": "id", "op": "le", "val": 1e20}]', '[{"name": "id", "op": "in_", "val": "all"}]'),
)
IGNORED: Final = {
    **dict.fromkeys(
        ("cache", "public", "nocache", "upcoming", "code", "lang", "size", "reset"), "true"
    ),
    "eventIdentifier": "x",
    "filterOptions[name]": "starts-at",
    "fields[nope]": "x,y",
    "fields[]": "x",
    "fields": "x",
    "page": "7",
    "page[]": "7",
    "page[nope]": "7",
    "include[]": "nope",
    "": "x",
    "\0": "\0",
    "__class__": "x",
}


@each_resource
def test_a_page_that_is_no_number_is_refused(resource: Resource, readers: Readers) -> None:
    for parameter, values in BAD_PAGES.items():
        for value in values:
            assert_refused(readers["admin"], resource, parameter, value)


@each_resource
def test_a_page_past_the_end_is_empty(resource: Resource, readers: Readers) -> None:
    count = len(readers["admin"].should.visible(resource))
    for number in FAR_PAGES:
        for size in ("1", "1000000000"):
            answer = get(readers["admin"], resource, {"page[number]": number, "page[size]": size})
            assert (answer.status, answer.data, answer.document["meta"]) == (
                200,
                [],
                {"count": count},
            )


@each_resource
def test_a_page_larger_than_all_rows_has_all_rows(resource: Resource, readers: Readers) -> None:
    expected = get(readers["admin"], resource, {"page[size]": "0"}).data
    for size in (*FAR_PAGES, " 1000 "):
        assert get(readers["admin"], resource, {"page[size]": size}).data == expected


@each_resource
def test_a_filter_that_means_nothing_is_refused(resource: Resource, readers: Readers) -> None:
    for text in third(NO_FILTERS, resource):
        assert_refused(readers["admin"], resource, "filter", text)


@each_resource
def test_a_filter_by_a_name_that_is_none_is_refused(resource: Resource, readers: Readers) -> None:
    for name in ("nope", "deleted_at__isnull", "id__in", "pk", "event__name", "x" * 5000, "\0"):
        assert_refused(readers["admin"], resource, f"filter[{name}]", "1")


@each_resource
def test_an_empty_filter_holds_for_every_row(resource: Resource, readers: Readers) -> None:
    expected = get(readers["admin"], resource, {"page[size]": "0"}).ids
    for text in ALL_ROWS:
        if '"all"' in text:
            text = text.replace('"all"', json.dumps(expected))
        answer = get(readers["admin"], resource, {"page[size]": "0", "filter": text})
        assert answer.ids == expected, text


@each_resource
def test_an_include_that_leads_nowhere_is_refused(resource: Resource, readers: Readers) -> None:
    name = next(iter(resource.relationships), "nope").replace("_", "-")
    too_deep = ".".join([name] * 10)
    for text in ("nope", "id", "__class__", "\0", "a.b", "nope.nope", "event__name", "." * 100):
        assert_refused(readers["admin"], resource, "include", text)
    assert_refused(readers["admin"], resource, "include", too_deep)
    assert_refused(readers["admin"], resource, "include", ",".join([name] * 5000))


@each_resource
def test_includes_that_lead_back_end(resource: Resource, readers: Readers) -> None:
    """`event.tracks.event.tracks`: rows that were met already are not written again."""
    for name, relation in resource.relationships.items():
        if relation.is_empty:
            continue
        for back, there in relation.served.relationships.items():
            if there.target is resource and not there.is_empty:
                steps = [step.replace("_", "-") for step in (name, back, name, back)]
                answer = get(readers["admin"], resource, {"include": ".".join(steps)})
                named = [(each["type"], each["id"]) for each in answer.data]
                named += [
                    (each["type"], each["id"]) for each in answer.document.get("included", [])
                ]
                assert len(named) == len(set(named))


@each_resource
def test_an_order_by_what_is_not_there_is_refused(resource: Resource, readers: Readers) -> None:
    texts = [
        "nope",
        "-nope",
        "id.nope",
        "nope.id",
        "__class__",
        "\0",
        "event__name",
        "-",
        "random()",
    ]
    texts += [each.key for each in resource.relationships.values()]
    texts += [f"{each.key}.id" for each in resource.relationships.values() if each.many]
    for text in [*texts, ",".join(["id"] * 5000), ".".join(["event"] * 50)]:
        assert_refused(readers["admin"], resource, "sort", text)


@each_resource
def test_an_unknown_field_is_refused_and_an_unknown_type_ignored(
    resource: Resource, readers: Readers
) -> None:
    for text in ("nope", "id,nope", "__class__", "\0", "event__name"):
        parameter = f"fields[{resource.type}]"
        assert_refused(readers["admin"], resource, parameter, text)


@each_resource
def test_unknown_parameters_are_ignored(resource: Resource, readers: Readers) -> None:
    expected = get(readers["admin"], resource, {}).data
    assert get(readers["admin"], resource, IGNORED).data == expected


@each_resource
def test_a_name_may_be_written_in_kebab_or_snake(resource: Resource, readers: Readers) -> None:
    reader = readers["admin"]
    columns = [each for each in resource.attributes.values() if each.is_column and "_" in each.name]
    relations = [each for each in resource.relationships.values() if "_" in each.name]
    spellings = [(each.key, each.name) for each in (*columns[:3], *relations[:3])]
    templates = [
        {"filter": '[{"name": "%s", "op": "ne", "val": null}]'},
        {f"fields[{resource.type}]": "%s"},
    ]
    for names in spellings:
        for template in templates:
            kebab, snake = (get(reader, resource, filled(template, name)) for name in names)
            assert (kebab.status, kebab.data) == (200, snake.data)
    for parameter, members in (("sort", columns), ("include", relations)):
        for each in members[:3]:
            kebab, snake = (get(reader, resource, {parameter: n}) for n in (each.key, each.name))
            assert (kebab.status, kebab.data) == (200, snake.data)


@each_resource
def test_filters_sorts_and_pages_of_one_row_are_ignored(
    resource: Resource, readers: Readers
) -> None:
    reader = readers["admin"]
    path = f"/v1/{resource.path}/{reader.should.visible(resource)[0].pk}"
    asked = {
        "filter": '[{"name": "nope", "op": "<", "val": 1}]',
        "filter[nope]": "1",
        "sort": "nope",
        "page[size]": "-1",
        "page[number]": "x",
    }

    answer = Answer(reader.client.get(path, asked))

    assert (answer.status, answer.data) == (200, reader.get(path).data)


@pytest.mark.parametrize("word", ["", "%", "%2031-01-01T21:48%", "2031-01-01%", "2031-01-01 21:48"])
def test_moments_may_be_wrapped_in_percent_signs(word: str, readers: Readers) -> None:
    condition = {"name": "ends-at", "op": "ge", "val": word}

    answer = readers["admin"].get("/v1/events", filter=json.dumps([condition]))

    assert answer.status == (200 if "2031" in word else 400)


PATTERNS: Final = (
    *("\\", "%\\", "\\\\\\", "a\\%", "_%\\_"),
    *("%'", '%"', "%;--", "%s", "%(x)s", "{}", "x" * 1000),
)


@each_resource
def test_any_text_is_a_pattern(resource: Resource, readers: Readers) -> None:
    one_of_each_kind = {
        type(each.field): each
        for each in resource.attributes.values()
        if each.is_compared and not isinstance(each.field, JSONField | Managed)
    }
    operators = ("like", "notilike", "startswith", "contains")
    for attribute in one_of_each_kind.values():
        for pattern, op in third([*product(PATTERNS, operators)], resource):
            condition = {"name": attribute.key, "op": op, "val": pattern}
            answer = get(readers["admin"], resource, {"filter": json.dumps([condition])})
            assert answer.status == 200, (condition, answer)


def third(values: Sequence[Any], resource: Resource) -> Sequence[Any]:
    """Return a third of `values`, for the next resource the next one.

    What reads them is the same for all resources, so three of them have tried all of them.
    """
    return values[COLLECTIONS.index(resource) % 3 :: 3]


def filled(template: dict[str, str], name: str) -> dict[str, str]:
    return {parameter: text % name for parameter, text in template.items()}


def get(reader: Reader, resource: Resource, parameters: dict[str, str]) -> Answer:
    return Answer(reader.client.get(f"/v1/{resource.path}", parameters))


def assert_refused(reader: Reader, resource: Resource, parameter: str, value: str) -> None:
    """Hold that a parameter is refused by its name, in a sentence."""
    answer = get(reader, resource, {parameter: value})
    assert (answer.status, answer.headers["Content-Type"]) == (400, JSON_API), (value[:100], answer)
    assert answer.error["status"] == 400
    assert answer.error["source"] == {"parameter": parameter}
    assert len(answer.error["detail"]) > 10


TEXT: Final = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
VALUES: Final = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | TEXT
    | st.datetimes().map(str)
)


def names_in(resource: Resource) -> st.SearchStrategy[str]:
    members = (*resource.attributes.values(), *resource.relationships.values())
    return st.sampled_from(["id", "nope", *(each.key for each in members)])


def filters_of(resource: Resource) -> st.SearchStrategy[Any]:
    """Return a strategy for filters that are right in form, and mean something or not."""
    operators = st.sampled_from([*filters.OPERATORS, "nope"])
    values = VALUES | st.lists(VALUES, max_size=3)
    leaves = st.fixed_dictionaries({"name": names_in(resource), "op": operators, "val": values})
    fields = st.fixed_dictionaries(
        {"name": names_in(resource), "op": operators, "field": names_in(resource)}
    )
    related = [each for each in resource.relationships.values() if not each.is_empty]
    nested = [
        st.fixed_dictionaries(
            {"name": st.just(each.key), "op": st.sampled_from(["has", "any"]), "val": of_target}
        )
        for each in related[:3]
        for of_target in [
            st.fixed_dictionaries({"name": names_in(each.served), "op": operators, "val": values})
        ]
    ]
    return st.recursive(
        st.one_of(leaves, fields, *nested),
        lambda inner: (
            st.fixed_dictionaries({"not": inner})
            | st.fixed_dictionaries({"or": st.lists(inner, max_size=3)})
            | st.fixed_dictionaries({"and": st.lists(inner, max_size=3)})
        ),
        max_leaves=6,
    )


@pytest.mark.parametrize(
    "resource",
    [each for each in COLLECTIONS if each.type in ("event", "session", "speaker", "user")],
    ids=lambda each: each.type,
)
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_any_query_has_an_answer_or_is_refused_by_parameter(
    resource: Resource, readers: Readers, data: st.DataObject
) -> None:
    paths = st.lists(names_in(resource), max_size=3).map(".".join)
    parameters = data.draw(
        st.fixed_dictionaries(
            {},
            optional={
                "filter": st.lists(filters_of(resource), max_size=3).map(json.dumps) | TEXT,
                "filter[name]": TEXT,
                "sort": st.lists(paths, max_size=3).map(",-".join),
                "include": st.lists(paths, max_size=3).map(",".join),
                f"fields[{resource.type}]": st.lists(names_in(resource), max_size=3).map(",".join),
                "page[size]": st.integers().map(str) | TEXT,
                "page[number]": st.integers().map(str) | TEXT,
                "get_trashed": st.sampled_from(["true", "false"]) | TEXT,
            },
        )
    )
    reader = readers[data.draw(st.sampled_from(["somebody", "coorganizer", "admin"]))]

    answer = get(reader, resource, parameters)

    assert answer.status in (200, 400)
    assert answer.headers["Content-Type"] == JSON_API
    assert answer.status == 200 or answer.error["source"]["parameter"] in parameters
