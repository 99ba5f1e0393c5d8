"""Which rows of a resource somebody may see: its statement compiled, and nothing of the trash."""

from typing import Any

from django.db.models import Case, IntegerField, Model, Q, QuerySet, Value, When

from permissions.asking import condition
from permissions.predicates import Condition, Predicate
from permissions.users import Person

from .resources import Relation, Resource
from .settling import Parent, both, either, settled


def narrowed(rows: QuerySet[Any], chosen: Condition) -> QuerySet[Any]:
    """Return those of `rows` that `chosen` selects."""
    if isinstance(chosen, bool):
        return rows if chosen else rows.none()
    return rows.filter(chosen)


def model_of(resource: Resource) -> type[Model]:
    """Return the resource's model.

    :raises TypeError: it has none; its data layer says what there is.
    """
    if resource.model is None:
        raise TypeError(f"{resource.type} has no model")
    return resource.model


def not_trash(resource: Resource, prefix: str = "") -> Q:
    return Q(**{f"{prefix}{path}__isnull": True for path in resource.trash_paths})


def visible(
    resource: Resource,
    user: Person,
    *,
    trashed: bool = False,
    embedded: bool = False,
    parent: Parent | None = None,
) -> QuerySet[Any]:
    """Return the rows of `resource` that `user` may view; reached through a row, if `embedded`.

    With `trashed`, those in the trash too that `user` may delete for good or restore. With
    `parent`, the caller narrows to its rows.
    """
    model = model_of(resource)
    rows: QuerySet[Any] = model._default_manager.all()
    predicate = resource.permissions.embedded if embedded else resource.permissions["view"]
    view = settled(condition(predicate, user, model), parent)
    if not resource.trash_paths:
        return narrowed(rows, view)
    alive = not_trash(resource)
    if not trashed:
        return narrowed(rows.filter(alive), view)
    trash = Q(*[(f"{path}__isnull", False) for path in resource.trash_paths], _connector=Q.OR)
    delete = (
        settled(condition(resource.permissions["delete"], user, model), parent)
        if "delete" in resource.permissions
        else False
    )
    return narrowed(rows, either(both(alive, view), both(trash, delete)))


def members(
    relation: Relation,
    user: Person,
    *,
    embedded: bool = True,
    trashed: bool = False,
    parent: Parent | None = None,
) -> QuerySet[Any]:
    """Return the rows that `relation` may lead `user` to, from whatever row or from `parent`."""
    rows = visible(relation.served, user, embedded=embedded, trashed=trashed, parent=parent)
    if relation.seen_by is not None:
        seen = settled(condition(relation.seen_by, user, rows.model), parent)
        rows = narrowed(rows, seen)
    return rows


def sees(resource: Resource, level: int, user: Person) -> Condition:
    """Return the condition on rows of which `user` sees the fields of audience `level`."""
    if level == len(resource.audiences):
        return True
    model = model_of(resource)
    return either(*(condition(each.who, user, model) for each in resource.audiences[: level + 1]))


def audience_of_row(resource: Resource, user: Person) -> Case | int:
    """Return the level of each row's audience for `user`: SQL, or a number if it is always one."""
    cases = []
    default = len(resource.audiences)
    for level, audience in enumerate(resource.audiences):
        chosen = condition(audience.who, user, model_of(resource))
        if chosen is True:
            default = level
            break
        if chosen is not False:
            cases.append(When(Q(chosen), then=Value(level)))
    if not cases:
        return default
    return Case(*cases, default=Value(default), output_field=IntegerField())


def may(predicate: Predicate, user: Person, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return those of `rows` for which `predicate` holds for `user`."""
    return narrowed(rows, condition(predicate, user, rows.model))
