"""Creating, changing and removing rows."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from events.models import Event, Session, Track
from tests.api_client import JSON_API, Api
from tests.factories.events import (
    EventFactory,
    EventTopicFactory,
    MicrolocationFactory,
    SessionFactory,
    SpeakerFactory,
    TrackFactory,
    hold,
)
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return EventFactory(published=True, is_sessions_speakers_enabled=True)


@pytest.fixture
def owner(event):
    owner = UserFactory()
    hold(owner, event, "owner")
    return owner


@pytest.fixture
def api(owner):
    return Api(owner)


def test_a_new_row_is_answered_with_its_document_and_place(api, event):
    answer = api.post("/v1/tracks", "track", name="Web", color="#fff", event=event)

    track = Track.objects.get()
    assert answer.status == 201
    assert answer.headers["Location"] == f"/v1/tracks/{track.pk}"
    assert answer.data["id"] == str(track.pk)
    assert answer.document["links"] == {"self": f"/v1/tracks/{track.pk}"}
    assert (track.name, track.event_id, track.position) == ("Web", event.pk, 0)
    assert answer.data == Api().get(f"/v1/tracks/{track.pk}").data


def test_a_change_keeps_what_was_not_sent(api, event):
    track = TrackFactory(event=event, name="Web", description="pages")

    answer = api.patch(f"/v1/tracks/{track.pk}", "track", name="Mobile")

    track.refresh_from_db()
    assert answer.status == 200
    assert answer.attributes["name"] == "Mobile"
    assert (track.name, track.description) == ("Mobile", "pages")


def test_an_answer_to_a_write_may_include(api, event):
    answer = api.post("/v1/tracks?include=event", "track", name="Web", color="#fff", event=event)

    assert answer.included == {("event", event.pk)}


def test_attributes_may_be_spelled_either_way_and_unknown_ones_are_ignored(api, event):
    answer = api.send(
        "post",
        "/v1/events",
        {
            "data": {
                "type": "event",
                "attributes": {
                    "name": "Conf",
                    "starts_at": "2027-01-01T00:00:00Z",
                    "ends-at": "2027-01-02T00:00:00.000Z",
                    "timezone": "Europe/Berlin",
                    "nonsense": {"a": [1]},
                    "identifier": "mine1234",
                    "created-at": None,
                },
                "relationships": {
                    "orders": {"data": [{"type": "order", "id": "1"}]},
                    "tax": {"data": None},
                },
            }
        },
    )

    assert answer.status == 201
    created = Event.objects.get(pk=answer.data["id"])
    assert created.identifier != "mine1234"
    assert created.starts_at.isoformat() == "2027-01-01T00:00:00+00:00"


def test_null_for_what_cannot_be_null_counts_as_not_sent(api, event):
    track = TrackFactory(event=event, position=3)

    assert api.patch(f"/v1/tracks/{track.pk}", "track", position=None).status == 200
    track.refresh_from_db()
    assert track.position == 3
    refused = api.patch(f"/v1/tracks/{track.pk}", "track", name=None)
    assert (refused.status, refused.pointer) == (422, "/data/attributes/name")


def test_older_names_and_spellings_are_understood(api):
    event = {"starts-at": "2027-01-01T00:00:00Z", "ends-at": "2027-01-02T00:00:00Z"}

    for state in ("Published", "Completed", "published"):
        answer = api.post(
            "/v1/events",
            "event",
            name="C",
            state=state,
            timezone="UTC",
            organizer_name="Ada",
            **event,
        )
        assert answer.attributes["state"] == "published"
        assert answer.attributes["owner-name"] == "Ada"


def test_invalid_values_are_told_each_with_its_place(api, event):
    answer = api.post("/v1/tracks", "track", name="", color="red", position="many", event=event)

    errors = {each["source"]["pointer"]: each for each in answer.document["errors"]}
    assert answer.status == 422
    assert set(errors) == {
        "/data/attributes/name",
        "/data/attributes/color",
        "/data/attributes/position",
    }
    assert all(each["status"] == "422" for each in errors.values())
    assert errors["/data/attributes/color"]["detail"] == "Write a colour as #rgb or #rrggbb."
    assert not Track.objects.exists()


def test_a_required_relationship_is_asked_for_by_name(api, event):
    answer = api.post("/v1/tracks", "track", name="Web", color="#fff")

    assert (answer.status, answer.pointer) == (422, "/data/relationships/event")
    assert answer.error["status"] == "422"


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        ("2026-12-22T00:00:00.000Z", 201),
        ("2026-12-22T01:00:00+01:00", 201),
        ("2026-12-22 00:00:00+00:00", 201),
        ("2026-12-22T00:00:00", 422),
        ("2026-12-22", 422),
        ("0000-01-01T00:00:00Z", 422),
        ("20000-01-01T00:00:00Z", 422),
        ("0001-01-01T00:00:00Z", 422),
        ("9999-12-31T00:00:00-14:00", 422),
        ("soon", 422),
        (7, 422),
    ],
)
def test_a_time_says_its_zone(api, moment, status):
    answer = api.post(
        "/v1/events",
        "event",
        name="C",
        starts_at=moment,
        ends_at="2026-12-23T00:00:00Z",
        timezone="UTC",
    )

    assert answer.status == status
    if status == 201:
        assert answer.attributes["starts-at"] == "2026-12-22T00:00:00+00:00"
    else:
        assert answer.pointer == "/data/attributes/starts-at"


@pytest.mark.parametrize("value", ["NaN", "Infinity", 91, -91, "north", True])
def test_a_latitude_is_a_number_on_the_globe(api, event, value):
    room = MicrolocationFactory(event=event)

    answer = api.patch(f"/v1/microlocations/{room.pk}", "microlocation", latitude=value)

    assert (answer.status, answer.pointer) == (422, "/data/attributes/latitude")


def test_what_people_write_is_cleaned_of_scripts(api, event):
    text = '<p onclick="x()">Hello <b>you</b><script>alert(1)</script></p>'

    answer = api.patch(f"/v1/events/{event.pk}", "event", description=text)

    assert answer.attributes["description"] == "<p>Hello <b>you</b></p>"


def test_the_id_in_a_body_is_that_of_the_row(api, event):
    track = TrackFactory(event=event)

    missing = api.send(
        "patch", f"/v1/tracks/{track.pk}", {"data": {"type": "track", "attributes": {"name": "x"}}}
    )
    other = api.patch(f"/v1/tracks/{track.pk}", "track", id_=track.pk + 1, name="x")
    numeric = api.patch(f"/v1/events/{event.identifier}", "event", id_=event.pk, name="New")
    named = api.patch(f"/v1/events/{event.identifier}", "event", id_=event.identifier, name="New")

    assert (missing.status, missing.pointer) == (400, "/data/id")
    assert (other.status, other.pointer) == (409, "/data/id")
    assert (numeric.status, named.status) == (200, 200)


def test_a_document_of_another_type_is_a_conflict(api, event):
    answer = api.post("/v1/tracks", "session", name="Web", color="#fff", event=event)

    assert (answer.status, answer.error["status"], answer.pointer) == (409, 409, "/data/type")


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        (JSON_API, 201),
        (f"{JSON_API}; charset=utf-8", 201),
        ("application/json", 201),
        ("application/json; charset=utf-8", 201),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("", 415),
    ],
)
def test_bodies_are_json_of_either_media_type(api, event, content_type, status):
    body = {
        "data": {
            "type": "track",
            "attributes": {"name": "Web", "color": "#fff"},
            "relationships": {"event": {"data": {"type": "event", "id": str(event.pk)}}},
        }
    }

    assert api.send("post", "/v1/tracks", body, content_type).status == status


def test_an_outsider_is_refused_before_the_body_is_looked_at(event):
    outsider, path = Api(UserFactory()), "/v1/tracks"
    track = TrackFactory(event=event)
    named = {"data": {"type": "event", "id": str(event.pk)}}
    body = {"data": {"type": "track", "relationships": {"event": named}}}

    for broken, content_type in (
        ("{", JSON_API),
        ("{}", "text/plain"),
        ("x" * 2_000_000, JSON_API),
        (body, JSON_API),
    ):
        assert Api().send("post", path, broken, content_type).status == 401
        refused = outsider.send("post", path, broken, content_type)
        assert (refused.status, refused.detail) == (403, "Track organizer access is required.")
        assert outsider.send("patch", f"{path}/{track.pk}", broken, content_type).status == 403
        assert Api().send("patch", f"{path}/{track.pk}", broken, content_type).status == 401


def test_a_body_is_counted_while_it_is_read(api):
    answer = api.send("post", "/v1/events", b'{"data": "' + b"x" * 10_000_000 + b'"}')

    assert answer.status == 413
    assert "1,000,000 bytes" in answer.detail


def test_linkage_is_to_rows_that_exist_and_are_seen(api, event):
    hidden = EventFactory()
    trashed = TrackFactory(event=event, deleted_at=timezone.now())
    session = SessionFactory(event=event)

    for id_ in (hidden.pk, 999_999_999, "9" * 40, "x", 1.5, None):
        answer = api.send(
            "post",
            "/v1/tracks",
            {
                "data": {
                    "type": "track",
                    "attributes": {"name": "Web", "color": "#fff"},
                    "relationships": {"event": {"data": {"type": "event", "id": id_}}},
                }
            },
        )
        assert (answer.status, answer.pointer) == (404, "/data/relationships/event")
    answer = api.patch(f"/v1/sessions/{session.pk}", "session", track=trashed)
    assert (answer.status, answer.pointer) == (404, "/data/relationships/track")


@pytest.mark.parametrize(
    "linkage", ["1", [], 7, {"type": "event"}, {"id": "1"}, {"type": "track", "id": "1"}]
)
def test_linkage_has_the_shape_and_type_of_its_relationship(api, event, linkage):
    answer = api.send(
        "post",
        "/v1/tracks",
        {
            "data": {
                "type": "track",
                "attributes": {"name": "Web", "color": "#fff"},
                "relationships": {"event": {"data": linkage}},
            }
        },
    )

    assert answer.status in (400, 422)
    assert answer.pointer.startswith("/data/relationships/event")


def test_a_relationship_without_data_clears_nothing(api, event):
    track = TrackFactory(event=event)
    session = SessionFactory(event=event, track=track)

    api.send(
        "patch",
        f"/v1/sessions/{session.pk}",
        {
            "data": {
                "type": "session",
                "id": str(session.pk),
                "relationships": {"track": {"links": {"self": "x"}}},
            }
        },
    )

    session.refresh_from_db()
    assert session.track_id == track.pk


def test_rows_of_another_event_cannot_be_linked(api, owner, event):
    other = EventFactory(published=True)
    session = SessionFactory(event=event)

    answer = api.patch(f"/v1/sessions/{session.pk}", "session", track=TrackFactory(event=other))

    assert (answer.status, answer.pointer) == (422, "/data/relationships/track")
    assert answer.detail == "This track belongs to another event."


def test_to_many_linkage_in_a_body_replaces_what_is_linked(api, event):
    ada, bob = SpeakerFactory.create_batch(2, event=event)
    session = SessionFactory(event=event, speakers=[ada])

    api.patch(f"/v1/sessions/{session.pk}", "session", speakers=[bob])

    assert list(session.speakers.all()) == [bob]


def test_a_row_moves_only_where_the_mover_may_change_it(api, owner, event):
    track = TrackFactory(event=event)
    foreign = EventFactory(published=True)
    own = EventFactory()
    hold(owner, own, "track_organizer")

    refused = api.patch(f"/v1/tracks/{track.pk}", "track", event=foreign)
    allowed = api.patch(f"/v1/tracks/{track.pk}", "track", event=own)

    assert refused.status == 403
    assert allowed.status == 200
    track.refresh_from_db()
    assert track.event_id == own.pk


def test_a_row_does_not_move_away_from_what_it_is_linked_with(api, owner, event):
    track = TrackFactory(event=event)
    SessionFactory(event=event, track=track)
    own = EventFactory()
    hold(owner, own, "owner")

    answer = api.patch(f"/v1/tracks/{track.pk}", "track", event=own)

    assert (answer.status, answer.pointer) == (409, "/data/relationships/event")
    track.refresh_from_db()
    assert track.event_id == event.pk


def test_a_row_one_may_view_but_not_change_is_forbidden_and_a_hidden_one_not_found(event):
    shown, hidden = TrackFactory(event=event), TrackFactory(event=EventFactory())

    somebody = Api(UserFactory())

    assert somebody.patch(f"/v1/tracks/{shown.pk}", "track", name="x").status == 403
    assert somebody.patch(f"/v1/tracks/{hidden.pk}", "track", name="x").status == 404
    assert somebody.delete(f"/v1/tracks/{hidden.pk}").status == 404
    assert Api().patch(f"/v1/tracks/{hidden.pk}", "track", name="x").status == 401


def test_fields_that_only_some_may_set_are_ignored_from_others(api, event):
    admin = Api(UserFactory(admin=True))

    assert (
        api.patch(f"/v1/events/{event.pk}", "event", is_promoted=True).attributes["is-promoted"]
        is False
    )
    assert (
        admin.patch(f"/v1/events/{event.pk}", "event", is_promoted=True).attributes["is-promoted"]
        is True
    )


def test_deletion_puts_a_row_into_the_trash_and_null_takes_it_out(api, event):
    track = TrackFactory(event=event)
    path = f"/v1/tracks/{track.pk}"

    removed = api.delete(path)
    hidden = api.patch(path, "track", deleted_at=None)
    restored = api.patch(f"{path}?get_trashed=true", "track", deleted_at=None)

    assert removed.document["meta"] == {"message": "Object successfully deleted"}
    assert hidden.status == 404
    assert (restored.status, restored.attributes["deleted-at"]) == (200, None)
    assert api.get(path).status == 200


def test_deleted_at_is_a_deletion_too(api, event):
    track = TrackFactory(event=event)
    now = timezone.now().isoformat()

    assert api.patch(f"/v1/tracks/{track.pk}", "track", deleted_at=now).status == 200
    assert api.get(f"/v1/tracks/{track.pk}").status == 404


def test_who_may_change_but_not_delete_cannot_use_deleted_at(event):
    session = SessionFactory(event=event, state="accepted")
    reader = UserFactory()

    assert Api(reader).patch(f"/v1/sessions/{session.pk}", "session", deleted_at="x").status == 403


def test_only_admins_remove_a_row_for_good(api, event):
    track = TrackFactory(event=event)

    assert api.delete(f"/v1/tracks/{track.pk}?permanent=true").status == 403
    assert Track.objects.filter(pk=track.pk, deleted_at=None).exists()
    admin = Api(UserFactory(admin=True))
    assert admin.delete(f"/v1/tracks/{track.pk}?permanent=true").status == 200
    assert not Track.objects.filter(pk=track.pk).exists()


def test_a_verb_that_is_not_stated_is_not_routed(api, event):
    for method, path in (
        ("put", f"/v1/events/{event.pk}"),
        ("post", "/v1/settings"),
        ("delete", "/v1/settings"),
        ("post", "/v1/users-events-roles"),
        ("patch", "/v1/user-favourite-sessions/1"),
        ("post", f"/v1/events/{event.pk}"),
        ("delete", "/v1/events"),
        ("post", "/v1/events/upcoming"),
    ):
        answer = api.send(method, path, {"data": {}})
        assert (answer.status, answer.error["title"]) == (405, "Method Not Allowed")
        assert answer.headers["Allow"]


def test_nested_urls_say_where_the_resource_is_written(api, event):
    track = TrackFactory(event=event)

    answer = api.send("patch", f"/v1/tracks/{track.pk}/event", {"data": None})

    assert answer.status == 405
    assert answer.detail.endswith("Write to /v1/events instead.")


def test_a_duplicate_is_a_conflict_in_words():
    admin = Api(UserFactory(admin=True))
    admin.post("/v1/event-types", "event-type", name="Conference")

    answer = admin.post("/v1/event-types", "event-type", name="conference")

    assert (answer.status, answer.error["status"]) == (409, 409)
    assert answer.detail == "An event type of this name exists already."


def test_uniqueness_holds_among_the_living_only():
    admin = Api(UserFactory(admin=True))
    first = EventTopicFactory(name="Music")
    admin.delete(f"/v1/event-topics/{first.pk}")

    assert admin.post("/v1/event-topics", "event-topic", name="Music").status == 201
    again = admin.patch(
        f"/v1/event-topics/{first.pk}?get_trashed=true", "event-topic", deleted_at=None
    )
    assert again.status == 409


def test_nothing_is_half_written_when_linkage_is_refused(api, event):
    foreign_speaker = SpeakerFactory(event=EventFactory(published=True))

    answer = api.post(
        "/v1/sessions", "session", title="Talk", event=event, speakers=[foreign_speaker]
    )

    assert answer.status == 422
    assert not Session.objects.exists()


def test_a_whole_object_sent_back_is_accepted(api, event):
    """Clients send what they got, read-only attributes and loaded relationships included."""
    room = MicrolocationFactory(event=event)
    session = SessionFactory(
        event=event,
        microlocation=room,
        starts_at=event.starts_at,
        ends_at=event.starts_at + timedelta(hours=1),
    )
    got = api.get(
        f"/v1/sessions/{session.pk}", include="microlocation,event,creator,track,favourite"
    ).data
    got["attributes"] |= {"checked-in": True, "locked": False, "title": "Changed"}

    answer = api.send("patch", f"/v1/sessions/{session.pk}", {"data": got})

    assert answer.status == 200
    changed = {
        name for name, value in answer.attributes.items() if got["attributes"][name] != value
    }
    assert changed == {"last-modified-at"}
    session.refresh_from_db()
    assert (session.title, session.microlocation_id) == ("Changed", room.pk)


def test_a_wrong_body_is_said_without_internals(api):
    answer = api.send("post", "/v1/events", '{"data": {"type": "event", "attributes": [1]}}')

    assert (answer.status, answer.pointer) == (400, "/data/attributes")
    assert "Traceback" not in json.dumps(answer.document)
