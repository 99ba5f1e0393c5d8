"""What a plain view or an extra endpoint takes and gives, said beside it.

    @describes({"exists": bool}, body={"email": str})
    @public()
    def post(self, request): ...

A shape is a type (`str`), a list of one shape (`[str]`), an object (`{"name": shape}`; a name that
ends in `?` may be missing), or a JSON Schema as it is (`schema(...)`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])
Shape = Any

_TYPES: Final[dict[Any, str]] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    dict: "object",
    list: "array",
}


class Schema(dict[str, Any]):
    """A JSON Schema, where a shape is not enough."""


def schema(**keywords: Any) -> Schema:
    return Schema(keywords)


def list_of(type_name: str) -> Schema:
    """Return the schema of a document that lists resources of a type."""
    items = {"$ref": f"#/components/schemas/{type_name}"}
    data = {"type": "array", "items": items}
    return schema(type="object", required=["data"], properties={"data": data})


NULLABLE_TEXT: Final = schema(type=["string", "null"])
ANY: Final = schema()


@dataclass(frozen=True)
class Facts:
    """What a handler takes and gives; `answer` `None` is a file of `media_type`."""

    answer: Shape
    body: Shape = None
    query: Mapping[str, str] = field(default_factory=dict)  # parameter -> what it says
    media_type: str = "application/json"
    takes: str = "application/json"


def describes(answer: Shape, **more: Any) -> Callable[[Function], Function]:
    """Note the facts of a handler for the document; `more` are the others of `Facts`."""
    facts = Facts(answer, **more)

    def decorate(handler: Function) -> Function:
        handler.__facts__ = facts  # type: ignore[attr-defined]
        return handler

    return decorate


def facts_of(handler: Any) -> Facts | None:
    return getattr(handler, "__facts__", None)


def schema_of(shape: Shape) -> dict[str, Any]:
    """Return the JSON Schema of a shape."""
    if isinstance(shape, Schema):
        return shape
    if isinstance(shape, list):
        (each,) = shape
        return {"type": "array", "items": schema_of(each)}
    if isinstance(shape, Mapping):
        return {
            "type": "object",
            "properties": {name.rstrip("?"): schema_of(each) for name, each in shape.items()},
            "required": [name for name in shape if not name.endswith("?")],
        }
    return {"type": _TYPES[shape]}
