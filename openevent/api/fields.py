"""What the attributes and relationships of a resource may be, beyond DRF's own fields."""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

import nh3
from django.db.models import IntegerField, Model, Q, Subquery
from django.db.models.expressions import Combinable
from rest_framework import serializers
from rest_framework.fields import SkipField, empty

from permissions.predicates import Predicate

from .errors import MemberNotFound

if TYPE_CHECKING:
    from .resources import Relation

Expression = Combinable


class Computed(serializers.Field):
    """A read-only attribute that the database computes: a count, an EXISTS, a CASE.

    `field` says its type; `expression` is the SQL expression, or a function that makes it
    (for one that needs the app registry). On a row, it is read from the annotation of its name.
    """

    def __init__(
        self, field: serializers.Field, expression: Expression | Callable[[], Expression]
    ) -> None:
        self.field = field
        self._expression = expression
        super().__init__(read_only=True)

    @property
    def expression(self) -> Expression:
        return self._expression() if callable(self._expression) else self._expression

    def to_representation(self, value: Any) -> Any:
        return self.field.to_representation(value)


class Managed(Computed):
    """A computed attribute that can be written too: the action of the write gets the value.

    `field` says how it is written. What is not sent is not passed on.
    """

    def __init__(
        self,
        field: serializers.Field,
        expression: Expression | Callable[[], Expression],
        *,
        required: bool = True,
    ) -> None:
        super().__init__(field, expression)
        self.read_only = False
        self.required = required
        self.default = empty

    def run_validation(self, data: Any = empty) -> Any:
        if data is empty:
            raise SkipField
        return self.field.run_validation(data)


class CountOf(Subquery):
    """How many rows a queryset has, as a value in another's query: 0 where there are none."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


class Derived(serializers.Field):
    """A read-only attribute that Python derives from columns of its row.

    `value` is called with the values of the columns it `reads`, in that order: times as aware
    UTC, JSON and decimals as the document spells them, so derive those in SQL (`Computed`).
    """

    def __init__(
        self, field: serializers.Field, *, reads: Sequence[str], value: Callable[..., Any]
    ) -> None:
        self.field = field
        self.reads = tuple(reads)
        self.value = value
        super().__init__(read_only=True, source="*")

    def to_representation(self, row: Model) -> Any:
        return self.value(*(getattr(row, column) for column in self.reads))

    @classmethod
    def from_property(
        cls, field: serializers.Field, fact: property, *, reads: Sequence[str]
    ) -> "Derived":
        """Return the attribute that a property of the model computes from columns it `reads`."""

        def value(*columns: Any) -> Any:
            return fact.fget(SimpleNamespace(**dict(zip(reads, columns, strict=True))))  # type: ignore[misc]

        return cls(field, reads=reads, value=value)


class Converted(serializers.Field):
    """An attribute that leaves as `value` makes it of what its column holds, null of null; a mixin.

    Rows are sorted by the column as it is. A filter can only ask whether it is null: what would
    be compared is not what anybody sees.
    """

    @property
    def reads(self) -> tuple[str, ...]:
        return (str(self.source),)

    @staticmethod
    def value(held: Any) -> Any:
        raise NotImplementedError

    def to_representation(self, value: Any) -> Any:
        return self.value(value)


class SecretField(Converted, serializers.CharField):
    """A secret kept sealed: it can be set and cleared, and whether there is one can be seen.

    It leaves as `MASK`; the mask sent back, as clients do with whole objects, changes nothing.
    It is no column to filter or sort by.
    """

    MASK = "********"

    @staticmethod
    def value(held: Any) -> str | None:
        return SecretField.MASK if held else None

    def to_internal_value(self, data: Any) -> str:
        if data == self.MASK:
            raise SkipField
        return super().to_internal_value(data)


class Constant(serializers.Field):
    """An attribute that has one value until the table it is counted from exists.

    Each is listed in docs/contract-debt.md with that table.
    """

    def __init__(self, value: Any) -> None:
        self.value = value
        super().__init__(read_only=True, source="*")

    def to_representation(self, row: Any) -> Any:
        return self.value


def is_everywhere(moment: datetime) -> bool:
    """Return whether Python can say `moment`, and the days around it, in any time zone."""
    return MINYEAR < moment.year < MAXYEAR


class DateTimeField(serializers.DateTimeField):
    """A moment. It leaves in UTC as `+00:00`; one that arrives must say its zone (RFC 3339)."""

    default_error_messages = {
        "no_zone": "Say the zone of this time, as in 2026-11-22T21:48:00+00:00 or ...Z.",
        "no_year": "Write a time of the years 2 to 9998.",
    }

    def to_internal_value(self, value: Any) -> datetime:
        if isinstance(value, str):
            # Python's parser and ISO 8601 agree on all that clients send, but for a space.
            text = value.strip().replace(" ", "T")
            try:
                moment = datetime.fromisoformat(text)
            except ValueError:
                self.fail("invalid", format="2026-11-22T21:48:00+00:00")
            if moment.tzinfo is None:
                self.fail("no_zone")
            if not is_everywhere(moment):
                self.fail("no_year")
            return moment.astimezone(UTC)
        self.fail("invalid", format="2026-11-22T21:48:00+00:00")

    def to_representation(self, value: datetime | None) -> Any:
        return value.astimezone(UTC).isoformat() if value else None


class FloatField(serializers.FloatField):
    """A number; infinity and "not a number" are none that JSON could say."""

    def to_internal_value(self, data: Any) -> float:
        number: float = super().to_internal_value(data)
        if isinstance(data, bool) or not math.isfinite(number):
            self.fail("invalid")
        return number


class DecimalField(serializers.DecimalField):
    """An amount; it leaves as a JSON number."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"coerce_to_string": False, **kwargs})


class HtmlField(serializers.CharField):
    """Text that people write with mark-up; what could run in a reader's browser is removed."""

    def to_internal_value(self, data: Any) -> str:
        return nh3.clean(super().to_internal_value(data))


class Relationship(serializers.Field):
    """A relationship to rows of another resource: JSON:API 1.0, "Resource Linkage".

    `type` is the JSON:API type of the other resource; the registry resolves it, so an app may
    name a type of an app above it. While no app registers the type the relationship is empty.

    It is read in one of two ways. *Forward*: this row has a column with the other's id
    (`source`, default: the foreign key of the field's name). *Backward*: the other's rows
    lead here by the ORM path `via` (or by any of several), narrowed by `where` (a Q, or a
    function of the caller that returns one); `via=""` leads nowhere yet. A foreign key, a
    reverse one and a many-to-many need neither.

    `spelled`: the type as linkage writes it, where the contract differs from the resource.
    `alias`: the last segment of its related URL, where it is not the name.
    `seen_by`: a predicate on the other's rows, besides their own `embedded`.
    `changed_by`: the type whose rows change it instead; a write here is refused naming it.
    """

    many: ClassVar[bool]

    def __init__(
        self,
        type: str | None = None,  # noqa: A002  JSON:API's own word
        *,
        source: str | None = None,
        via: str | tuple[str, ...] | None = None,
        where: Q | Callable[[Any], Q] | None = None,
        spelled: str | None = None,
        alias: str | None = None,
        seen_by: Predicate | None = None,
        changed_by: str | None = None,
        read_only: bool = False,
        required: bool | None = None,
        allow_null: bool = False,
    ) -> None:
        self.type = type
        self.column = source
        self.via = via
        self.where = where
        self.spelled = spelled
        self.alias = alias
        self.seen_by = seen_by
        self.changed_by = changed_by
        super().__init__(
            read_only=read_only or changed_by is not None,
            required=None if read_only or changed_by else bool(required),
            allow_null=allow_null,
        )

    default_error_messages = {
        "null": "This relationship may not be empty.",
        "required": "This relationship is required.",
        "shape": "Write a resource identifier: an object with a type and an id.",
        "list": "Write a list of resource identifiers.",
        "one": "Write one resource identifier, or null.",
        "wrong_type": 'Expected type "{expected}", got "{type}".',
    }

    def get_attribute(self, instance: Any) -> Any:
        """Links and linkage are the plan's; as an attribute it has no value."""
        raise SkipField

    def to_representation(self, value: Any) -> Any:
        raise SkipField

    @property
    def relation(self) -> "Relation":
        serializer: Any = self.parent
        relation: Relation = serializer.resource.relationships[self.field_name]
        return relation

    def run_validation(self, data: Any = empty) -> Any:
        if self.relation.is_empty:
            raise SkipField  # clients send it; there is nothing to link yet
        return super().run_validation(data)

    def ids(self, linkage: Iterable[Any]) -> list[int]:
        """Return the ids that resource identifier objects name.

        :raises ValidationError: one has not the shape of an identifier, or another type.
        :raises MemberNotFound: one has an id that no row can have.
        """
        ids = []
        expected = self.relation.accepted_types
        for identifier in linkage:
            if not (isinstance(identifier, dict) and {"type", "id"} <= identifier.keys()):
                self.fail("shape")
            if identifier["type"] not in expected:
                self.fail("wrong_type", expected=expected[0], type=identifier["type"])
            text = str(identifier["id"])
            if not re.fullmatch(r"[0-9]{1,18}", text, re.ASCII):
                raise MemberNotFound(
                    f'There is no {expected[0]} with the id "{text[:40]}".',
                    pointer=f"/data/relationships/{self.relation.key}",
                )
            ids.append(int(text))
        return list(dict.fromkeys(ids))

    def rows(self, linkage: Iterable[Any]) -> list[Model]:
        """Return the rows that `linkage` names, as the caller may see them, in its order.

        :raises MemberNotFound: one does not exist, or the caller may not see it.
        """
        from .linkage import visible_members  # noqa: PLC0415  it needs resources, made of fields

        return visible_members(self.relation, self.ids(linkage), self.context["user"])


class ToOne(Relationship):
    """A relationship to one row, or none."""

    many = False

    def to_internal_value(self, data: Any) -> Model | None:
        if not isinstance(data, dict):
            self.fail("one")
        return self.rows([data])[0]


class ToMany(Relationship):
    """A relationship to any number of rows."""

    many = True

    def to_internal_value(self, data: Any) -> list[Model]:
        if not isinstance(data, list):
            self.fail("list")
        return self.rows(data)
