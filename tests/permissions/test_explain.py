"""Answers about permission: which rule decided, what is needed, and that nothing is unstated."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST
from rest_framework.views import APIView

from events.models import Event
from permissions.explain import explain
from permissions.manager import has_permission
from permissions.routes import routes, unstated
from permissions.users import Anonymous
from tests.api_client import Api
from tests.factories.events import EventFactory, SessionFactory, TrackFactory, hold
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db
NOBODY = Anonymous()


@pytest.fixture
def event():
    return EventFactory(published=True)


@pytest.fixture
def organizer(event):
    user = UserFactory()
    hold(user, event, "organizer")
    return user


def told(user, method, path):
    found = explain(user, method, path)
    return found["status"], found["because"]


def test_it_says_which_role_decided(event, organizer):
    track = TrackFactory(event=event)

    assert told(organizer, "PATCH", f"/v1/tracks/{track.pk}") == (200, "the role organizer")
    assert told(UserFactory(admin=True), "PATCH", f"/v1/tracks/{track.pk}") == (200, "admin access")
    assert told(NOBODY, "GET", f"/v1/tracks/{track.pk}") == (200, "reader of a published event")


def test_it_says_what_would_be_needed(event):
    track = TrackFactory(event=event)
    found = explain(UserFactory(), "DELETE", f"/v1/tracks/{track.pk}")

    assert found == {
        "allowed": False,
        "status": 403,
        "because": "Track organizer access is required.",
        "needed": "Track organizer access",
        "statement": "must be track organizer",
    }


def test_it_says_as_much_of_a_hidden_row_as_of_none():
    draft = EventFactory()
    user = UserFactory()

    hidden = explain(user, "GET", f"/v1/events/{draft.pk}")
    missing = explain(user, "GET", "/v1/events/999999")

    assert hidden == missing
    assert hidden["status"] == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/nothing", 404), ("DELETE", "/v1/tracks", 405), ("HEAD", "/v1/tracks", 200)],
)
def test_it_knows_what_is_routed(method, path, status):
    assert explain(NOBODY, method, path)["status"] == status


def test_a_role_on_another_event_decides_nothing(event, organizer):
    other = TrackFactory(event=EventFactory(published=True))

    assert told(organizer, "PATCH", f"/v1/tracks/{other.pk}")[0] == 403


@pytest.mark.parametrize("verb", ["GET", "POST", "PATCH", "DELETE"])
def test_it_says_what_the_server_does(event, organizer, verb):
    """The routes of a row; the permission matrix asks the same of every route."""
    track = TrackFactory(event=event)
    paths = [f"/v1/tracks/{track.pk}", f"/v1/tracks/{track.pk}/relationships/sessions"]
    for user in (None, UserFactory(), organizer, UserFactory(super_admin=True)):
        for url in paths:
            said = explain(user or NOBODY, verb, url)["status"]
            api = Api(user)
            answered = (api.get(url) if verb == "GET" else api.send(verb.lower(), url, {})).status
            assert said in (200, answered)
            assert said != 200 or answered not in (401, 403, 404, 405)


def test_everybody_may_ask_for_themselves_and_admins_for_anyone(event, organizer):
    asked = f"?method=PATCH&path=/v1/events/{event.pk}"
    url = "/v1/permissions/explain"
    admin = Api(UserFactory(admin=True))

    assert Api(organizer).get(url + asked).document["because"] == "the role organizer"
    assert Api().get(url + asked).document["status"] == 401
    assert Api(organizer).get(f"{url}{asked}&user={UserFactory().pk}").status == 403
    assert Api().get(f"{url}{asked}&user={organizer.pk}").status == 403
    others = admin.get(f"{url}{asked}&user={organizer.pk}")
    assert others.document["because"] == "the role organizer"


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "path"),
        ("?path=v1", "path"),
        ("?path=/&method=FETCH", "method"),
        ("?path=/&user=x", "user"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_by_parameter(query, parameter):
    answer = Api(UserFactory(admin=True)).get(f"/v1/permissions/explain{query}")

    assert (answer.status, answer.error["source"]) == (400, {"parameter": parameter})


def test_abilities_say_what_goes_for_all_and_what_for_some(event, organizer):
    speaker = UserFactory()
    SessionFactory(event=event, creator=speaker)
    url = f"/v1/events/{event.pk}/abilities"

    team = Api(organizer).get(url).document["abilities"]
    theirs = Api(speaker).get(url).document["abilities"]
    nobodys = Api().get(url).document["abilities"]

    assert team["track"] == dict.fromkeys(["view", "create", "change", "delete"], "all")
    assert team["event"]["change"] == "all"
    assert theirs["session"] == dict.fromkeys(
        ["view", "change", "delete", "notify"], "some"
    ) | dict.fromkeys(["create", "states", "mails"], "all")
    assert theirs["track"] == {"view": "all"} == nobodys["track"]
    assert "change" not in nobodys["session"]


def test_abilities_of_a_hidden_event_are_not_told(event):
    assert Api(UserFactory()).get(f"/v1/events/{EventFactory().pk}/abilities").status == 404


def test_abilities_take_the_same_queries_whatever_hangs_there(
    event, organizer, django_assert_num_queries
):
    api = Api(organizer)
    url = f"/v1/events/{event.pk}/abilities"
    api.get(url)
    TrackFactory.create_batch(5, event=event)

    with django_assert_num_queries(3):  # who asks, the event, the roles
        api.get(url)


def printed(*args):
    out = StringIO()
    call_command("permissions", *args, stdout=out)
    return out.getvalue()


def test_the_command_prints_every_route_with_its_sentence():
    lines = printed().splitlines()
    rows = json.loads(printed("--json"))
    page = printed("--html")

    assert len(lines) == len(rows) == len(routes()) > 500
    assert {
        "path": "/v1/tracks/{ref}",
        "method": "PATCH",
        "permission": "must be track organizer",
    } in rows
    assert page.count("<tr>") == len(rows) + 1
    assert not [row for row in rows if row["permission"] == "nothing is stated"]


def test_the_command_explains(event, organizer):
    url = f"/v1/events/{event.pk}"

    assert printed("--explain", organizer.email, "PATCH", url).splitlines() == [
        "yes (200)",
        "because: the role organizer",
        "needed:  Co-organizer access",
        "stated:  must be coorganizer",
    ]
    assert printed("--explain", "nobody", "PATCH", url).startswith("no (401)")
    assert printed("--explain", str(organizer.pk), "GET", url).startswith("yes")
    with pytest.raises(CommandError, match="no user"):
        printed("--explain", "nobody@nowhere.example", "GET", url)
    with pytest.raises(CommandError, match="no method"):
        printed("--explain", "nobody", "FETCH", url)


class Unstated(APIView):
    def get(self, request):
        return HttpResponse(b"")


class Unguarded(APIView):
    decorators = (has_permission("is_coorganizer", fetch="event_id", model=Event),)

    def get(self, request):
        return HttpResponse(b"")


@has_permission("is_admin", methods="POST")
def posted(request):
    return HttpResponse(b"")


urlpatterns = [
    path("posted", posted),
    path("only-posted", require_POST(posted)),
    path("unstated", Unstated.as_view()),
    path("unguarded", Unguarded.as_view()),
]


@pytest.mark.urls(__name__)
def test_a_route_without_a_statement_is_refused_with_the_way_out():
    faults = unstated()

    assert [fault for fault in faults if "GET /unstated" in fault and "has_permission" in fault]
    assert [fault for fault in faults if "Unguarded" in fault and "Guarded" in fault]


@pytest.mark.urls(__name__)
def test_methods_of_a_function_that_its_statements_leave_out_are_refused_unless_it_takes_none():
    faults = unstated()

    assert [fault.partition(":")[0] for fault in faults if "posted" in fault] == [
        "DELETE /posted",
        "GET /posted",
        "PATCH /posted",
        "PUT /posted",
    ]


def test_no_route_of_ours_is_without_a_statement():
    assert unstated() == []
