"""Events and their programme in the admin site, under the rules that the API has."""

from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.admin.utils import flatten_fieldsets
from django.test import Client
from django.utils import timezone

from events.models import Event, EventRole, Role, RolePermission, Session
from openevent.activity.models import Activity
from tests.administration.desk import act, page_of, sent_by, shown, signed_in, somebody_with, url
from tests.factories import events as factories
from tests.factories.ticketing import TicketFactory
from tests.factories.users import UserFactory
from users.models import User

pytestmark = pytest.mark.django_db

EVENT, SESSION = "events.event", "events.session"


@pytest.fixture
def boss() -> User:
    return UserFactory(super_admin=True)


@pytest.fixture
def client(boss: User) -> Client:
    return signed_in(boss)


def save(client: Client, page: str, row: Any, **changes: Any) -> Any:
    address = url(page, "change", row.pk)
    return client.post(address, sent_by(client.get(address)) | changes, follow=True)


def test_event_added_by_an_admin_is_theirs(client: Client, boss: User) -> None:
    sent = sent_by(client.get(url(EVENT, "add"))) | {
        "name": "Added",
        "starts_at_0": "2031-05-01",
        "starts_at_1": "10:00:00",
        "ends_at_0": "2031-05-02",
        "ends_at_1": "10:00:00",
    }

    client.post(url(EVENT, "add"), sent)

    held = EventRole.objects.get(event__name="Added")
    assert (held.user, held.role.name) == (boss, "owner")


def test_form_of_an_event_has_every_column_that_people_may_change() -> None:
    shown = flatten_fieldsets(page_of(EVENT).fieldsets)

    assert sorted(shown) == sorted(
        field.name for field in Event._meta.fields if field.editable and not field.primary_key
    )


def test_refusal_is_shown_and_nothing_is_saved(client: Client) -> None:
    event = factories.EventFactory(name="Before")

    answer = save(client, EVENT, event, name="After", state="published", ends_at_0="2020-01-01")

    event.refresh_from_db()
    assert (event.name, event.state) == ("Before", "draft")
    assert shown(answer) == ["An event ends after it starts."]


def test_session_goes_through_its_states_only(client: Client) -> None:
    session = factories.SessionFactory(state=Session.State.CONFIRMED)
    speaker = factories.SpeakerFactory(event=session.event)

    save(client, SESSION, session, state="draft")
    refused = Session.objects.get().state
    save(client, SESSION, session, state="accepted", speakers=speaker.pk)

    session.refresh_from_db()
    assert (refused, session.state) == ("confirmed", "accepted")
    assert list(session.speakers.all()) == [speaker]


def test_address_of_another_speaker_is_refused(client: Client) -> None:
    first = factories.SpeakerFactory(email="taken@example.org")
    second = factories.SpeakerFactory(event=first.event, email="free@example.org")

    answer = save(client, "events.speaker", second, email="Taken@example.org")

    assert shown(answer) == ["A speaker of this event has this email already."]
    second.refresh_from_db()
    assert second.email == "free@example.org"


def test_owner_is_neither_made_nor_unmade(client: Client, boss: User) -> None:
    owner, event = UserFactory(), factories.EventFactory()
    held = factories.hold(owner, event, "owner")

    added = client.post(
        url("events.eventrole", "add"),
        {"user": boss.pk, "event": event.pk, "role": held.role_id},
    )
    changed = client.post(url("events.eventrole", "change", held.pk), {"user": boss.pk})
    deleted = client.post(url("events.eventrole", "delete", held.pk), {"post": "yes"})

    assert list(added.context["adminform"].form.errors) == ["role"]
    assert (changed.status_code, deleted.status_code) == (HTTPStatus.FORBIDDEN,) * 2
    assert [(role.user, role.role.name) for role in EventRole.objects.all()] == [(owner, "owner")]


def test_group_makes_nobody_the_owner_of_its_events(client: Client) -> None:
    group, owner = factories.GroupFactory(), Role.objects.get(name="owner")

    added = client.post(
        url("events.grouprole", "add"),
        {"email": "ada@example.org", "group": group.pk, "role": owner.pk},
    )

    assert list(added.context["adminform"].form.errors) == ["role"]
    assert not group.roles.exists()


def test_built_in_role_keeps_its_name_and_stays(client: Client) -> None:
    role = factories.RoleFactory._meta.model.objects.get(name="organizer")
    chosen = {"action": "delete_selected", "_selected_action": role.pk, "post": "yes"}

    client.post(url("events.role", "change", role.pk), {"name": "boss", "title_name": "Organiser"})
    deleted = client.post(url("events.role", "delete", role.pk), {"post": "yes"})
    client.post(url("events.role", "changelist"), chosen)

    role.refresh_from_db()
    assert (role.name, role.title_name) == ("organizer", "Organiser")
    assert deleted.status_code == HTTPStatus.FORBIDDEN


def test_page_of_an_event_names_its_team_and_leads_to_what_belongs_to_it(client: Client) -> None:
    event = factories.EventFactory()
    factories.hold(UserFactory(email="ada@example.org"), event, "owner")

    page = client.get(url(EVENT, "change", event.pk)).content.decode()
    sessions = f"{url(SESSION, 'changelist')}?event__id__exact={event.pk}"

    assert "ada@example.org" in page
    assert sessions.replace("&", "&amp;") in page
    assert client.get(sessions).status_code == HTTPStatus.OK


def test_page_of_an_event_leads_nowhere_that_one_may_not_go() -> None:
    event = factories.EventFactory()

    page = signed_in(somebody_with("events")).get(url(EVENT, "change", event.pk)).content.decode()

    assert url("events.track", "changelist") in page
    assert url(SESSION, "changelist") not in page
    assert url("exports.export", "changelist") not in page


def test_what_can_be_trashed_is_not_deleted(client: Client) -> None:
    event = factories.EventFactory()

    deleted = client.post(url(EVENT, "delete", event.pk), {"post": "yes"})
    page = client.get(url(EVENT, "changelist"))

    assert deleted.status_code == HTTPStatus.FORBIDDEN
    assert Event.objects.filter(pk=event.pk).exists()
    assert "delete_selected" not in dict(page.context["action_form"].fields["action"].choices)


def test_event_goes_into_the_trash_and_out_of_it_by_the_rules_of_the_api(client: Client) -> None:
    event = factories.EventFactory()

    act(client, EVENT, event, "to_trash")
    Event.objects.update(ends_at=event.starts_at)
    refused = act(client, EVENT, event, "out_of_trash")

    event.refresh_from_db()
    assert shown(refused) == ["An event ends after it starts."]
    assert event.deleted_at is not None


def test_who_trashed_a_session_is_written_down(client: Client, boss: User) -> None:
    session = factories.SessionFactory()

    act(client, SESSION, session, "to_trash")

    said = Activity.objects.get(user=boss).action
    assert said == f"Session {session} (id {session.pk}) put into the trash"


def test_what_roles_may_do_is_changed_in_the_list_by_admins(client: Client) -> None:
    held = RolePermission.objects.get(role__name="track_organizer", service__name="track")
    page = url("events.rolepermission", "changelist") + f"?role__id__exact={held.role_id}"

    formset = client.get(page).context["cl"].formset
    sent = {
        f"{form.prefix}-{name}": "on"
        for form in formset.forms
        for name in ("can_create", "can_read", "can_update", "can_delete")
        if getattr(form.instance, name) and (form.instance, name) != (held, "can_update")
    }
    sent |= {f"{form.prefix}-id": form.instance.pk for form in formset.forms}
    sent |= {
        f"{formset.management_form.prefix}-{name}": value
        for name, value in formset.management_form.initial.items()
    }
    client.post(page, sent | {"_save": "Save"})
    refused = signed_in(somebody_with("permissions")).post(page, sent | {"_save": "Save"})

    held.refresh_from_db()
    assert (held.can_create, held.can_update, held.can_delete) == (True, False, True)
    assert refused.status_code == HTTPStatus.FORBIDDEN


def test_new_role_may_read_what_its_team_works_on(client: Client) -> None:
    client.post(url("events.role", "add"), {"name": "helper", "title_name": "Helper"})

    rows = RolePermission.objects.filter(role__name="helper")
    assert rows.count() == 5
    assert set(rows.values_list("can_read", "can_update")) == {(True, False)}


def test_mark_up_that_people_write_is_cleaned_as_in_the_api(client: Client) -> None:
    event = factories.EventFactory()

    save(client, EVENT, event, description="<b>Hi</b><script>alert(1)</script>", owner_name="A<B")

    event.refresh_from_db()
    assert (event.description, event.owner_name) == ("<b>Hi</b>", "A<B")


def test_row_whose_place_is_taken_stays_in_the_trash_and_the_page_says_why(
    client: Client,
) -> None:
    event = factories.EventFactory()
    old = factories.SpeakerFactory(event=event, email="ada@example.org", deleted_at=timezone.now())
    factories.SpeakerFactory(event=event, email="ada@example.org")

    answer = act(client, "events.speaker", old, "out_of_trash")

    assert shown(answer) == ["A speaker of this event has this email already."]
    old.refresh_from_db()
    assert old.deleted_at is not None


def test_apps_have_no_page_of_their_own(client: Client) -> None:
    assert client.get("/admin/events/")["Location"] == "/admin/"


def test_an_amount_that_is_left_empty_is_nothing(client: Client) -> None:
    ticket = TicketFactory(type="free", min_price=3)

    save(client, "ticketing.ticket", ticket, price="", min_price="", max_price="5")

    ticket.refresh_from_db()
    assert (ticket.price, ticket.min_price, ticket.max_price) == (0, 0, 5)
