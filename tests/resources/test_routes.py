"""Every route of every resource: who may use it is stated, and it always answers a document."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from openevent.api.registry import registry
from openevent.api.resources import Resource
from openevent.api.views import ResourceViewSet
from tests.api_client import JSON_API, Answer
from tests.personas import FEW
from tests.resources.conftest import Reader, Readers
from tests.resources.reference import resources

# The verb that each method of a viewset asks its statement for.
VERBS = {
    **dict.fromkeys(("list", "named_list", "retrieve", "retrieve_only"), "view"),
    **dict.fromkeys(("related", "linkage", "layer_list", "layer_retrieve"), "view"),
    **dict.fromkeys(("create", "layer_create"), "create"),
    **dict.fromkeys(("update", "update_only", "layer_update"), "change"),
    **dict.fromkeys(("destroy", "layer_destroy"), "delete"),
}
LINKAGE_WRITES = {"post": "add_linkage", "patch": "replace_linkage", "delete": "remove_linkage"}
NO_ROW = "999999999"

each_resource = pytest.mark.parametrize("resource", list(registry), ids=lambda each: each.type)


@dataclass
class Route:
    """A path of a resource with a place for the row, and the viewset's method for each of HTTP."""

    path: str
    actions: dict[str, str]

    def at(self, ref: Any) -> str:
        return self.path.replace("<ref:ref>", str(ref)).replace("<ref:parent>", str(ref))


def routes(resource: Resource) -> Iterator[Route]:
    for path, pattern in walked(get_resolver().url_patterns, "/"):
        view = getattr(pattern.callback, "cls", None)
        if isinstance(view, type) and issubclass(view, ResourceViewSet) and view is resource.view:
            yield Route(path, dict(pattern.callback.actions))


def walked(patterns: Any, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walked(pattern.url_patterns, path)
        else:
            yield path, pattern


@each_resource
def test_who_may_use_a_route_is_stated(resource: Resource, readers: Readers) -> None:
    stated = list(routes(resource))

    assert stated
    for route in stated:
        for method, action in route.actions.items():
            if action == LINKAGE_WRITES.get(method):
                if "change" not in resource.permissions:
                    assert write(readers["super_admin"], route, method).status in (403, 405)
            elif action == "named_list_post":
                assert write(readers["super_admin"], route, method).status == 405
            else:
                assert VERBS.get(action, action) in resource.permissions, (route.path, method)


@each_resource
@pytest.mark.parametrize("persona", FEW)
def test_a_route_answers_everybody_with_a_document(
    resource: Resource, persona: str, readers: Readers
) -> None:
    reader = readers[persona]
    for route, ref in asked(resource, reader):
        response = reader.client.get(route.at(ref))

        document = Answer(response).document
        assert response.status_code in (200, 401, 403, 404), route.at(ref)
        if route.actions["get"] in VERBS:
            assert response.headers["Content-Type"] == JSON_API
            assert document["jsonapi"] == {"version": "1.0"}
            assert ("data" in document or "links" in document) == (response.status_code == 200)


@each_resource
@pytest.mark.parametrize("persona", FEW[:2])
def test_head_is_get_without_a_body(resource: Resource, persona: str, readers: Readers) -> None:
    reader = readers[persona]
    for route, ref in asked(resource, reader):
        got, headed = reader.client.get(route.at(ref)), reader.client.head(route.at(ref))

        assert (headed.status_code, headed.content) == (got.status_code, b"")
        for name in ("Content-Type", "Content-Length", "ETag", "WWW-Authenticate"):
            assert headed.headers.get(name) == got.headers.get(name)


@each_resource
def test_options_names_the_methods_that_a_route_has(resource: Resource, readers: Readers) -> None:
    for route in routes(resource):
        response = readers["nobody"].client.options(route.at(NO_ROW))

        methods = {method.upper() for method in route.actions} | {"OPTIONS"}
        if "GET" in methods:
            methods.add("HEAD")
        allowed = {method.strip() for method in response.headers["Allow"].split(",")}
        assert (response.status_code, allowed) == (204, methods)
        assert response.content == b""


@each_resource
def test_a_method_that_a_route_has_not_is_405(resource: Resource, readers: Readers) -> None:
    for route in routes(resource):
        for method in {"get", "post", "patch", "delete", "put"} - route.actions.keys():
            answer = write(readers["super_admin"], route, method)

            assert (answer.status, answer.error["status"]) == (405, 405), (route.path, method)
            assert "Allow" in answer.headers, (route.path, method)


def asked(resource: Resource, reader: Reader) -> Iterator[tuple[Route, Any]]:
    """Iterate over all routes that can be read: for a row, a hidden one, or none, by turns."""
    rows = []
    if resource in resources():
        rows = [*reader.should.visible(resource)[:1], *reader.should.hidden(resource)[:1]]
    turns = itertools.cycle([*(row.pk for row in rows), NO_ROW])
    for route in routes(resource):
        if "get" in route.actions:
            yield route, next(turns)


def write(reader: Reader, route: Route, method: str) -> Answer:
    return Answer(reader.client.generic(method.upper(), route.at(1), b"{}", content_type=JSON_API))
