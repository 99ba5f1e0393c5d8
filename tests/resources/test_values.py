"""Whatever a column holds, the document says what the serializer would."""

from datetime import UTC
from decimal import Decimal
from typing import Any

import pytest
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import connection, models
from hypothesis import given, settings
from hypothesis import strategies as st

from openevent.api import fields
from openevent.api.resources import Resource
from tests import seeds
from tests.personas import NOBODY
from tests.resources.conftest import Readers
from tests.resources.reference import Reference, Rows, resources

# All that PostgreSQL keeps as text: quotes, control characters, astral planes, but no NUL.
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXT = st.text(CHARACTERS, min_size=1)
EXACT = 2**53  # JSON readers take numbers for doubles
VALUES = {
    bool: st.booleans(),
    int: st.integers(-(2**63), 0) | st.just(2**63 - 1),  # none that a unique column has already
    float: st.floats(allow_nan=False, allow_infinity=False),
    Decimal: st.decimals(min_value=0, max_value=10**12 - 1, places=3),
    str: TEXT,
    "moment": st.datetimes(timezones=st.just(UTC)),
    "json": st.recursive(
        st.none() | st.booleans() | st.integers(-EXACT, EXACT) | TEXT,
        lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
        max_leaves=5,
    ),
}


@pytest.mark.parametrize("resource", resources(), ids=lambda each: each.type)
@settings(max_examples=15, deadline=None, derandomize=True, database=None)
@given(values=st.fixed_dictionaries(VALUES), data=st.data())
def test_a_document_has_the_values_that_the_serializer_gives(
    resource: Resource, readers: Readers, values: dict[Any, Any], data: st.DataObject
) -> None:
    columns = varied(resource)
    nullable = [column.name for column in columns if column.null]
    nulls = data.draw(st.sets(st.sampled_from(nullable)) if nullable else st.just(set()))
    changes = {each.name: None if each.name in nulls else fitting(each, values) for each in columns}
    model: Any = resource.model
    row = shown(resource, readers)

    with seeds.undone():
        model._default_manager.filter(pk=row.pk).update(**changes)
        rows = Rows()
        fresh = rows.of(resource)[row.pk]
        for reader in (readers["admin"], readers[NOBODY]):
            if reader.should.may_ask(resource):
                answer = reader.get(f"/v1/{resource.path}/{row.pk}")
                assert answer.data == Reference(reader.user, rows).resource_object(resource, fresh)


def varied(resource: Resource) -> list[models.Field]:
    """Return the columns that may hold anything, without changing who sees the row.

    What Python derives an attribute from has a form, and is tested where that is declared.
    """
    shown = {each.expression for each in resource.attributes.values()}
    shown |= {
        read
        for each in resource.attributes.values()
        if isinstance(each.derived, fields.SecretField)
        for read in each.derived.reads
    }
    formed = {
        read
        for each in resource.attributes.values()
        if isinstance(each.derived, fields.Derived)
        for read in each.derived.reads
    }
    model: Any = resource.model
    decides_who = {"deleted_at", *getattr(model, "needs_at", {}).values()}
    return [
        column
        for column in model._meta.concrete_fields
        if column.name in shown - formed - decides_who and not column.choices
    ]


def fitting(column: models.Field, values: dict[Any, Any]) -> Any:
    """Return the one of `values` that is of the kind of `column`, cut to what it can hold."""
    match column:
        case models.BooleanField():
            return values[bool]
        case models.DateTimeField():
            return values["moment"]
        case models.DecimalField():
            return values[Decimal]
        case models.FloatField():
            return values[float]
        case models.JSONField():
            return [] if values["json"] is None and not column.null else values["json"]
        case models.IntegerField():
            least, most = limits(column)
            return max(least, min(most, values[int]))
    return values[str][: column.max_length]


def limits(column: models.Field) -> tuple[int, int]:
    least, most = connection.ops.integer_field_range(column.get_internal_type())
    for validator in column.validators:
        if isinstance(validator, MinValueValidator):
            least = max(least, validator.limit_value)
        elif isinstance(validator, MaxValueValidator):
            most = min(most, validator.limit_value)
    return least, most


def shown(resource: Resource, readers: Readers) -> Any:
    """Return a row that is shown to everybody, or else to admins, but is not the admin's own."""
    visible = [readers[persona].should.visible(resource) for persona in (NOBODY, "admin")]
    asking = readers["admin"].user
    return next(row for rows in visible for row in rows if row != asking)
