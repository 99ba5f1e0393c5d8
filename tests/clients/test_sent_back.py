"""Clients change a row by sending back all they got of it, loaded relationships included.

The web client sends every attribute it knows and repeats the to-one relationships; the apps send
the object they keep, with boolean attributes once more without their `is-`.
"""

import inspect
from typing import Any, Final

import pytest
from factory.django import DjangoModelFactory

from events.models import Event
from openevent.api.resources import Resource
from tests.api_client import Api
from tests.factories import administration, events, messaging, users
from tests.resources.reference import resources

pytestmark = pytest.mark.django_db

FACTORIES: Final = {
    factory._meta.model: factory
    for module in (administration, events, messaging, users)
    for _, factory in inspect.getmembers(module, inspect.isclass)
    if issubclass(factory, DjangoModelFactory) and factory._meta.model is not None
}
CHANGED: Final = [
    each
    for each in resources()
    if "change" in each.permissions and each.model in FACTORIES and each.has_own_url
]
CREATED: Final = [
    each
    for each in resources()
    if "create" in each.permissions
    and each.model in FACTORIES
    and each.has_own_url
    # whose image has to be there
    and each.type != "custom-placeholder"
]
# What a new row needs that nobody reads.
UNREAD: Final = {"user": {"password": "a long password"}}
# What each write says anew.
STAMPS: Final = {"last-modified-at", "modified-at", "submitted-at"}


@pytest.mark.parametrize("resource", CHANGED, ids=lambda each: each.type)
def test_what_was_read_is_taken_back_and_changes_nothing(resource: Resource) -> None:
    row = FACTORIES[resource.model].create()  # type: ignore[index]
    admin = Api(users.UserFactory(super_admin=True))
    to_ones = to_one_keys(resource)
    path = f"/v1/{resource.path}/{row.pk}"
    got = admin.get(path, include=",".join(to_ones))

    sent = got.data | {"attributes": {**bare(got.attributes), **got.attributes}}
    answer = admin.send("patch", path, {"data": sent})

    assert answer.status == 200, answer
    assert without_stamps(answer.attributes) == without_stamps(got.attributes)
    again = admin.get(path, include=",".join(to_ones))
    assert again.data.get("relationships") == got.data.get("relationships")


@pytest.mark.parametrize("resource", CREATED, ids=lambda each: each.type)
def test_a_new_row_is_made_of_what_it_needs_and_nulls(resource: Resource) -> None:
    row = FACTORIES[resource.model].create()  # type: ignore[index]
    admin = Api(users.UserFactory(super_admin=True))
    to_ones = to_one_keys(resource)
    got = admin.get(f"/v1/{resource.path}/{row.pk}", include=",".join(to_ones)).data
    row.delete()  # of some there may be one only
    Event.objects.update(is_sessions_speakers_enabled=True, is_sponsors_enabled=True)
    fields = resource.declared_fields
    attributes = {
        attribute.key: got["attributes"].get(attribute.key) if fields[name].required else None
        for name, attribute in resource.attributes.items()
    }
    data = {
        "type": resource.type,
        "attributes": attributes | UNREAD.get(resource.type, {}),
        "relationships": {key: {"data": got["relationships"][key]["data"]} for key in to_ones},
    }

    answer = admin.send("post", f"/v1/{resource.path}", {"data": data})

    assert answer.status == 201, answer
    kept = {name: value for name, value in attributes.items() if value is not None}
    assert answer.attributes == {**answer.attributes, **kept}


def to_one_keys(resource: Resource) -> list[str]:
    return [each.key for each in resource.relationships.values() if not each.many]


def bare(attributes: dict[str, Any]) -> dict[str, Any]:
    """Return the boolean attributes as the apps repeat them, turned round: nobody reads these."""
    return {
        name.removeprefix("is-"): not value
        for name, value in attributes.items()
        if name.startswith("is-")
    }


def without_stamps(attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if name not in STAMPS}
