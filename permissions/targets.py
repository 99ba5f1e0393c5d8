"""What a predicate is asked about: named values, and where a model keeps them.

A predicate needs values such as `event_id`. A model says once where each lies:

    class CustomFormOption(models.Model):
        needs_at = {"event_id": "custom_form__event_id"}

Without that, a need is the model's column of that name, and `<model>_id` on the noun itself
is its own primary key (`event_id` of an `Event`). Checks, lists and drafts all read this.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models


class UnknownNeed(LookupError):
    """A model has no column for a value that a predicate needs, and does not say where it lies."""


def need_path(model: type[models.Model], need: str) -> str:
    """Return the ORM path from a row of `model` to the value called `need`.

    :raises UnknownNeed: `model` has no such column and no `needs_at` entry.
    """
    declared: Mapping[str, str] = getattr(model, "needs_at", {})
    if need in declared:
        return declared[need]
    if need == own_need(model):
        return "pk"
    try:
        field = model._meta.get_field(need.removesuffix("_id") if need.endswith("_id") else need)
    except FieldDoesNotExist:
        field = None
    if isinstance(field, models.Field) and need in (field.name, field.attname):
        return field.attname
    raise UnknownNeed(
        f'{model.__name__} has no "{need}"; say where it lies: '
        f'{model.__name__}.needs_at = {{"{need}": "path__to__it"}}'
    )


def own_need(model: type[models.Model]) -> str:
    """Return the name under which the primary key of `model` is needed: `session_type_id`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", model.__name__).lower() + "_id"


def walk(row: models.Model, path: str) -> Any:
    """Return the value at the end of the ORM path `path`, or `None` where a step is empty."""
    value: Any = row
    for step in path.split("__"):
        value = getattr(value, step)
        if value is None:
            return None
    return value


class Target(Mapping[str, Any]):
    """Named values, with an optional row to read the others from.

    `Target(event_id=3)` knows one value; `Target(track)` knows all that `need_path` finds on
    it; names given beside a row win over the row's. A value may be `None` (a column that is
    NULL), which is known, and different from a name the target does not have.
    """

    __slots__ = ("row", "values_")

    def __init__(self, row: models.Model | None = None, /, **values: Any) -> None:
        self.row = row
        self.values_ = values

    def __getitem__(self, name: str) -> Any:
        if name in self.values_:
            return self.values_[name]
        if self.row is None:
            raise KeyError(name)
        try:
            path = need_path(type(self.row), name)
        except UnknownNeed:
            raise KeyError(name) from None
        return walk(self.row, path)

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_)

    def __len__(self) -> int:
        return len(self.values_)

    def __contains__(self, name: object) -> bool:
        try:
            self[str(name)]
        except KeyError:
            return False
        return True

    def __repr__(self) -> str:
        return f"Target({self.row!r}, {self.values_!r})"


class Named(Target):
    """A target of values alone, without a row: `Named(event_id=3, user_id=7)`."""

    __slots__ = ()

    def __init__(self, **values: Any) -> None:
        super().__init__(None, **values)


def _foreign_key(model: type[models.Model], name: str) -> Any:
    """Return the foreign key of `model` with that name or column, or `None`."""
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and name in (field.name, field.attname):
            return field
    return None


class Paths(Mapping[str, str]):
    """Where the needs of a predicate lie in a query over `model`: `{"event_id": "event_id"}`.

    `prefix` is the ORM path from the query's rows to those of `model` ("" or "session__").
    """

    def __init__(self, model: type[models.Model], prefix: str = "") -> None:
        self.model = model
        self.prefix = prefix

    def __getitem__(self, need: str) -> str:
        return self.prefix + need_path(self.model, need)

    def is_row(self, need: str) -> bool:
        """Return whether the query's own row is what `need` identifies (`event_id` on Event)."""
        return not self.prefix and self[need] in ("pk", self.model._meta.pk.name)

    def row_of(self, need: str) -> str | None:
        """Return the path to the columns of the row that `need` identifies: "" or "event__".

        `None` where the way there may be empty. Over foreign keys that are never NULL a
        condition on that row neither multiplies nor drops rows, and needs no subquery.
        """
        if self.is_row(need):
            return ""
        model, way = self.model, []
        for step in need_path(self.model, need).split("__"):
            field = _foreign_key(model, step)
            if field is None or field.null:
                return None
            way.append(field.name)
            model = field.related_model
        return self.prefix + "__".join(way) + "__"

    def __iter__(self) -> Iterator[str]:
        return iter(getattr(self.model, "needs_at", {}))

    def __len__(self) -> int:
        return len(getattr(self.model, "needs_at", {}))
