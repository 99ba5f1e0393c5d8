"""Running a plan for a page: everything in memory, within a budget of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .compiler import Edge, Node, Plan
from .sql import Row, array

# Rows that one statement of a page may bring. More belong into a spool, which is slower to
# begin but needs no more memory for a million rows than for a thousand.
BUDGET = 2000


class OverBudget(Exception):
    """There are more rows than a page may hold in memory."""


@dataclass(frozen=True)
class Found:
    """The resource objects of a read."""

    data: list[bytes]
    included: list[bytes]
    rows: list[Row]


class _Entry:
    """One row with the linkage found for it so far, a slot for each included relationship."""

    __slots__ = ("is_primary", "links", "row")

    def __init__(self, row: Row, slots: int, is_primary: bool) -> None:
        self.row = row
        self.links = [b""] * slots
        self.is_primary = is_primary


class _Reading:
    """The rows found while one plan runs; a row reached on two paths is one entry."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = {**values, "budget": BUDGET + 1}
        self.entries: dict[str, dict[int, _Entry]] = defaultdict(dict)
        self.shapes: dict[str, Any] = {}

    def add(
        self, node: Node, rows: Iterable[Row], *, is_primary: bool = False
    ) -> dict[int, _Entry]:
        known = self.entries[node.resource.type]
        self.shapes[node.resource.type] = node.shape
        id_column, slots = node.shape.id, len(node.shape.linked)
        added = {}
        for row in rows:
            key = row[id_column]
            entry = known.get(key)
            if entry is None:
                entry = known[key] = _Entry(row, slots, is_primary)
            added[key] = entry
        return added

    def follow(self, node: Node, entries: Iterable[_Entry]) -> None:
        """Read what the included relationships of `node` lead to from `entries`."""
        entries = list(entries)
        for edge in node.edges:
            level_of = node.shape.level_of
            owners = [e for e in entries if edge.relation.level >= level_of(e.row)]
            if edge.node is None:
                for entry in owners:
                    entry.links[edge.slot] = (
                        linkage_many([]) if edge.relation.many else LINKAGE_NULL
                    )
                continue
            found = (
                self.forward(edge, node, owners)
                if edge.relation.column
                else self.backward(edge, node, owners)
            )
            self.follow(edge.node, found.values())

    def rows(self, edge: Edge, ids: Iterable[int]) -> list[Row]:
        match list(ids):
            case []:
                return []
            case [one]:
                found = edge.rows_of_one.rows({**self.values, "id": one})
            case many:
                found = edge.rows.rows({**self.values, "ids": array(many)})
        if len(found) > BUDGET:
            raise OverBudget
        return found

    def forward(self, edge: Edge, node: Node, owners: list[_Entry]) -> dict[int, _Entry]:
        column = node.shape.foreign[edge.relation.name]
        wanted = dict.fromkeys(entry.row[column] for entry in owners)
        wanted.pop(None, None)
        found = self.add(_served(edge), self.rows(edge, wanted))
        identifier = linkage_one(edge.relation.spelled)
        for entry in owners:
            key = entry.row[column]
            if key is None:
                entry.links[edge.slot] = LINKAGE_NULL
            elif key in found:
                entry.links[edge.slot] = identifier % key
        return found

    def backward(self, edge: Edge, node: Node, owners: list[_Entry]) -> dict[int, _Entry]:
        id_column = _served(edge).shape.id
        rows = self.rows(edge, [entry.row[node.shape.id] for entry in owners])
        found = self.add(_served(edge), rows)
        members: dict[int, dict[int, None]] = defaultdict(dict)
        for row in rows:
            members[row[-1]][row[id_column]] = None
        spelled = edge.relation.spelled
        for entry in owners:
            ids = list(members.get(entry.row[node.shape.id], ()))
            if edge.relation.many:
                entry.links[edge.slot] = linkage_many(ids, spelled)
            else:
                entry.links[edge.slot] = linkage_one(spelled) % ids[0] if ids else LINKAGE_NULL
        return found


LINKAGE_NULL = b',"data":null'


def linkage_one(spelled: str) -> bytes:
    """Return the template of to-one linkage; `%d` stands for the id."""
    return b',"data":{"type":"' + spelled.encode() + b'","id":"%d"}'


def linkage_many(ids: Iterable[int], spelled: str = "") -> bytes:
    identifier = b'{"type":"' + spelled.encode() + b'","id":"%d"}'
    return b',"data":[' + b",".join([identifier % each for each in ids]) + b"]"


def _served(edge: Edge) -> Node:
    if edge.node is None:
        raise TypeError(f"{edge.relation.target_type} is not served")
    return edge.node


def read(plan: Plan, values: Mapping[str, Any], *, limit: int, offset: int = 0) -> Found:
    """Return at most `limit` rows from the one at `offset`, with what is included.

    :raises OverBudget: some statement brings more than `BUDGET` rows.
    """
    paged = plan.rows.then(" LIMIT %s OFFSET %s", limit, offset)
    rows = paged.rows(values)
    if len(rows) > BUDGET:
        raise OverBudget
    shape = plan.root.shape
    if not plan.root.edges:
        return Found([shape.write(row, ()) for row in rows], [], rows)
    reading = _Reading(values)
    primary = reading.add(plan.root, rows, is_primary=True)
    reading.follow(plan.root, primary.values())
    included = [
        reading.shapes[name].write(entry.row, entry.links)
        for name, entries in reading.entries.items()
        for entry in entries.values()
        if not entry.is_primary
    ]
    return Found(
        [shape.write(entry.row, entry.links) for entry in primary.values()], included, rows
    )
