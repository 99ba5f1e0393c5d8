"""Writes that the old server asked nobody about, one test each, of all that is served here.

Each is sent by nobody and by somebody who organizes another event, both are refused, and no row
of any table is another than before. The same, sent by a super admin, gets in: so it is refused
over who sends it, and not over what it says.
"""

import itertools
import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from pytest_django import DjangoDbBlocker

from openevent.api.registry import registry
from openevent.api.resources import Relation, Resource
from tests import seeds
from tests.api_client import JSON_API
from tests.factories import events as factories
from tests.factories.users import CustomSystemRoleFactory, UserEmailFactory, UserFactory
from tests.personas import client_of
from tests.services import databases

# By the old server's handler: the methods that it asked nobody about, and where. An ellipsis
# stands for each relationship of the row.
UNASKED: Final = """
CustomFormOptionList           POST              /v1/custom-form-options
CustomFormOptionDetail         PATCH DELETE      /v1/custom-form-options/{id}
CustomFormOptionRelationship   POST PATCH DELETE /v1/custom-form-options/{id}/relationships/...
CustomFormTranslateList        POST              /v1/custom-form-translates
CustomFormTranslateDetail      PATCH DELETE      /v1/custom-form-translates/{id}
CustomFormTranslateRelationship POST PATCH DELETE /v1/custom-form-translates/{id}/relationships/...
CustomPlaceholderRelationship  POST              /v1/custom-placeholders/{id}/relationships/...
CustomSystemRoleRelationship   POST              /v1/custom-system-roles/{id}/relationships/...
EventSubTopicRelationship      POST              /v1/event-sub-topics/{id}/relationships/...
EventTopicRelationship         POST              /v1/event-topics/{id}/relationships/...
EventTypeRelationship          POST              /v1/event-types/{id}/relationships/...
FaqRelationship                POST DELETE       /v1/faqs/{id}/relationships/...
FaqTypeRelationship            POST              /v1/faq-types/{id}/relationships/...
MicrolocationRelationship      POST              /v1/microlocations/{id}/relationships/...
RoleInviteRelationship         PATCH             /v1/role-invites/{id}/relationships/...
SessionRelationship            POST              /v1/sessions/{id}/relationships/...
SessionTypeRelationship        POST              /v1/session-types/{id}/relationships/...
SocialLinkListPost             POST              /v1/social-links
SpeakerRelationship            POST              /v1/speakers/{id}/relationships/...
TagListPost                    POST              /v1/tags
TagDetail                      PATCH DELETE      /v1/tags/{id}
TagRelationship                POST PATCH DELETE /v1/tags/{id}/relationships/...
TrackRelationship              POST              /v1/tracks/{id}/relationships/...
UserEmailListPost              POST              /v1/user-emails
UserEmailRelationship          POST PATCH DELETE /v1/user-emails/{id}/relationships/...
UsersEventsRolesRelationship   PATCH             /v1/users-events-roles/{id}/relationships/...
UsersGroupsRolesRelationship   PATCH             /v1/users-groups-roles/{id}/relationships/...
"""
REFUSED: Final = (401, 403, 404, 405)


class Write(NamedTuple):
    method: str
    collection: str
    # "" stands for the row, and `None` for the collection
    relationship: str | None

    @property
    def resource(self) -> Resource:
        return next(each for each in registry if each.path == self.collection)


def writes() -> Iterator[Any]:
    for line in UNASKED.strip().splitlines():
        handler, *methods, path = line.split()
        _, _, collection, *rest = path.split("/")
        resource = Write("", collection, None).resource
        named: list[str | None] = [None]
        if rest:
            named = [*map(str, resource.relationships)] if len(rest) > 1 else [""]
        for method, name in itertools.product(methods, named):
            yield pytest.param(
                Write(method, collection, name), id=f"{handler} {method} {name or ''}".strip()
            )


class Scene:
    """A published event with a row of every kind, somebody who organizes another, and an admin."""

    def __init__(self) -> None:
        event = factories.EventFactory(published=True, event_type=factories.EventTypeFactory())
        form = factories.CustomFormFactory(event=event)
        topic = factories.EventTopicFactory()
        sub_topic = factories.EventSubTopicFactory(event_topic=topic)
        session = factories.SessionFactory(event=event, state="accepted")
        group = factories.GroupFactory()
        faq_type = factories.FaqTypeFactory(event=event)
        made: list[Model] = [
            factories.CustomFormOptionFactory(custom_form=form),
            factories.CustomFormTranslateFactory(custom_form=form),
            factories.CustomPlaceholderFactory(event_sub_topic=sub_topic),
            CustomSystemRoleFactory(panels=["sales"]),
            factories.FaqFactory(event=event, faq_type=faq_type),
            factories.MicrolocationFactory(event=event),
            factories.RoleInviteFactory(event=event),
            factories.SessionTypeFactory(event=event),
            factories.SocialLinkFactory(event=event),
            factories.SpeakerFactory(event=event),
            factories.TagFactory(event=event),
            factories.TrackFactory(event=event),
            factories.FeedbackFactory(event=event),
            factories.ExhibitorFactory(event=event),
            factories.SpeakerInviteFactory(session=session),
            factories.FavouriteSessionFactory(session=session),
            factories.GroupRoleFactory(group=group),
            factories.hold(UserFactory(), event, "owner"),
            UserEmailFactory(),
            *(event, form, topic, sub_topic, session, group, faq_type, event.event_type),
        ]
        self.rows = {type(row): row for row in made}
        outsider = UserFactory()
        factories.hold(outsider, factories.EventFactory(published=True), "organizer")
        self.refused = {"nobody": client_of(None), "an organizer elsewhere": client_of(outsider)}
        self.admin = client_of(UserFactory(super_admin=True))
        self.before = everything()

    def row(self, resource: Resource) -> Model:
        model: Any = resource.model
        return self.rows.get(model) or model._default_manager.order_by("pk").first()

    def linkage(self, relation: Relation) -> Any:
        """Return what links the scene's row of the other resource."""
        key = self.row(relation.served).pk if relation.target else 1
        one = {"type": relation.spelled, "id": str(key)}
        return [one] if relation.many else one

    def send(self, write: Write, client: Client) -> int:
        resource = write.resource
        data: Any = {"type": resource.type, "attributes": {}}
        path = f"/v1/{resource.path}"
        if write.relationship is None:
            data["relationships"] = {
                relation.key: {"data": self.linkage(relation)}
                for relation in resource.relationships.values()
                if relation.is_required
            }
        else:
            path, data["id"] = f"{path}/{self.row(resource).pk}", str(self.row(resource).pk)
        if write.relationship:
            relation = resource.relationships[write.relationship]
            path, data = f"{path}/relationships/{relation.key}", self.linkage(relation)
        body = json.dumps({"data": data})
        return client.generic(write.method, path, body, content_type=JSON_API).status_code


def everything() -> dict[str, list[Any]]:
    """Return every row of what this is about, in tables of relations too."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for label in ("events", "users")
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    }


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    with django_db_blocker.unblock():
        yield Scene()
        databases.renew()


@pytest.mark.xdist_group("unasked writes")
@pytest.mark.parametrize("write", [*writes()])
def test_a_write_that_nobody_was_asked_about_is_refused(write: Write, scene: Scene) -> None:
    statuses = {name: scene.send(write, client) for name, client in scene.refused.items()}

    assert set(statuses.values()) <= {*REFUSED}, statuses
    assert everything() == scene.before
    with seeds.undone():
        assert (scene.send(write, scene.admin) in REFUSED) is is_nobodys(write)


def is_nobodys(write: Write) -> bool:
    """Return whether not even a super admin may: a to-one that is added to, or set elsewhere."""
    if not write.relationship:
        return False
    relation = write.resource.relationships[write.relationship]
    adds_to_one = write.method == "POST" and not relation.many
    return bool(
        adds_to_one
        or relation.changed_by
        or relation.field.read_only
        or "change" not in write.resource.permissions
    )
