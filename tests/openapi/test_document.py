"""The document that says what the API is: valid, whole, and of what is served."""

import json
from typing import Any

import pytest
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator

from openevent.api.openapi.document import document
from openevent.api.openapi.operations import is_operation, operation, resource_of
from openevent.api.registry import registry
from permissions.routes import routes

ABOUT = ("/v1/openapi.json", "/v1/docs", "/v1/docs/{name}")


def operations() -> dict[tuple[str, str], Any]:
    return {
        (method.upper(), path): each
        for path, methods in document()["paths"].items()
        for method, each in methods.items()
    }


def schema(name: str) -> Any:
    return document()["components"]["schemas"][name]


def test_document_is_valid_openapi() -> None:
    sent = json.loads(Client().get("/v1/openapi.json").content)

    assert sent["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(sent).iter_errors()) == []


def test_every_route_is_said_and_nothing_else() -> None:
    served = {
        (route.method, route.path)
        for route in routes()
        if route.path.startswith(("/v1/", "/auth/")) and route.path not in ABOUT
    }
    refusing = {(route.method, route.path) for route in routes() if not is_operation(route)}

    assert set(operations()) == served - refusing


def test_what_is_not_said_is_refused_whoever_asks() -> None:
    for route in routes():
        if not is_operation(route):
            assert route.method != "GET", route
            assert resource_of(route) is not None


def test_every_operation_says_who_may_in_words() -> None:
    for (method, path), each in operations().items():
        assert "Who may: must be " in each["description"], (method, path)
    create = operations()["POST", "/v1/tracks"]
    assert create["description"].endswith("Who may: must be track organizer.")


def test_answers_that_seldom_come_are_said_too() -> None:
    reads = ("/v1/tracks/{ref}", "/v1/tracks/{ref}/relationships/event")
    writes = (("POST", "/v1/speaker-invites"), ("PATCH", "/v1/sessions/{ref}"))
    for path in reads:
        assert {"304", "412"} <= operations()["GET", path]["responses"].keys()
    for key in writes:
        assert {"429", "503"} <= operations()[key]["responses"].keys()
    assert "304" in operations()["GET", "/v1/sessions/states"]["responses"]


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for operation in operations().values()]
    assert len(names) == len(set(names))


def test_public_reads_need_no_token_and_writes_do() -> None:
    assert operations()["GET", "/v1/events"]["security"] == [{}, {"jwt": []}]
    assert operations()["POST", "/v1/events"]["security"] == [{"jwt": []}]


def test_every_audience_of_a_resource_has_its_schema() -> None:
    for resource in registry:
        if resource.audiences:
            names = [f"{resource.type}.{name}" for name in resource.audience_names]
            assert [each["$ref"].rpartition("/")[2] for each in schema(resource.type)["anyOf"]] == (
                names
            )
    everybody = schema("speaker.everybody")["properties"]["attributes"]["properties"]
    team = schema("speaker.team")["properties"]["attributes"]["properties"]
    assert "mobile" in team
    assert everybody.get("mobile") in (None, {"const": None})


def test_required_and_read_only_fields_are_told() -> None:
    data = schema("track.create")["properties"]["data"]["properties"]
    assert "name" in data["attributes"]["required"]
    assert "event" in data["relationships"]["required"]
    assert "font-color" not in data["attributes"]["properties"]
    linkage = data["relationships"]["properties"]["event"]["properties"]["data"]
    assert linkage["type"] == "object"  # and never null


def test_filters_and_orders_name_the_attributes_there_are() -> None:
    parameters = {
        each.get("name"): each for each in operations()["GET", "/v1/tracks"]["parameters"]
    }
    assert "-position" in parameters["sort"]["schema"]["items"]["enum"]
    condition = parameters["filter"]["content"]["application/json"]["schema"]["items"]
    assert "ilike" in condition["properties"]["op"]["enum"]
    assert {"event", "sessions"} <= set(parameters["include"]["schema"]["items"]["enum"])


def test_what_is_no_row_is_neither_filtered_nor_sorted() -> None:
    parameters = operations()["GET", "/v1/event-locations"]["parameters"]
    assert [each["$ref"].rpartition("/")[2] for each in parameters] == ["fields", "page"]
    events = schema("event-location")["properties"]["relationships"]["properties"]["events"]
    assert events["properties"].keys() == {"links"}


def test_summaries_are_english() -> None:
    assert operations()["POST", "/v1/events"]["summary"] == "Create an event"
    assert operations()["POST", "/v1/users"]["summary"] == "Create a user"
    related = operations()["GET", "/v1/exhibitors/{ref}/event"]["summary"]
    assert related == 'Get "event" of an exhibitor'


def test_document_is_not_sent_twice() -> None:
    first = Client().get("/v1/openapi.json")
    again = Client().get("/v1/openapi.json", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["openapi.json", "docs", "docs/event"])
def test_document_and_pages_are_only_read(path: str) -> None:
    client = Client(enforce_csrf_checks=True)

    asked = client.options(f"/v1/{path}")
    refused = [client.generic(method, f"/v1/{path}") for method in ("POST", "PUT", "DELETE")]

    assert (asked.status_code, asked["Allow"]) == (204, "GET, HEAD, OPTIONS")
    for answer in refused:
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")
        assert answer.json()["errors"][0]["status"] == 405


@pytest.mark.parametrize("name", ["", "/event", "/session", "/other", "/setting"])
def test_pages_load_nothing_from_elsewhere(name: str) -> None:
    answer = Client().get(f"/v1/docs{name}")
    page = answer.content.decode()

    assert answer.status_code == 200
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "<script" not in page
    assert "src=" not in page


def test_every_resource_has_a_page() -> None:
    for resource in registry:
        assert Client().get(f"/v1/docs/{resource.type}").status_code == 200
    assert Client().get("/v1/docs/nothing").status_code == 404


def test_pages_say_what_a_plain_endpoint_takes() -> None:
    page = Client().get("/v1/docs/other").content.decode()

    assert "<code>remember-me</code> boolean" in page
    assert "<code>password</code> string, required" in page
    assert "<code>my_schedule</code> Those that the caller marked." in page


def test_a_plain_endpoint_has_to_say_what_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    (route,) = [each for each in routes() if each.path == "/v1/test-mail"]
    monkeypatch.setattr(route.view_class, "__doc__", "")

    with pytest.raises(TypeError, match="POST /v1/test-mail: say what it does in a docstring"):
        operation(route)
