"""Events: founding, publishing, changing, and who sees what."""

from datetime import UTC, datetime, timedelta

import pytest

from events.models import Event, EventRole
from events.models.event import new_identifier
from openevent.activity.models import Activity
from tests.api_client import Api
from tests.factories.events import EventFactory, EventTopicFactory, hold
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db

START = datetime(2027, 5, 1, 9, tzinfo=UTC)


def fields(**changes):
    return {
        "name": "Conf",
        "starts_at": START.isoformat(),
        "ends_at": (START + timedelta(days=2)).isoformat(),
        "timezone": "Europe/Berlin",
        **changes,
    }


def test_whoever_creates_an_event_owns_it():
    for user in (UserFactory(), UserFactory(admin=True)):
        answer = Api(user).post("/v1/events", "event", **fields())

        event = Event.objects.get(pk=answer.data["id"])
        held = EventRole.objects.get(event=event)
        assert (held.user, held.role.name, held.is_owner) == (user, "owner", True)
        assert answer.attributes["state"] == "draft"
        assert answer.attributes["completed-order-sales"] == 0
    assert Activity.objects.filter(action__contains="created").count() == 2


def test_only_verified_people_and_staff_create_events():
    assert Api().post("/v1/events", "event", **fields()).status == 401
    refused = Api(UserFactory(unverified=True)).post("/v1/events", "event", **fields())
    assert (refused.status, refused.detail) == (
        403,
        "A verified e-mail address is required.",
    )
    assert Api(UserFactory(admin=True, unverified=True)).post(
        "/v1/events", "event", **fields()
    ).status == (201)


def test_an_event_has_one_owner():
    event = EventFactory()
    hold(UserFactory(), event, "owner")

    with pytest.raises(Exception, match="event_role_one_owner"):
        hold(UserFactory(), event, "owner")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"ends_at": START.isoformat()}, "ends-at"),
        ({"ends_at": (START - timedelta(days=1)).isoformat()}, "ends-at"),
        ({"ends_at": (START + timedelta(days=21)).isoformat()}, "ends-at"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "UTC+1"}, "timezone"),
        ({"state": "cancelled"}, "state"),
        ({"privacy": "secret"}, "privacy"),
        ({"document_links": [{"name": "x"}]}, "document-links"),
        ({"document_links": [{"name": "x", "link": "javascript:alert(1)"}]}, "document-links"),
        ({"document_links": {"name": "x"}}, "document-links"),
        ({"original_image_url": "not a url"}, "original-image-url"),
        ({"paypal_email": "nobody"}, "paypal-email"),
        ({"name": "x" * 501}, "name"),
    ],
)
def test_what_cannot_be_published_is_refused_with_its_place(changes, pointer):
    answer = Api(UserFactory()).post(
        "/v1/events", "event", **fields(**{"state": "published", **changes})
    )

    assert (answer.status, answer.pointer) == (422, f"/data/attributes/{pointer}")
    assert not Event.objects.exists()


def test_a_draft_may_have_dates_that_are_not_settled():
    answer = Api(UserFactory()).post("/v1/events", "event", **fields(ends_at=START.isoformat()))

    assert answer.status == 201


def test_dates_are_settled_when_they_change_or_the_event_is_published_or_restored():
    owner = UserFactory()
    event = EventFactory(starts_at=START, ends_at=START)
    hold(owner, event, "owner")
    api, path = Api(owner), f"/v1/events/{event.pk}"

    assert api.patch(path, "event", name="New").status == 200
    assert api.patch(path, "event", state="published").status == 422
    assert api.patch(path, "event", starts_at=(START + timedelta(1)).isoformat()).status == 422
    api.delete(path)
    assert api.patch(f"{path}?get_trashed=true", "event", deleted_at=None).status == 422
    mended = api.patch(
        f"{path}?get_trashed=true",
        "event",
        deleted_at=None,
        ends_at=(START + timedelta(1)).isoformat(),
        state="published",
    )
    assert (mended.status, mended.attributes["state"]) == (200, "published")


def test_only_verified_leaders_publish():
    leader = UserFactory(unverified=True)
    event = EventFactory()
    hold(leader, event, "coorganizer")
    path = f"/v1/events/{event.pk}"

    assert Api(leader).patch(path, "event", name="New").status == 200
    refused = Api(leader).patch(path, "event", state="published")
    assert (refused.status, refused.pointer) == (403, "/data/attributes/state")


def test_a_draft_is_seen_by_its_team_and_staff_only():
    event = EventFactory()
    team = [UserFactory() for _ in range(6)]
    for user, role in zip(
        team,
        ["owner", "organizer", "coorganizer", "track_organizer", "registrar", "moderator"],
        strict=True,
    ):
        hold(user, event, role)
    visitor = UserFactory()
    hold(visitor, event, "attendee")
    path = f"/v1/events/{event.pk}"

    for user in (*team, UserFactory(admin=True)):
        assert Api(user).get(path).status == 200
        assert event.pk in Api(user).get("/v1/events").ids
    for user in (visitor, UserFactory(), None):
        assert Api(user).get(path).status == 404
        assert Api(user).get("/v1/events").ids == []


def test_who_leads_an_event_changes_and_deletes_it():
    for role, status in (
        ("owner", 200),
        ("organizer", 200),
        ("coorganizer", 200),
        ("track_organizer", 403),
        ("registrar", 403),
        ("moderator", 403),
        ("attendee", 403),
    ):
        event, user = EventFactory(published=True), UserFactory()
        hold(user, event, role)
        assert Api(user).patch(f"/v1/events/{event.pk}", "event", name="N").status == status, role
        assert Api(user).delete(f"/v1/events/{event.pk}").status == status, role


def test_an_event_without_image_gets_that_of_its_topic():
    topic = EventTopicFactory(system_image_url="https://example.org/music.png")

    answer = Api(UserFactory()).post("/v1/events", "event", **fields(), event_topic=topic)

    assert answer.attributes["original-image-url"] == "https://example.org/music.png"


def test_an_identifier_is_hexadecimal_and_never_an_id(monkeypatch):
    drawn = iter(["12345678", "1234567a"])
    monkeypatch.setattr("events.models.event.secrets.token_hex", lambda _: next(drawn))

    assert new_identifier() == "1234567a"


def test_derived_urls_are_the_servers():
    owner = UserFactory()
    event = EventFactory()
    hold(owner, event, "owner")

    answer = Api(owner).patch(
        f"/v1/events/{event.pk}",
        "event",
        ical_url="https://evil.example/x.ics",
        thumbnail_image_url="https://evil.example/x.png",
    )

    assert answer.attributes["ical-url"] is None
    assert answer.attributes["thumbnail-image-url"] is None
