"""Speaking JSON:API in tests: as somebody, or as nobody.

api = Api(owner)
answer = api.post("/v1/tracks", "track", name="Web", event=event)
assert answer.status == 201
"""

import json
from typing import Any

from django.db.models import Model
from django.test import Client

import openevent.urls  # noqa: F401  registers every resource
from openevent.api.registry import registry
from tests.factories.users import authorization

JSON_API = "application/vnd.api+json"


class Answer:
    """A response, with its document parsed."""

    def __init__(self, response: Any) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        body = b"".join(response.streaming_content) if response.streaming else response.content
        self.document = json.loads(body) if body else None

    def __repr__(self) -> str:
        return f"<{self.status} {json.dumps(self.document)[:2000]}>"

    @property
    def data(self) -> Any:
        return self.document["data"]

    @property
    def attributes(self) -> dict[str, Any]:
        return self.data["attributes"]

    @property
    def ids(self) -> list[int]:
        return [int(each["id"]) for each in self.data]

    @property
    def included(self) -> set[tuple[str, int]]:
        return {(each["type"], int(each["id"])) for each in self.document.get("included", [])}

    @property
    def error(self) -> dict[str, Any]:
        """The only error."""
        (error,) = self.document["errors"]
        return error

    @property
    def detail(self) -> str:
        return self.error["detail"]

    @property
    def pointer(self) -> str | None:
        return self.error["source"].get("pointer")


class Api:
    """A client that is signed in as `user`, or as nobody."""

    def __init__(self, user: Any = None, **headers: str) -> None:
        self.client = Client()
        self.headers = headers
        if user is not None:
            self.headers |= authorization(user)

    def get(self, path: str, **parameters: Any) -> Answer:
        query = {
            name.replace("__", "[") + "]" if "__" in name else name: value
            for name, value in parameters.items()
        }
        return Answer(self.client.get(path, query, headers=self.headers))

    def filter(self, path: str, *conditions: Any, **parameters: Any) -> Answer:
        return self.get(path, filter=json.dumps(conditions), **parameters)

    def post(self, path: str, type_name: str = "", **fields: Any) -> Answer:
        return self.send("post", path, document(type_name, None, fields))

    def patch(self, path: str, type_name: str = "", id_: Any = None, **fields: Any) -> Answer:
        name = id_ if id_ is not None else path.split("?")[0].rsplit("/", 1)[1]
        return self.send("patch", path, document(type_name, name, fields))

    def delete(self, path: str) -> Answer:
        return Answer(self.client.delete(path, headers=self.headers))

    def link(self, method: str, path: str, data: Any, **headers: str) -> Answer:
        """Send linkage to a relationships URL: rows, a row, or None."""
        return self.send(method, path, {"data": identifiers(data)}, **headers)

    def send(
        self, method: str, path: str, body: Any, content_type: str = JSON_API, **headers: str
    ) -> Answer:
        """Send `body`: bytes and text as they are, anything else as JSON."""
        raw = body if isinstance(body, bytes | str) else json.dumps(body)
        sender = getattr(self.client, method)
        return Answer(
            sender(path, raw, content_type=content_type, headers={**self.headers, **headers})
        )


def document(type_name: str, id_: Any, fields: dict[str, Any]) -> dict[str, Any]:
    """Return a document of `fields`: rows and lists of rows are relationships."""
    data: dict[str, Any] = {"type": type_name, "attributes": {}, "relationships": {}}
    if id_ is not None:
        data["id"] = str(id_)
    for name, value in fields.items():
        is_linkage = isinstance(value, Model) or (
            isinstance(value, list) and value and isinstance(value[0], Model)
        )
        member = "relationships" if is_linkage else "attributes"
        key = name.replace("_", "-")
        data[member][key] = {"data": identifiers(value)} if is_linkage else value
    return {"data": data}


def identifiers(value: Any) -> Any:
    if isinstance(value, list):
        return [identifiers(each) for each in value]
    if not isinstance(value, Model):
        return value
    return {"type": registry.of_model(type(value)).type, "id": str(value.pk)}
