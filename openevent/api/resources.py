"""A resource: what a viewset and its serializer declare, resolved and checked once.

Everything else in the engine (router, plan, filters, writes, OpenAPI) reads `Resource`, and
never the serializer's or the model's internals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Combinable
from rest_framework import serializers

from openevent.trash import Trashable, trash_paths
from permissions.predicates import Predicate
from permissions.statements import VERBS, Permissions
from permissions.targets import UnknownNeed, need_path

from . import fields
from .names import collection_of_type, dasherize, type_of_model

if TYPE_CHECKING:
    from .views import ResourceViewSet


@dataclass(frozen=True)
class Audience:
    """Those who see more of a row than everybody does: `only` names what, `who` says to whom.

    A resource lists its audiences widest first. A row takes the first that holds for the
    caller, and shows what that audience and all narrower ones may see.
    """

    name: str
    who: Predicate
    only: tuple[str, ...]


@dataclass(frozen=True)
class Attribute:
    """One attribute: where its value comes from, and who sees it.

    `level` is the position of the narrowest audience that sees it; everybody is the last.
    `masked` is what the others get instead of the value; without one it is left out.
    """

    name: str
    field: serializers.Field
    level: int
    expression: str | Combinable | None = None
    derived: fields.Derived | fields.Converted | None = None
    masked: Any = ...

    @property
    def key(self) -> str:
        return dasherize(self.name)

    @property
    def is_masked(self) -> bool:
        return self.masked is not ...

    @property
    def is_column(self) -> bool:
        """Whether it can be filtered and sorted by."""
        return self.expression is not None

    @property
    def is_compared(self) -> bool:
        """Whether a filter may ask for more than null."""
        return self.is_column and not isinstance(self.field, fields.Converted)

    def sql(self) -> Combinable:
        """Return the expression of its value in a query over the resource's model."""
        if isinstance(self.expression, str):
            return F(self.expression)
        if self.expression is None:
            raise TypeError(f"{self.name} has no column")
        return self.expression


class Relation:
    """One relationship, resolved: how the other's rows are found, and what may be written."""

    def __init__(
        self, resource: Resource, name: str, field: fields.Relationship, level: int
    ) -> None:
        self.resource = resource
        self.name = name
        self.field = field
        self.level = level
        self.many = field.many
        self.seen_by = field.seen_by
        self.changed_by = field.changed_by
        self.alias = field.alias or dasherize(name)
        self.target_type = field.type or ""
        self.where = field.where
        # Forward: the column of ours with the other's id. Backward: ORM paths from there to here.
        self.column: str | None = None
        self.vias: tuple[str, ...] = ()
        # The model's own relation behind it, where a write goes; None: nothing to write.
        self.model_field: models.Field | models.ForeignObjectRel | None = None
        self._resolve(field)

    def _resolve(self, field: fields.Relationship) -> None:
        model = self.resource.model
        if field.via is not None:
            paths = (field.via,) if isinstance(field.via, str) else field.via
            self.vias = tuple(filter(None, paths))
            return
        if field.column:
            self.column = field.column
            return
        if model is None:
            return
        names = {f.name: f for f in model._meta.get_fields()}
        accessors = {
            f.get_accessor_name(): f for f in model._meta.related_objects if f.get_accessor_name()
        }
        found = accessors.get(self.name) or names.get(self.name)
        if isinstance(found, models.ForeignKey):
            self.column = found.attname
        elif isinstance(found, models.ManyToManyField):
            self.vias = (found.related_query_name(),)
        elif isinstance(found, models.ForeignObjectRel):
            self.vias = (found.field.name,)
        else:
            return
        self.model_field = found

    @property
    def key(self) -> str:
        return dasherize(self.name)

    @property
    def target(self) -> Resource | None:
        """The other resource; None while no app registers its type."""
        from .registry import registry  # noqa: PLC0415  it holds resources

        return registry.get(self.target_type)

    @property
    def served(self) -> Resource:
        """The other resource, where it is known to be served."""
        if self.target is None:
            raise TypeError(f"{self.target_type} is not served; ask is_empty first")
        return self.target

    @property
    def spelled(self) -> str:
        """The type as linkage writes it."""
        return self.field.spelled or self.target_type

    @property
    def accepted_types(self) -> list[str]:
        return list(dict.fromkeys([self.spelled, self.target_type]))

    @property
    def is_empty(self) -> bool:
        """Whether it leads nowhere yet: its type, or the way to it, does not exist."""
        return self.target is None or not (self.column or self.vias)

    @property
    def may_repeat(self) -> bool:
        """Whether a row may be reached twice from one owner, by a longer path than a relation."""
        return len(self.vias) > 1 or (self.model_field is None and "__" in "".join(self.vias))

    @property
    def is_required(self) -> bool:
        """Whether the row cannot exist without it."""
        return isinstance(self.model_field, models.ForeignKey) and not self.model_field.null

    @property
    def is_foreign_key_of_members(self) -> bool:
        """Whether a write changes a column of the members' rows (a reverse foreign key)."""
        return isinstance(self.model_field, models.ManyToOneRel)

    @property
    def field_of_members(self) -> models.ForeignKey:
        """The foreign key of the members that leads here, where there is one."""
        if not isinstance(self.model_field, models.ManyToOneRel):
            raise TypeError(f"{self.name} is no reverse foreign key")
        return self.model_field.field

    @property
    def is_writable(self) -> bool:
        """Whether linkage can be written here, by whom its statement lets."""
        return not (self.changed_by or self.field.read_only or self.model_field is None)

    @property
    def is_many_to_many(self) -> bool:
        return isinstance(self.model_field, models.ManyToManyField | models.ManyToManyRel)

    def leading_to(self, owner: Any, user: Any) -> Q:
        """Return the condition on the rows that a backward relationship leads to from `owner`.

        A path through several tables and the narrowing of the relationship hold for the same
        rows on the way, so this goes into one `filter`.
        """
        paths = Q(*[Q(**{via: owner}) for via in self.vias], _connector=Q.OR)
        return paths & self.narrowing(user)

    def narrowing(self, user: Any) -> Q:
        """Return the condition of a filtered relationship on the other's rows."""
        where = self.where
        if where is None:
            return Q()
        return where(user) if callable(where) else where


class Resource:
    """One resource type: its names, model, fields, audiences and statement."""

    def __init__(self, view: type[ResourceViewSet]) -> None:
        self.view = view
        self.serializer_class = view.serializer_class
        meta = getattr(self.serializer_class, "Meta", None)
        self.model: type[models.Model] | None = getattr(meta, "model", None)
        self.type: str = view.resource_type or (
            type_of_model(self.model.__name__) if self.model else ""
        )
        if not self.type:
            raise ImproperlyConfigured(f"{view.__name__} has no model; say its resource_type")
        self.path: str = view.path or collection_of_type(self.type)
        self.identifier: str | None = view.identifier
        self.permissions: Permissions = view.permissions.about(self.type)
        self.audiences: list[Audience] = [
            replace(each, who=each.who.about("view", self.type)) for each in view.audiences
        ]
        self.writable_by: dict[str, Predicate] = {
            name: who.about("change", self.type) for name, who in view.writable_by.items()
        }
        self.ordering: list[str] = [*view.ordering] or ["id"]
        self.is_singleton: bool = view.is_singleton

    @cached_property
    def declared_fields(self) -> Mapping[str, serializers.Field]:
        return self.serializer_class(context={"user": None}).fields

    @cached_property
    def attributes(self) -> dict[str, Attribute]:
        masked = self.view.masked
        return {
            name: Attribute(
                name=name,
                field=field,
                level=self._level(name),
                expression=self._expression(field),
                derived=field if isinstance(field, fields.Derived | fields.Converted) else None,
                masked=masked.get(name, ...),
            )
            for name, field in self.declared_fields.items()
            if not isinstance(field, fields.Relationship) and not field.write_only
        }

    @cached_property
    def columns(self) -> dict[str, Attribute]:
        """The attributes to filter and sort by; there are none of what is no row."""
        if self.model is None:
            return {}
        return {name: each for name, each in self.attributes.items() if each.is_column}

    @cached_property
    def has_own_url(self) -> bool:
        """Whether one of it can be asked for by its id."""
        layer = self.view.data_layer
        return layer is None or layer.has("get_object")

    @cached_property
    def relationships(self) -> dict[str, Relation]:
        return {
            name: Relation(self, name, field, self._level(name))
            for name, field in self.declared_fields.items()
            if isinstance(field, fields.Relationship)
        }

    @cached_property
    def followed(self) -> dict[str, Relation]:
        """The relationships to include, filter and sort through; of what is no row, a layer says
        where they lead."""
        return self.relationships if self.model is not None else {}

    def _level(self, name: str) -> int:
        for level, audience in enumerate(self.audiences):
            if name in audience.only:
                return level
        return len(self.audiences)

    @staticmethod
    def _expression(field: serializers.Field) -> str | Combinable | None:
        if isinstance(field, fields.Computed):
            return field.expression
        if isinstance(field, fields.Derived | fields.Constant | fields.SecretField):
            return None
        return "__".join(field.source_attrs)

    @property
    def audience_names(self) -> list[str]:
        """The names of all audiences, widest first; the last is everybody."""
        return [audience.name for audience in self.audiences] + ["everybody"]

    @property
    def is_soft_deleting(self) -> bool:
        return self.model is not None and issubclass(self.model, Trashable)

    @cached_property
    def trash_paths(self) -> list[str]:
        return trash_paths(self.model) if self.model else []

    def relation_along(self, alias: str) -> Relation | None:
        """Return the relationship whose related URL ends in `alias`."""
        for relation in self.relationships.values():
            if alias in (relation.alias, relation.key):
                return relation
        return None

    def refuse_to_start(self) -> Iterator[str]:
        """Iterate over what is wrong with the declaration: sentences that say the way out."""
        where = f"{self.view.__module__}.{self.view.__name__}"
        for audience in self.audiences:
            for name in audience.only:
                if name not in self.declared_fields:
                    yield f'{where}: audience {audience.name} names "{name}", which is no field.'
        for name in self.view.masked:
            if name not in self.attributes or self._level(name) == len(self.audiences):
                yield f'{where}: "{name}" is masked, but no audience sees it alone.'
        for name in self.writable_by:
            if name not in self.declared_fields:
                yield f'{where}: writable_by names "{name}", which is no field.'
        for name, attribute in self.attributes.items():
            if not (
                self._is_served(attribute.expression)
                if attribute.is_column
                else attribute.derived or isinstance(attribute.field, fields.Constant)
            ):
                yield f'{where}: attribute "{name}" is no column; declare it Computed or Derived.'
        stated = {"view"} if self.model is not None else set()
        extra_verbs = {extra.__name__ for extra in self.view.get_extra_actions()}
        stated |= extra_verbs
        for verb in sorted(set(self.permissions) - extra_verbs - {*VERBS, "embedded", "list"}):
            yield f"{where}: {verb}=... is stated, and no endpoint is called {verb}."
        for verb in sorted(stated - set(self.permissions)):
            yield f"{where}: nothing is stated for {verb}; add {verb}=... to allow()."
        for relation in self.relationships.values():
            if relation.is_writable and relation.is_foreign_key_of_members and relation.target:
                other_end = relation.served.relationships.get(relation.field_of_members.name)
                if other_end is None or not other_end.is_writable:
                    yield (
                        f'{where}: "{relation.name}" is a column of {relation.target_type}, where '
                        "it cannot be written; say changed_by=..., or read_only=True."
                    )
        for verb, model in self.permissions.models.items():
            if model is not self.model:
                yield f"{where}: the sentence of {verb} uses model {model.__name__}."
        if "list" in self.permissions and self.permissions["list"].all_needs:
            yield f"{where}: list=... is asked of no row; which rows are listed is said by view=."
        for label, predicate in self._compiled_predicates():
            for atom in predicate.atoms():
                if not atom.compiles:
                    yield f"{where}: {label} decides lists, but {atom.name} has no q."
        if self.model is not None:
            for label, predicate in self._predicates_on_rows():
                for need in sorted(predicate.all_needs):
                    try:
                        need_path(self.model, need)
                    except UnknownNeed as unknown:
                        yield f"{where}: {label} needs {need}. {unknown}"

    def _is_served(self, expression: str | Combinable | None) -> bool:
        """Return whether `expression` is SQL, or the name of a column."""
        if not isinstance(expression, str):
            return True
        model: Any = self.model
        if model is None:
            return True  # the data layer brings it
        try:
            for step in expression.split("__"):
                field = model._meta.get_field(step)
                model = field.related_model
        except FieldDoesNotExist:
            return False
        return not isinstance(field, models.ForeignObjectRel)

    def _compiled_predicates(self) -> Iterator[tuple[str, Predicate]]:
        for verb in ("view", "embedded", *(["delete"] if self.is_soft_deleting else [])):
            if verb in self.permissions:
                yield verb, self.permissions[verb]
        for audience in self.audiences:
            yield f"audience {audience.name}", audience.who

    def _predicates_on_rows(self) -> Iterator[tuple[str, Predicate]]:
        yield from self.permissions.items()
        for audience in self.audiences:
            yield f"audience {audience.name}", audience.who
        for name, predicate in self.writable_by.items():
            yield f"writable_by {name}", predicate
