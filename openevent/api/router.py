"""From one registered viewset to all of its URLs.

    /v1/tracks                             the list, and POST
    /v1/tracks/{id}                        the row: GET, PATCH, DELETE
    /v1/tracks/{id}/event                  what a relationship leads to: GET
    /v1/tracks/{id}/relationships/event    its linkage: GET, POST, PATCH, DELETE

`{id}` may be the identifier where the resource has one. Extra endpoints are DRF's `@action`s.
A method without a statement is not routed. Patterns are nested by collection, so that finding
one takes a look at the collections and then at the paths of one.
"""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, include, path, register_converter
from django.utils.functional import classproperty

from .datalayers import DataLayer
from .names import dasherize
from .registry import registry
from .resources import Relation, Resource
from .views import ResourceViewSet

Patterns = list[URLPattern | URLResolver]
Actions = dict[str, Any]  # HTTP method -> name of the viewset's method

LINKAGE_ACTIONS: Actions = {
    "get": "linkage",
    "post": "add_linkage",
    "patch": "replace_linkage",
    "delete": "remove_linkage",
}


class Reference:
    """The part of a URL that names a row: an id or an identifier."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: Any) -> str:
        return str(value)


register_converter(Reference, "ref")


class Router:
    """Collects the URLs of one app's resources."""

    def __init__(self) -> None:
        self.views: list[type[ResourceViewSet]] = []

    def register(self, view: type[ResourceViewSet]) -> None:
        """Make a resource known and routed."""
        registry.register(Resource(view))
        self.views.append(view)

    @property
    def urls(self) -> Patterns:
        return [pattern for view in self.views for pattern in patterns(view)]


def patterns(view: type[ResourceViewSet]) -> Iterator[URLPattern | URLResolver]:
    """Iterate over the URL patterns of one resource."""
    resource = view.resource
    if view.data_layer is not None:
        yield from _of_layer(view, view.data_layer)
        return
    if resource.is_singleton:
        actions = _stated(resource, {"get": "retrieve_only", "patch": "update_only"})
        yield path(resource.path, view.as_view(actions), name=resource.type)
        yield path(f"{resource.path}/<ref:ref>", view.as_view(actions), name=f"{resource.type}-one")
        return
    collection = _stated(resource, {"get": "list", "post": "create"})
    yield path(resource.path, view.as_view(collection), name=resource.type)
    yield path(f"{resource.path}/", include(list(_under_collection(view))))


def _of_layer(view: type[ResourceViewSet], layer: type[DataLayer]) -> Iterator[URLPattern]:
    """Iterate over the URLs of a data layer: those whose methods it has."""
    resource = view.resource
    base = resource.path
    if view.under:
        parent, segment = view.under
        base = f"{registry[parent].path}/<ref:parent>/{segment}"
    collection = {"get": "get_collection", "post": "create_object"}
    one = {"get": "get_object", "patch": "update_object", "delete": "delete_object"}
    actions = {
        "get_collection": "layer_list",
        "create_object": "layer_create",
        "get_object": "layer_retrieve",
        "update_object": "layer_update",
        "delete_object": "layer_destroy",
    }
    for route, methods, suffix in ((base, collection, ""), (f"{base}/<ref:ref>", one, "-one")):
        has: Actions = {
            method: actions[name] for method, name in methods.items() if layer.has(name)
        }
        if has:
            yield path(route, view.as_view(has), name=f"{resource.type}{suffix}")


def _under_collection(view: type[ResourceViewSet]) -> Iterator[URLPattern | URLResolver]:
    resource = view.resource
    for name in view.lists:
        # the contract routes POST here too; it answers 405 and names the collection
        actions: Actions = {"get": "named_list", "post": "named_list_post"}
        yield path(name, view.as_view(actions, list_name=name), name=f"{resource.type}-{name}")
    yield from _verbs(view, detail=False)
    detail = _stated(resource, {"get": "retrieve", "patch": "update", "delete": "destroy"})
    yield path("<ref:ref>", view.as_view(detail), name=f"{resource.type}-one")
    yield path("<ref:ref>/", include(list(_under_row(view))))


def _under_row(view: type[ResourceViewSet]) -> Iterator[URLPattern | URLResolver]:
    resource = view.resource
    yield from _verbs(view, detail=True)
    linkage = []
    for name, relation in resource.relationships.items():
        related = _leading_along(relation, view).as_view({"get": "related"}, relationship=name)
        for alias in dict.fromkeys([relation.alias, relation.key]):
            yield path(alias, related, name=f"{resource.type}-{alias}")
        linkage.append(
            path(
                dasherize(name),
                view.as_view(LINKAGE_ACTIONS, relationship=name),
                name=f"{resource.type}-linkage-{relation.key}",
            )
        )
    if linkage:
        yield path("relationships/", include(linkage))


def _leading_along(relation: Relation, view: type[ResourceViewSet]) -> type[ResourceViewSet]:
    """Return `view` as it answers where `relation` leads: with the other resource's documents."""

    class Related(view):  # type: ignore[valid-type, misc]
        @classproperty
        def serializer_class(cls) -> type[Any] | None:
            return relation.target.serializer_class if relation.target else None

    return Related


def _verbs(view: type[ResourceViewSet], *, detail: bool) -> Iterator[URLPattern]:
    extra: list[Any] = view.get_extra_actions()
    for verb in extra:
        if verb.detail == detail:
            name = f"{view.resource.type}-{verb.url_name}"
            yield path(verb.url_path, view.as_view(dict(verb.mapping), **verb.kwargs), name=name)


def _stated(resource: Resource, actions: Actions) -> Actions:
    """Return those of `actions` whose verb the resource's statement names."""
    verb_of = {"create": "create", "update": "change", "update_only": "change", "destroy": "delete"}
    return {
        method: action
        for method, action in actions.items()
        if verb_of.get(action, "view") in resource.permissions
    }
