"""Answering with a data layer: its items become the documents that rows would be."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase

from permissions.asking import require, require_unless_unknown
from permissions.targets import Target, own_need

from . import documents, idempotency, query, reading
from .datalayers import DataLayer, Item
from .errors import MalformedDocument
from .plan.shape import Shape
from .plan.sql import Viewer
from .registry import registry
from .resources import Resource
from .scopes import Given
from .visibility import model_of

if TYPE_CHECKING:
    from .views import ResourceViewSet


class Layered:
    """One request to a resource with a data layer."""

    def __init__(self, view: "ResourceViewSet", request: Any, refs: Mapping[str, str]) -> None:
        self.view = view
        self.request = request
        self.user: Any = request.user
        self.resource: Resource = view.resource
        self.refs = refs

    def collection(self) -> HttpResponseBase:
        layer, kwargs = self.asked("view")
        found = layer.get_collection(None, kwargs)
        if isinstance(found, QuerySet):
            resource = registry.of_model(found.model)
            return reading.collection(self.plain, resource, self.user, Given(found))
        items = list(found)
        asked = query.parse(self.plain.GET, self.resource, many=True)
        start = (asked.number - 1) * asked.size
        page = items[start : start + asked.size] if asked.size else items
        links = documents.page_links(self.plain.path, asked, len(items))
        data = [self.resource_object(item) for item in page]
        return documents.answer(documents.many(data, [], len(items), links))

    def one(self) -> HttpResponseBase:
        layer, kwargs = self.asked("view")
        return self.document(layer.get_object(None, kwargs))

    def create(self) -> HttpResponseBase:
        layer, kwargs = self.asked("create")
        data = self.validated(partial=False)

        def effect() -> HttpResponseBase:
            response = self.document(layer.create_object(data, kwargs))
            response.status_code = 201
            return response

        return idempotency.once(self.request, effect)

    def update(self) -> HttpResponseBase:
        layer, kwargs = self.asked("change")
        data = self.validated(partial=True)
        with transaction.atomic():
            return self.document(layer.update_object(data, kwargs))

    def destroy(self) -> HttpResponseBase:
        layer, kwargs = self.asked("delete")
        with transaction.atomic():
            layer.delete_object(None, kwargs)
        return documents.answer(documents.meta(message="Object successfully deleted"))

    def asked(self, verb: str) -> tuple[DataLayer, dict[str, Any]]:
        """Return the layer and what the URL names, once the caller may `verb` that.

        :raises Http404: the parent does not exist, or the caller may not view it.
        """
        statement = self.resource.permissions[verb]
        require_unless_unknown(statement, self.user, Target())
        kwargs: dict[str, Any] = {}
        if self.view.under:
            parent = registry[self.view.under[0]]
            kwargs[own_need(model_of(parent))] = reading.id_of(
                parent, self.refs["parent"], self.user
            )
        if "ref" in self.refs:
            kwargs["id"] = self.refs["ref"]
        require(statement, self.user, Target(**kwargs))
        if self.view.data_layer is None:
            raise TypeError(f"{self.resource.type} has no data layer")
        return self.view.data_layer(self.request), kwargs

    def validated(self, *, partial: bool) -> Mapping[str, Any]:
        if not self.request.data:
            raise MalformedDocument('Write an object with a "data" member.', pointer="")
        serializer = self.view.serializer_class(
            data=self.request.data, partial=partial, context={"user": self.user}
        )
        serializer.is_valid(raise_exception=True)
        data: Mapping[str, Any] = serializer.validated_data
        return data

    @property
    def plain(self) -> HttpRequest:
        """The request without DRF's wrapping."""
        request: HttpRequest = getattr(self.request, "_request", self.request)
        return request

    def document(self, item: Item) -> HttpResponseBase:
        if isinstance(item, Model):
            return reading.written(self.plain, registry.of_model(type(item)), self.user, item)
        links = {"self": self.plain.path}
        return documents.answer(documents.one(self.resource_object(item), [], links))

    def resource_object(self, item: Item) -> bytes:
        """Return the resource object of the values that the layer gave."""
        if not isinstance(item, Mapping):
            raise TypeError("a list of rows is given as a queryset")
        asked = query.parse(self.plain.GET, self.resource, many=False).shape
        wanted = asked.fields_of(self.resource.type)
        relations = [
            relation
            for name, relation in self.resource.relationships.items()
            if wanted is None or name in wanted
        ]
        shape = Shape(self.resource, Viewer.of(self.user), wanted, relations)
        names = {"pk": "id"}
        values = tuple(item.get(names.get(str(c), str(c))) for c in shape.columns)
        return shape.write(values, [orjson.dumps(item[each.name]) for each in relations])
