"""The two spellings of a name: `starts-at` on the wire, `starts_at` in code."""

import re

import inflection


def dasherize(name: str) -> str:
    """Return the wire's spelling of a Python name."""
    return name.replace("_", "-")


def undasherize(name: str) -> str:
    """Return the Python spelling; clients send either, and the Python one comes out as it is."""
    return name.replace("-", "_")


def type_of_model(model_name: str) -> str:
    """Return the type of a model's own resource: `SessionType` is `session-type`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", model_name).lower()


def collection_of_type(type_name: str) -> str:
    """Return the path segment of a type's collection: `event-type` lies at `event-types`."""
    head, _, last = type_name.rpartition("-")
    return f"{head}-{inflection.pluralize(last)}" if head else inflection.pluralize(last)
