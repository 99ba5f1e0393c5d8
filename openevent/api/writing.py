"""Writes: from a request to rows, and the document of what was written.

Permission is asked before anything else is looked at: of what the URL names, then of the row,
then, where a write moves the row, of the row as it will be. Nothing of the body is said to
somebody who may not write, not even that it is no JSON.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import Http404, HttpResponseBase
from rest_framework import exceptions

from openevent.errors import DomainError
from permissions.asking import refuse, require, require_unless_unknown
from permissions.atoms import is_admin
from permissions.predicates import Predicate
from permissions.targets import Target, need_path, walk

from . import documents, errands, idempotency, linkage, reading
from .errors import ApiError, Conflict, MalformedDocument
from .fields import Managed
from .names import dasherize
from .resources import Relation, Resource
from .visibility import model_of, visible

if TYPE_CHECKING:
    from .views import ResourceViewSet

# From the ids a relationship has, and those that were sent, to the ids it is to have.
Combine = Callable[[list[int], list[int]], list[int]]

# Steps that apps above add (`ready()`), before the action of a write: each gets the row as it is to
# be, and as it was (`None`: it is new). What takes its time is an errand (`errands.done`).
preparations: list[Callable[[Any, Any], None]] = []


class Write:
    """One write of a resource by the caller of one request."""

    def __init__(self, view: ResourceViewSet) -> None:
        self.view = view
        self.request: Any = view.request
        self.user: Any = self.request.user
        self.resource: Resource = view.resource

    # --- a row

    @errands.between
    def create(self) -> HttpResponseBase:
        statement = self.resource.permissions["create"]
        require_unless_unknown(statement, self.user, Target())
        body, problem = self.body()
        target = self.draft(body)
        self.require_for_draft(statement, target, problem)
        return idempotency.once(self.request, lambda: self._create(body, target))

    def _create(self, body: Any, target: Target) -> HttpResponseBase:
        values = self.validated(None, body, target)
        row = values.put_into(model_of(self.resource)())
        linkage.require_same_event(self.resource, row, values.linked, self.user)
        _prepare(row, None)
        self.view.perform_create(row, **values.extra)
        self.link_members(row, None, values)
        response = self.answer(row)
        response.status_code = 201
        response["Location"] = f"/v1/{self.resource.path}/{row.pk}"
        return response

    @errands.between
    def update(self, ref: str) -> HttpResponseBase:
        with transaction.atomic():
            row = self.locked(ref, "change")
            body, problem = self.body()
            if problem is not None:
                raise problem
            self.require_same_id(row, body)
            self.change(row, body)
            return self.answer(row)

    def destroy(self, ref: str) -> HttpResponseBase:
        with transaction.atomic():
            row = self.locked(ref, "delete")
            if not self.resource.is_soft_deleting:
                self.view.perform_destroy(row)
            elif self.request.GET.get("permanent") == "true":
                require(is_admin, self.user, Target(row))
                self.view.perform_destroy(row)
            elif row.deleted_at is None:
                self.view.perform_trash(row)
        return documents.answer(documents.meta(message="Object successfully deleted"))

    def change(self, row: Any, body: Mapping[str, Any]) -> None:
        """Validate `body` for `row`, ask again of the row as it will be, and save."""
        follow = self.trash_or_restore(row, body)
        values = self.validated(row, body, Target(row))
        was = copy.copy(row)
        values.put_into(row)
        statement = self.resource.permissions["change"]
        before, after = Target(was), Target(row)
        if any(before.get(need) != after.get(need) for need in statement.all_needs):
            require(statement, self.user, after)
        event_before = getattr(was, "event_id", None)
        linkage.require_same_event(self.resource, row, values.linked, self.user, event_before)
        _prepare(row, was)
        self.view.perform_update(row, was, **values.extra)
        self.link_members(row, was, values)
        if follow is not None:
            follow(row)

    def link_members(self, row: Any, was: Any, values: Values) -> None:
        """Write the linkage of to-many relationships, now that `row` is saved."""
        changes = {}
        for relation, members in values.many:
            change = linkage.difference(relation, row, members, self.user)
            if relation.is_many_to_many:
                linkage.join(relation, row, change, self.user)
            else:
                self.lead_members(relation, row, change)
            changes[relation.name] = change
        self.view.perform_link(row, was, changes)

    def lead_members(self, relation: Relation, row: Any, change: linkage.Change) -> None:
        """Let the members of a reverse foreign key lead to `row`, or no more.

        It is a column of theirs: each is changed as by a PATCH of its own, so that no rule of a
        member is got around by writing the other end.
        """
        name = relation.field_of_members.name
        member_write = Write(relation.served.view(request=self.request))
        added = {member.pk for member in change.added}
        try:
            for member in linkage.locked_members(relation, change, self.user):
                member_write.lead(member, name, row.pk if member.pk in added else None)
        except (ApiError, DomainError) as error:
            error.pointer = f"/data/relationships/{relation.key}"
            raise

    def lead(self, row: Any, name: str, key: int | None) -> None:
        """Let the to-one relationship `name` of `row` lead to the row `key`, or nowhere."""
        relation = self.resource.relationships[name]
        linkage.refuse_unless_writable(relation)
        if name in self.resource.writable_by:
            require(self.resource.writable_by[name], self.user, Target(row))
        to = None if key is None else {"type": relation.spelled, "id": str(key)}
        self.change(row, {name: to})

    def trash_or_restore(self, row: Any, body: Mapping[str, Any]) -> Callable[[Any], None] | None:
        """Return what a change of `deleted_at` asks for, which is a deletion or its opposite."""
        if not self.resource.is_soft_deleting or "deleted_at" not in body:
            return None
        wanted = body["deleted_at"] is not None
        if wanted == (row.deleted_at is not None):
            return None
        if "delete" not in self.resource.permissions:
            raise exceptions.PermissionDenied(f"A {self.resource.type} cannot be deleted.")
        require(self.resource.permissions["delete"], self.user, Target(row))
        return self.view.perform_trash if wanted else self.view.perform_restore

    # --- the linkage of a row: a change of the row in that one relationship

    def link(self, ref: str, relation: Relation, combine: Combine) -> HttpResponseBase:
        """Change what `relation` leads to from the row `ref`; 204 where it leads there already."""
        linkage.refuse_unless_writable(relation)
        if "change" not in self.resource.permissions:
            raise exceptions.PermissionDenied(f"A {self.resource.type} cannot be changed.")
        row = self.locked(ref, "change")
        try:
            before = [member.pk for member in linkage.linked_to(relation, row, self.user)]
            sent = self.sent_linkage(row, relation)
            after = list(dict.fromkeys(combine(before, sent)))
            if set(after) == set(before):
                return documents.nothing()
            identifiers = [{"type": relation.spelled, "id": str(each)} for each in after]
            one = identifiers[0] if identifiers else None
            self.change(row, {relation.name: identifiers if relation.many else one})
        except (ApiError, DomainError) as error:
            # in this body the linkage is the whole document
            error.pointer = "/data" if error.pointer else None
            raise
        except exceptions.ValidationError as invalid:
            raise _linkage_error(invalid) from None
        return self.owner_document(row, relation)

    def sent_linkage(self, row: Any, relation: Relation) -> list[int]:
        """Return the ids that the body names; a DELETE of a to-one needs no body."""
        if self.request.method == "DELETE" and not relation.many:
            return []
        body, problem = self.body()
        if problem is not None:
            raise problem
        field = self.serializer(row, body, Target(row)).fields[relation.name]
        found = field.run_validation(body[relation.name])
        if relation.many:
            return [member.pk for member in found]
        return [found.pk] if found is not None else []

    def owner_document(self, row: Any, relation: Relation) -> HttpResponseBase:
        """Answer with the owner, its relationship included."""
        request = copy.copy(self.request._request)
        request.GET = request.GET.copy()
        request.GET["include"] = relation.key
        return reading.written(request, self.resource, self.view.reader_of_written(row), row)

    # --- parts

    def locked(self, ref: str, verb: str) -> Any:
        """Return the row `ref`, locked until the transaction ends, if the caller may `verb` it.

        :raises Http404: there is none, or the caller may not view it.
        :raises NotAuthenticated, PermissionDenied: they may view but not `verb` it.
        """
        statement = self.resource.permissions[verb]
        reading.view_of(self.resource, self.user)
        require_unless_unknown(statement, self.user, Target())
        scope, key = reading.key_of(self.resource, ref)
        trashed = self.request.GET.get("get_trashed") == "true"
        rows = visible(self.resource, self.user, trashed=trashed).filter(**{scope.column: key})
        row = rows.select_for_update(of=("self",)).first()
        if row is None:
            raise Http404
        require(statement, self.user, Target(row))
        return row

    def answer(self, row: Any) -> HttpResponseBase:
        request = self.request._request
        return reading.written(request, self.resource, self.view.reader_of_written(row), row)

    def body(self) -> tuple[dict[str, Any], Exception | None]:
        """Return the parsed body, or what is wrong with it: to be said once permission is asked."""
        try:
            data = self.request.data
        except exceptions.APIException as problem:
            return {}, problem
        if not data:
            return {}, MalformedDocument('Write an object with a "data" member.', pointer="")
        return data, None

    def require_same_id(self, row: Any, body: Mapping[str, Any]) -> None:
        sent = body.get("id")
        if sent is None:
            raise MalformedDocument('The resource object needs its "id".', pointer="/data/id")
        names = {str(row.pk)}
        if self.resource.identifier:
            names.add(str(getattr(row, self.resource.identifier)))
        if str(sent) not in names:
            raise Conflict(f'This is the place of id "{row.pk}".', pointer="/data/id")

    def draft(self, body: Mapping[str, Any]) -> Target:
        """Return what the linkage of a new row says about what is asked of it.

        :raises MemberNotFound: it names a row that the caller may not see.
        """
        asked = (self.resource.permissions["create"], *self.resource.writable_by.values())
        values = {}
        for need in {need for predicate in asked for need in predicate.all_needs}:
            relation = self.relation_of(need)
            sent = body.get(relation.name) if relation else None
            if relation is None or not isinstance(sent, dict) or relation.is_empty:
                continue
            try:
                field = self.serializer(None, {}, Target()).fields[relation.name]
                (row,) = field.rows([sent])
            except exceptions.ValidationError:
                continue  # it is told what is wrong once it may write at all
            path = need_path(model_of(self.resource), need)
            rest = path.removeprefix(f"{relation.name}__")
            values[need] = row.pk if path == relation.column else walk(row, rest)
        return Target(**values)

    def relation_of(self, need: str) -> Relation | None:
        """Return the relationship whose linkage leads to the value of `need`."""
        path = need_path(model_of(self.resource), need)
        for relation in self.resource.relationships.values():
            if relation.column and (
                path == relation.column or path.startswith(f"{relation.name}__")
            ):
                return relation
        return None

    def require_for_draft(
        self, statement: Predicate, target: Target, problem: Exception | None
    ) -> None:
        """Refuse a create that may not be; then tell what is wrong with the body."""
        answer = statement.fold(self.user, target)
        if answer is False or (answer is None and not statement.possible(self.user, target)):
            refuse(statement, self.user, target)
        if problem is not None:
            raise problem
        if answer is None:
            missing = sorted(statement.all_needs - set(target))[0]
            relation = self.relation_of(missing)
            key = relation.key if relation else dasherize(missing)
            raise exceptions.ValidationError(
                {f"/data/relationships/{key}": ["This relationship is required."]}
            )

    def serializer(self, row: Any, body: Mapping[str, Any], target: Target) -> Any:
        """Return the serializer for `body`, with what the caller may not write read-only."""
        serializer = self.view.serializer_class(
            row, data=body, partial=row is not None, context={"user": self.user}
        )
        for name, predicate in self.resource.writable_by.items():
            if predicate.fold(self.user, target) is not True:
                serializer.fields[name].read_only = True
        return serializer

    def validated(self, row: Any, body: Mapping[str, Any], target: Target) -> Values:
        serializer = self.serializer(row, body, target)
        serializer.is_valid(raise_exception=True)
        return Values(self.resource, serializer)


def _prepare(row: Any, was: Any) -> None:
    for step in preparations:
        step(row, was)


class Values:
    """What a serializer validated, by where it goes."""

    def __init__(self, resource: Resource, serializer: Any) -> None:
        self.columns: dict[str, Any] = {}
        # Linkage of to-many relationships, written once the row has an id.
        self.many: list[tuple[Relation, list[Any]]] = []
        # All linkage, to-one too, by the relationship's name.
        self.linked: dict[str, Any] = {}
        # Values that an action wants rather than a column.
        self.extra: dict[str, Any] = {}
        for name, value in serializer.validated_data.items():
            relation = resource.relationships.get(name)
            if relation is not None:
                self.linked[name] = value
            if relation is not None and relation.many:
                self.many.append((relation, value))
            elif name in serializer.fields and _is_for_action(serializer.fields[name]):
                self.extra[name] = value
            else:
                self.columns[name] = value

    def put_into(self, row: Any) -> Any:
        """Set the columns of `row`, and return it."""
        for name, value in self.columns.items():
            setattr(row, name, value)
        return row


def _is_for_action(field: Any) -> bool:
    return bool(field.write_only) or isinstance(field, Managed)


def _linkage_error(invalid: exceptions.ValidationError) -> exceptions.APIException:
    """Return what a relationships endpoint says of bad linkage; clients know these statuses."""
    messages: Any = invalid.detail
    if isinstance(messages, dict):
        messages = [message for each in messages.values() for message in each]
    code, detail = getattr(messages[0], "code", ""), str(messages[0])
    if code == "wrong_type":
        return Conflict(detail, pointer="/data")
    if code in ("shape", "list", "one"):
        return MalformedDocument(detail, pointer="/data")
    return exceptions.ValidationError({"/data": messages})
