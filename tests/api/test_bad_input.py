"""Bad input: whatever is sent, the answer is an error that helps, and nothing is written."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import count
from typing import Any, Final

import pytest
from django.apps import apps
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker
from rest_framework import serializers

from openevent.api import fields
from openevent.api.registry import registry
from openevent.api.resources import Attribute, Relation, Resource
from tests import personas, seeds
from tests.api_client import JSON_API, Answer
from tests.resources.reference import COLLECTIONS, resources

HTML: Final = "text/html"
NONE: Final = "999999999"  # the id of no row


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[seeds.World]:
    with seeds.planted(django_db_blocker) as world:
        yield world


@pytest.fixture(scope="module")
def client(world: seeds.World) -> Client:
    """Somebody who may do everything, so that no refusal is about who asks."""
    return personas.client_of(world.people["super_admin"])


@pytest.fixture(scope="module")
def before(world: seeds.World) -> dict[str, Any]:
    """What there is before any of these tests; each leaves it as it was."""
    return everything()


@dataclass(frozen=True)
class Target:
    """A write of a resource: POST to the collection, or PATCH of a row."""

    resource: Resource
    method: str

    def __str__(self) -> str:
        return f"{self.method} {self.resource.type}"

    @cached_property
    def row(self) -> Any:
        """A row that everybody may see, or the first."""
        rows: Any = self.resource.model
        alive = dict.fromkeys(self.resource.trash_paths)
        return rows._default_manager.filter(**alive).order_by("pk").first()

    @property
    def path(self) -> str:
        collection = f"/v1/{self.resource.path}"
        return collection if self.method == "post" else f"{collection}/{self.row.pk}"

    def document(self, **members: Any) -> dict[str, Any]:
        identity = {"type": self.resource.type, "id": str(self.row.pk)}
        return {"data": {**identity, **members}}


TARGETS: Final = [
    Target(resource, method)
    for resource in resources()
    for method, verb in (("post", "create"), ("patch", "change"))
    if verb in resource.permissions
]
CHANGES: Final = [target for target in TARGETS if target.method == "patch"]

each_target = pytest.mark.parametrize("target", TARGETS, ids=str)
each_change = pytest.mark.parametrize("target", CHANGES, ids=str)
each_collection = pytest.mark.parametrize("resource", COLLECTIONS, ids=lambda each: each.type)


def send(client: Client, method: str, path: str, body: Any, content_type: str = JSON_API) -> Answer:
    """Send `body`: bytes and text as they are, anything else as JSON."""
    raw = body if isinstance(body, bytes | str) else json.dumps(body)
    return Answer(getattr(client, method)(path, raw, content_type=content_type))


def assert_refused(
    answer: Answer, status: int, *, pointer: str | None = None, parameter: str | None = None
) -> None:
    """Hold that `answer` is errors documents ought to be, and says where the fault lies."""
    assert (answer.status, answer.headers["Content-Type"]) == (status, JSON_API)
    assert answer.document["jsonapi"] == {"version": "1.0"}
    for error in answer.document["errors"]:
        assert error.keys() == {"status", "title", "detail", "source"}
        assert int(error["status"]) == status
        assert error["title"]
        assert error["detail"].endswith(".")
    sources = [error["source"] for error in answer.document["errors"]]
    if pointer is not None:
        assert {"pointer": pointer} in sources
    if parameter is not None:
        assert sources == [{"parameter": parameter}]


def third(values: Sequence[Any], turn: int) -> Sequence[Any]:
    """Return a third of `values`, another one at the next turn.

    What reads them is the same for all resources, so a few turns have tried all of them.
    """
    return values[turn % 3 :: 3]


def everything() -> dict[str, Any]:
    """Return how many rows there are of each model, and those of the resources in full."""
    counts: dict[str, Any] = {
        model._meta.label: model._base_manager.count() for model in apps.get_models()
    }
    for resource in resources():
        model: Any = resource.model
        counts[resource.type] = sorted(model._base_manager.values_list(), key=lambda row: row[0])
    return counts


# --- bodies that are no documents

NO_DOCUMENT: Final[dict[str, tuple[bytes, str]]] = {
    "empty": (b"", ""),
    "blank": (b" \n", ""),
    "half": (b'{"data": {"type"', ""),
    "single quotes": (b"{'data': {}}", ""),
    "byte order mark": (b"\xef\xbb\xbf{}", ""),
    "not UTF-8": (b'{"data": {"type": "\xff"}}', ""),
    "surrogate escaped": (b'{"data": {"type": "\\ud800"}}', ""),
    "surrogate encoded": (b'{"data": {"type": "\xed\xa0\x80"}}', ""),
    "NaN": (b'{"data": {"attributes": {"position": NaN}}}', ""),
    "Infinity": (b'{"data": {"attributes": {"position": -Infinity}}}', ""),
    "number without end": (b'{"data": {"attributes": {"position": 1%s}}}' % (b"0" * 400), ""),
    "nested without end": (b"[" * 100_000, ""),
    "list": (b"[]", ""),
    "number": (b"1", ""),
    "text": (b'"data"', ""),
    "null": (b"null", ""),
    "nothing in it": (b"{}", ""),
    "other members": (b'{"errors": []}', ""),
    "data is null": (b'{"data": null}', "/data"),
    "data is a list": (b'{"data": []}', "/data"),
    "data is a number": (b'{"data": 1}', "/data"),
    "attributes are a list": (b'{"data": {"attributes": [1]}}', "/data/attributes"),
    "attributes are text": (b'{"data": {"attributes": "name"}}', "/data/attributes"),
    "relationships are a list": (b'{"data": {"relationships": [1]}}', "/data/relationships"),
    "a relationship is text": (
        b'{"data": {"relationships": {"event": "1"}}}',
        "/data/relationships/event",
    ),
    "a relationship is null": (
        b'{"data": {"relationships": {"event": null}}}',
        "/data/relationships/event",
    ),
    "linkage is a number": (
        b'{"data": {"relationships": {"event": {"data": 1}}}}',
        "/data/relationships/event/data",
    ),
    "linkage is true": (
        b'{"data": {"relationships": {"event": {"data": true}}}}',
        "/data/relationships/event/data",
    ),
    "NUL in a value": (
        b'{"data": {"attributes": {"name": "a\\u0000b"}}}',
        "/data/attributes/name",
    ),
    "NUL in a list": (
        b'{"data": {"attributes": {"slides": [{"name": "\\u0000"}]}}}',
        "/data/attributes/slides/0/name",
    ),
    "NUL in a name": (b'{"data": {"attributes": {"na\\u0000me": 1}}}', "/data/attributes"),
    "NUL in the type": (b'{"data": {"type": "\\u0000"}}', "/data/type"),
}


@each_target
def test_a_body_that_is_no_document_is_refused(
    target: Target, client: Client, before: dict[str, Any]
) -> None:
    for body, pointer in third(list(NO_DOCUMENT.values()), TARGETS.index(target)):
        assert_refused(send(client, target.method, target.path, body), 400, pointer=pointer)

    assert everything() == before


@pytest.mark.parametrize("body", [b"{bad", b"", b"[]", b"[" * 100_000, b"x" * 2_000_000])
def test_nobody_is_told_what_is_wrong_with_a_body_that_they_may_not_send(
    body: bytes, world: seeds.World
) -> None:
    nobody = personas.client_of(None)

    for target in TARGETS:
        if target != Target(registry["user"], "post"):
            assert_refused(send(nobody, target.method, target.path, body), 401)


@each_target
def test_a_document_of_another_type_is_refused(target: Target, client: Client) -> None:
    path = target.path
    for type_name in (None, "", "nope", "TRACK", ["track"], {"a": 1}, 1, True):
        answer = send(client, target.method, path, {"data": {"type": type_name, "id": "1"}})

        assert_refused(answer, 409, pointer="/data/type")


@each_change
def test_a_document_of_another_row_is_refused(target: Target, client: Client) -> None:
    path, type_name = target.path, target.resource.type
    for id_ in (NONE, "0", "-1", "x", "", "1" * 50, 1.5, [1], {"a": 1}, True):
        answer = send(client, "patch", path, {"data": {"type": type_name, "id": id_}})

        assert_refused(answer, 409, pointer="/data/id")


@each_change
def test_a_document_without_an_id_changes_nothing(target: Target, client: Client) -> None:
    answer = send(client, "patch", target.path, {"data": {"type": target.resource.type}})

    assert_refused(answer, 400, pointer="/data/id")


@each_target
def test_names_that_a_resource_has_not_are_ignored(target: Target, client: Client) -> None:
    unknown = {"nope": 1, "": 2, "id": 3, "pk": 4, "type": "x", "__class__": 5, "event__name": 6}
    unknown = {k: v for k, v in unknown.items() if k not in target.resource.attributes}
    with_unknown = target.document(attributes=unknown, relationships={"nope": {"data": None}})

    with seeds.undone():
        answer = send(client, target.method, target.path, with_unknown)
    with seeds.undone():
        expected = send(client, target.method, target.path, target.document())

    assert (answer.status, pointers(answer)) == (expected.status, pointers(expected))


def pointers(answer: Answer) -> list[Any]:
    return [error["source"] for error in answer.document.get("errors", [])]


def test_of_two_members_of_one_name_the_last_counts(client: Client) -> None:
    target = Target(registry["track"], "patch")
    body = json.dumps(target.document(attributes={"name": "Kept"}))

    with seeds.undone():
        answer = send(
            client, "patch", target.path, body.replace('"Kept"', '"Lost", "name": "Kept"')
        )

    assert answer.attributes["name"] == "Kept"


# --- values

NO_TIME: Final = (
    "0000-01-01T00:00:00Z",
    "20000-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00",
    "2026-02-30T00:00:00Z",
    "2026-01-01",
    "2026-01-01T00:00:00",
    "tomorrow",
    "",
    1,
    True,
    {},
)
TOO_LONG: Final = "x" * 20_000
NO_TEXT: Final = ([], {}, True, [1], {"a": 1}, TOO_LONG)
BAD_VALUES: Final[dict[type[serializers.Field], tuple[Any, ...]]] = {
    serializers.BooleanField: ("maybe", 2, -1, "2", [], {}, "null!"),
    serializers.IntegerField: ("x", 2**63, -(2**63), 10**30, 1.5, [], {}, True, "1e3", ""),
    serializers.FloatField: ("x", "NaN", "Infinity", "-inf", 1e308, [], {}, True, ""),
    serializers.DecimalField: ("x", "NaN", "Infinity", 1e308, "1e30", [], {}, True, "", -1),
    serializers.DateTimeField: NO_TIME,
    serializers.ChoiceField: ("nope", [], {}, 1),
    serializers.EmailField: (
        "x",
        "@",
        "a@b",
        "a b@example.org",
        [],
        {},
        "x" * 300 + "@example.org",
    ),
    serializers.URLField: (
        "x",
        "javascript:alert(1)",
        "http://",
        [],
        {},
        "http://e.org/" + "x" * 3000,
    ),
    serializers.CharField: NO_TEXT,
}


def bad_values(resource: Resource) -> Iterator[tuple[Attribute, Any]]:
    """Iterate over attributes that can be written with values that they cannot have.

    The first of each kind of attribute is tried with a third of them, or with all where few
    resources have the kind; the others with one each.
    """
    seen: set[Any] = set()
    for number, attribute in enumerate(resource.attributes.values()):
        kind = kind_of(attribute)
        if kind is None:
            continue
        values = BAD_VALUES[kind]
        if kind is serializers.CharField and attribute.field.max_length is None:
            values = tuple(value for value in values if value != TOO_LONG)
        those = having(kind)
        several = values if len(those) < 3 else third(values, those.index(resource.type))
        for value in (values[number % len(values)],) if kind in seen else several:
            yield attribute, value
        seen.add(kind)


@cache
def having(kind: type[serializers.Field]) -> list[str]:
    """Return the types of the resources in which an attribute of a kind can be changed."""
    return [
        target.resource.type
        for target in CHANGES
        if any(kind_of(each) is kind for each in target.resource.attributes.values())
    ]


def kind_of(attribute: Attribute) -> type[serializers.Field] | None:
    """Return of which kind of `BAD_VALUES` an attribute is, if it can be written."""
    if attribute.field.read_only or is_secret(attribute):
        return None
    return next((kind for kind in BAD_VALUES if isinstance(attribute.field, kind)), None)


def is_secret(attribute: Attribute) -> bool:
    return isinstance(attribute.field, fields.SecretField)


@each_change
def test_a_value_of_another_kind_is_refused_by_name(
    target: Target, client: Client, before: dict[str, Any]
) -> None:
    for attribute, value in bad_values(target.resource):
        body = target.document(attributes={attribute.key: value})
        answer = send(client, "patch", target.path, body)
        assert_refused(answer, 422, pointer=f"/data/attributes/{attribute.key}")

    assert everything() == before


@pytest.mark.parametrize("links", [1, "x", {}, [1], [{}], [{"name": 1, "link": "x"}], [[]], True])
@pytest.mark.parametrize(("type_name", "key"), [("event", "document-links"), ("session", "slides")])
def test_links_of_another_shape_are_refused(
    type_name: str, key: str, links: Any, client: Client
) -> None:
    target = Target(registry[type_name], "patch")

    answer = send(client, "patch", target.path, target.document(attributes={key: links}))

    assert_refused(answer, 422, pointer=f"/data/attributes/{key}")


# --- linkage


def writable(resource: Resource) -> list[Relation]:
    return [
        each
        for each in resource.relationships.values()
        if each.model_field is not None and not (each.is_empty or each.field.read_only)
    ]


NO_IDENTIFIER: Final = (1, "1", True, [], {}, {"type": "x"}, {"id": "1"})
NO_ID: Final = (
    NONE,
    "0",
    "-1",
    "1.5",
    "x",
    "",
    " 1",
    "1 ",
    "1" * 50,
    "١",
    1.5,
    None,
    [1],
    {"a": 1},
)


@each_change
def test_linkage_of_another_type_is_refused(target: Target, client: Client) -> None:
    for relation, turn in zip(writable(target.resource), turns(target), strict=False):
        for type_name in third(("nope", "", None, ["x"], {"a": 1}, 1), turn):
            answer = link(client, target, relation, {"type": type_name, "id": "1"})
            assert_refused(answer, 422, pointer=f"/data/relationships/{relation.key}")


@each_change
def test_linkage_that_is_no_identifier_is_refused(target: Target, client: Client) -> None:
    for relation, turn in zip(writable(target.resource), turns(target), strict=False):
        for identifier in third(NO_IDENTIFIER[2 if relation.many else 4 :], turn):
            answer = link(client, target, relation, identifier)
            assert_refused(answer, 422, pointer=f"/data/relationships/{relation.key}")


@each_change
def test_linkage_of_the_other_number_is_refused(target: Target, client: Client) -> None:
    for relation in writable(target.resource):
        identifier = {"type": relation.spelled, "id": "1"}
        wrong = identifier if relation.many else [identifier]
        body = target.document(relationships={relation.key: {"data": wrong}})
        answer = send(client, "patch", target.path, body)
        assert_refused(answer, 422, pointer=f"/data/relationships/{relation.key}")


@each_change
def test_linkage_to_a_row_that_is_not_there_is_404(
    target: Target, client: Client, before: dict[str, Any]
) -> None:
    for relation, turn in zip(writable(target.resource), turns(target), strict=False):
        for id_ in third(NO_ID, turn):
            answer = link(client, target, relation, {"type": relation.spelled, "id": id_})
            assert_refused(answer, 404, pointer=f"/data/relationships/{relation.key}")

    assert everything() == before


@each_change
def test_a_relationship_that_must_be_cannot_be_emptied(target: Target, client: Client) -> None:
    for relation in writable(target.resource):
        if relation.is_required:
            body = target.document(relationships={relation.key: {"data": None}})
            answer = send(client, "patch", target.path, body)
            assert_refused(answer, 422, pointer=f"/data/relationships/{relation.key}")


def turns(target: Target) -> Iterator[int]:
    """Return whose turn it is: that of each write, and of each of its relationships."""
    return count(TARGETS.index(target))


def link(client: Client, target: Target, relation: Relation, identifier: Any) -> Answer:
    """Send `identifier` as the linkage of `relation`, alone or as one of many."""
    data = [identifier] if relation.many else identifier
    body = target.document(relationships={relation.key: {"data": data}})
    return send(client, "patch", target.path, body)


NO_LINKAGE: Final = (
    b"",
    b"{",
    b"[]",
    b"{}",
    b'{"data": 1}',
    b'{"data": "1"}',
    b'{"data": {}}',
    b'{"data": [1]}',
    b'{"data": [{"type": "x"}]}',
    b'{"data": [{"type": "x", "id": "\\u0000"}]}',
    b'{"data": ' + b"[" * 100_000,
)


@each_change
def test_a_relationships_url_refuses_what_is_no_linkage(
    target: Target, client: Client, before: dict[str, Any]
) -> None:
    for (relation, method), turn in zip(
        linkage_writes(target.resource), turns(target), strict=False
    ):
        path = f"{target.path}/relationships/{relation.key}"
        for body in third(NO_LINKAGE, turn):
            assert_refused(send(client, method, path, body), 400)

    assert everything() == before


@each_change
def test_a_relationships_url_refuses_other_types_and_rows_that_are_not(
    target: Target, client: Client, before: dict[str, Any]
) -> None:
    for relation, method in linkage_writes(target.resource):
        path = f"{target.path}/relationships/{relation.key}"
        for type_name, id_, status in (("nope", "1", 409), (relation.spelled, NONE, 404)):
            identifier = {"type": type_name, "id": id_}
            data = [identifier] if relation.many else identifier
            assert_refused(send(client, method, path, {"data": data}), status, pointer="/data")

    assert everything() == before


def linkage_writes(resource: Resource) -> Iterator[tuple[Relation, str]]:
    """Iterate over the methods that read a body, of each relationship that can be written."""
    for relation in writable(resource):
        for method in ("post", "patch", "delete") if relation.many else ("patch",):
            yield relation, method


# --- media types, sizes and paths


OTHER_TYPES: Final = ("text/plain", "text/html", "application/xml", "multipart/form-data", "x", "")


@each_target
def test_a_body_of_another_media_type_is_refused(target: Target, client: Client) -> None:
    path, document = target.path, target.document()
    for content_type in OTHER_TYPES:
        assert_refused(send(client, target.method, path, document, content_type), 415)


@each_collection
def test_who_cannot_read_json_is_told_so(resource: Resource, client: Client) -> None:
    for accept in ("text/html", "application/xml", "image/*, text/*"):
        answer = Answer(client.get(f"/v1/{resource.path}", headers={"Accept": accept}))

        assert_refused(answer, 406)


@pytest.mark.parametrize("target", TARGETS[::3], ids=str)
def test_a_body_of_ten_megabytes_is_refused(
    target: Target, client: Client, before: dict[str, Any]
) -> None:
    answer = send(client, target.method, target.path, b'{"data": "%s"}' % (b"x" * 10_000_000))

    assert_refused(answer, 413)
    assert everything() == before


def test_a_body_whose_length_is_not_said_is_refused_and_not_taken_for_none(client: Client) -> None:
    headers = {"Transfer-Encoding": "chunked"}

    assert_refused(Answer(client.post("/v1/tracks", headers=headers)), 411)


def test_a_query_of_a_thousand_parameters_is_refused(client: Client) -> None:
    query = {f"parameter{number}": "" for number in range(1001)}

    answer = Answer(client.get("/v1/tracks", query))

    assert_refused(answer, 400)
    assert answer.detail == "Send at most 1,000 parameters."


NO_ROWS: Final = (
    *(NONE, "0", "-1", "+1", "1.5", "1e3", "0x1", "1" * 50),
    *("nope", "%00", "1%00", "%D9%A1", "%20", "1%20", "..", "%2e%2e", "x" * 5000),
)


@each_collection
def test_a_path_to_no_row_is_404(resource: Resource, client: Client) -> None:
    relation = next(iter(resource.relationships.values()), None)
    below = [f"/{relation.alias}", f"/relationships/{relation.key}"] if relation else []

    for ref in third(NO_ROWS, COLLECTIONS.index(resource)):
        row = f"/v1/{resource.path}/{ref}"
        for path in (row, *(row + rest for rest in below)):
            assert_refused(Answer(client.get(path)), 404)
        if "change" in resource.permissions:
            document = {"data": {"type": resource.type, "id": ref}}
            assert_refused(send(client, "patch", row, document), 404)
        if "delete" in resource.permissions:
            assert_refused(Answer(client.delete(row)), 404)


@pytest.mark.parametrize(
    "path",
    ["/v1/nope", "/v1/", "/v1", "/v1/tracks/", "/v1/tracks/1/nope", "/v1/%00", "/v1/tracks//"],
)
def test_a_path_to_nothing_is_404(path: str, client: Client) -> None:
    assert_refused(Answer(client.get(path)), 404)


# --- anything at all

TEXT: Final = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUE: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.datetimes().map(str)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
IDENTIFIER: Final = st.fixed_dictionaries(
    {"type": TEXT | st.sampled_from([each.type for each in COLLECTIONS]), "id": VALUE}
)
FUZZED: Final = ("post event", "patch event", "post session", "patch session", "patch user")
LINKAGE: Final = VALUE | IDENTIFIER | st.lists(IDENTIFIER, max_size=3)


@pytest.mark.parametrize("target", [each for each in TARGETS if str(each) in FUZZED], ids=str)
@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_no_document_is_half_written(
    target: Target, client: Client, before: dict[str, Any], data: st.DataObject
) -> None:
    attributes = st.sampled_from([each.key for each in target.resource.attributes.values()]) | TEXT
    relationships = st.sampled_from([each.key for each in target.resource.relationships.values()])
    document = target.document(
        attributes=data.draw(st.dictionaries(attributes, VALUE, max_size=6)),
        relationships={
            name: {"data": linkage}
            for name, linkage in data.draw(
                st.dictionaries(relationships, LINKAGE, max_size=3)
            ).items()
        },
    )
    with seeds.undone():
        answer = send(client, target.method, target.path, document)
        written = everything()

    assert (answer.status < 500, answer.headers["Content-Type"]) == (True, JSON_API)
    assert answer.status < 300 or written == before
