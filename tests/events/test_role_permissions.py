"""The role x service matrix: what admins take from a role, the role may no longer, at once."""

import itertools
from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext

from events import atoms
from events.models import Event, RolePermission, Service
from exports.links import read
from openevent.api.registry import registry
from permissions.asking import visible_to
from permissions.explain import explain
from permissions.predicates import Predicate
from permissions.targets import Target
from tests.api_client import Api
from tests.factories.events import (
    EventFactory,
    MicrolocationFactory,
    RoleFactory,
    SessionFactory,
    SpeakerFactory,
    SponsorFactory,
    TrackFactory,
    hold,
)
from tests.factories.exports import ExportFactory
from tests.factories.users import UserFactory, authorization
from users.models import User

pytestmark = pytest.mark.django_db

FACTORIES = {
    "track": TrackFactory,
    "session": SessionFactory,
    "speaker": SpeakerFactory,
    "sponsor": SponsorFactory,
    "microlocation": MicrolocationFactory,
}
TEAM = ("owner", "organizer", "coorganizer", "track_organizer", "moderator", "registrar")
LEADERS = TEAM[:3]
VERBS = {"view": "read", "create": "create", "change": "update", "delete": "delete"}


def allowed(role: str, verb: str, service: str) -> bool:
    """Return what the contract's table says (CONTRACT 6), a co-organizer having all."""
    return verb == "view" or role in LEADERS or (role, service) == ("track_organizer", "track")


def cell(role: str, service: str) -> RolePermission:
    return RolePermission.objects.get(role__name=role, service__name=service)


def take(role: str, does: str, service: str) -> None:
    """Take a right from a role, as an admin does."""
    path = f"/v1/event-role-permissions/{cell(role, service).pk}"
    answer = Api(UserFactory(admin=True)).patch(
        path, "event-role-permissions", **{f"can_{does}": False}
    )
    assert (answer.status, answer.attributes[f"can-{does}"]) == (200, False)


def member(event: Event, *roles: str) -> User:
    user = UserFactory()
    for role in roles:
        hold(user, event, role)
    return user


def statement_of(row: Any, verb: str) -> Predicate:
    return registry.of_model(type(row)).permissions[verb]


def is_listed(user: Any, verb: str, row: Any) -> bool:
    """Return whether a list of what `user` may `verb` has `row`."""
    rows = type(row)._default_manager.filter(pk=row.pk)
    return visible_to(rows, statement_of(row, verb), user).exists()


def may(user: Any, verb: str, row: Any) -> bool:
    """Return whether `user` may `verb` the row, which lists have to agree with."""
    answer = statement_of(row, verb).fold(user, Target(row)) is True
    assert is_listed(user, verb, row) is answer
    return answer


@pytest.mark.parametrize("service", FACTORIES)
def test_the_matrix_begins_as_the_table_of_roles_says(service):
    for role in TEAM:
        row = cell(role, service)
        assert {verb: getattr(row, f"can_{does}") for verb, does in VERBS.items()} == {
            verb: allowed(role, verb, service) for verb in VERBS
        }
    assert RolePermission.objects.count() == len(TEAM) * len(FACTORIES)


@pytest.mark.parametrize("service", FACTORIES)
def test_a_right_that_is_taken_is_taken_from_one_role_for_one_verb_and_service(service):
    event = EventFactory()
    rows = {name: factory(event=event) for name, factory in FACTORIES.items()}
    people = {role: member(event, role) for role in TEAM}
    ask = lambda: {  # noqa: E731
        (role, verb, name)
        for role, user in people.items()
        for verb in VERBS
        for name, row in rows.items()
        if statement_of(row, verb).fold(user, Target(row)) is True
    }
    before = ask()

    for role, verb in itertools.product(TEAM, VERBS):
        row = cell(role, service)
        setattr(row, f"can_{VERBS[verb]}", False)
        row.save()
        # whoever holds nothing on the event creates sessions and speakers all the same
        is_for_all = verb == "create" and service in ("session", "speaker")
        lost = before & {(role, verb, service)} if not is_for_all else set()
        after = ask()
        assert before - after == lost
        assert is_listed(people[role], verb, rows[service]) is ((role, verb, service) in after)
        setattr(row, f"can_{VERBS[verb]}", allowed(role, verb, service))
        row.save()
    assert ask() == before


def test_a_track_organizer_without_the_right_to_update_is_refused_and_told_why():
    event = EventFactory(published=True)
    track = TrackFactory(event=event, name="Web")
    tom = member(event, "track_organizer")
    path = f"/v1/tracks/{track.pk}"
    assert Api(tom).patch(path, "track", name="Net").status == 200

    take("track_organizer", "update", "track")
    refused = Api(tom).patch(path, "track", name="Mobile")

    assert (refused.status, refused.detail) == (
        403,
        "Track organizer access is required; the role track_organizer may not update track rows.",
    )
    track.refresh_from_db()
    assert track.name == "Net"
    assert explain(tom, "PATCH", path)["because"] == refused.detail
    assert Api(tom).post(
        "/v1/tracks", "track", name="New", color="#123456", event=event
    ).status == (201)
    assert Api(tom).delete(path).status == 200


def test_no_linkage_gets_around_the_matrix():
    event = EventFactory(published=True)
    track, session = TrackFactory(event=event), SessionFactory(event=event, state="accepted")
    speaker = SpeakerFactory(event=event)
    helper = Api(member(event, "coorganizer"))
    take("coorganizer", "update", "session")
    take("coorganizer", "update", "speaker")

    statuses = [
        helper.link("post", f"/v1/tracks/{track.pk}/relationships/sessions", [session]).status,
        helper.link("patch", f"/v1/sessions/{session.pk}/relationships/track", track).status,
        helper.link("post", f"/v1/sessions/{session.pk}/relationships/speakers", [speaker]).status,
        helper.patch(f"/v1/tracks/{track.pk}", "track", sessions=[session]).status,
        helper.send("post", f"/v1/events/{event.pk}/reorder-speakers?reset", []).status,
    ]

    assert statuses == [403] * 5
    session.refresh_from_db()
    assert (session.track, session.speakers.count()) == (None, 0)


def test_a_room_takes_no_session_of_ones_own_that_one_may_not_put_there():
    event = EventFactory(published=True)
    helper = member(event, "coorganizer")
    session, room = SessionFactory(event=event, creator=helper), MicrolocationFactory(event=event)
    path = f"/v1/microlocations/{room.pk}/relationships/sessions"
    take("coorganizer", "update", "session")

    answer = Api(helper).link("post", path, [session])

    session.refresh_from_db()
    assert (answer.status, session.microlocation) == (403, None)
    assert answer.detail.startswith("Co-organizer access is required")


def test_trash_takes_the_right_to_delete():
    event = EventFactory(published=True)
    track = TrackFactory(event=event)
    helper = Api(member(event, "coorganizer"))
    path = f"/v1/tracks/{track.pk}"
    take("coorganizer", "delete", "track")

    by_patch = helper.patch(path, "track", deleted_at="2030-01-01T00:00:00Z")
    track.trash()
    shown = helper.get("/v1/tracks", get_trashed="true")

    assert (by_patch.status, helper.delete(path).status) == (403, 404)
    assert shown.ids == []


def test_a_role_without_the_right_to_read_sees_what_everybody_does():
    draft, published = EventFactory(), EventFactory(published=True)
    rows = {
        event: (TrackFactory(event=event), SessionFactory(event=event, state="pending"))
        for event in (draft, published)
    }
    user = UserFactory()
    for event in rows:
        hold(user, event, "moderator")
    own = SessionFactory(event=draft, state="pending", creator=user)
    take("moderator", "read", "track")
    take("moderator", "read", "session")

    api = Api(user)
    seen = {"tracks": api.get("/v1/tracks").ids, "sessions": api.get("/v1/sessions").ids}
    linked = api.get(f"/v1/events/{draft.pk}", include="tracks,sessions")

    assert seen == {"tracks": [rows[published][0].pk], "sessions": [own.pk]}
    assert linked.included == {("session", own.pk)}
    assert api.get(f"/v1/tracks/{rows[draft][0].pk}").status == 404
    assert api.get(f"/v1/events/{draft.pk}/tracks").ids == []


def test_what_speakers_confide_is_read_by_roles_that_read_speakers():
    event = EventFactory(published=True)
    SpeakerFactory(event=event, email="ada@example.org")
    helper = Api(member(event, "coorganizer"))
    condition = {"name": "email", "op": "eq", "val": "ada@example.org"}
    read = lambda: (  # noqa: E731
        helper.get("/v1/speakers").data[0]["attributes"]["email"],
        len(helper.filter("/v1/speakers", condition).data),
    )

    before = read()
    take("coorganizer", "read", "speaker")

    assert (before, read()) == (("ada@example.org", 1), (None, 0))


@pytest.mark.parametrize(
    ("path", "services"),
    [
        ("export/json", FACTORIES),
        ("export/sessions/csv", ("track", "session", "speaker", "microlocation")),
        ("export/speakers/csv", ("track", "session", "speaker", "microlocation")),
        ("copy", ("track", "sponsor", "microlocation")),
    ],
)
def test_nothing_is_taken_out_that_a_role_may_not_read(path, services):
    event = EventFactory(published=True)
    helper = Api(member(event, "coorganizer"))
    send = lambda: helper.send("post", f"/v1/events/{event.pk}/{path}", {})  # noqa: E731
    assert send().status == 200

    for service in FACTORIES:
        right = cell("coorganizer", service)
        RolePermission.objects.filter(pk=right.pk).update(can_read=False)
        answer = send()
        assert (service, answer.status) == (service, 403 if service in services else 200)
        if answer.status == 403:
            said = f"the role coorganizer may not read {service} rows."
            assert said in answer.response.content.decode()
        right.save()


def test_what_was_taken_out_before_is_not_handed_to_who_may_not_read_it_any_more():
    event = EventFactory(published=True)
    user = member(event, "coorganizer")
    archive, report = (
        ExportFactory(event=event, kind=kind, file="local:x")
        for kind in ("archive", "sessions-csv")
    )
    kept = lambda: Api(user).get(f"/v1/events/{event.pk}/exports").document  # noqa: E731
    links = {each["kind"]: each["download_url"] for each in kept()}
    token = links["archive"].rsplit("/", 1)[1]
    assert read(token, caller=user) == archive

    take("coorganizer", "read", "sponsor")

    assert [each["id"] for each in kept()] == [report.pk]
    with pytest.raises(Http404):
        read(token, caller=user)


def test_nobody_is_asked_to_speak_by_a_role_that_may_not_change_sessions():
    event = EventFactory(published=True)
    session = SessionFactory(event=event, creator=UserFactory())
    helper = Api(member(event, "coorganizer"))
    ask = lambda api, email: api.post(  # noqa: E731
        "/v1/speaker-invites", "speaker-invite", email=email, session=session, event=event
    )
    made = ask(helper, "first@example.org")
    path = f"/v1/speaker-invites/{made.data['id']}"

    take("coorganizer", "update", "session")

    assert (ask(helper, "second@example.org").status, helper.get(path).status) == (403, 200)
    assert helper.delete(path).status == 403
    assert ask(Api(session.creator), "third@example.org").status == 201
    take("coorganizer", "read", "session")
    assert helper.get(path).status == 404


@pytest.mark.parametrize("feed", ["schedule.ics", "schedule.xcs", "schedule.xml"])
def test_a_feed_of_a_draft_has_the_sessions_that_its_reader_sees(feed):
    draft = EventFactory()
    SessionFactory(event=draft, state="accepted", title="Opening", starts_at=draft.starts_at)
    helper, leader = member(draft, "moderator"), member(draft, "coorganizer")
    take("moderator", "read", "session")

    read = lambda user: Client().get(  # noqa: E731
        f"/v1/events/{draft.pk}/{feed}", headers=authorization(user)
    )

    assert b"Opening" in b"".join(read(leader).streaming_content)
    assert b"Opening" not in b"".join(read(helper).streaming_content)


def test_the_matrix_never_takes_anything_from_staff_or_from_whom_it_belongs_to():
    event = EventFactory(published=True, is_sessions_speakers_enabled=True)
    submitter = member(event, "organizer")
    session = SessionFactory(event=event, creator=submitter, state="pending")
    speaker = SpeakerFactory(event=event, user=submitter)
    RolePermission.objects.update(
        can_create=False, can_read=False, can_update=False, can_delete=False
    )

    for user in (UserFactory(admin=True), UserFactory(super_admin=True), submitter):
        assert all(may(user, verb, row) for verb in VERBS for row in (session, speaker))
    own = Api(submitter)
    assert own.patch(f"/v1/sessions/{session.pk}", "session", title="Mine").status == 200


def test_an_organizer_without_the_right_to_sessions_accepts_not_even_their_own():
    event = EventFactory(published=True)
    organizer = member(event, "organizer")
    session = SessionFactory(event=event, creator=organizer, state="pending")
    path = f"/v1/sessions/{session.pk}"
    take("organizer", "update", "session")

    accepted = Api(organizer).patch(path, "session", state="accepted", is_locked=True)
    withdrawn = Api(organizer).patch(path, "session", state="withdrawn", is_locked=True)

    assert (accepted.status, accepted.detail) == (
        403,
        "A session that is pending cannot become accepted by you.",
    )
    assert (withdrawn.status, withdrawn.attributes["is-locked"]) == (200, False)


def test_of_several_roles_the_one_that_may_counts():
    event = EventFactory()
    track = TrackFactory(event=event)
    user = member(event, "coorganizer", "track_organizer")
    take("coorganizer", "update", "track")

    assert may(user, "change", track)
    take("track_organizer", "update", "track")
    assert not may(user, "change", track)


def test_nothing_but_the_five_services_is_in_the_matrix():
    event = EventFactory()
    helper = member(event, "coorganizer")
    RolePermission.objects.all().delete()

    answer = Api(helper).patch(f"/v1/events/{event.pk}", "event", name="Still mine")

    assert answer.status == 200
    stated = {
        resource.type
        for resource in registry
        for predicate in resource.permissions.values()
        for atom in predicate.atoms()
        if getattr(atom, "rights", ()) and resource.type != "event"
    }
    assert stated == {*FACTORIES, "speaker-invite"}


def test_what_is_asked_elsewhere_by_name_is_not_in_the_matrix():
    event = EventFactory()
    RolePermission.objects.all().delete()

    assert atoms.is_coorganizer(member(event, "coorganizer"), Target(event))


def test_a_new_role_reads_until_an_admin_takes_that_too():
    event = EventFactory()
    track = TrackFactory(event=event)
    answer = Api(UserFactory(admin=True)).post("/v1/roles", "role", name="photographer")
    user = member(event, "photographer")

    assert answer.status == 201
    assert [may(user, verb, track) for verb in VERBS] == [True, False, False, False]
    take("photographer", "read", "track")
    assert not may(user, "view", track)


def test_a_role_added_on_the_admin_site_reads_too():
    client = Client()
    client.force_login(UserFactory(super_admin=True))

    client.post("/admin/events/role/add/", {"name": "photographer", "title_name": ""})

    rights = RolePermission.objects.filter(role__name="photographer")
    assert set(rights.values_list("can_create", "can_read", "can_update", "can_delete")) == {
        (False, True, False, False)
    }
    assert rights.count() == len(FACTORIES)


def test_a_role_that_goes_takes_its_rights_along():
    role = RoleFactory()

    assert Api(UserFactory(admin=True)).delete(f"/v1/roles/{role.pk}").status == 200
    assert not RolePermission.objects.filter(role_id=role.pk).exists()


def test_the_matrix_is_read_with_the_roles_and_not_for_each_row():
    event = EventFactory()
    api = Api(member(event, "moderator"))
    counts = []
    for number in (1, 12):
        TrackFactory.create_batch(number, event=event)
        with CaptureQueriesContext(connection) as queries:
            api.get(f"/v1/events/{event.pk}/tracks", include="sessions,event")
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert sum("rolepermission" in each["sql"] for each in queries) == 1


def test_abilities_tell_what_the_matrix_leaves():
    event = EventFactory()
    user = member(event, "track_organizer")
    take("track_organizer", "update", "track")

    abilities = Api(user).get(f"/v1/events/{event.pk}/abilities").document["abilities"]

    assert abilities["track"] == {"view": "all", "create": "all", "delete": "all"}


def test_services_keep_their_names_and_each_has_one_row_for_each_role():
    admin = Api(UserFactory(admin=True))
    track, session = (Service.objects.get(name=name) for name in ("track", "session"))
    row = cell("moderator", "track")
    path = f"/v1/event-role-permissions/{row.pk}"

    same = admin.patch(f"/v1/services/{track.pk}", "service", name="track")
    taken = admin.patch(f"/v1/services/{track.pk}", "service", name="session")
    unknown = admin.patch(f"/v1/services/{track.pk}", "service", name="tickets")
    moved = admin.link("patch", f"{path}/relationships/service", session)

    assert (same.status, taken.status, unknown.status, moved.status) == (200, 409, 422, 409)
    assert moved.detail == "What this role may do with this service is said already."
    assert admin.post("/v1/services", "service", name="track").status == 405
    assert admin.delete(path).status == 405


def test_one_cell_of_the_matrix_is_everybodys_to_read_and_all_of_it_the_admins():
    row = cell("moderator", "track")
    paths = (
        f"/v1/event-role-permissions/{row.pk}",
        f"/v1/event-role-permissions/{row.pk}/service",
        f"/v1/services/{row.service_id}",
    )
    lists = ("/v1/event-role-permissions", "/v1/services")

    for reader, status in (
        (Api(), 401),
        (Api(UserFactory()), 403),
        (Api(UserFactory(admin=True)), 200),
    ):
        assert {reader.get(each).status for each in paths} == {200}
        assert {reader.get(each).status for each in lists} == {status}
    assert Api().get(paths[0]).attributes["can-read"] is True
    assert explain(UserFactory(), "GET", "/v1/services")["because"] == "Admin access is required."
