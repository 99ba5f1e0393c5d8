"""What belongs to an event and comes along when the event is copied.

The owner of a model says so at the model, in whatever app:

    @copied
    class Track(Trashable): ...

    @copied(path="custom_form__event", fresh=["code"])
    class CustomFormOption(models.Model): ...

A copied row points to the copies of what it pointed to: its event, and rows of other models that
are copied. Rows in the trash stay behind, and so do those that hang on one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from django.db import models

from media.actions.images import give_own, lend

Model = type[models.Model]
# From the ids of what was copied to the ids of the copies, by model.
Copies = dict[Model, dict[int, int]]


@dataclass(frozen=True)
class Part:
    """A model whose rows come along: `path` leads to their event, `fresh` are made anew."""

    model: Model
    path: str
    fresh: tuple[str, ...]

    @property
    def links(self) -> list[models.ForeignKey]:
        return [f for f in self.model._meta.concrete_fields if isinstance(f, models.ForeignKey)]

    def rows(self, event_id: int) -> models.QuerySet[Any]:
        found = self.model._default_manager.filter(**{self.path: event_id})
        names = {field.name for field in self.model._meta.concrete_fields}
        return (found.filter(deleted_at=None) if "deleted_at" in names else found).order_by("pk")


_parts: dict[Model, Part] = {}


def copied(
    model: Any = None, *, path: str = "event", fresh: Iterable[str] = ()
) -> Any | Callable[[Model], Model]:
    """Let the rows of a model come along with their event.

    `path` is the ORM path from a row to its event; columns in `fresh` get their default again.
    """

    def decorate(model: Model) -> Model:
        _parts[model] = Part(model, path, tuple(fresh))
        return model

    return decorate if model is None else decorate(model)


def copy_parts(source: models.Model, copy: models.Model) -> Copies:
    """Give `copy` a copy of whatever belongs to `source`; two queries for each model."""
    copies: Copies = {type(source): {source.pk: copy.pk}}
    for part in _in_order():
        copies[part.model] = _copy_rows(part, source.pk, copies)
    for part in _parts.values():
        for field in part.model._meta.local_many_to_many:
            _copy_joins(field, copies)
    return copies


def _in_order() -> list[Part]:
    """Return all parts, those that others point to before those that do."""
    graph = TopologicalSorter[Model]()
    for part in _parts.values():
        # one that points to its own kind is no reason to wait
        graph.add(part.model, *({link.related_model for link in part.links} - {part.model}))
    return [_parts[model] for model in graph.static_order() if model in _parts]


def _copy_rows(part: Part, event_id: int, copies: Copies) -> dict[int, int]:
    links = [link for link in part.links if link.related_model in copies]
    old, new = [], []
    for row in part.rows(event_id):
        known = {link: copies[link.related_model].get(getattr(row, link.attname)) for link in links}
        if any(value is None and not link.null for link, value in known.items()):
            continue
        old.append(row.pk)
        row.pk = None
        row._state.adding = True
        lend(row)
        for link, value in known.items():
            setattr(row, link.attname, value)
        for name in part.fresh:
            setattr(row, name, part.model._meta.get_field(name).get_default())
        new.append(row)
    made = part.model._default_manager.bulk_create(new)
    give_own(made)
    return dict(zip(old, (row.pk for row in made), strict=True))


def _copy_joins(field: Any, copies: Copies) -> None:
    """Join the copies whose originals are joined by the many-to-many `field`."""
    ours, theirs = copies.get(field.model, {}), copies.get(field.related_model, {})
    if not ours or not theirs:
        return
    join = field.remote_field.through
    source, target = field.m2m_column_name(), field.m2m_reverse_name()
    rows = join._default_manager.filter(**{f"{source}__in": ours, f"{target}__in": theirs})
    join._default_manager.bulk_create(
        join(**{source: ours[one], target: theirs[other]})
        for one, other in rows.values_list(source, target)
    )
