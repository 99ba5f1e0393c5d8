"""What a route of a resource asks, without sending the request: for explanations and the matrix.

Every answer here is what `reading`, `writing`, `verbs` and `layers` do, in their order; the
tests of the permission matrix send the requests and hold both to be the same.
"""

from collections.abc import Mapping
from typing import Any

from django.http import Http404

from permissions.predicates import Predicate
from permissions.sentences import say
from permissions.statements import Permissions
from permissions.targets import Target, need_path, own_need, walk
from permissions.users import Person
from permissions.verdicts import Verdict, hidden, judged, passes, refused

from . import reading
from .registry import registry
from .resources import Relation, Resource
from .visibility import model_of, visible

# The viewset's method -> the verb it asks of its row.
_ON_ROW = {"retrieve": "view", "update": "change", "destroy": "delete"}
_LINKAGE = {"add_linkage", "replace_linkage", "remove_linkage"}
_LAYERED = {
    "layer_list": "view",
    "layer_retrieve": "view",
    "layer_create": "create",
    "layer_update": "change",
    "layer_destroy": "delete",
}


class Judge:
    """The route that calls `handler` of a viewset, asked for one person."""

    def __init__(
        self, view: type[Any], handler: str, relationship: str | None, user: Person
    ) -> None:
        self.view = view
        self.resource: Resource = view.resource
        self.handler = handler
        self.relation: Relation | None = (
            self.resource.relationships[relationship] if relationship else None
        )
        self.user = user

    def verdict(self, arguments: Mapping[str, str], linked: Mapping[str, Any]) -> Verdict:
        """Return what a request with the URL's `arguments` and a body that links `linked` gets.

        `linked` are values by the names that permissions use: `{"event_id": 3}`.
        """
        ref = str(arguments.get("ref", ""))
        if self.handler == "list":
            return self.of_list(self.resource.permissions.listed)
        if self.handler == "named_list":
            return self.of_list(self.resource.permissions["view"])
        if self.handler in ("retrieve_only", "update_only"):
            return self.of_row("1", "view" if self.handler == "retrieve_only" else "change")
        if self.handler == "create":
            return self.of_create(linked)
        if self.handler in _ON_ROW:
            return self.of_row(ref, _ON_ROW[self.handler])
        if self.relation is not None and self.handler == "related":
            return self.of_related(ref, self.relation)
        if self.relation is not None and self.handler == "linkage":
            return self.of_owner(ref, self.relation)
        if self.relation is not None and self.handler in _LINKAGE:
            return self.of_linkage(ref, self.relation)
        if self.handler in _LAYERED:
            return self.of_layer(arguments, _LAYERED[self.handler])
        if self.handler == "named_list_post":
            return Verdict(405, "This list is only read.")
        if "ref" in arguments:
            return self.of_row(ref, self.handler)
        return judged(self.resource.permissions[self.handler], self.user, Target())

    # --- each kind of route

    def of_list(self, statement: Predicate) -> Verdict:
        if statement.fold(self.user, Target()) is False:
            return refused(statement, self.user)
        shown = say(self.resource.permissions["view"])
        return passes(f"Lists the rows whose viewer {shown}", statement.requirement)

    def of_create(self, linked: Mapping[str, Any]) -> Verdict:
        create = self.resource.permissions["create"]
        if create.fold(self.user, Target()) is False:
            return refused(create, self.user)
        for column, value in linked.items():
            parent = registry.get(column.removesuffix("_id").replace("_", "-"))
            if parent is not None:
                rows = visible(parent, self.user, embedded=True)
                if not rows.filter(pk=value).exists():
                    return hidden(f"The {parent.type} that the body links")
        return judged(create, self.user, self.draft(create, linked))

    def of_row(self, ref: str, verb: str) -> Verdict:
        statement = self.resource.permissions[verb]
        for predicate in (self.resource.permissions["view"], statement):
            if predicate.fold(self.user, Target()) is False:
                return refused(predicate, self.user)
        row = self.row(ref)
        if row is None:
            return hidden(f"This {self.resource.type}")
        return judged(statement, self.user, Target(row))

    def of_owner(self, ref: str, relation: Relation) -> Verdict:
        view = self.resource.permissions["view"]
        if view.fold(self.user, Target()) is False:
            return refused(view, self.user)
        row = self.row(ref)
        if row is None:
            return hidden(f"This {self.resource.type}")
        who = _audience(relation)
        if who is not None and who.fold(self.user, Target(row)) is not True:
            return refused(self.resource.audiences[relation.level].who, self.user)
        return judged(view, self.user, Target(row))

    def of_related(self, ref: str, relation: Relation) -> Verdict:
        if relation.target is not None:
            view = relation.target.permissions["view"]
            if view.fold(self.user, Target()) is False:
                return refused(view, self.user)
        verdict = self.of_owner(ref, relation)
        if not verdict.allowed or relation.is_empty or relation.many or not relation.column:
            return verdict
        row = self.row(ref)
        key = getattr(row, relation.column)
        if key is None:
            return verdict
        members = visible(relation.served, self.user).filter(pk=key)
        return verdict if members.exists() else hidden(f"The {relation.target_type}")

    def of_linkage(self, ref: str, relation: Relation) -> Verdict:
        if self.handler == "add_linkage" and not relation.many:
            return Verdict(405, f'"{relation.key}" leads to one row; send PATCH.')
        if relation.changed_by:
            return Verdict(403, f'"{relation.key}" is changed through {relation.changed_by}.')
        if not relation.is_writable:
            return Verdict(403, f'"{relation.key}" is set by the server.')
        if "change" not in self.resource.permissions:
            return Verdict(403, f"A {self.resource.type} cannot be changed.")
        return self.of_row(ref, "change")

    def of_layer(self, arguments: Mapping[str, str], verb: str) -> Verdict:
        statement = self.resource.permissions[verb]
        if statement.fold(self.user, Target()) is False:
            return refused(statement, self.user)
        values: dict[str, Any] = {}
        if self.view.under:
            parent = registry[self.view.under[0]]
            try:
                key = reading.id_of(parent, arguments["parent"], self.user)
            except Http404:
                return hidden(f"The {parent.type}")
            values[own_need(model_of(parent))] = key
        return judged(statement, self.user, Target(**values))

    # --- parts

    def draft(self, create: Predicate, linked: Mapping[str, Any]) -> Target:
        """Return what `create` is asked of: what it needs, as far as `linked` leads there."""
        model = model_of(self.resource)
        columns = {each.attname for each in model._meta.concrete_fields}
        row = model(**{name: value for name, value in linked.items() if name in columns})
        values = {}
        for need in create.all_needs:
            path = need_path(model, need)
            if need in linked:
                values[need] = linked[need]
            elif f"{path.split('__')[0]}_id" in linked:
                values[need] = walk(row, path)
        return Target(**values)

    def row(self, ref: str) -> Any:
        try:
            scope, key = reading.key_of(self.resource, ref)
        except Http404:
            return None
        return visible(self.resource, self.user).filter(**{scope.column: key}).first()


def _audience(relation: Relation) -> Predicate | None:
    """Return who sees `relation`: its audience and the wider ones; `None` means everybody."""
    audiences = relation.resource.audiences
    if relation.level == len(audiences):
        return None
    found = audiences[0].who
    for audience in audiences[1 : relation.level + 1]:
        found = found | audience.who
    return found


def statement_of(view: type[Any], handler: str, relationship: str | None) -> Predicate | None:
    """Return who may, as far as a statement says it; `None` where nobody may."""
    permissions: Permissions = view.resource.permissions
    relation: Relation | None = view.resource.relationships.get(relationship or "")
    if handler in _LINKAGE and relation is not None:
        return permissions.get("change") if relation.is_writable else None
    if handler in ("related", "linkage") and relation is not None:
        audience = _audience(relation)
        view_of_owner: Predicate = permissions["view"]
        return view_of_owner if audience is None else view_of_owner & audience
    if handler == "list":
        return permissions.listed
    verbs = {
        **_ON_ROW,
        **_LAYERED,
        "named_list": "view",
        "retrieve_only": "view",
        "update_only": "change",
    }
    found: Predicate | None = permissions.get(verbs.get(handler, handler))
    return found
