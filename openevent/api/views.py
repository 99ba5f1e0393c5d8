"""The viewset of a resource: its declaration, and what answers each method of its URLs.

A subclass only declares. Reads go straight to the plan; writes go through DRF's dispatch,
parsers and serializers.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.db import transaction
from django.http import Http404, HttpResponseBase
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.viewsets import GenericViewSet

from permissions.asking import require_unless_unknown
from permissions.manager import Guarded
from permissions.predicates import Predicate
from permissions.statements import Permissions
from permissions.targets import Target
from permissions.users import Anonymous, Person
from permissions.verdicts import Verdict

from . import documents, idempotency, reading
from .datalayers import DataLayer
from .errors import exception_handler
from .judging import Judge, statement_of
from .layers import Layered
from .linkage import Changes
from .negotiation import require_json
from .parsers import ResourceParser, ResourceUnderJSON
from .resources import Audience, Relation, Resource
from .scopes import Everything, Narrowed, Scope
from .writing import Write

Select = Callable[[Any, Person], Any]


class ResourceViewSet(Guarded, GenericViewSet):  # type: ignore[misc]
    """What a resource is and who may do what with it; docs/architecture.md explains the words."""

    # --- what a subclass declares

    serializer_class: type[Any]
    # Who may: `allow(view=..., write=...)`. A verb that is not stated is not routed.
    permissions: ClassVar[Permissions]
    # The JSON:API type and the path of the collection; by default both from the model's name.
    resource_type: ClassVar[str | None] = None
    path: ClassVar[str | None] = None
    # The column that may stand for the id in URLs, where it is not a number.
    identifier: ClassVar[str | None] = None
    # The order of lists, and of to-many linkage.
    ordering: ClassVar[Sequence[str]] = ()
    # Who sees more than everybody, widest first; and what the others get of an attribute
    # whose key they are still owed.
    audiences: ClassVar[Sequence[Audience]] = ()
    masked: ClassVar[Mapping[str, Any]] = {}
    # Fields that only some of those who may write can set; sent by others, they are ignored.
    writable_by: ClassVar[Mapping[str, Predicate]] = {}
    # One row, served at the collection's path.
    is_singleton: ClassVar[bool] = False
    # More lists of the same resource: {"upcoming": upcoming} is /v1/events/upcoming.
    lists: ClassVar[Mapping[str, Select]] = {}
    # Where the data comes from if not from the model's rows, and the parent it hangs under:
    # ("user", "verify") is /v1/users/{id}/verify.
    data_layer: ClassVar[type[DataLayer] | None] = None
    under: ClassVar[tuple[str, str] | None] = None

    # --- what a subclass may say about writes: one call of an action each

    def perform_create(self, row: Any, **extra: Any) -> None:
        """Save the new `row`. `extra` are the values of write-only fields."""
        row.save()

    def perform_update(self, row: Any, was: Any, **extra: Any) -> None:
        """Save `row`, which `was` otherwise before this change."""
        row.save()

    def perform_link(self, row: Any, was: Any, changes: Changes) -> None:
        """Follow up on the write of `row` once its to-many relationships are written too.

        `was` is `None` of a new row. `changes` are those of the relationships that were sent, by
        name.
        """

    def perform_trash(self, row: Any) -> None:
        """Put `row` into the trash."""
        row.trash()

    def perform_restore(self, row: Any) -> None:
        """Take `row` out of the trash."""
        row.restore()

    def perform_destroy(self, row: Any) -> None:
        """Remove `row` for good."""
        row.delete()

    def reader_of_written(self, row: Any) -> Any:
        """Return as whom the answer to a write of `row` is read."""
        return self.request.user

    def list_scope(self, request: Any) -> Scope:
        """Return the rows that a GET of the collection is about."""
        return Everything()

    # --- what is asked of its routes, for explanations and the matrix

    @classmethod
    def stated(cls, handler: str, options: Mapping[str, Any]) -> Predicate | None:
        """Return who may call `handler`; `None` where nobody may."""
        return statement_of(cls, handler, options.get("relationship"))

    @classmethod
    def judge(
        cls,
        handler: str,
        options: Mapping[str, Any],
        user: Person,
        arguments: Mapping[str, Any],
        linked: Mapping[str, Any],
    ) -> Verdict:
        """Return what a request that `handler` answers gets, as far as permission goes."""
        return Judge(cls, handler, options.get("relationship"), user).verdict(arguments, linked)

    # --- what the registry and the router set

    resource: ClassVar[Resource]
    relationship: str | None = None
    list_name: str | None = None

    parser_classes = [ResourceParser, ResourceUnderJSON]
    lookup_field = "ref"
    request: Any

    # --- dispatch

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Serve reads without DRF's dispatch, which costs more than most of them do."""
        if request.method not in ("GET", "HEAD") or "get" not in self.action_map:
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
            return response
        try:
            request.user = self.user_of(request)
            require_json(request.headers.get("Accept"))
            handler: Callable[..., HttpResponseBase] = getattr(self, self.action_map["get"])
            return handler(request, **kwargs)
        except Exception as error:  # everything is answered in JSON
            return exception_handler(error)

    def user_of(self, request: Any) -> Any:
        for authenticator in self.get_authenticators():
            found = authenticator.authenticate(request)
            if found is not None:
                request.auth = found[1]
                return found[0]
        return Anonymous()

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return documents.nothing(Allow=", ".join(self.allowed_methods))

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer 405; on a related URL, say where the resource is written."""
        hint = ""
        if self.action_map.get("get") == "related" and self.of.target is not None:
            hint = f" Write to /v1/{self.of.target.path} instead."
        raise MethodNotAllowed(
            request.method, f'Method "{request.method}" is not allowed here.{hint}'
        )

    @property
    def of(self) -> Relation:
        """The relationship that this URL is about."""
        return self.resource.relationships[self.relationship or ""]

    # --- reads

    def list(self, request: Any) -> HttpResponseBase:
        require_unless_unknown(self.resource.permissions.listed, request.user, Target())
        return reading.collection(request, self.resource, request.user, self.list_scope(request))

    def named_list(self, request: Any) -> HttpResponseBase:
        reading.view_of(self.resource, request.user)
        scope = Narrowed(self.lists[self.list_name or ""])
        return reading.collection(request, self.resource, request.user, scope)

    def retrieve(self, request: Any, ref: str) -> HttpResponseBase:
        reading.view_of(self.resource, request.user)
        scope, key = reading.key_of(self.resource, ref)
        found = reading.document(request, self.resource, request.user, scope, {"key": key})
        if found is None:
            raise Http404
        return found

    def related(self, request: Any, ref: str) -> HttpResponseBase:
        return reading.related(request, self.resource, ref, self.of, request.user)

    def linkage(self, request: Any, ref: str) -> HttpResponseBase:
        return reading.linkage(request, self.resource, ref, self.of, request.user)

    # --- writes

    def create(self, request: Any) -> HttpResponseBase:
        return Write(self).create()

    def update(self, request: Any, ref: str) -> HttpResponseBase:
        return Write(self).update(ref)

    def destroy(self, request: Any, ref: str) -> HttpResponseBase:
        return Write(self).destroy(ref)

    def add_linkage(self, request: Any, ref: str) -> HttpResponseBase:
        if not self.of.many:
            raise MethodNotAllowed("POST", f'"{self.of.key}" leads to one row; send PATCH.')
        write = Write(self)
        return idempotency.once(
            request,
            lambda: write.link(ref, self.of, lambda old, sent: [*old, *sent]),
            ask=lambda: write.locked(ref, "change"),
        )

    def replace_linkage(self, request: Any, ref: str) -> HttpResponseBase:
        with transaction.atomic():
            return Write(self).link(ref, self.of, lambda old, sent: sent)

    def remove_linkage(self, request: Any, ref: str) -> HttpResponseBase:
        def without(old: Sequence[int], sent: Sequence[int]) -> Any:
            return [each for each in old if each not in sent] if self.of.many else []

        with transaction.atomic():
            return Write(self).link(ref, self.of, without)

    def named_list_post(self, request: Any) -> HttpResponseBase:
        """Answer a method that the contract routes here, and no client uses."""
        raise MethodNotAllowed("POST", f"Create at /v1/{self.resource.path} instead.")

    # --- what a data layer answers

    def layer_list(self, request: Any, **refs: str) -> HttpResponseBase:
        return Layered(self, request, refs).collection()

    def layer_retrieve(self, request: Any, **refs: str) -> HttpResponseBase:
        return Layered(self, request, refs).one()

    def layer_create(self, request: Any, **refs: str) -> HttpResponseBase:
        return Layered(self, request, refs).create()

    def layer_update(self, request: Any, **refs: str) -> HttpResponseBase:
        return Layered(self, request, refs).update()

    def layer_destroy(self, request: Any, **refs: str) -> HttpResponseBase:
        return Layered(self, request, refs).destroy()

    # --- the one row of a singleton, whatever id its URL has

    def retrieve_only(self, request: Any, ref: str = "") -> HttpResponseBase:
        return self.retrieve(request, "1")

    def update_only(self, request: Any, ref: str = "") -> HttpResponseBase:
        return self.update(request, "1")
