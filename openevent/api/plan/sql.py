"""SQL compiled once by the ORM and run many times with other values.

The ORM writes each statement of a plan the first time it is needed, with `Bind` in place of
every value that differs from request to request. What is kept is text and a list of
parameters; a request only fills in its values. That spares it the compilation, which costs
more than the query.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson
import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Expression, Lookup, QuerySet
from psycopg.adapt import AdaptersMap, Buffer, Loader

from permissions.users import Person

Row = tuple[Any, ...]


class Bind(Expression):
    """A value that is known only when the statement runs."""

    def __init__(self, name: str, output_field: models.Field | None = None) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]

    def value(self, values: Mapping[str, Any]) -> Any:
        """Return what to put in its place when the statement runs with `values`."""
        return values[self.name]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"


class Known(Bind):
    """A value that `load` finds out about the user for whom the statement runs."""

    def __init__(self, name: str, load: Callable[[Any], Any]) -> None:
        super().__init__(name)
        self.load = load

    def value(self, values: Mapping[str, Any]) -> Any:
        return self.load(values["user"])


@models.ForeignObject.register_lookup
@models.Field.register_lookup
class Among(Lookup):
    """`column = ANY(array)`: one statement for any number of values."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = (
            compiler.compile(self.rhs) if hasattr(self.rhs, "as_sql") else ("%s", [self.rhs])
        )
        return f"{left} = ANY({right})", [*left_params, *right_params]


@dataclass(frozen=True)
class Viewer:
    """The kind of user a statement is compiled for.

    The flags choose the statement, so predicates may branch on them; `pk` and `email` are
    bound when it runs. See `permissions.users.Person`.
    """

    placeholder: ClassVar[type[Known]] = Known

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


def array(ids: Iterable[int]) -> str:
    """Return `ids` as PostgreSQL reads an array, which is quicker than binding a list."""
    return "{" + ",".join(map(str, ids)) + "}"


def values_of(user: Person) -> dict[str, Any]:
    """Return the values that a statement compiled for `Viewer.of(user)` binds."""
    return {"user": user, "user_pk": user.pk, "user_email": user.email}


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
        return [p.value(values) if isinstance(p, Bind) else p for p in self.params]

    def rows(self, values: Mapping[str, Any]) -> list[Row]:
        """Run it; times come as aware UTC, JSON and decimals as orjson takes them over."""
        if self.sql is None:
            return []
        with _cursor() as cursor:
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


class _AsKept(Loader):
    """jsonb and numeric go into the document as PostgreSQL writes them."""

    def load(self, data: Buffer) -> orjson.Fragment:
        return orjson.Fragment(bytes(data))


_LOADED = ("jsonb", "numeric")
_ADAPTERS = AdaptersMap(psycopg.adapters)
for _name in _LOADED:
    _ADAPTERS.register_loader(_name, _AsKept)


class _Cursor(psycopg.Cursor[Row]):
    """A cursor whose values need no conversion on their way into a document.

    Values are bound by the server, so that what recurs is prepared there (`prepare_threshold`
    in the settings): planning costs more than running most of these statements.
    """

    adapters = _ADAPTERS  # built once, where each cursor would copy its connection's


def _cursor() -> Any:
    """Return a `_Cursor` under Django's wrapper, which counts and translates errors."""
    connection.ensure_connection()
    raw: Any = _Cursor(connection.connection)
    if connection.queries_logged:
        return connection.make_debug_cursor(raw)
    return connection.make_cursor(raw)


def chunks(statement: Statement, values: Mapping[str, Any], size: int) -> Iterator[list[Row]]:
    """Run `statement` with a cursor on the server, `size` rows in memory at a time.

    Only inside a transaction, whose snapshot it reads.
    """
    if statement.sql is None:
        return
    with connection.chunked_cursor() as cursor:
        for name in _LOADED:
            cursor.cursor.adapters.register_loader(name, _AsKept)
        cursor.execute(statement.sql, statement.fill(values))
        while found := cursor.fetchmany(size):
            yield found
