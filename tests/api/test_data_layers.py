"""Data layers and extra verbs: resources that are not simply rows."""

import pytest
from django.http import Http404
from django.urls import include, path
from rest_framework import serializers

from events.models import Event, Track
from openevent.api import registry as registered
from openevent.api.datalayers import DataLayer
from openevent.api.router import Router
from openevent.api.serializers import DataSerializer
from openevent.api.verbs import collection_verb, row_verb
from openevent.api.views import ResourceViewSet
from openevent.errors import DomainError
from permissions.atoms import anyone, auth_required, is_admin, is_user_itself
from permissions.statements import allow
from tests.api_client import Api
from tests.factories.events import EventFactory, TrackFactory, hold
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db


class GreetingRefused(DomainError):
    detail = "Nobody is called that."
    pointer = "/data/attributes/name"


class GreetingSerializer(DataSerializer):
    name = serializers.CharField()
    words = serializers.CharField(read_only=True)
    length = serializers.DecimalField(max_digits=5, decimal_places=1, read_only=True)


class Greetings(DataLayer):
    """Greets; nothing is kept."""

    names = ("ada", "bob", "cy")

    def get_collection(self, data, view_kwargs):
        assert data is None
        return [self.greet(name) for name in self.names]

    def get_object(self, data, view_kwargs):
        if view_kwargs["id"] not in ("0", "1", "2"):
            raise Http404
        return self.greet(self.names[int(view_kwargs["id"])])

    def create_object(self, data, view_kwargs):
        if data["name"] == "nobody":
            raise GreetingRefused
        return self.greet(data["name"])

    def greet(self, name):
        words = f"Hello {name}, says {self.request.user.pk or 'nobody'}"
        return {"id": 7, "name": name, "words": words, "length": len(words)}


class GreetingViewSet(ResourceViewSet):
    serializer_class = GreetingSerializer
    resource_type = "greeting"
    data_layer = Greetings
    permissions = allow(view=anyone, create=auth_required)


class Rename(DataLayer):
    """Renames the user of the URL, and answers with the user."""

    def create_object(self, data, view_kwargs):
        user = self.request.user
        assert user.pk == view_kwargs["user_id"] or user.is_staff
        user.public_name = data["name"]
        user.save()
        if data["name"] == "fail":
            raise GreetingRefused
        return user


class RenameViewSet(ResourceViewSet):
    serializer_class = GreetingSerializer
    resource_type = "rename"
    data_layer = Rename
    under = ("user", "rename")
    permissions = allow(create=is_user_itself)


class Drafts(DataLayer):
    """Events of a certain name, as events."""

    def get_collection(self, data, view_kwargs):
        return Event.objects.filter(name__startswith="A")

    def delete_object(self, data, view_kwargs):
        Event.objects.filter(pk=view_kwargs["id"]).delete()

    def update_object(self, data, view_kwargs):
        event = Event.objects.get(pk=view_kwargs["id"])
        event.name = data["name"]
        event.save()
        return event


class DraftViewSet(ResourceViewSet):
    serializer_class = GreetingSerializer
    resource_type = "a-event"
    path = "a-events"
    data_layer = Drafts
    permissions = allow(view=anyone, change=is_admin, delete=is_admin)


class LoudTrackViewSet(ResourceViewSet):
    """Tracks once more, under another type, with verbs of its own."""

    resource_type = "loud-track"
    permissions = allow(
        view=anyone,
        shout=is_admin,
        volume=auth_required,
        rename=is_admin,
        follow=is_admin,
        compare=anyone,
        count=auth_required,
    )

    @row_verb("post")
    def shout(self, request, row):
        row.name = row.name.upper()
        row.save()

    @row_verb("get")
    def volume(self, request, row):
        return {"volume": len(row.name)}

    @row_verb("post")
    def rename(self, request, row):
        row.name = request.data[0]
        row.save()
        return {"name": row.name}

    @row_verb("get", acts=True)
    def follow(self, request, row):
        row.name = "followed"
        row.save()
        return {"success": True}

    @row_verb("get", path="against/<ref:other>")
    def compare(self, request, row, other):
        return {"names": [row.name, other]}

    @collection_verb("get")
    def count(self, request):
        return {"count": Track.objects.count()}


@pytest.fixture(autouse=True)
def _routes(settings):
    """Route the resources above, for the time of a test."""
    from events.api.tracks import TrackSerializer  # noqa: PLC0415  it needs the routes

    LoudTrackViewSet.serializer_class = type(
        "LoudTrackSerializer", (TrackSerializer,), {"Meta": TrackSerializer.Meta}
    )
    known = dict(registered.registry._resources)
    router = Router()
    for view in (GreetingViewSet, RenameViewSet, DraftViewSet, LoudTrackViewSet):
        router.register(view)
    registered.registry.check()
    settings.ROOT_URLCONF = type(
        "urls",
        (),
        {"urlpatterns": [path("v1/", include(router.urls)), path("", include("openevent.urls"))]},
    )
    yield
    registered.registry._resources = known


def test_mappings_become_resources():
    answer = Api().get("/v1/greetings")

    assert answer.document["meta"] == {"count": 3}
    assert answer.data[0] == {
        "type": "greeting",
        "id": "7",
        "attributes": {"name": "ada", "words": "Hello ada, says nobody", "length": 22},
        "links": {"self": "/v1/greetings/7"},
    }


def test_mappings_are_paged_and_their_fields_chosen():
    answer = Api().get("/v1/greetings", page__size=2, page__number=2, fields__greeting="name")

    assert [each["attributes"] for each in answer.data] == [{"name": "cy"}]
    assert answer.document["meta"] == {"count": 3}


def test_one_item_is_one_document():
    assert Api().get("/v1/greetings/1").attributes["name"] == "bob"
    assert Api().get("/v1/greetings/9").status == 404


def test_a_create_does_what_the_layer_does():
    user = UserFactory()

    answer = Api(user).post("/v1/greetings", "greeting", name="eve", words="ignored")

    assert answer.status == 201
    assert answer.attributes["words"] == f"Hello eve, says {user.pk}"


def test_a_refusal_of_the_layer_is_an_error_with_its_pointer():
    answer = Api(UserFactory()).post("/v1/greetings", "greeting", name="nobody")

    assert (answer.status, answer.pointer) == (422, "/data/attributes/name")


def test_the_statement_and_the_serializer_hold_for_a_layer():
    assert Api().post("/v1/greetings", "greeting", name="eve").status == 401
    missing = Api(UserFactory()).post("/v1/greetings", "greeting")
    assert (missing.status, missing.pointer) == (422, "/data/attributes/name")
    assert Api(UserFactory()).send("post", "/v1/greetings", "").status == 400
    assert Api(UserFactory()).post("/v1/greetings", "track", name="x").status == 409


def test_a_method_that_a_layer_lacks_is_not_allowed():
    api = Api(UserFactory(admin=True))

    assert api.patch("/v1/greetings/1", "greeting", name="x").status == 405
    assert api.delete("/v1/greetings/1").status == 405
    assert api.delete("/v1/greetings").status == 405
    assert api.get("/v1/users/1/rename").status == 405


def test_a_layer_under_a_parent_is_told_which():
    user, other = UserFactory(), UserFactory()

    renamed = Api(user).post(f"/v1/users/{user.pk}/rename", "rename", name="Ada")

    assert renamed.status == 201
    assert renamed.data["type"] == "user"
    assert renamed.attributes["public-name"] == "Ada"
    assert renamed.attributes["email"] == user.email
    assert Api(user).post(f"/v1/users/{other.pk}/rename", "rename", name="Ada").status == 404
    assert Api(user).post("/v1/users/99999999/rename", "rename", name="Ada").status == 404
    assert Api().post(f"/v1/users/{user.pk}/rename", "rename", name="Ada").status == 401


def test_what_a_layer_did_before_it_refused_is_undone():
    user = UserFactory(public_name="Ada")

    assert Api(user).post(f"/v1/users/{user.pk}/rename", "rename", name="fail").status == 422

    user.refresh_from_db()
    assert user.public_name == "Ada"


def test_a_queryset_is_shown_as_its_model_and_as_far_as_it_may_be_seen():
    shown = EventFactory(published=True, name="Alpha")
    draft = EventFactory(name="Aleph")
    EventFactory(published=True, name="Beta")
    owner = UserFactory()
    hold(owner, draft, "owner")

    answer = Api().get("/v1/a-events", include="tracks", sort="-name", fields__event="name")

    assert answer.ids == [shown.pk]
    assert answer.data[0]["type"] == "event"
    assert sorted(Api(owner).get("/v1/a-events").ids) == [shown.pk, draft.pk]
    named = {"name": "name", "op": "eq", "val": "Aleph"}
    assert Api(owner).filter("/v1/a-events", named).ids == [draft.pk]


def test_a_layer_may_change_and_delete():
    event = EventFactory(published=True, name="Alpha")
    admin = Api(UserFactory(admin=True))

    assert (
        admin.patch(f"/v1/a-events/{event.pk}", "a-event", name="Other").attributes["name"]
        == "Other"
    )
    assert admin.delete(f"/v1/a-events/{event.pk}").status == 200
    assert not Event.objects.exists()


def test_a_verb_gets_its_row_and_answers_with_it():
    track = TrackFactory(event=EventFactory(published=True), name="web")
    admin = Api(UserFactory(admin=True))

    answer = admin.send("post", f"/v1/loud-tracks/{track.pk}/shout", "")

    assert (answer.status, answer.attributes["name"]) == (200, "WEB")
    assert Api(UserFactory()).send("post", f"/v1/loud-tracks/{track.pk}/shout", "").status == 403
    assert Api().send("post", f"/v1/loud-tracks/{track.pk}/shout", "").status == 401
    assert admin.send("post", "/v1/loud-tracks/999999/shout", "").status == 404
    assert admin.get(f"/v1/loud-tracks/{track.pk}/shout").status == 405


def test_a_verb_that_reads_answers_in_plain_json():
    track = TrackFactory(event=EventFactory(published=True), name="web")

    answer = Api(UserFactory()).get(f"/v1/loud-tracks/{track.pk}/volume")

    assert (answer.document, answer.headers["Content-Type"]) == ({"volume": 3}, "application/json")
    assert Api().get(f"/v1/loud-tracks/{track.pk}/volume").status == 401
    assert Api(UserFactory()).get("/v1/loud-tracks/count").document == {"count": 1}
    assert Api().get("/v1/loud-tracks/count").status == 401


@pytest.mark.parametrize("content_type", ["application/json", "application/vnd.api+json"])
def test_a_verb_takes_any_json_under_either_media_type(content_type):
    track = TrackFactory(event=EventFactory(published=True))
    admin = Api(UserFactory(admin=True))
    path = f"/v1/loud-tracks/{track.pk}/rename"

    answer = admin.send("post", path, ["Mobile"], content_type)

    assert (answer.status, answer.document) == (200, {"name": "Mobile"})
    assert admin.send("post", path, b"[", content_type).status == 400


def test_a_verb_sent_twice_with_one_key_must_say_the_same():
    track = TrackFactory(event=EventFactory(published=True))
    admin = Api(UserFactory(admin=True), **{"Idempotency-Key": "k"})
    path = f"/v1/loud-tracks/{track.pk}/rename"

    assert admin.send("post", path, ["Mobile"]).status == 200
    assert admin.send("post", path, ["Mobile"]).headers["Idempotent-Replayed"] == "true"
    assert admin.send("post", path, ["Web"]).status == 422


def test_a_link_that_acts_does_so_for_get_and_not_for_head():
    track = TrackFactory(event=EventFactory(published=True), name="web")
    admin, path = Api(UserFactory(admin=True)), f"/v1/loud-tracks/{track.pk}/follow"

    headed = admin.client.head(path, headers=admin.headers)
    track.refresh_from_db()
    assert (headed.status_code, track.name) == (200, "web")
    assert admin.get(path).document == {"success": True}
    track.refresh_from_db()
    assert track.name == "followed"
    assert Api(UserFactory()).get(path).status == 403
    assert Api().get(path).status == 401


def test_a_path_of_a_verb_may_name_something_besides_its_row():
    track = TrackFactory(event=EventFactory(published=True), name="web")

    answer = Api().get(f"/v1/loud-tracks/{track.pk}/against/mobile")

    assert answer.document == {"names": ["web", "mobile"]}
