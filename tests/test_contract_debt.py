"""What of the contract waits for a table is written down, and nothing else is."""

import json
import re
from pathlib import Path

from django.conf import settings

import openevent.urls  # noqa: F401  registers every resource
from openevent.api.fields import Constant
from openevent.api.registry import registry

PAGE = Path(settings.BASE_DIR) / "docs" / "contract-debt.md"


def rows(heading: str) -> set[tuple[str, ...]]:
    """Return the rows of the table under `heading`, without its head."""
    section = PAGE.read_text().split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = re.findall(r"^\| (`.*) \|$", section, re.MULTILINE)
    return {tuple(cell.strip(" `") for cell in line.split("|")) for line in lines}


def test_every_constant_attribute_is_listed_with_its_value():
    served = {
        (f"{resource.type}.{attribute.key}", json.dumps(attribute.field.value))
        for resource in registry
        for attribute in resource.attributes.values()
        if isinstance(attribute.field, Constant)
    }

    assert {row[:2] for row in rows("Attributes")} == served


def test_every_empty_relationship_is_listed_with_its_type():
    served = {
        (f"{resource.type}.{relation.key}", relation.target_type)
        for resource in registry
        for relation in resource.followed.values()
        if relation.is_empty
    }

    assert rows("Relationships") == served
