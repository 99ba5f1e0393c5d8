"""The columns that a type's rows have in a plan, and the writer of each audience's document."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import orjson
from django.db import models
from django.db.models.expressions import Combinable

from openevent.api.fields import Converted
from openevent.api.resources import Relation, Resource
from openevent.api.visibility import audience_of_row
from permissions.users import Person

from .sql import Row

# Where the id of the row goes in a template; no text in PostgreSQL can hold it.
ID = b"\0"

# Bytes of one resource object, from a row and the linkage of the included relationships.
Writer = Callable[[Row, Sequence[bytes]], bytes]


def _plain(value: Any) -> Any:
    """Write a value of a data layer that JSON has no type for; rows have none such."""
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value).encode())
    return str(value)


class Shape:
    """What rows of one type are read as: the same columns on every path of a plan.

    `linked` are the relationships included on any path; each has a slot for its linkage.
    Columns come narrowest audience first, so that a writer takes a row's head.
    """

    def __init__(
        self,
        resource: Resource,
        user: Person,
        wanted: frozenset[str] | None,
        linked: Sequence[Relation],
    ) -> None:
        self.resource = resource
        self.linked = list(linked)
        self.attributes = [
            attribute
            for attribute in resource.attributes.values()
            if wanted is None or attribute.name in wanted
        ]
        self.relations = [
            relation
            for relation in resource.relationships.values()
            if wanted is None or relation.name in wanted or relation in self.linked
        ]
        self.columns: list[str | Combinable] = []
        self._names: dict[str, int] = {}
        audience = audience_of_row(resource, user)
        everybody = len(resource.audiences)
        # An audience that is always the same needs no columns that it does not show.
        widest = 0 if not isinstance(audience, int) else audience
        plain = [a for a in self.attributes if a.is_column and a.level >= widest]
        for attribute in sorted(plain, key=lambda one: -one.level):
            expression = attribute.expression
            self._add(attribute.name, "id" if expression is None else expression)
        for attribute in self.attributes:
            for read in attribute.derived.reads if attribute.derived else ():
                self.column(read)
        self.id = self.column("pk")
        self.foreign = {
            r.name: self.column(r.column) for r in self.linked if r.column and not r.is_empty
        }
        self._audience = audience if isinstance(audience, int) else None
        self._audience_column = -1
        if not isinstance(audience, int):
            self._audience_column = self._add("*audience", audience)
        self.slot = {relation.name: index for index, relation in enumerate(self.linked)}
        levels = [self._audience] if self._audience is not None else range(everybody + 1)
        self._writers = {level: self._writer(level) for level in levels}
        # Returns the resource object of a row; `links` has the linkage for each slot.
        self.write: Writer = self._choosing_writer()

    def _add(self, name: str, expression: str | Combinable) -> int:
        self._names[name] = len(self.columns)
        self.columns.append(expression)
        return self._names[name]

    def column(self, path: str) -> int:
        """Return where the column `path` of the model stands in a row; it is added if need be."""
        for name, index in self._names.items():
            if self.columns[index] == path:
                return self._names[name]
        return self._add(f"*{path}", path)

    def select(self, rows: models.QuerySet[Any], *more: Any) -> models.QuerySet[Any]:
        """Return `rows` as tuples of the columns, and `more` after them."""
        return rows.values_list(*self.columns, *more)

    def level_of(self, row: Row) -> int:
        """Return the level of the audience that the caller is of, for this row."""
        if self._audience is not None:
            return self._audience
        level: int = row[self._audience_column]
        return level

    def _choosing_writer(self) -> Writer:
        """Return the writer that takes each row for what its audience sees."""
        writers, column = self._writers, self._audience_column
        if self._audience is not None:
            return writers[self._audience]
        return lambda row, links: writers[row[column]](row, links)

    def _writer(self, level: int) -> Writer:
        """Compile the writer of the audience `level`."""
        plain = [a for a in self.attributes if a.is_column and a.level >= level]
        keys = tuple(a.key for a in sorted(plain, key=lambda one: -one.level))
        constants = {a.key: a.masked for a in self.attributes if a.is_masked and a.level < level}
        derived: list[tuple[str, Callable[..., Any], tuple[int, ...]]] = []
        converted: list[tuple[str, Callable[[Any], Any], int]] = []
        for attribute in self.attributes:
            if attribute.level < level:
                continue
            if isinstance(attribute.derived, Converted):
                (read,) = attribute.derived.reads
                converted.append((attribute.key, attribute.derived.value, self.column(read)))
            elif attribute.derived:
                reads = tuple(self.column(read) for read in attribute.derived.reads)
                derived.append((attribute.key, attribute.derived.value, reads))
            elif not attribute.is_column:
                constants[attribute.key] = attribute.field.to_representation(None)
        start = b'{"type":"%b","id":"' % self.resource.type.encode()
        middle = b'","attributes":'
        tail, slots = self._tail(level)
        id_column = self.id
        dumps = orjson.dumps

        def attributes(row: Row) -> bytes:
            found = dict(zip(keys, row, strict=False))
            found.update(constants)
            for key, convert, index in converted:
                held = row[index]
                found[key] = None if held is None else convert(held)
            for key, value, reads in derived:
                found[key] = value(*[row[index] for index in reads])
            return dumps(found, default=_plain)

        def flat(row: Row) -> bytes:
            return dumps(dict(zip(keys, row, strict=False)), default=_plain)

        written = attributes if constants or converted or derived else flat

        def write(row: Row, links: Sequence[bytes]) -> bytes:
            name = b"%d" % row[id_column]
            end = tail % tuple([links[slot] for slot in slots]) if slots else tail
            return b"".join((start, name, middle, written(row), end.replace(ID, name)))

        return write

    def _tail(self, level: int) -> tuple[bytes, list[int]]:
        """Return the template after the attributes, and the slot of the linkage for each %b."""
        self_link = f"/v1/{self.resource.path}/".encode() + ID
        objects = []
        slots = []
        for relation in self.relations:
            if relation.level < level:
                continue
            key = relation.key.encode()
            if self.resource.model is None:  # the layer says where it leads
                slots.append(self.slot[relation.name])
                objects.append(b'"%b":{"links":{"related":%%b}}' % key)
                continue
            alias = relation.alias.encode()
            links = b'"%b":{"links":{"self":"%b/relationships/%b","related":"%b/%b"}' % (
                key,
                self_link,
                key,
                self_link,
                alias,
            )
            if relation in self.linked:
                slots.append(self.slot[relation.name])
                links += b"%b"
            objects.append(links + b"}")
        tail = b',"relationships":{' + b",".join(objects) + b"}" if objects else b""
        if self.resource.has_own_url:
            tail += b',"links":{"self":"' + self_link + b'"}'
        tail += b"}"
        return tail, slots
