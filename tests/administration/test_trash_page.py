"""The trash of the admin site: seen by panel, taken out of by the API's rules, removed by few."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from events.models import Event, Session, Track
from openevent.activity.models import Activity
from tests.administration.desk import act, shown, signed_in, somebody_with, url
from tests.factories import events as factories
from tests.factories.users import UserFactory
from users.actions.accounts import close_account

pytestmark = pytest.mark.django_db

TRASH = "/admin/trash/"


@pytest.fixture
def client() -> Client:
    return signed_in(UserFactory(super_admin=True))


def trashed(factory: Any, **columns: Any) -> Any:
    return factory(deleted_at=timezone.now(), **columns)


def test_trash_counts_its_rows_by_type_in_one_query(
    client: Client, django_assert_num_queries: Any
) -> None:
    trashed(factories.TrackFactory)
    factories.TrackFactory()
    client.get(TRASH)
    with django_assert_num_queries(3):  # session, person, trash
        one = client.get(TRASH)
    for _ in range(2):
        trashed(factories.SessionFactory)
    with django_assert_num_queries(3):
        more = client.get(TRASH)

    assert [(each["title"], each["rows"]) for each in one.context["types"]] == [("Tracks", 1)]
    assert [(each["title"], each["rows"]) for each in more.context["types"]] == [
        ("Sessions", 2),
        ("Tracks", 1),
    ]


def test_trash_shows_the_types_of_ones_panels() -> None:
    session, track = trashed(factories.SessionFactory), trashed(factories.TrackFactory)
    client = signed_in(somebody_with("sessions"))

    types = client.get(TRASH).context["types"]
    statuses = [
        client.get(f"{TRASH}{name}/").status_code
        for name in ("events.session", "events.track", "events.ghost", "messaging.mail")
    ]

    assert [each["title"] for each in types] == ["Sessions"]
    assert statuses == [200, 404, 404, 404]
    assert act(client, "events.track", track, "out_of_trash").status_code == 403
    assert act(client, "events.session", session, "remove").status_code == 403


def test_list_of_a_type_has_what_was_put_there_last_first_and_its_event(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    factories.TrackFactory(name="Living")
    for name in ("First", "Second", "Third"):
        trashed(factories.TrackFactory, name=name)

    with django_assert_max_num_queries(5):
        answer = client.get(f"{TRASH}events.track/")

    rows = answer.context["rows"]
    assert [row["name"] for row in rows] == ["Third", "Second", "First"]
    assert rows[0]["event"] == Track.objects.get(name="Third").event.name


def test_row_is_taken_out_and_one_stays_on_the_list(client: Client) -> None:
    track = trashed(factories.TrackFactory)
    here = f"{TRASH}events.track/"

    answer = client.post(url("events.track", "verb", track.pk, "out_of_trash"), {"next": here})

    track.refresh_from_db()
    assert (track.deleted_at, answer["Location"]) == (None, here)


@pytest.mark.parametrize("target", ["https://evil.example.org/", "//evil.example.org/"])
def test_no_button_leads_to_another_site(client: Client, target: str) -> None:
    track = trashed(factories.TrackFactory)
    address = url("events.track", "verb", track.pk, "out_of_trash")

    assert client.post(address, {"next": target})["Location"] == url(
        "events.track", "change", track.pk
    )


def test_several_are_taken_out_at_once_and_who_cannot_be_is_named(client: Client) -> None:
    good, bad = trashed(factories.EventFactory), trashed(factories.EventFactory, name="Backwards")
    Event.objects.filter(pk=bad.pk).update(ends_at=bad.starts_at)
    sent = {"action": "out_of_trash", "_selected_action": [good.pk, bad.pk]}

    answer = client.post(url("events.event", "changelist"), sent, follow=True)

    assert shown(answer) == [
        "Take out of the trash: done with 1.",
        "Backwards: An event ends after it starts.",
    ]
    assert set(Event.objects.filter(deleted_at=None)) == {good}


def test_closed_account_is_opened_again_but_nobody_removes_one(client: Client) -> None:
    user = UserFactory(email="ada@example.org")
    close_account(user, by=user)

    rows = client.get(f"{TRASH}users.user/").context["rows"]
    removed = act(client, "users.user", user, "remove")
    act(client, "users.user", user, "out_of_trash")

    assert [(row["name"], row["remove"]) for row in rows] == [("ada@example.org.deleted", None)]
    assert removed.status_code == 404
    user.refresh_from_db()
    assert user.email == "ada@example.org"


def test_row_is_removed_for_good_once_it_was_said_what_goes_with_it(client: Client) -> None:
    event = trashed(factories.EventFactory, name="Gone")
    factories.SessionFactory.create_batch(2, event=event)
    factories.TrackFactory(event=event)

    page = client.get(f"{TRASH}events.event/{event.pk}/")
    answer = client.post(page.context["verb"], {"next": page.context["next"]}, follow=True)

    assert dict(page.context["belonging"])["sessions"] == 2
    assert shown(answer) == ["“Gone” is gone."]
    assert (Event.objects.count(), Session.objects.count()) == (0, 0)
    said = f"Event Gone (id {event.pk}) removed for good"
    assert Activity.objects.filter(action=said).exists()


def test_only_what_lies_in_the_trash_is_removed_and_by_super_admins_only(client: Client) -> None:
    living, event = factories.EventFactory(), trashed(factories.EventFactory)
    admin = signed_in(UserFactory(admin=True))

    statuses = [
        client.get(f"{TRASH}events.event/{living.pk}/").status_code,
        act(client, "events.event", living, "remove").status_code,
        admin.get(f"{TRASH}events.event/{event.pk}/").status_code,
        act(admin, "events.event", event, "remove").status_code,
    ]

    assert statuses == [404, 403, 404, 403]
    assert Event.objects.count() == 2


def test_list_shows_all_rows_or_those_in_the_trash_or_out_of_it(client: Client) -> None:
    gone, living = trashed(factories.TrackFactory), factories.TrackFactory()

    shown_rows = {
        chosen: set(client.get(f"/admin/events/track/?{chosen}").context["cl"].result_list)
        for chosen in ("", "trash=in", "trash=out")
    }

    assert shown_rows == {"": {gone, living}, "trash=in": {gone}, "trash=out": {living}}
