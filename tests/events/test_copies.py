"""Copies of events: what comes along, and who and what stays behind."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events import copying
from events.models import Event, Session
from events.models.role import OWNER
from openevent.site import snapshot
from tests import seeds
from tests.api_client import Api
from tests.factories.events import (
    EventFactory,
    GroupFactory,
    MicrolocationFactory,
    SessionFactory,
    SessionTypeFactory,
    SpeakersCallFactory,
    TrackFactory,
    hold,
)
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db

PARTS = (TrackFactory, MicrolocationFactory, SessionTypeFactory, SpeakersCallFactory)


@pytest.fixture
def event():
    return EventFactory(published=True, name="Summit", group=GroupFactory(), is_featured=True)


@pytest.fixture
def leader(event):
    user = UserFactory()
    hold(user, event, "coorganizer")
    return user


def copy(user, event):
    return Api(user).send("post", f"/v1/events/{event.identifier}/copy", {}, "application/json")


def columns(row, *, without=()):
    left_out = {"id", "event_id", *without}
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in left_out
    }


def test_a_copy_is_the_event_again_with_a_name_of_its_own(event, leader):
    answer = copy(leader, event)

    made = Event.objects.exclude(pk=event.pk).get()
    assert answer.status == 200
    assert answer.document == {"id": made.pk, "identifier": made.identifier, "copied": True}
    assert made.identifier != event.identifier
    fresh = ("identifier", "created_at", "group_id", "is_featured")
    assert columns(made, without=fresh) == columns(event, without=fresh)
    assert (made.group, made.is_featured) == (None, False)


def test_what_belongs_to_an_event_comes_along(event, leader):
    for factory in PARTS:
        seeds.make(factory, event=event)

    copy(leader, event)

    made = Event.objects.exclude(pk=event.pk).get()
    for factory in PARTS:
        rows = factory._meta.model.objects
        assert columns(rows.get(event=made)) == columns(rows.get(event=event))


def test_what_lies_in_the_trash_stays_there(event, leader):
    for factory in PARTS:
        factory(event=event, deleted_at=timezone.now())

    copy(leader, event)

    made = Event.objects.exclude(pk=event.pk).get()
    for factory in PARTS:
        assert not factory._meta.model.objects.filter(event=made).exists()


def test_people_stay_behind_and_the_caller_owns_the_copy(event, leader):
    hold(UserFactory(), event, "owner")
    SessionFactory(event=event)

    copy(leader, event)

    made = Event.objects.exclude(pk=event.pk).get()
    assert [(held.user, held.role.name) for held in made.roles.all()] == [(leader, OWNER)]
    assert Session.objects.filter(event=made).count() == 0


def test_who_copies_an_event(event):
    stranger, unverified = UserFactory(), UserFactory(unverified=True)
    helper = UserFactory()
    hold(unverified, event, "coorganizer")
    hold(helper, event, "moderator")

    assert copy(None, event).status == 401
    for user in (stranger, unverified, helper):
        assert copy(user, event).status == 403
    assert copy(UserFactory(admin=True), event).status == 200
    assert copy(stranger, EventFactory()).status == 404


def test_queries_of_a_copy_do_not_grow_with_rows(event, leader, monkeypatch):
    monkeypatch.setattr(snapshot, "MAX_AGE", 3600)  # seconds: settings are read once

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert copy(leader, event).status == 200
        return len(captured)

    for factory in PARTS:
        factory(event=event)
    queries()
    few = queries()
    for factory in PARTS[:-1]:
        factory.create_batch(5, event=event)

    assert queries() == few


def test_rows_point_to_the_copies_of_what_they_pointed_to(event, leader, monkeypatch):
    """Sessions stand for any part with links to other parts, and joins between parts."""
    monkeypatch.setattr(copying, "_parts", dict(copying._parts))
    copying.copied(Session)
    copying.copied(seeds.Speaker, fresh=["order"])
    track, gone = TrackFactory(event=event), TrackFactory(event=event, deleted_at=timezone.now())
    speaker = seeds.factories.SpeakerFactory(event=event, order=7)
    SessionFactory(event=event, title="A", track=track, speakers=[speaker])
    SessionFactory(event=event, title="B", track=gone)

    copy(leader, event)

    made = Event.objects.exclude(pk=event.pk).get()
    first, second = made.sessions.order_by("title")
    assert (first.track, second.track) == (made.tracks.get(), None)
    assert list(first.speakers.all()) == [made.speakers.get()]
    assert made.speakers.get().order == 0
    assert list(speaker.sessions.values_list("title", flat=True)) == ["A"]
