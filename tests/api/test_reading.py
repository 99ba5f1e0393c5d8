"""Documents, pages, sparse fields, includes and order."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.api_client import Api
from tests.factories.events import (
    EventFactory,
    EventTopicFactory,
    FavouriteSessionFactory,
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
    return EventFactory(published=True)


@pytest.fixture
def owner(event):
    owner = UserFactory()
    hold(owner, event, "owner")
    return owner


def test_a_resource_is_a_whole_document(event):
    track = TrackFactory(event=event, name="Web", color="#2196f3", description="pages")

    answer = Api().get(f"/v1/tracks/{track.pk}")

    link = f"/v1/tracks/{track.pk}"
    assert answer.document == {
        "data": {
            "type": "track",
            "id": str(track.pk),
            "attributes": {
                "deleted-at": None,
                "name": "Web",
                "description": "pages",
                "color": "#2196f3",
                "font-color": "#ffffff",
                "position": 0,
            },
            "relationships": {
                "event": {
                    "links": {"self": f"{link}/relationships/event", "related": f"{link}/event"}
                },
                "sessions": {
                    "links": {
                        "self": f"{link}/relationships/sessions",
                        "related": f"{link}/sessions",
                    }
                },
            },
            "links": {"self": link},
        },
        "links": {"self": link},
        "jsonapi": {"version": "1.0"},
    }
    assert answer.headers["Content-Type"] == "application/vnd.api+json"


def test_an_event_answers_to_its_id_and_to_its_identifier(event):
    by_id = Api().get(f"/v1/events/{event.pk}")
    by_identifier = Api().get(f"/v1/events/{event.identifier}")

    assert by_id.data == by_identifier.data
    assert by_id.data["links"] == {"self": f"/v1/events/{event.pk}"}
    assert Api().get(f"/v1/events/{event.identifier}/tracks").status == 200


@pytest.mark.parametrize(
    "ref", ["0", "99999999", "9" * 30, "nothere1", "%00", "a%2Fb", "-1", "1.5"]
)
def test_what_does_not_exist_is_not_found(event, ref):
    assert Api().get(f"/v1/events/{ref}").status == 404
    assert Api().get(f"/v1/tracks/{ref}").status == 404


def test_times_leave_in_utc_with_their_offset():
    event = EventFactory(
        published=True, starts_at="2026-12-22T10:00:00+02:00", ends_at="2026-12-22T10:00:00.000001Z"
    )

    attributes = Api().get(f"/v1/events/{event.pk}").attributes

    assert attributes["starts-at"] == "2026-12-22T08:00:00+00:00"
    assert attributes["ends-at"] == "2026-12-22T10:00:00.000001+00:00"


def test_a_page_has_twenty_rows_and_says_how_many_there_are(event):
    TrackFactory.create_batch(45, event=event)
    path = f"/v1/events/{event.pk}/tracks"

    first, second, third = (Api().get(path, page__number=number) for number in (1, 2, 3))

    assert [len(page.data) for page in (first, second, third)] == [20, 20, 5]
    assert {page.document["meta"]["count"] for page in (first, second, third)} == {45}
    assert len({*first.ids, *second.ids, *third.ids}) == 45
    number = "page%5Bnumber%5D="
    assert first.document["links"] == {
        "self": f"{path}?{number}1",
        "first": f"{path}?{number}1",
        "last": f"{path}?{number}3",
        "next": f"{path}?{number}2",
    }
    assert second.document["links"]["prev"] == f"{path}?{number}1"
    assert "next" not in third.document["links"]


def test_links_of_pages_keep_what_was_asked_and_drop_what_was_not(event):
    TrackFactory.create_batch(3, event=event)

    links = Api().get("/v1/tracks", page__size=2, sort="name", cache="1").document["links"]

    assert links["next"] == "/v1/tracks?page%5Bsize%5D=2&sort=name&page%5Bnumber%5D=2"
    assert Api().get(links["next"]).status == 200


def test_one_page_has_no_links_to_others(event):
    assert Api().get("/v1/tracks").document["links"] == {"self": "/v1/tracks"}


@pytest.mark.parametrize("size", ["0", "1000", " 6  ", "999999999999"])
def test_size_nought_or_large_brings_everything(event, size):
    TrackFactory.create_batch(3, event=event)

    answer = Api().get("/v1/tracks", page__size=size)

    assert len(answer.data) == 3
    assert answer.document["meta"] == {"count": 3}


def test_a_page_past_the_end_is_empty_but_counts(event):
    TrackFactory.create_batch(3, event=event)

    for number in ("2", "1000000000", "9" * 30):
        answer = Api().get("/v1/tracks", page__number=number)
        assert (answer.status, answer.data, answer.document["meta"]) == (200, [], {"count": 3})


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("page[number]", "0"),
        ("page[number]", "-1"),
        ("page[number]", "one"),
        ("page[size]", "-1"),
        ("page[size]", "1.5"),
        ("page[size]", "٣"),
        ("page[size]", ""),
    ],
)
def test_pages_that_are_no_numbers_are_refused(parameter, value):
    answer = Api().get("/v1/tracks", **{parameter: value})

    assert (answer.status, answer.error["source"]) == (400, {"parameter": parameter})


def test_one_row_ignores_paging_and_unknown_parameters(event):
    answer = Api().get(
        f"/v1/events/{event.pk}", **{"page[size]": "x", "public": "true  ", "size": 0}
    )

    assert answer.status == 200


def test_sparse_fields_bring_only_what_was_named(event):
    track = TrackFactory(event=event, name="Web")

    for names in ("name,sessions", "name , sessions, id", "name,sessions,type"):
        data = Api().get(f"/v1/tracks/{track.pk}", fields__track=names).data
        assert data["attributes"] == {"name": "Web"}
        assert list(data["relationships"]) == ["sessions"]


@pytest.mark.parametrize(
    "names", ["font-color", "font_color", "font_color,name", "font-color,name"]
)
def test_sparse_fields_may_be_kebab_or_snake(event, names):
    TrackFactory(event=event)

    (track,) = Api().get("/v1/tracks", fields__track=names).data

    assert "font-color" in track["attributes"]


def test_sparse_fields_of_an_included_type(event):
    track = TrackFactory(event=event)

    answer = Api().get(f"/v1/tracks/{track.pk}", include="event", fields__event="id")

    assert answer.document["included"] == [
        {
            "type": "event",
            "id": str(event.pk),
            "attributes": {},
            "links": {"self": f"/v1/events/{event.pk}"},
        }
    ]


def test_an_unknown_type_in_fields_is_ignored_and_an_unknown_field_refused(event):
    assert Api().get("/v1/tracks", fields__attendees="id").status == 200
    answer = Api().get("/v1/tracks", fields__track="name,nonsense")
    assert (answer.status, answer.error["source"]) == (400, {"parameter": "fields[track]"})
    assert "Known: color" in answer.detail


def test_included_rows_are_linked_and_written_once(event):
    track = TrackFactory(event=event)
    ada, bob = SpeakerFactory(event=event), SpeakerFactory(event=event)
    talks = [
        SessionFactory(event=event, track=track, state="accepted", speakers=[ada, bob]),
        SessionFactory(event=event, track=track, state="accepted", speakers=[ada]),
    ]

    answer = Api().get("/v1/sessions", include="track,speakers,event")

    first, second = (each["relationships"] for each in answer.data)
    assert first["track"]["data"] == {"type": "track", "id": str(track.pk)}
    assert first["speakers"]["data"] == [
        {"type": "speaker", "id": str(ada.pk)},
        {"type": "speaker", "id": str(bob.pk)},
    ]
    assert second["speakers"]["data"] == [{"type": "speaker", "id": str(ada.pk)}]
    assert "data" not in first["microlocation"]
    assert len(answer.document["included"]) == 4
    assert answer.included == {
        ("track", track.pk),
        ("speaker", ada.pk),
        ("speaker", bob.pk),
        ("event", event.pk),
    }
    assert answer.ids == [talk.pk for talk in talks]


def test_includes_nest_and_may_be_spelled_with_underscores(event):
    room = MicrolocationFactory(event=event)
    talk = SessionFactory(event=event, microlocation=room, state="accepted")
    user = UserFactory()
    favourite = FavouriteSessionFactory(session=talk, user=user)

    answer = Api(user).get(
        "/v1/user-favourite-sessions", include="session.microlocation,session.session_type,user"
    )

    assert answer.included == {("session", talk.pk), ("microlocation", room.pk), ("user", user.pk)}
    session = next(each for each in answer.document["included"] if each["type"] == "session")
    assert session["relationships"]["session-type"]["data"] is None
    assert answer.ids == [favourite.pk]


def test_a_row_that_is_primary_is_not_included_again(event):
    track = TrackFactory(event=event)
    talk = SessionFactory(event=event, track=track, state="accepted")

    answer = Api().get(f"/v1/tracks/{track.pk}", include="sessions.track")

    assert answer.included == {("session", talk.pk)}
    (session,) = answer.document["included"]
    assert session["relationships"]["track"]["data"] == {"type": "track", "id": str(track.pk)}


def test_rows_met_on_two_paths_have_the_linkage_of_both(event):
    speaker = SpeakerFactory(event=event)
    track = TrackFactory(event=event)
    talk = SessionFactory(event=event, track=track, state="accepted", speakers=[speaker])

    answer = Api().get(f"/v1/events/{event.pk}", include="sessions.track,tracks.sessions.speakers")

    session = next(each for each in answer.document["included"] if each["type"] == "session")
    assert session["relationships"]["track"]["data"]["id"] == str(track.pk)
    assert session["relationships"]["speakers"]["data"] == [
        {"type": "speaker", "id": str(speaker.pk)}
    ]
    assert answer.included == {("session", talk.pk), ("track", track.pk), ("speaker", speaker.pk)}


def test_an_empty_relationship_is_null_or_a_list(event):
    answer = Api().get(f"/v1/events/{event.pk}", include="event-topic,tracks,tickets,tax")

    relationships = answer.data["relationships"]
    assert relationships["event-topic"]["data"] is None
    assert relationships["tracks"]["data"] == []
    assert relationships["tickets"]["data"] == []
    assert relationships["tax"]["data"] is None
    assert "included" not in answer.document


@pytest.mark.parametrize(
    "include",
    [
        "nonsense",
        "track.nonsense",
        "title",
        "track.event.tracks.event.tracks",
        ",".join(f"track{n}" for n in range(41)),
    ],
)
def test_an_include_that_leads_nowhere_or_in_circles_is_refused(include):
    answer = Api().get("/v1/sessions", include=include)

    assert (answer.status, answer.error["source"]) == (400, {"parameter": "include"})


def test_a_hidden_to_one_has_no_data_and_an_empty_one_has_null(event):
    trashed = TrackFactory(event=event, deleted_at=timezone.now())
    hidden = SessionFactory(event=event, track=trashed, state="accepted")
    empty = SessionFactory(event=event, track=None, state="accepted")

    answer = Api().get("/v1/sessions", include="track")

    links = {int(each["id"]): each["relationships"]["track"] for each in answer.data}
    assert "data" not in links[hidden.pk]
    assert links[empty.pk]["data"] is None
    assert "included" not in answer.document


def test_included_to_many_linkage_lists_only_what_is_visible(event, owner):
    track = TrackFactory(event=event)
    shown = SessionFactory(event=event, track=track, state="confirmed")
    pending = SessionFactory(event=event, track=track, state="pending")

    def linked(api):
        answer = api.get(f"/v1/tracks/{track.pk}", include="sessions")
        return [int(each["id"]) for each in answer.data["relationships"]["sessions"]["data"]]

    assert linked(Api()) == [shown.pk]
    assert linked(Api(owner)) == [shown.pk, pending.pk]


def test_own_and_foreign_rows_share_a_page_and_show_different_fields(owner, event):
    foreign = EventFactory(published=True)

    own, other = sorted(Api(owner).get("/v1/events").data, key=lambda each: int(each["id"]))

    assert (own["id"], other["id"]) == (str(event.pk), str(foreign.pk))
    assert own["attributes"]["completed-order-sales"] == 0
    assert "completed-order-sales" not in other["attributes"]
    assert "orders" in own["relationships"]
    assert "orders" not in other["relationships"]


def test_a_relationship_of_the_team_is_included_only_on_own_events(owner, event):
    foreign = EventFactory(published=True)
    stranger = UserFactory()
    held = hold(stranger, foreign, "owner")

    answer = Api(owner).get("/v1/events", include="roles")

    roles = {int(each["id"]): each["relationships"].get("roles") for each in answer.data}
    assert len(roles[event.pk]["data"]) == 1
    assert roles[foreign.pk] is None
    assert ("users-events-roles", held.pk) not in answer.included


def test_a_list_is_sorted_by_several_keys_and_then_by_id(event):
    first = TrackFactory(event=event, name="b", position=1)
    second = TrackFactory(event=event, name="a", position=2)
    third = TrackFactory(event=event, name="b", position=3)
    fourth = TrackFactory(event=event, name="b", position=3)

    assert Api().get("/v1/tracks", sort="name,-position").ids == [
        second.pk,
        third.pk,
        fourth.pk,
        first.pk,
    ]
    assert Api().get("/v1/tracks", sort="-id").ids == [fourth.pk, third.pk, second.pk, first.pk]


def test_a_list_is_sorted_through_relations(event):
    topics = [EventTopicFactory(name=name) for name in ("b", "a")]
    events = [EventFactory(published=True, event_topic=topic) for topic in topics]
    tracks = [TrackFactory(event=each) for each in events]
    talks = [SessionFactory(event=t.event, track=t, state="accepted") for t in tracks]

    assert Api().get("/v1/tracks", sort="event.event-topic.name").ids == [
        tracks[1].pk,
        tracks[0].pk,
    ]
    assert Api().get("/v1/tracks", sort="event.event_topic.name").ids == [
        tracks[1].pk,
        tracks[0].pk,
    ]
    assert Api().get("/v1/sessions", sort="-track.event.id").ids == [talks[1].pk, talks[0].pk]


def test_a_list_is_sorted_by_what_the_database_computes(event):
    talks = SessionFactory.create_batch(3, event=event, state="accepted")
    FavouriteSessionFactory.create_batch(2, session=talks[1])
    FavouriteSessionFactory(session=talks[2])

    answer = Api().get("/v1/sessions", sort="-favourite-count")

    assert answer.ids == [talks[1].pk, talks[2].pk, talks[0].pk]
    assert [each["attributes"]["favourite-count"] for each in answer.data] == [2, 1, 0]


@pytest.mark.parametrize(
    "sort",
    [
        "nonsense",
        "event",
        "sessions.title",
        "event.tracks.name",
        "font-color",
        "event.nonsense",
        "a.b.c.d.e.f",
        ",".join(["name"] * 11),
    ],
)
def test_a_sort_key_that_is_no_column_is_refused(sort):
    answer = Api().get("/v1/tracks", sort=sort)

    assert (answer.status, answer.error["source"]) == (400, {"parameter": "sort"})


def test_sorting_tells_nothing_about_hidden_values(event):
    for email in ("c@example.org", "a@example.org", "b@example.org"):
        SpeakerFactory(event=event, email=email)

    by_email = Api().get("/v1/speakers", sort="email").ids

    assert by_email == sorted(by_email)
    assert Api().get("/v1/speakers", sort="-email").ids == by_email


def test_sorting_by_what_nobody_signed_out_may_see_sorts_by_nothing(event):
    tracks = TrackFactory.create_batch(2, event=event)

    assert Api().get("/v1/tracks", sort="event.owner.is-admin").ids == [each.pk for each in tracks]


def test_a_related_list_is_filtered_sorted_and_paged(event):
    TrackFactory(event=EventFactory(published=True))
    tracks = [TrackFactory(event=event, name=name) for name in "cab"]
    path = f"/v1/events/{event.pk}/tracks"

    answer = Api().get(path, sort="name", page__size=1, page__number=2)

    assert answer.ids == [tracks[2].pk]
    assert answer.document["meta"] == {"count": 3}
    assert Api().filter(path, {"name": "name", "op": "eq", "val": "a"}).ids == [tracks[1].pk]


def test_a_related_to_one_is_its_row_or_null(event):
    track = TrackFactory(event=event)
    talk = SessionFactory(event=event, state="accepted")

    assert Api().get(f"/v1/tracks/{track.pk}/event").data["id"] == str(event.pk)
    assert Api().get(f"/v1/sessions/{talk.pk}/track").data is None
    assert Api().get(f"/v1/events/{event.pk}/tax").data is None
    assert Api().get(f"/v1/events/{event.pk}/tickets").data == []


def test_the_parent_in_a_url_must_be_viewable():
    draft = EventFactory()
    track = TrackFactory(event=draft)
    trashed = EventFactory(published=True, deleted_at=timezone.now())

    assert Api().get(f"/v1/events/{draft.pk}/tracks").status == 404
    assert Api().get(f"/v1/tracks/{track.pk}/event").status == 404
    assert Api().get(f"/v1/events/{trashed.pk}/tracks").status == 404
    assert Api().get(f"/v1/events/{draft.pk}/relationships/tracks").status == 404


def test_a_relationship_for_the_team_refuses_others(event, owner):
    path = f"/v1/events/{event.pk}/users-events-roles"

    assert Api().get(path).status == 401
    assert Api(UserFactory()).get(path).status == 403
    assert len(Api(owner).get(path).data) == 1
    assert len(Api(owner).get(f"/v1/events/{event.pk}/roles").data) == 1


def test_linkage_of_a_relationship_lists_what_is_visible(event, owner):
    shown = SessionFactory(event=event, state="accepted")
    pending = SessionFactory(event=event, state="pending")
    path = f"/v1/events/{event.pk}/relationships/sessions"

    answer = Api().get(path)

    assert answer.document == {
        "data": [{"type": "session", "id": str(shown.pk)}],
        "links": {"self": path, "related": f"/v1/events/{event.pk}/sessions"},
        "jsonapi": {"version": "1.0"},
    }
    assert Api(owner).get(path).ids == [shown.pk, pending.pk]


def test_linkage_of_a_hidden_to_one_has_no_data(event):
    talk = SessionFactory(
        event=event, state="accepted", track=TrackFactory(event=event, deleted_at=timezone.now())
    )

    assert "data" not in Api().get(f"/v1/sessions/{talk.pk}/relationships/track").document


def test_linkage_is_spelled_as_the_contract_spells_its_type(event):
    answer = Api().get(f"/v1/events/{event.pk}/relationships/faq-types")

    assert answer.document["data"] == []


def test_a_relationship_may_depend_on_who_asks(event):
    talk = SessionFactory(event=event, state="accepted")
    user, other = UserFactory(), UserFactory()
    mine = FavouriteSessionFactory(session=talk, user=user)
    theirs = FavouriteSessionFactory(session=talk, user=other)

    def favourite(api):
        answer = api.get(f"/v1/sessions/{talk.pk}", include="favourite")
        return answer.data["relationships"]["favourite"]["data"]

    assert favourite(Api(user)) == {"type": "user-favourite-session", "id": str(mine.pk)}
    assert favourite(Api(other))["id"] == str(theirs.pk)
    assert favourite(Api()) is None
    assert Api(user).get(f"/v1/sessions/{talk.pk}/favourite").data["id"] == str(mine.pk)
    assert len(Api().get(f"/v1/sessions/{talk.pk}/user-favourite-sessions").data) == 2


def test_a_relationship_over_two_paths_lists_each_row_once(event):
    user = UserFactory()
    speaker = SpeakerFactory(event=event, user=user)
    both = SessionFactory(event=event, creator=user, speakers=[speaker], state="accepted")
    submitted = SessionFactory(event=event, creator=user, state="pending")
    spoken = SessionFactory(event=event, speakers=[speaker], state="pending")
    SessionFactory(event=event, state="accepted")

    expected = {both.pk, submitted.pk, spoken.pk}
    listed = Api(user).get(f"/v1/users/{user.pk}/sessions")
    included = Api(user).get(f"/v1/users/{user.pk}", include="sessions")

    assert sorted(listed.ids) == sorted(expected)
    assert included.included == {("session", each) for each in expected}


def test_events_by_role_are_related_to_their_people(event, owner):
    helper = UserFactory()
    hold(helper, event, "moderator")

    assert Api(owner).get(f"/v1/users/{owner.pk}/owner-events").ids == [event.pk]
    assert Api(owner).get(f"/v1/users/{owner.pk}/organizer-events").ids == []
    assert Api(helper).get(f"/v1/users/{helper.pk}/moderator-events").ids == [event.pk]
    assert Api(helper).get(f"/v1/users/{owner.pk}/owner-events").status == 404


def test_upcoming_events_are_public_and_in_the_future():
    later = timezone.now() + timedelta(days=3)
    shown = EventFactory(published=True, is_promoted=True)
    for hidden in (
        {"is_promoted": True},
        {"published": True},
        {"published": True, "is_promoted": True, "privacy": "private"},
        {
            "published": True,
            "is_promoted": True,
            "starts_at": timezone.now() - timedelta(hours=1),
            "ends_at": later,
        },
        {"published": True, "is_promoted": True, "deleted_at": timezone.now()},
    ):
        EventFactory(**hidden)

    assert Api().get("/v1/events/upcoming").ids == [shown.pk]
    assert Api().get(f"/v1/events/{shown.pk}").status == 200


def test_with_role_lists_each_event_once_where_the_caller_works(event, owner):
    draft = EventFactory()
    hold(owner, draft, "organizer")
    hold(owner, draft, "moderator")
    visited = EventFactory(published=True)
    hold(owner, visited, "attendee")
    admin = UserFactory(admin=True)

    for value in ("", "true", "false"):
        assert sorted(Api(owner).get("/v1/events", withRole=value).ids) == [event.pk, draft.pk]
    assert len(Api(admin).get("/v1/events", withRole="true").ids) == 3
    assert Api().get("/v1/events", withRole="true").status == 401
    assert sorted(Api().get("/v1/events").ids) == [event.pk, visited.pk]


def test_a_singleton_is_one_object_under_every_id():
    by_path = Api().get("/v1/settings")

    assert by_path.data["type"] == "setting"
    assert Api().get("/v1/settings/1").data == by_path.data
    assert Api().get("/v1/settings/77").data == by_path.data


def test_trash_is_shown_to_those_who_may_delete_it(event, owner):
    trashed = TrackFactory(event=event, deleted_at=timezone.now())
    kept = TrackFactory(event=event)

    assert Api(owner).get("/v1/tracks", get_trashed="true").ids == [trashed.pk, kept.pk]
    assert Api(owner).get("/v1/tracks").ids == [kept.pk]
    assert Api().get("/v1/tracks", get_trashed="true").ids == [kept.pk]
    assert Api(owner).get(f"/v1/tracks/{trashed.pk}", get_trashed="true").status == 200
    assert Api(owner).get(f"/v1/tracks/{trashed.pk}").status == 404
    assert Api(UserFactory()).get(f"/v1/tracks/{trashed.pk}", get_trashed="true").status == 404


def test_children_are_trash_while_their_event_is(event, owner):
    track = TrackFactory(event=event)
    event.trash()

    assert Api(owner).get(f"/v1/tracks/{track.pk}").status == 404
    assert Api(owner).get(f"/v1/tracks/{track.pk}", get_trashed="true").status == 200


def test_text_comes_out_as_it_went_in(event):
    text = '“Ünïcødé” \\ / " \u2028 %s {} \t\n 😀 </script>'
    track = TrackFactory(event=event, name=text)

    assert Api().get(f"/v1/tracks/{track.pk}").attributes["name"] == text


def test_json_comes_out_as_it_went_in():
    links = [{"name": "Ünï", "link": "https://example.org/?a=1&b=%22"}]
    event = EventFactory(published=True, document_links=links)

    assert Api().get(f"/v1/events/{event.pk}").attributes["document-links"] == links


def test_head_is_get_without_a_body(event):
    response = Api().client.head(f"/v1/events/{event.pk}")

    assert (response.status_code, response.content) == (200, b"")
    assert response["Content-Type"] == "application/vnd.api+json"


def test_a_document_that_is_known_is_not_sent_again(event):
    first = Api().get(f"/v1/events/{event.pk}")
    again = Api(**{"if-none-match": first.headers["ETag"]}).get(f"/v1/events/{event.pk}")

    assert first.headers["ETag"].startswith('W/"')
    assert (again.status, again.document) == (304, None)
    assert again.headers["ETag"] == first.headers["ETag"]
    event.name = "Another"
    event.save()
    assert (
        Api(**{"if-none-match": first.headers["ETag"]}).get(f"/v1/events/{event.pk}").status == 200
    )


def test_a_document_is_not_sent_if_another_is_asked_for(event):
    answer = Api(**{"if-match": '"another"'}).get(f"/v1/events/{event.pk}")

    assert (answer.status, answer.error["status"], answer.error["source"]) == (412, 412, {})


def test_an_answer_without_content_says_no_type_of_it(event):
    answer = Api().client.options(f"/v1/events/{event.pk}")

    assert (answer.status_code, answer.has_header("Content-Type")) == (204, False)


def test_every_answer_names_its_request():
    given = Api(**{"x-request-id": "from-the-proxy-1"}).get("/v1/events")
    odd = Api(**{"x-request-id": "no\tgood"}).get("/v1/nowhere")

    assert given.headers["X-Request-ID"] == "from-the-proxy-1"
    assert len(odd.headers["X-Request-ID"]) == 32


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        (None, 200),
        ("*/*", 200),
        ("application/vnd.api+json", 200),
        ("application/json", 200),
        ("application/vnd.api+json;profile=x, text/html", 200),
        ("text/html,application/xhtml+xml,*/*;q=0.8", 200),
        ("text/html", 406),
        ("image/png", 406),
    ],
)
def test_whoever_reads_json_is_served(accept, status):
    headers = {"accept": accept} if accept else {}

    assert Api(**headers).get("/v1/events").status == status


def test_browsers_on_other_origins_may_ask_and_are_told_the_methods():
    preflight = Api().client.options(
        "/v1/events",
        headers={
            "origin": "https://app.example.org",
            "access-control-request-method": "PATCH",
            "access-control-request-headers": "authorization,content-type,x-csrf-token",
        },
    )
    plain = Api().client.options("/v1/events/1")

    assert preflight.status_code == 200
    assert preflight["Access-Control-Allow-Origin"] == "*"
    assert "PATCH" in preflight["Access-Control-Allow-Methods"]
    allowed = preflight["Access-Control-Allow-Headers"]
    assert all(name in allowed for name in ("authorization", "content-type", "x-csrf-token"))
    assert (plain.status_code, plain["Allow"]) == (204, "GET, PATCH, DELETE, HEAD, OPTIONS")


def test_an_expired_token_is_nobody_on_a_public_route_and_the_reason_elsewhere():
    api = Api(authorization="JWT nonsense")

    assert api.get("/v1/events").status == 200
    refused = api.get("/v1/users/1")
    assert refused.status == 401
    assert refused.detail == "Token is invalid"
    assert refused.headers["WWW-Authenticate"].startswith("JWT")


def test_a_path_that_leads_nowhere_is_answered_in_json():
    for path in ("/v1/nowhere", "/nowhere", "/v1/events/1/nowhere", "/v1/tracks/"):
        answer = Api().get(path)
        assert answer.status == 404
        assert answer.error["source"] == {}


def test_an_unforeseen_error_says_its_id_and_nothing_else(monkeypatch, caplog):
    def broken(*_, **__):
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr("openevent.api.reading.collection", broken)
    answer = Api().get("/v1/events")

    assert answer.status == 500
    assert answer.headers["X-Request-ID"] in answer.detail
    assert "hunter2" not in json.dumps(answer.document)
    assert "hunter2" in caplog.text
