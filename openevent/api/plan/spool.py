"""Running a plan for a document of any length: written to a temporary file, memory flat.

All of it is read from one snapshot (a REPEATABLE READ transaction) that ends before the first
byte leaves, so a slow reader holds nothing in the database. Rows come through cursors on the
server. Linkage is asked for each chunk of rows; included rows by one more query for each type,
over the same rows as a subquery. Places for such reads are few, across all processes.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from django.db import connection, transaction
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from openevent.api.errors import TooBusy
from openevent.api.resources import Relation
from openevent.api.visibility import members, narrowed, sees

from .compiler import Edge, Node, Plan
from .page import LINKAGE_NULL, linkage_many, linkage_one
from .sql import Bind, Row, Viewer, array, chunks, statement

ROWS = 500  # in memory at a time
BYTES = 1_000_000  # in memory, before the file goes to disk
PLACES = 4  # such reads at a time, in all processes together

# Advisory locks are numbers that everybody on a database shares; this one is ours.
_LOCK = 0x6F65


@dataclass(frozen=True)
class _Path:
    """One way to rows of a type: the node it ends at, and which rows it reaches."""

    node: Node
    rows: QuerySet[Any]


class _Writer:
    """Writes one document; everything it reads is bound to `values`."""

    def __init__(
        self, plan: Plan, viewer: Viewer, values: Mapping[str, Any], file: IO[bytes]
    ) -> None:
        self.plan = plan
        self.viewer = viewer
        self.values = values
        self.file = file

    def write(self, *, limit: int | None, offset: int, single: bool) -> int:
        """Write `"data"` and `"included"`; return how many rows the data has."""
        root = self.plan.root
        base = self.plan.base
        if limit is not None or offset:
            # which rows these are depends on the order
            base = self.plan.ordered[offset : None if limit is None else offset + limit]
        paths: dict[str, list[_Path]] = defaultdict(list)
        reached = base.model._default_manager.filter(pk__in=base.values("pk"))
        paths[root.resource.type].append(_Path(root, reached))
        self.explore(root, reached, paths)

        self.file.write(b'"data":' + (b"" if single else b"["))
        ordered = self.plan.ordered if limit is None and not offset else base
        count = self.resources(root.resource.type, ordered, paths[root.resource.type], is_root=True)
        self.file.write(b"null" if single and not count else b"" if single else b"]")

        self.file.write(b',"included":[')
        written = 0
        for name, ways in paths.items():
            if name == root.resource.type:
                continue
            written += self.included(name, ways, None, written)
        others = paths[root.resource.type][1:]
        if others:
            written += self.included(root.resource.type, others, reached, written)
        self.file.write(b"]")
        return count

    def explore(self, node: Node, rows: QuerySet[Any], paths: dict[str, list[_Path]]) -> None:
        """Note every path below `node`, and which rows it reaches from `rows`."""
        for edge in node.edges:
            if edge.node is None:
                continue
            relation = edge.relation
            owners = narrowed(rows, sees(node.resource, relation.level, self.viewer))
            found = reached_from(relation, owners, self.viewer)
            paths[edge.node.resource.type].append(_Path(edge.node, found))
            self.explore(edge.node, found, paths)

    def included(
        self, name: str, ways: Sequence[_Path], primary: QuerySet[Any] | None, before: int
    ) -> int:
        model = ways[0].rows.model
        anyway = Q(*[Q(pk__in=way.rows.values("pk")) for way in ways], _connector=Q.OR)
        rows = model._default_manager.filter(anyway)
        if primary is not None:
            rows = rows.exclude(pk__in=primary.values("pk"))
        return self.resources(name, rows, ways, is_root=False, before=before)

    def resources(
        self,
        name: str,
        rows: QuerySet[Any],
        ways: Sequence[_Path],
        *,
        is_root: bool,
        before: int = 0,
    ) -> int:
        """Write the resource objects of `rows`, with the linkage of each way that reaches them."""
        shape = ways[0].node.shape
        certain = ways[:1] if is_root or len(ways) == 1 else []
        asked = [way for way in ways if way not in certain]
        marks = [
            ExpressionWrapper(Q(pk__in=way.rows.values("pk")), output_field=BooleanField())
            for way in asked
        ]
        count = before
        for found in chunks(statement(shape.select(rows, *marks)), self.values, ROWS):
            links = [[b""] * len(shape.linked) for _ in found]
            for way in certain:
                self.link(way.node, found, links)
            for index, way in enumerate(asked):
                column = len(shape.columns) + index
                chosen = [at for at, row in enumerate(found) if row[column]]
                self.link(way.node, [found[at] for at in chosen], [links[at] for at in chosen])
            for row, its in zip(found, links, strict=True):
                self.file.write((b"," if count else b"") + shape.write(row, its))
                count += 1
        return count - before

    def link(self, node: Node, rows: Sequence[Row], links: Sequence[list[bytes]]) -> None:
        """Put the linkage of the relationships of `node` into `links`, a list for each row."""
        shape = node.shape
        for edge in node.edges:
            owners = [
                (row, its)
                for row, its in zip(rows, links, strict=True)
                if edge.relation.level >= shape.level_of(row)
            ]
            if not owners:
                continue
            if edge.node is None:
                empty = linkage_many([]) if edge.relation.many else LINKAGE_NULL
                for _, its in owners:
                    its[edge.slot] = empty
            elif edge.relation.column:
                self.link_forward(edge, shape.foreign[edge.relation.name], owners)
            else:
                self.link_backward(edge, shape.id, owners)

    def link_forward(self, edge: Edge, column: int, owners: list[tuple[Row, list[bytes]]]) -> None:
        ids = {row[column] for row, _ in owners} - {None}
        rows = members(edge.relation, self.viewer).filter(pk__among=Bind("ids")).values_list("pk")
        found = {row[0] for row in statement(rows).rows({**self.values, "ids": array(ids)})}
        identifier = linkage_one(edge.relation.spelled)
        for row, its in owners:
            if row[column] is None:
                its[edge.slot] = LINKAGE_NULL
            elif row[column] in found:
                its[edge.slot] = identifier % row[column]

    def link_backward(self, edge: Edge, column: int, owners: list[tuple[Row, list[bytes]]]) -> None:
        relation = edge.relation
        ids = [row[column] for row, _ in owners]
        found: dict[int, dict[int, None]] = defaultdict(dict)
        for row in edge.linkage.rows({**self.values, "ids": array(ids)}):
            found[row[-1]][row[0]] = None
        for owner, its in owners:
            theirs = list(found.get(owner[column], ()))
            if relation.many:
                its[edge.slot] = linkage_many(theirs, relation.spelled)
            else:
                its[edge.slot] = (
                    linkage_one(relation.spelled) % theirs[0] if theirs else LINKAGE_NULL
                )


def reached_from(relation: Relation, owners: QuerySet[Any], user: Viewer) -> QuerySet[Any]:
    """Return the rows that `relation` leads `user` to from any of `owners`."""
    rows = members(relation, user)
    if relation.column:
        return rows.filter(pk__in=owners.values(relation.column))
    leading = [
        Q(relation.narrowing(user), **{f"{via}__in": owners.values("pk")}) for via in relation.vias
    ]
    if relation.is_foreign_key_of_members:
        return rows.filter(*leading)
    ways = [rows.model._default_manager.filter(way).values("pk") for way in leading]
    return rows.filter(Q(*[Q(pk__in=way) for way in ways], _connector=Q.OR))


def spool(
    plan: Plan,
    viewer: Viewer,
    values: Mapping[str, Any],
    *,
    limit: int | None = None,
    offset: int = 0,
    single: bool = False,
) -> tuple[IO[bytes], int, int]:
    """Return a file that holds `"data":...,"included":[...]`, how many rows, and how many in all.

    :raises TooBusy: every place for such a read is taken.
    """
    file = tempfile.SpooledTemporaryFile(max_size=BYTES)  # noqa: SIM115  the response closes it
    try:
        with place():
            count = _Writer(plan, viewer, values, file).write(
                limit=limit, offset=offset, single=single
            )
            total = offset + count
            if limit is not None and count == limit:
                total = plan.count.scalar(values, 0)
    except BaseException:
        file.close()
        raise
    return file, count, total


class snapshot:
    """A read-only transaction that sees the database as it was when it began."""

    def __init__(self) -> None:
        self._atomic = transaction.atomic()

    def __enter__(self) -> None:
        is_outermost = not connection.in_atomic_block
        self._atomic.__enter__()
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    def __exit__(self, *failure: Any) -> None:
        self._atomic.__exit__(*failure)


@contextmanager
def place() -> Iterator[None]:
    """Give a long read a snapshot and one of the few places for such reads.

    :raises TooBusy: every place is taken.
    """
    with snapshot():
        _take_place()
        yield


def _take_place() -> None:
    """Take one of the places until the transaction ends.

    :raises TooBusy: there is none left.
    """
    with connection.cursor() as cursor:
        for place in range(PLACES):
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCK, place])
            if cursor.fetchone()[0]:
                return
    raise TooBusy("Too many are reading everything at once; try again in a moment, or by pages.")
