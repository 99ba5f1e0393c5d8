"""The rows at the other end of a relationship, and what writing one changes."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import models
from rest_framework.exceptions import PermissionDenied

from openevent.trash import Trashable
from permissions.asking import refuse, require
from permissions.targets import Target
from permissions.users import Person

from .errors import Conflict, InvalidMember, MemberNotFound
from .resources import Relation, Resource
from .visibility import may, members, model_of


class Change(NamedTuple):
    """What a write of linkage changed: the rows that are linked now, and those not any more."""

    added: list[Any]
    removed: list[Any]


# By the name of the relationship.
Changes = Mapping[str, Change]


def visible_members(relation: Relation, ids: Sequence[int], user: Person) -> list[Any]:
    """Return the rows with `ids` that `user` may be led to by `relation`, in that order.

    :raises MemberNotFound: one does not exist, or `user` may not see it.
    """
    found = members(relation, user).in_bulk(ids)
    for each in ids:
        if each not in found:
            raise MemberNotFound(
                f'There is no {relation.spelled} with the id "{each}".',
                pointer=f"/data/relationships/{relation.key}",
            )
    return [found[each] for each in ids]


def linked_to(relation: Relation, row: Any, user: Person) -> models.QuerySet[Any]:
    """Return the rows that `relation` leads `user` to from `row`."""
    rows = members(relation, user)
    if relation.column:
        return rows.filter(pk=getattr(row, relation.column))
    leading = rows.model._default_manager.filter(relation.leading_to(row.pk, user))
    return rows.filter(pk__in=leading.values("pk"))


def refuse_unless_writable(relation: Relation) -> None:
    """Refuse a write of a relationship that something else sets.

    :raises PermissionDenied: 403; the sentence names the resource that changes it.
    """
    if relation.changed_by:
        raise PermissionDenied(f'"{relation.key}" is changed through {relation.changed_by}.')
    if not relation.is_writable:
        raise PermissionDenied(f'"{relation.key}" is set by the server.')


def difference(relation: Relation, row: Any, wanted: Sequence[Any], user: Person) -> Change:
    """Return what has to change so that `relation` leads to `wanted`, of what `user` sees.

    Members that `user` does not see stay as they are.
    """
    before = {member.pk: member for member in linked_to(relation, row, user)}
    after = {member.pk: member for member in wanted}
    return Change(
        added=[member for key, member in after.items() if key not in before],
        removed=[member for key, member in before.items() if key not in after],
    )


def join(relation: Relation, row: Any, change: Change, user: Person) -> None:
    """Write `change` of a many-to-many.

    :raises PermissionDenied: `user` may not change a member that is added.
    """
    # neither row changes, but to be joined to something is the member's business too
    require_change_of_all(relation.served, user, change.added)
    manager = getattr(row, relation.name)
    manager.remove(*change.removed)
    manager.add(*change.added)


def locked_members(relation: Relation, change: Change, user: Person) -> list[Any]:
    """Return the rows that `change` of a reverse foreign key changes, locked.

    :raises Conflict: a member would be left without what it cannot be without.
    :raises PermissionDenied: `user` may not change one of them.
    """
    field = relation.field_of_members
    if change.removed and not field.null:
        raise Conflict(
            f"A {relation.spelled} cannot be without its {field.name}; delete it instead, "
            f"or send its new {field.name} to it.",
            pointer="/data",
        )
    keys = [member.pk for member in (*change.added, *change.removed)]
    rows = model_of(relation.served)._default_manager.order_by("pk").filter(pk__in=keys)
    found = list(rows.select_for_update(of=("self",)))
    require_change_of_all(relation.served, user, found)
    return found


def require_change_of_all(resource: Resource, user: Person, rows: Sequence[Any]) -> None:
    """Refuse unless `user` may change every one of `rows`, in one query."""
    if not rows:
        return
    if "change" not in resource.permissions:
        raise PermissionDenied(f"A {resource.type} cannot be changed.")
    predicate = resource.permissions["change"]
    if not all(atom.compiles for atom in predicate.atoms()):
        for row in rows:
            require(predicate, user, Target(row))
        return
    keys = [row.pk for row in rows]
    allowed = may(predicate, user, rows[0].__class__._default_manager.filter(pk__in=keys)).count()
    if allowed != len(keys):
        refuse(predicate, user)


def require_same_event(
    resource: Resource,
    draft: Any,
    values: Mapping[str, Any],
    user: Person,
    event_before: int | None = None,
) -> None:
    """Refuse to link rows of different events: `draft` as it will be, with `values` to link.

    Only resources with an event of their own are held to it. A row that moves away from
    `event_before` (`None`: it is new) may not leave behind what it is linked with, unless that
    is in the trash: nobody could unlink it there, so it is let go of here.

    :raises InvalidMember: a row that was sent belongs to another event.
    :raises Conflict: one that is linked already would be left in the old event.
    """
    event_id = getattr(draft, "event_id", None)
    if event_id is None:
        return
    moved = event_before not in (None, event_id)
    for name, relation in resource.relationships.items():
        if relation.is_empty or relation.model_field is None or not _has_event(relation):
            continue
        if name in values:
            sent = values[name] if isinstance(values[name], list) else [values[name]]
            if any(each is not None and each.event_id != event_id for each in sent):
                raise InvalidMember(
                    f"This {relation.spelled} belongs to another event.",
                    pointer=f"/data/relationships/{relation.key}",
                )
        if not moved:
            continue
        _let_go_of_trash(relation, draft)
        if _staying(relation, draft, user, is_sent=name in values).exists():
            raise Conflict(
                f'Its "{relation.key}" belong to the event it leaves; unlink or move them first.',
                pointer="/data/relationships/event",
            )


def _let_go_of_trash(relation: Relation, row: Any) -> None:
    """Unlink from `row` what lies in the trash of another event, where both can be without."""
    others = _of_other_events(relation, row)
    if not (_is_optional(relation) and issubclass(others.model, Trashable)):
        return
    trash = others.exclude(deleted_at=None)
    if relation.is_many_to_many:
        getattr(row, relation.name).remove(*trash)
    elif relation.is_foreign_key_of_members:
        trash.update(**{relation.field_of_members.name: None})
    elif trash.exists():
        setattr(row, relation.name, None)


def _staying(relation: Relation, row: Any, user: Person, *, is_sent: bool) -> models.QuerySet[Any]:
    """Return the rows of other events that stay linked with `row`; what is sent replaces some."""
    others = _of_other_events(relation, row)
    if is_sent and not relation.column:
        return others.exclude(pk__in=linked_to(relation, row, user).values("pk"))
    return others


def _of_other_events(relation: Relation, row: Any) -> models.QuerySet[Any]:
    return _others(relation, row).filter(event_id__isnull=False).exclude(event_id=row.event_id)


def _is_optional(relation: Relation) -> bool:
    """Return whether the rows at both ends can be without each other."""
    if relation.is_foreign_key_of_members:
        return relation.field_of_members.null
    return not relation.is_required


def _has_event(relation: Relation) -> bool:
    model: Any = relation.served.model
    return any(field.attname == "event_id" for field in model._meta.concrete_fields)


def _others(relation: Relation, row: Any) -> models.QuerySet[Any]:
    """Return all rows that `relation` links with `row`, whoever may see them."""
    rows: Any = relation.served.model
    if relation.column:
        return rows._default_manager.filter(pk=getattr(row, relation.column))
    return rows._default_manager.filter(**{relation.vias[0]: row.pk})
