"""SQL compiled once by the ORM and run many times with other values.

The ORM writes each statement of a plan the first time it is needed, with `Bind` in place of
every value that differs from request to request. What is kept is text and a list of
parameters; a request only fills in its values. That spares it the compilation, which costs
more than the query.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Expression, Lookup, QuerySet
from psycopg.adapt import Buffer, Loader

from permissions.users import Person

Row = tuple[Any, ...]


class Bind(Expression):
    """A value that is known only when the statement runs."""

    def __init__(self, name: str, output_field: models.Field | None = None) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]

    def __repr__(self) -> str:
        return f"Bind({self.name!r})"


@models.ForeignObject.register_lookup
@models.Field.register_lookup
class Among(Lookup):
    """`column = ANY(array)`: one statement for any number of values."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = compiler.compile(self.rhs)
        return f"{left} = ANY({right})", [*left_params, *right_params]


@dataclass(frozen=True)
class Viewer:
    """The kind of user a statement is compiled for.

    The flags choose the statement, so predicates may branch on them; `pk` and `email` are
    bound when it runs. See `permissions.users.Person`.
    """

    is_authenticated: bool = False
    is_verified: bool = False
    is_admin: bool = False
    is_super_admin: bool = False

    pk: ClassVar[Bind] = Bind("user_pk", models.BigIntegerField())
    email: ClassVar[Bind] = Bind("user_email", models.TextField())

    @property
    def is_staff(self) -> bool:
        return self.is_admin or self.is_super_admin

    @classmethod
    def of(cls, user: Person) -> "Viewer":
        if not user.is_authenticated:
            return NOBODY
        return cls(True, user.is_verified, user.is_admin, user.is_super_admin)


NOBODY = Viewer()


def values_of(user: Person) -> dict[str, Any]:
    """Return the values that a statement compiled for `Viewer.of(user)` binds."""
    return {"user_pk": user.pk, "user_email": user.email}


@dataclass(frozen=True)
class Statement:
    """SQL text with its parameters; a `Bind` among them is filled in when it runs.

    `sql` is `None` when no row can match, whatever the values.
    """

    sql: str | None
    params: tuple[Any, ...] = ()

    def then(self, sql: str, *params: Any) -> "Statement":
        """Return this statement with more SQL at its end."""
        if self.sql is None:
            return self
        return Statement(self.sql + sql, (*self.params, *params))

    def wrapped(self, before: str, after: str) -> "Statement":
        if self.sql is None:
            return self
        return Statement(before + self.sql + after, self.params)

    def fill(self, values: Mapping[str, Any]) -> list[Any]:
        return [values[param.name] if isinstance(param, Bind) else param for param in self.params]

    def rows(self, values: Mapping[str, Any]) -> list[Row]:
        """Run it; times come as the document writes them, JSON as it is kept."""
        if self.sql is None:
            return []
        with document_cursor() as cursor:
            cursor.execute(self.sql, self.fill(values))
            found: list[Row] = cursor.fetchall()
        return found

    def scalar(self, values: Mapping[str, Any], empty: Any = None) -> Any:
        rows = self.rows(values)
        return rows[0][0] if rows else empty


def statement(rows: QuerySet[Any]) -> Statement:
    """Compile `rows`."""
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return Statement(None)
    return Statement(sql, tuple(params))


def union(statements: list[Statement]) -> Statement:
    """Return one statement that brings the rows of all, one after the other."""
    if len(statements) == 1:
        return statements[0]
    parts = [each for each in statements if each.sql is not None]
    if not parts:
        return Statement(None)
    return Statement(
        " UNION ALL ".join(f"({each.sql})" for each in parts),
        tuple(param for each in parts for param in each.params),
    )


class _Moment(Loader):
    """timestamptz as the document writes it: 2016-12-13T00:00:00+00:00."""

    def load(self, data: Buffer) -> str:
        text = str(data, "ascii")
        if len(text) == 22:  # 2016-12-13 00:00:00+00
            return f"{text[:10]}T{text[11:]}:00"
        # with fractions of a second, or of a year beyond four digits
        return datetime.fromisoformat(f"{text[:10]}T{text[11:]}:00").astimezone(UTC).isoformat()


class _Json(Loader):
    """jsonb goes into the document as it is."""

    def load(self, data: Buffer) -> orjson.Fragment:
        return orjson.Fragment(bytes(data))


class _Number(Loader):
    """numeric goes into the document with the digits it has."""

    def load(self, data: Buffer) -> orjson.Fragment:
        return orjson.Fragment(bytes(data))


_LOADERS: list[tuple[str, type[Loader]]] = [
    ("timestamptz", _Moment),
    ("jsonb", _Json),
    ("numeric", _Number),
]


class document_cursor:
    """A cursor whose values need no conversion on their way into a document."""

    def __init__(self, **options: Any) -> None:
        self._options = options

    def __enter__(self) -> Any:
        self._cursor = (
            connection.chunked_cursor() if self._options.get("chunked") else connection.cursor()
        )
        for name, loader in _LOADERS:
            self._cursor.cursor.adapters.register_loader(name, loader)
        return self._cursor

    def __exit__(self, *_: Any) -> None:
        self._cursor.close()


def chunks(statement: Statement, values: Mapping[str, Any], size: int) -> Iterator[list[Row]]:
    """Run `statement` with a cursor on the server, `size` rows in memory at a time.

    Only inside a transaction, whose snapshot it reads.
    """
    if statement.sql is None:
        return
    with document_cursor(chunked=True) as cursor:
        cursor.execute(statement.sql, statement.fill(values))
        while found := cursor.fetchmany(size):
            yield found
