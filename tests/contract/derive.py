"""Derive `facts.json` from the description of the v1 contract.

    python -m tests.contract.derive resources.json track,session > tests/contract/facts.json

The first argument is the contract's own list of all resource types with their schemas, routes,
attributes and relationships; the second names the types to keep. What is kept of each:

    path           of its collection
    routes         those that are read, by what they answer: a list, one, linkage
    attributes     name -> [type, may be null, audience]; only those that leave
    relationships  name -> [type as linkage spells it, leads to many, audience, related URL]

What the database may hold as null may leave as null, whatever may be sent. A related URL is
null where the old server had none, or one that led astray: to another row, or to a list in place
of one row.
An audience is the position of the widest schema that alone has the field, and 0 is the public
one. Left out are routes that the contract marks as broken, those that lead through a type that
is not kept, and those that name two rows, which are tested where they are served.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

# What this server has beside the contract (docs/decisions/0050, 0053, 0091, 0110).
ADDITIONS: dict[str, dict[str, Any]] = {
    # called one there, where its URL has always listed them all
    "event": {
        "relationships": {"role-invites": ["role-invite", True, 1, "/v1/events/{}/role-invites"]}
    },
    "notification": {"relationships": {"event": ["event", False, 0, "/v1/notifications/{}/event"]}},
    "custom-form": {
        "relationships": {
            "custom-form-options": [
                "custom-form-option",
                True,
                0,
                "/v1/custom-forms/{}/custom-form-options",
            ],
            "custom-form-translates": [
                "custom-form-translate",
                True,
                0,
                "/v1/custom-forms/{}/custom-form-translates",
            ],
        }
    },
    "setting": {
        "attributes": {
            "aws-endpoint-url": ["str", True, 2],
            "aws-public-url": ["str", True, 2],
            "export-retention-days": ["int", True, 2],
            "gs-public-url": ["str", True, 2],
            "gs-service-account": ["str", True, 2],
        }
    },
    "user": {
        "relationships": {
            "social-accounts": ["social-account", True, 1, "/v1/users/{}/social-accounts"]
        }
    },
    "user-email": {"attributes": {"is-verified": ["bool", False, 0]}},
}


def facts(resources: list[dict[str, Any]], kept: set[str]) -> dict[str, Any]:
    """Return the facts of the types in `kept`."""
    types = {path_of(each): each["type"] for each in resources}
    found: dict[str, Any] = {
        each["type"]: {
            "path": path_of(each),
            "routes": routes_of(each, kept, types),
            "attributes": {
                name: [field["type"], may_be_null(field), audience(field, each["schemas"])]
                for name, field in each["attributes"].items()
                if not field["write_only"]
            },
            "relationships": {
                name: [
                    field["type"],
                    field["many"],
                    audience(field, each["schemas"]),
                    related_to(each, field),
                ]
                for name, field in each["relationships"].items()
            },
        }
        for each in resources
        if each["type"] in kept
    }
    for name, members in ADDITIONS.items():
        for member, more in members.items():
            if name in found:
                found[name][member] |= more
    return found


def path_of(resource: dict[str, Any]) -> str | None:
    """Return the path segment of the collection; None if the type has none of its own."""
    paths = (route["path"].split("/")[2:] for route in resource["routes"])
    return next((p[0] for p in paths if len(p) <= 2 and p[0] != "admin"), None)


def may_be_null(field: dict[str, Any]) -> bool:
    return field["allow_null"] or field.get("db", {}).get("nullable", True)


def related_to(resource: dict[str, Any], field: dict[str, Any]) -> str | None:
    path = field["related_path"]
    if path is None:
        return None
    others = [each for each in resource["relationships"].values() if each is not field]
    is_own = templated(path).startswith(f"/v1/{path_of(resource)}/{{}}/")
    # two relationships have one URL: it is the list's, or that of the row whose type it names
    leads_astray = any(
        each["related_path"] == path and (each["many"] or path.endswith(f"/{each['type']}"))
        for each in others
    )
    return templated(path) if is_own and (field["many"] or not leads_astray) else None


def audience(field: dict[str, Any], schemas: list[str]) -> int:
    only = field.get("only_in", schemas)
    return min(schemas.index(schema) for schema in only)


def routes_of(
    resource: dict[str, Any], kept: set[str], types: dict[str | None, str]
) -> dict[str, list[str]]:
    """Return the paths that are read, by kind, with `{}` where a row is named."""
    targets = {name: field["type"] for name, field in resource["relationships"].items()}
    found: dict[str, list[str]] = {"list": [], "detail": [], "relationship": []}
    for route in resource["routes"]:
        parts = route["path"].split("/")[2:]
        ends = {types.get(part) or targets.get(part) for part in parts} - {None}
        names_one = route["path"].count("<") <= 1
        if "GET" in route["methods"] and not route.get("broken") and ends <= kept and names_one:
            found[route["kind"]].append(templated(route["path"]))
    # of a path that is registered twice, the list answered
    found["detail"] = [path for path in found["detail"] if path not in found["list"]]
    return {kind: sorted(set(paths)) for kind, paths in found.items()}


def templated(path: str) -> str:
    return re.sub("<[^>]*>", "{}", path)


if __name__ == "__main__":
    source, names = sys.argv[1:]
    found = facts(json.loads(Path(source).read_text()), set(names.split(",")))
    text = json.dumps(found, indent=1, sort_keys=True)
    # a fact takes a line
    sys.stdout.write(re.sub(r"\[[^\[\]]*\]", lambda match: " ".join(match[0].split()), text) + "\n")
