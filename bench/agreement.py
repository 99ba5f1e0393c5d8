"""The programs say the same: a comparison of programs that do not would mean nothing.

The floor's documents equal the plan's but for the order of `included`, which JSON:API leaves
open. Four habits of djangorestframework-jsonapi are its own, and cost it little: its links are
absolute and spell their query in another order, it counts the members of to-many linkage in a
`meta`, it has no top-level `jsonapi` member, and no link to itself in a document of one
resource. `comparable` takes those out of the documents of both sides.
"""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson


class DisagreementError(Exception):
    """Two programs answered a request with different documents."""


def require_same(one: bytes, other: bytes) -> None:
    """Compare two documents as they are.

    :raises DisagreementError: they differ; says where first.
    """
    _compare(_sorted(orjson.loads(one)), _sorted(orjson.loads(other)))


def require_comparable(one: bytes, other: bytes) -> None:
    """Compare two documents without what only one of the libraries writes.

    :raises DisagreementError: they differ; says where first.
    """
    _compare(comparable(orjson.loads(one)), comparable(orjson.loads(other)))


def comparable(document: dict[str, Any]) -> dict[str, Any]:
    """Return `document` as any of the programs could have written it."""
    document = _sorted(document)
    document.pop("jsonapi", None)
    if isinstance(document["data"], dict):
        document.pop("links", None)
    for resource in _resources(document):
        for relationship in resource.get("relationships", {}).values():
            relationship.pop("meta", None)
    return _with_plain_links(document)


def _resources(document: dict[str, Any]) -> list[dict[str, Any]]:
    data = document["data"]
    return (data if isinstance(data, list) else [data]) + document.get("included", [])


def _sorted(document: dict[str, Any]) -> dict[str, Any]:
    if "included" in document:
        document["included"].sort(key=lambda resource: (resource["type"], int(resource["id"])))
    return document


def _with_plain_links(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_plain_links(each) for each in value]
    if isinstance(value, dict):
        return {
            name: {key: _plain(link) for key, link in member.items()}
            if name == "links"
            else _with_plain_links(member)
            for name, member in value.items()
        }
    return value


def _plain(link: str) -> tuple[str, list[tuple[str, str]]]:
    parts = urlsplit(link)
    return parts.path, sorted(parse_qsl(parts.query))


def _compare(one: Any, other: Any, where: str = "") -> None:
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted({*one, *other}):
            if name not in one or name not in other:
                raise DisagreementError(f"only one of them has {where}/{name}")
            _compare(one[name], other[name], f"{where}/{name}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (left, right) in enumerate(zip(one, other, strict=True)):
            _compare(left, right, f"{where}/{index}")
    elif one != other:
        raise DisagreementError(f"at {where}: {str(one)[:200]!r} and {str(other)[:200]!r}")
