"""Relationships URLs: reading, adding, replacing and removing linkage."""

import pytest
from django.utils import timezone

from events.models import Session
from tests.api_client import Api
from tests.factories.events import (
    EventFactory,
    EventTypeFactory,
    FaqFactory,
    FaqTypeFactory,
    FavouriteSessionFactory,
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
def api(event):
    owner = UserFactory()
    hold(owner, event, "owner")
    return Api(owner)


def test_patch_replaces_post_adds_and_delete_removes(api, event):
    ada, bob, cy = SpeakerFactory.create_batch(3, event=event)
    session = SessionFactory(event=event, speakers=[ada])
    path = f"/v1/sessions/{session.pk}/relationships/speakers"

    def linked():
        return set(session.speakers.all())

    added = api.link("post", path, [bob])
    assert linked() == {ada, bob}
    api.link("patch", path, [bob, cy, bob])
    assert linked() == {bob, cy}
    api.link("delete", path, [bob, ada])
    assert linked() == {cy}
    api.link("patch", path, [])
    assert linked() == set()
    assert added.status == 200
    assert added.data["id"] == str(session.pk)
    assert added.included == {("speaker", ada.pk), ("speaker", bob.pk)}


def test_what_is_so_already_is_answered_with_no_content(api, event):
    ada, bob = SpeakerFactory.create_batch(2, event=event)
    session = SessionFactory(event=event, speakers=[ada])
    path = f"/v1/sessions/{session.pk}/relationships"
    before = session.last_modified_at

    assert api.link("post", f"{path}/speakers", [ada]).status == 204
    assert api.link("patch", f"{path}/speakers", [ada]).status == 204
    assert api.link("delete", f"{path}/speakers", [bob]).status == 204
    assert api.link("patch", f"{path}/track", None).status == 204
    session.refresh_from_db()
    assert session.last_modified_at == before


def test_a_to_one_is_set_and_cleared(api, event):
    track = TrackFactory(event=event)
    session = SessionFactory(event=event)
    path = f"/v1/sessions/{session.pk}/relationships/track"

    def linked():
        session.refresh_from_db()
        return session.track

    answer = api.link("patch", path, track)
    assert (answer.status, linked()) == (200, track)
    assert answer.data["relationships"]["track"]["data"]["id"] == str(track.pk)
    api.link("patch", path, None)
    assert linked() is None
    api.link("patch", path, track)
    assert (api.delete(path).status, linked()) == (200, None)


def test_post_to_a_to_one_is_not_allowed(api, event):
    session = SessionFactory(event=event)

    answer = api.link("post", f"/v1/sessions/{session.pk}/relationships/track", None)

    assert answer.status == 405


def test_a_required_to_one_cannot_be_cleared(api, event):
    track = TrackFactory(event=event)
    path = f"/v1/tracks/{track.pk}/relationships/event"

    assert api.link("patch", path, None).status == 422
    assert api.delete(path).status == 422
    track.refresh_from_db()
    assert track.event_id == event.pk


def test_rows_that_cannot_be_without_their_parent_are_never_deleted_through_it(api, event):
    SessionFactory.create_batch(3, event=event)
    path = f"/v1/events/{event.pk}/relationships/sessions"

    for method in ("patch", "delete"):
        data = [] if method == "patch" else list(Session.objects.all())
        answer = api.link(method, path, data)
        assert (answer.status, answer.pointer) == (409, "/data")
        assert "cannot be without its event" in answer.detail
    assert Session.objects.filter(event=event, deleted_at=None).count() == 3


def test_rows_that_may_be_without_their_parent_are_let_go(api, event):
    track = TrackFactory(event=event)
    first, second = SessionFactory.create_batch(2, event=event, track=track)

    answer = api.link("patch", f"/v1/tracks/{track.pk}/relationships/sessions", [second])

    assert answer.status == 200
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.track_id, second.track_id) == (None, track.pk)
    assert first.last_modified_at > second.last_modified_at


def test_members_that_the_caller_does_not_see_stay_linked(event):
    helper = UserFactory()
    hold(helper, event, "track_organizer")
    track = TrackFactory(event=event)
    shown = SessionFactory(event=event, track=track, state="accepted", creator=helper)
    pending = SessionFactory(event=event, track=track, state="pending")

    answer = Api(helper).link("patch", f"/v1/tracks/{track.pk}/relationships/sessions", [])

    assert answer.status == 200
    shown.refresh_from_db()
    pending.refresh_from_db()
    assert (shown.track_id, pending.track_id) == (None, track.pk)


def test_members_whose_rows_would_change_ask_for_the_right_to_change_them(event):
    helper = UserFactory()
    hold(helper, event, "track_organizer")
    track = TrackFactory(event=event)
    session = SessionFactory(event=event, state="accepted")

    answer = Api(helper).link("post", f"/v1/tracks/{track.pk}/relationships/sessions", [session])

    assert answer.status == 403
    session.refresh_from_db()
    assert session.track_id is None


def test_nobody_is_put_on_a_stage_by_others(event):
    """Who submits a session cannot make somebody else its speaker; invitations do that."""
    submitter = UserFactory()
    session = SessionFactory(event=event, creator=submitter)
    famous = SpeakerFactory(event=event, user=UserFactory())
    path = f"/v1/sessions/{session.pk}/relationships/speakers"

    assert Api(submitter).link("post", path, [famous]).status == 403
    assert Api(submitter).link("patch", path, [famous]).status == 403
    own = SpeakerFactory(event=event, user=submitter)
    assert Api(submitter).link("post", path, [own]).status == 200


def test_nobody_joins_a_session_of_others_from_the_other_end(event):
    speaker = SpeakerFactory(event=event, user=UserFactory())
    session = SessionFactory(event=event, state="accepted", creator=UserFactory())

    answer = Api(speaker.user).link(
        "post", f"/v1/speakers/{speaker.pk}/relationships/sessions", [session]
    )

    assert answer.status == 403
    assert not session.speakers.exists()


def test_rules_of_the_row_hold_for_its_linkage(event):
    submitter = UserFactory()
    session = SessionFactory(event=event, creator=submitter, is_locked=True)
    own = SpeakerFactory(event=event, user=submitter)

    answer = Api(submitter).link("post", f"/v1/sessions/{session.pk}/relationships/speakers", [own])

    assert (answer.status, answer.detail) == (
        403,
        "This session is locked; only organizers can change it.",
    )


def test_a_session_moves_to_another_event_only_by_who_may_on_both():
    here, there = EventFactory(published=True), EventFactory(published=True)
    session = SessionFactory(event=there, state="accepted")
    owner = UserFactory()
    hold(owner, here, "owner")
    path = f"/v1/events/{here.pk}/relationships/sessions"

    assert Api(owner).link("post", path, [session]).status == 403
    hold(owner, there, "owner")
    assert Api(owner).link("post", path, [session]).status == 200
    session.refresh_from_db()
    assert session.event_id == here.pk


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"data": [{"type": "track", "id": "1"}]}, 409),
        ({"data": [{"type": "speaker"}]}, 400),
        ({"data": [{"id": "1"}]}, 400),
        ({"data": ["1"]}, 400),
        ({"data": {"type": "speaker", "id": "1"}}, 400),
        ({"data": None}, 422),
        ({}, 400),
        ([], 400),
        ({"data": [{"type": "speaker", "id": "99999999"}]}, 404),
        ({"data": [{"type": "speaker", "id": "x"}]}, 404),
        ("", 400),
        ("{", 400),
    ],
)
def test_bad_linkage_is_refused_with_the_status_clients_know(api, event, body, status):
    session = SessionFactory(event=event)

    answer = api.send("patch", f"/v1/sessions/{session.pk}/relationships/speakers", body)

    assert answer.status == status


def test_linkage_to_another_event_is_refused(api, event):
    session = SessionFactory(event=event)
    foreign = SpeakerFactory(event=EventFactory(published=True))
    owner_of_both = api

    answer = owner_of_both.link(
        "post", f"/v1/sessions/{session.pk}/relationships/speakers", [foreign]
    )

    assert (answer.status, answer.pointer) == (422, "/data")


def test_what_moves_lets_go_of_trash_and_takes_nothing_else_along(api, event):
    """What lies in the trash is seen by nobody who could unlink it, and may be restored."""
    elsewhere, mover = EventFactory(published=True), UserFactory()
    for each in (event, elsewhere):
        hold(mover, each, "organizer")
    speakers, track = SpeakerFactory.create_batch(2, event=event), TrackFactory(event=event)
    session = SessionFactory(event=event, speakers=speakers, track=track)
    faq_type = FaqTypeFactory(event=event)
    faq = FaqFactory(event=event, faq_type=faq_type, deleted_at=timezone.now())
    speakers[0].trash()
    track.trash()
    path = f"/v1/sessions/{session.pk}"

    left = Api(mover).patch(path, "session", event=elsewhere)
    assert (left.status, left.pointer) == (409, "/data/relationships/event")
    assert session.speakers.count() == 2  # nothing was let go of either
    moved = Api(mover).patch(path, "session", event=elsewhere, speakers=[])
    heading = Api(mover).patch(f"/v1/faq-types/{faq_type.pk}", "faq-type", event=elsewhere)

    session.refresh_from_db()
    faq.refresh_from_db()
    assert (moved.status, heading.status) == (200, 200)
    assert (list(session.speakers.all()), session.track, faq.faq_type) == ([], None, None)


def test_linkage_that_something_else_sets_names_it(api, event):
    role = hold(UserFactory(), event, "moderator")

    for path in (
        f"/v1/events/{event.pk}/relationships/owner",
        f"/v1/events/{event.pk}/relationships/organizers",
        f"/v1/users-events-roles/{role.pk}/relationships/user",
    ):
        answer = api.link("patch", path, None)
        assert answer.status == 403
        assert answer.detail.endswith("is changed through role-invites.")


def test_linkage_that_the_server_sets_is_refused(api, event):
    session = SessionFactory(event=event)
    favourite = FavouriteSessionFactory(session=session)

    for path in (
        f"/v1/sessions/{session.pk}/relationships/creator",
        f"/v1/user-favourite-sessions/{favourite.pk}/relationships/session",
        f"/v1/events/{event.pk}/relationships/orders",
    ):
        assert api.link("patch", path, None).status == 403


def test_admins_link_event_types_with_events(event):
    kind = EventTypeFactory()
    admin = Api(UserFactory(admin=True))

    assert (
        admin.link("post", f"/v1/event-types/{kind.pk}/relationships/events", [event]).status == 200
    )
    event.refresh_from_db()
    assert event.event_type_id == kind.pk


def test_trashed_owners_have_no_linkage(api, event):
    track = TrackFactory(event=event, deleted_at=timezone.now())

    assert api.get(f"/v1/tracks/{track.pk}/relationships/sessions").status == 404
    assert api.link("patch", f"/v1/tracks/{track.pk}/relationships/sessions", []).status == 404
