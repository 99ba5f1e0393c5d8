"""All resources by type. A relationship names a type, and this is where it is found."""

from collections.abc import Iterator

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model

from .names import type_of_model
from .resources import Resource


class Registry:
    def __init__(self) -> None:
        self._resources: dict[str, Resource] = {}

    def register(self, resource: Resource) -> None:
        """Make `resource` known.

        :raises ImproperlyConfigured: its type is taken.
        """
        known = self._resources.get(resource.type)
        if known is not None and known.view is not resource.view:
            raise ImproperlyConfigured(
                f'"{resource.type}" is both {known.view.__name__} and {resource.view.__name__}'
            )
        self._resources[resource.type] = resource
        resource.view.resource = resource
        resource.serializer_class.resource = resource

    def get(self, type_name: str) -> Resource | None:
        return self._resources.get(type_name)

    def __getitem__(self, type_name: str) -> Resource:
        return self._resources[type_name]

    def of_model(self, model: type[Model]) -> Resource:
        """Return the resource of a model: of several, the one that has the model's own name.

        :raises LookupError: no resource shows rows of it.
        """
        found = [resource for resource in self if resource.model is model]
        own = [resource for resource in found if resource.type == type_of_model(model.__name__)]
        if not found:
            raise LookupError(f"no resource shows rows of {model.__name__}")
        return (own or found)[0]

    def __iter__(self) -> Iterator[Resource]:
        return iter(self._resources.values())

    def check(self) -> None:
        """Refuse to start with a declaration that is incomplete or contradicts itself.

        :raises ImproperlyConfigured: with every fault, a line each.
        """
        faults = [fault for resource in self for fault in resource.refuse_to_start()]
        if faults:
            raise ImproperlyConfigured("\n".join(faults))


registry = Registry()
