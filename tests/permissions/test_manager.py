"""The permission manager on views: whom it lets pass, in which order it asks, what it refuses."""

import json

import pytest
from django.db import connection, models
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.test.utils import isolate_apps
from django.views import View
from rest_framework.decorators import action
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.test import force_authenticate
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSet

from events.models import Event, EventRole, Session, Speaker, Track
from permissions import current, lookups
from permissions.manager import (
    Guarded,
    has_access,
    has_permission,
    public,
    statement,
    statements_on,
)
from permissions.memory import forget
from permissions.registry import named
from permissions.users import Anonymous
from tests.factories.events import EventFactory, SessionFactory, TrackFactory, hold
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db
NOBODY = Anonymous()


def holding(user, event, role):
    hold(user, event, role)
    return user


@pytest.fixture
def event():
    return EventFactory(published=True)


@pytest.fixture
def coorganizer(event):
    return holding(UserFactory(), event, "coorganizer")


@pytest.fixture
def outsider():
    return UserFactory()


@pytest.fixture
def order_and_notification(event):
    """Models of one id, of two events: what is judged by the wrong one is judged wrongly."""
    with isolate_apps("events"):

        class Notification(models.Model):  # noqa: DJ008  two tables of numbers
            event_id = models.IntegerField(null=True)
            user_id = models.IntegerField(null=True)
            code = models.CharField(max_length=10, default="")

            class Meta:
                app_label = "events"
                db_table = "test_notification"

        class Order(models.Model):  # noqa: DJ008
            event_id = models.IntegerField(null=True)
            buyer_id = models.IntegerField(null=True)
            identifier = models.CharField(max_length=10, default="")

            class Meta:
                app_label = "events"
                db_table = "test_order"

        with connection.schema_editor() as editor:
            editor.create_model(Notification)
            editor.create_model(Order)
        yield Order, Notification


def ask(stated, user, method="GET", **arguments):
    forget()
    try:
        stated.ask(user, method, arguments)
    except (NotAuthenticated, PermissionDenied) as refusal:
        return refusal.status_code
    except Http404:
        return 404
    return 200


def send(view, user=NOBODY, method="get", body=None, **arguments):
    """Send a request to `view`; return its status and what its errors say."""
    request = getattr(RequestFactory(), method)(
        "/", **({} if body is None else {"data": body, "content_type": "application/json"})
    )
    current.note_caller(request, user)
    force_authenticate(request, user if user.is_authenticated else None)
    forget()
    answer = view(request, **arguments)
    content = answer.content if isinstance(answer, HttpResponse) else answer.rendered_content
    errors = json.loads(content)["errors"] if answer.status_code >= 400 else []
    return answer.status_code, [error["detail"] for error in errors]


def hello(request, **arguments):
    return HttpResponse(b"hello")


# --- where values come from


def test_the_url_gives_the_value_before_any_row_is_looked_for(event, coorganizer):
    stated = statement("is_coorganizer", fetch="event_id", model=Track)

    assert ask(stated, coorganizer, event_id=str(event.pk), id="999") == 200


def test_a_row_gives_the_value_that_the_url_does_not_have(event, coorganizer, outsider):
    track = TrackFactory(event=event)
    stated = statement("is_coorganizer", fetch="event_id", model=Track)

    assert ask(stated, coorganizer, id=str(track.pk)) == 200
    assert ask(stated, outsider, id=str(track.pk)) == 403
    assert ask(stated, coorganizer, id="999999") == 404


def test_on_the_event_itself_event_id_is_its_id(event, coorganizer):
    stated = statement("is_coorganizer", fetch="event_id", model=Event)

    assert ask(stated, coorganizer, id=str(event.pk)) == 200
    assert ask(stated, coorganizer, id=str(EventFactory().pk)) == 403


def test_a_value_may_be_fetched_under_another_name(event, coorganizer):
    stated = statement("is_user_itself", fetch="creator_id", fetch_as="user_id", model=Session)
    session = SessionFactory(event=event, creator=coorganizer)

    assert ask(stated, coorganizer, id=session.pk) == 200
    assert ask(stated, UserFactory(), id=session.pk) == 403


def test_the_row_is_found_by_the_key_and_the_column_that_are_named(event, coorganizer):
    track = TrackFactory(event=event, name="web")
    stated = statement(
        "is_coorganizer",
        fetch="event_id",
        model=Track,
        fetch_key_url="track_name",
        fetch_key_model="name",
    )

    assert ask(stated, coorganizer, track_name="web") == 200
    assert ask(stated, coorganizer, track_name="mobile") == 404
    assert track.event_id == event.pk


def test_each_key_serves_the_model_at_its_place(order_and_notification, event, coorganizer):
    Order, Notification = order_and_notification
    theirs, foreign = event.pk, EventFactory().pk
    Order.objects.create(pk=5, event_id=foreign)
    Notification.objects.create(pk=5, event_id=theirs)
    stated = statement(
        "is_coorganizer",
        fetch="event_id",
        fetch_key_url=" notification_id , order_id ",
        model=[Notification, Order],
    )

    assert ask(stated, coorganizer, notification_id="5") == 200
    assert ask(stated, coorganizer, order_id="5") == 403, "order 5 is not notification 5"
    assert ask(stated, coorganizer, order_id="6") == 404
    assert ask(stated, coorganizer) == 403, "a URL without either says nothing"


def test_the_user_of_a_role_an_invoice_or_a_notification_is_asked_of_that_row_alone(
    order_and_notification, event
):
    """`/v1/users-events-roles/{id}/user`, and its like for rows that are invoices here."""
    Invoice, Notification = order_and_notification
    ada, bob = UserFactory.create_batch(2)
    held = hold(ada, event, "moderator")
    Notification.objects.create(pk=held.pk, user_id=bob.pk)
    stated = statement(
        "is_user_itself",
        fetch="user_id",
        fetch_key_url="users_events_roles_id, notification_id",
        model=[EventRole, Notification],
    )
    of_buyer = statement(
        "is_user_itself",
        fetch="buyer_id",
        fetch_as="user_id",
        fetch_key_url="event_invoice_id",
        model=Invoice,
    )
    Invoice.objects.create(pk=9, buyer_id=ada.pk)

    assert [ask(stated, user, users_events_roles_id=held.pk) for user in (ada, bob)] == [200, 403]
    assert [ask(stated, user, notification_id=held.pk) for user in (ada, bob)] == [403, 200]
    assert [ask(of_buyer, user, event_invoice_id="9") for user in (ada, bob)] == [200, 403]


def test_the_identifier_of_any_model_becomes_its_id(
    order_and_notification, event, coorganizer, monkeypatch
):
    Order, Notification = order_and_notification
    Order.objects.create(pk=5, event_id=event.pk, identifier="a1b2c3d4")
    Order.objects.create(pk=6, event_id=EventFactory().pk, identifier="e5f6a7b8")
    monkeypatch.setattr(lookups, "our_models", lambda: [Event, Order, Notification])
    lookups._identified.cache_clear()
    stated = statement("is_coorganizer", fetch="event_id", fetch_key_url="order_id", model=Order)

    found = [
        ask(stated, coorganizer, order_identifier=each)
        for each in ("a1b2c3d4", "e5f6a7b8", "nowhere1")
    ]

    lookups._identified.cache_clear()
    assert found == [200, 403, 404]


def test_with_several_models_one_key_serves_all_and_the_first_row_wins(
    order_and_notification, event, coorganizer
):
    Order, Notification = order_and_notification
    Order.objects.create(pk=7, event_id=event.pk)
    Order.objects.create(pk=8, event_id=event.pk)
    Notification.objects.create(pk=8, event_id=EventFactory().pk)
    for key in (None, "id"):
        stated = statement(
            "is_coorganizer", fetch="event_id", fetch_key_url=key, model=[Notification, Order]
        )

        assert ask(stated, coorganizer, id="7") == 200
        assert ask(stated, coorganizer, id="8") == 403
        assert ask(stated, coorganizer, id="9") == 404


def test_the_first_of_several_names_that_has_a_value_is_fetched(
    order_and_notification, coorganizer
):
    _, Notification = order_and_notification
    Notification.objects.create(pk=3, user_id=coorganizer.pk)
    stated = statement("is_user_itself", fetch="event_id, user_id", model=Notification)

    assert ask(stated, coorganizer, id="3") == 200


def test_a_row_without_the_value_is_not_found(order_and_notification, coorganizer):
    Order, _ = order_and_notification
    Order.objects.create(pk=4)
    stated = statement("is_coorganizer", fetch="event_id", model=Order)

    assert ask(stated, coorganizer, id="4") == 404


def test_identifiers_become_ids(event, coorganizer, outsider):
    stated = statement("is_coorganizer", fetch="event_id")
    on_event = statement("is_coorganizer", fetch="event_id", model=Event)

    assert ask(stated, coorganizer, event_identifier=event.identifier) == 200
    assert ask(stated, outsider, event_identifier=event.identifier) == 403
    assert ask(stated, coorganizer, event_identifier="nowhere1") == 404
    assert ask(on_event, coorganizer, identifier=event.identifier) == 200
    assert ask(on_event, coorganizer, id=event.identifier) == 200


def test_other_keywords_go_to_the_permission_as_they_are(event, coorganizer):
    stated = statement("is_coorganizer", event_id=event.pk)

    assert (ask(stated, coorganizer), ask(stated, UserFactory())) == (200, 403)


# --- methods


@pytest.mark.parametrize("methods", ["POST,PATCH", " post , Patch ", ["POST", "patch"]])
@pytest.mark.parametrize("keyword", ["methods", "method"])
def test_methods_that_are_not_listed_pass(keyword, methods, outsider):
    stated = statement("is_admin", **{keyword: methods})

    asked = {method: ask(stated, outsider, method) for method in ("GET", "POST", "PATCH", "DELETE")}

    assert asked == {"GET": 200, "POST": 403, "PATCH": 403, "DELETE": 200}


def test_without_methods_every_method_is_meant(outsider):
    stated = statement("is_admin")

    assert {ask(stated, outsider, method) for method in ("GET", "HEAD", "PUT", "DELETE")} == {403}


def test_head_is_a_get(outsider):
    assert ask(statement("is_admin", methods="GET"), outsider, "HEAD") == 403
    assert ask(statement("is_admin", methods="POST"), outsider, "HEAD") == 200


# --- leave_if and check


def test_leave_if_sees_the_urls_arguments_before_identifiers_become_ids(event, outsider):
    seen = []
    stated = statement(
        "is_coorganizer",
        fetch="event_id",
        leave_if=lambda a: seen.append(dict(a)) or a.get("event_id") or a.get("event_identifier"),
    )

    assert ask(stated, outsider, event_identifier=event.identifier) == 200
    assert ask(stated, outsider, event_id="1") == 200
    assert ask(stated, outsider, other="1") == 403
    assert seen == [{"event_identifier": event.identifier}, {"event_id": "1"}, {"other": "1"}]


def test_check_must_hold_whoever_asks(event):
    stated = statement("is_admin", check=lambda a: a["id"] == "1")
    admin = UserFactory(admin=True)

    assert (ask(stated, admin, id="1"), ask(stated, admin, id="2")) == (200, 403)


@pytest.mark.parametrize("keyword", ["leave_if", "check"])
def test_a_condition_that_fails_refuses_and_is_logged(keyword, caplog):
    stated = statement("is_admin", **{keyword: lambda a: a["missing"]})

    assert ask(stated, UserFactory(admin=True), id="1") == 403
    assert "a condition of a permission failed" in caplog.text


def test_a_condition_cannot_change_what_is_judged(event, outsider, coorganizer):
    def tamper(arguments):
        arguments["event_id"] = event.pk
        return False

    stated = statement("is_coorganizer", fetch="event_id", leave_if=tamper)

    assert ask(stated, coorganizer, event_id=str(EventFactory().pk)) == 403


def test_the_query_string_and_the_body_change_no_decision(event, coorganizer):
    stated = has_permission("is_coorganizer", fetch="event_id", leave_if=lambda a: a.get("event"))
    foreign = EventFactory().pk
    request = RequestFactory().post(
        f"/?event=1&event_id={event.pk}",
        json.dumps({"event": 1, "event_id": event.pk}),
        content_type="application/json",
    )
    current.note_caller(request, coorganizer)

    assert stated(hello)(request, event_id=str(foreign)).status_code == 403


# --- where it may stand


def test_it_guards_a_function(event, coorganizer, outsider):
    view = has_permission("is_coorganizer", fetch="event_id")(hello)

    assert send(view, coorganizer, event_id=event.pk) == (200, [])
    assert send(view, outsider, event_id=event.pk) == (403, ["Co-organizer access is required."])
    assert send(view, event_id=event.pk)[0] == 401


def test_it_guards_a_class(outsider):
    @has_permission("is_admin", methods="GET")
    class Reading(View):
        def get(self, request):
            return HttpResponse(b"read")

        def post(self, request):
            return HttpResponse(b"written")

    assert send(Reading.as_view(), outsider)[0] == 403
    assert send(Reading.as_view(), UserFactory(admin=True))[0] == 200
    assert send(Reading.as_view(), outsider, "post")[0] == 200


def test_subclasses_inherit_decorators(outsider):
    class Parent(Guarded, APIView):
        decorators = (has_permission("is_admin"),)

        def get(self, request):
            return HttpResponse(b"read")

    @has_permission("auth_required")
    class Signed(Parent):
        pass

    class Upcoming(Signed):
        pass

    assert send(Signed.as_view(), outsider)[0] == 403
    assert send(Upcoming.as_view(), outsider)[0] == 403
    assert send(Upcoming.as_view(), UserFactory(admin=True))[0] == 200


def test_it_guards_an_action_of_a_viewset(event, coorganizer, outsider):
    class Tracks(ViewSet):
        @action(detail=True, methods=["post"])
        @has_permission("is_coorganizer", fetch="event_id", model=Track)
        def move(self, request, id):  # noqa: A002
            return HttpResponse(b"moved")

    view = Tracks.as_view({"post": "move"})
    track = TrackFactory(event=event)

    assert send(view, coorganizer, "post", id=str(track.pk))[0] == 200
    assert send(view, outsider, "post", id=str(track.pk))[0] == 403
    assert send(view, NOBODY, "post", id=str(track.pk))[0] == 401


def test_every_one_of_several_statements_applies(event, coorganizer):
    verified = has_permission("is_verified")
    working = has_permission("is_coorganizer", fetch="event_id")
    unverified = holding(UserFactory(unverified=True), event, "coorganizer")

    for view in (verified(working(hello)), working(verified(hello))):
        assert send(view, coorganizer, event_id=event.pk)[0] == 200
        assert send(view, unverified, event_id=event.pk)[0] == 403
        assert send(view, UserFactory(), event_id=event.pk)[0] == 403
        assert len(statements_on(view)) == 2


def test_public_says_that_everybody_may(outsider):
    assert send(public()(hello))[0] == 200
    assert statements_on(public(methods="GET")(hello))[0].methods == {"GET"}


# --- in which order it is asked


def test_nobody_learns_from_a_404_what_there_is(event):
    stated = statement("is_coorganizer", fetch="event_id", model=Track)

    assert ask(stated, NOBODY, id="999999") == 401


def test_an_outsider_with_a_broken_body_is_refused_for_who_they_are(event, outsider):
    view = has_permission("is_coorganizer", fetch="event_id")(hello)

    for body in ("{", "[]", '{"data": {"relationships": {"event": 7}}}', "\x00"):
        assert send(view, outsider, "post", body, event_id=event.pk)[0] == 403
        assert send(view, NOBODY, "post", body, event_id=event.pk)[0] == 401


def linking(event_id):
    linkage = {"data": {"type": "event", "id": str(event_id)}}
    return json.dumps({"data": {"type": "track", "relationships": {"event": linkage}}})


def test_where_only_the_body_names_the_parent_its_linkage_is_asked(event, coorganizer, outsider):
    view = has_permission("is_coorganizer")(hello)

    assert send(view, coorganizer, "post", linking(event.pk))[0] == 200
    assert send(view, coorganizer, "post", linking(EventFactory().pk))[0] == 403
    assert send(view, outsider, "post", linking(event.pk))[0] == 403


def test_a_parent_that_the_body_does_not_name_is_asked_for_if_it_could_help(coorganizer, outsider):
    view = has_permission("is_coorganizer")(hello)

    assert send(view, outsider, "post", "{}")[0] == 403
    status, details = send(view, coorganizer, "post", "{}")
    assert (status, details) == (422, ["Say here which one; who may depends on it."])


def test_the_body_is_still_there_for_the_view(event, coorganizer):
    class Echo(Guarded, APIView):
        decorators = (has_permission("is_coorganizer"),)

        def post(self, request):
            return HttpResponse(json.dumps(request.data["data"]["type"]))

    request = RequestFactory().post("/", linking(event.pk), content_type="application/json")
    current.note_caller(request, coorganizer)

    assert Echo.as_view()(request).content == b'"track"'


def test_the_refusal_says_which_access_is_required(event, outsider):
    view = has_permission("is_organizer", fetch="event_id")(hello)

    assert send(view, outsider, event_id=event.pk) == (403, ["Organizer access is required."])


def test_a_preflight_is_nobodys_business_and_does_nothing():
    done = []

    @has_permission("is_admin")
    def view(request):
        done.append(request.method)
        return HttpResponse(b"")

    assert (send(view, NOBODY, "options")[0], done) == (204, [])


def test_a_method_that_nobody_knows_gets_around_no_statement(outsider):
    assert ask(statement("is_admin", methods="POST"), outsider, "PROPFIND") == 403


@pytest.mark.parametrize("key", ["a\0b", "9" * 19, "9" * 5000, "٣" * 5000])
def test_what_no_row_could_be_called_is_not_found(key, coorganizer):
    by_row = statement("is_coorganizer", fetch="event_id", model=Event)

    assert ask(by_row, coorganizer, id=key) == 404
    assert ask(by_row, coorganizer, identifier=key) == 404
    assert ask(statement("is_coorganizer"), coorganizer, event_id=key) == 404
    assert not has_access("is_coorganizer", user=coorganizer, event_identifier=key)


# --- declarations that are refused


@pytest.mark.parametrize(
    ("permission", "keywords", "says"),
    [
        ("is_cook", {}, "no permission is called"),
        (7, {}, "is no permission"),
        ("is_admin", {"methods": "GET", "method": "GET"}, "are the same"),
        ("is_admin", {"methods": "GET, FETCH"}, "FETCH is no method"),
        ("is_admin", {"event_id": 3}, 'takes no "event_id"'),
        ("is_admin", {"event_id": None}, 'takes no "event_id"'),
        ("is_coorganizer", {"fetch": "event_id", "event_id": 3}, "both fetched and given"),
        ("is_coorganizer", {"fetch": "event_id", "fetch_key_url": "event"}, "say of what: model="),
        ("is_coorganizer", {"fetch": "event_id", "fetch_as": "events"}, 'takes no "events"'),
        ("is_coorganizer", {"fetch": "user_id"}, "say fetch_as"),
        ("is_coorganizer", {"model": Track}, "say what: fetch="),
        (
            "is_coorganizer",
            {"fetch": "event_id", "model": [Track], "fetch_key_url": "a, b"},
            "2 keys for 1 models",
        ),
        ("is_user_itself", {"fetch": "owner", "fetch_as": "user_id", "model": Track}, "has no own"),
        (
            "is_coorganizer",
            {"fetch": "event_id", "model": Track, "fetch_key_model": "slug"},
            "has no slug",
        ),
        ("is_coorganizer", {"fetch": "event_id", "model": Track, "fetch_key_url": ""}, "no key"),
        ("is_coorganizer", {"fetch": " , "}, "fetch= names nothing"),
        ("is_coorganizer", {"fetch": "event_id", "model": "Track"}, "a model or a list of models"),
        ("is_coorganizer", {"fetch": "event_id", "model": [Track, object]}, "a list of models"),
        ("is_admin", {"methods": ""}, "methods= names none"),
        ("is_admin", {"methods": []}, "methods= names none"),
        ("is_admin", {"check": "yes"}, "no function"),
    ],
)
def test_a_bad_declaration_fails_when_the_module_loads(permission, keywords, says):
    with pytest.raises((TypeError, LookupError), match=says):
        has_permission(permission, **keywords)


def test_an_async_view_is_refused_where_it_is_decorated():
    async def view(request):
        return HttpResponse(b"")

    with pytest.raises(TypeError, match=r"view is async"):
        has_permission("is_admin")(view)


# --- in the middle of any code


def test_access_is_asked_of_the_one_who_sent_the_request(event, coorganizer, outsider):
    found = {}

    @public()
    def view(request):
        current.enter(request)
        found[current.user()] = has_access("is_coorganizer", event_id=event.pk)
        return HttpResponse(b"")

    for user in (coorganizer, outsider):
        send(view, user)
    current.leave()

    assert found == {coorganizer: True, outsider: False}


def test_outside_of_a_request_nobody_asks(event):
    assert not has_access("is_coorganizer", event_id=event.pk)
    assert has_access("is_event_published", event_id=event.pk)


def test_access_takes_identifiers_and_a_user(event, coorganizer):
    assert has_access("is_coorganizer", user=coorganizer, event_identifier=event.identifier)
    assert not has_access("is_coorganizer", user=coorganizer, event_identifier="nowhere1")


def test_a_missing_row_is_no_access_even_for_staff():
    admin = UserFactory(super_admin=True)

    assert not has_access("is_coorganizer", user=admin, event_id=999999)
    assert not has_access("is_speaker_for_session", user=admin, session_id=999999)


def test_access_of_an_unknown_permission_or_value_is_a_mistake(event):
    with pytest.raises(LookupError):
        has_access("is_cook", event_id=event.pk)
    with pytest.raises(TypeError, match='takes no "user_id"'):
        has_access("is_coorganizer", event_id=event.pk, user_id=3)
    with pytest.raises(TypeError, match="say event_id"):
        has_access("is_coorganizer")


def test_a_role_given_meanwhile_counts_at_once(event, outsider):
    assert not has_access("is_coorganizer", user=outsider, event_id=event.pk)
    holding(outsider, event, "coorganizer")
    assert has_access("is_coorganizer", user=outsider, event_id=event.pk)
    EventRole.objects.filter(user=outsider).delete()
    assert not has_access("is_coorganizer", user=outsider, event_id=event.pk)


def test_every_name_of_the_contract_is_known(event):
    names = """
        auth_required is_super_admin is_admin is_owner is_organizer is_coorganizer
        is_coorganizer_but_not_admin is_coorganizer_endpoint_related_to_event
        is_track_organizer is_registrar is_moderator is_user_itself
        is_coorganizer_or_user_itself is_registrar_or_user_itself is_speaker_for_session
        is_speaker_itself_or_admin is_session_self_submitted create_event
        accessible_role_based_events user_event
    """.split()

    assert [
        named(name).all_needs <= {"event_id", "user_id", "session_id", "speaker_id"}
        for name in names
    ] == [True] * len(names)


def test_a_role_of_ones_own_is_told_from_being_staff(event, coorganizer):
    admin = UserFactory(super_admin=True)

    assert has_access("is_coorganizer_but_not_admin", user=coorganizer, event_id=event.pk)
    assert not has_access("is_coorganizer_but_not_admin", user=admin, event_id=event.pk)
    holding(admin, event, "organizer")
    assert has_access("is_coorganizer_but_not_admin", user=admin, event_id=event.pk)


def test_a_speaker_lookup_goes_along_the_way_that_a_model_says(event, coorganizer):
    stated = statement("is_coorganizer", fetch="event_id", model=Speaker)

    assert ask(stated, coorganizer, id="999999") == 404
