"""Data layers: resources that are not simply rows.

A viewset with `data_layer = VerifyUser` asks that class instead of a model. What it has not
is not routed: a layer without `update_object` answers PATCH with 405. Permissions, the
document and OpenAPI are those of any resource. docs/data-layers.md shows how to write one.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest

# What a layer answers with: a row, or the values of the attributes by name; of a relationship,
# the URL of what it leads to.
Item = Model | Mapping[str, Any]
Data = Mapping[str, Any] | None


class DataLayer:
    """Where a resource's data comes from, and what a write of it does.

    Each method gets `data`, the validated attributes and relationships by Python name (`None`
    on reads), and `view_kwargs`, what the URL names (`{"id": 3}`). `self.request` is the
    request, with `user`. Refusals are raised as `DomainError`; a missing item as `Http404`.
    """

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get_collection(
        self, data: Data, view_kwargs: Mapping[str, Any]
    ) -> QuerySet[Any] | Iterable[Item]:
        """Return the items of the list: a queryset is filtered, sorted and paged in SQL."""
        raise TypeError("not routed")

    def get_object(self, data: Data, view_kwargs: Mapping[str, Any]) -> Item:
        """Return one item."""
        raise TypeError("not routed")

    def create_object(self, data: Data, view_kwargs: Mapping[str, Any]) -> Item:
        """Do what POST asks, and return what it made or changed."""
        raise TypeError("not routed")

    def update_object(self, data: Data, view_kwargs: Mapping[str, Any]) -> Item:
        """Do what PATCH asks, and return the item as it is then."""
        raise TypeError("not routed")

    def delete_object(self, data: Data, view_kwargs: Mapping[str, Any]) -> None:
        """Do what DELETE asks."""
        raise TypeError("not routed")

    @classmethod
    def has(cls, method: str) -> bool:
        """Return whether the layer has `method`, or only inherits its name from here."""
        return getattr(cls, method) is not getattr(DataLayer, method)
