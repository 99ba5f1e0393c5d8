"""Every page of the admin site: it opens for who holds its panel, and for nobody else."""

import re
from http import HTTPStatus
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.utils.html import escape

from openevent.desk.checks import every_page_is_on_a_panel
from openevent.desk.pages import LookedAt, OnlyRow, Switches
from openevent.desk.panels import PAGELESS, PAGES, TITLES, panel_of
from openevent.sealed import SealedField
from openevent.site.models import Site
from tests.administration.desk import (
    ALL,
    MAKERS,
    SECRET,
    act,
    page_of,
    signed_in,
    somebody_with,
    url,
)
from tests.factories.users import UserFactory
from users.models.panel_permission import PANELS

pytestmark = pytest.mark.django_db

OK, FORBIDDEN = HTTPStatus.OK, HTTPStatus.FORBIDDEN
every_page = pytest.mark.parametrize("name", ALL)


@pytest.fixture
def _secrets_are_set() -> None:
    sealed = [field.name for field in Site._meta.fields if isinstance(field, SealedField)]
    Site.objects.update(**dict.fromkeys(sealed, SECRET))


def pages_of(name: str, row: Any) -> dict[str, str]:
    return {
        "list": url(name, "changelist"),
        "search": f"{url(name, 'changelist')}?q={str(row)[:5]}",
        "add": url(name, "add"),
        "change": url(name, "change", row.pk),
        "history": url(name, "history", row.pk),
    }


def answers(client: Client, name: str, row: Any) -> dict[str, int]:
    """Return the status of each page, after looking for secrets in it."""
    found = {page: client.get(address) for page, address in pages_of(name, row).items()}
    leaking = [page for page, answer in found.items() if SECRET in answer.content.decode()]
    assert leaking == []
    return {page: answer.status_code for page, answer in found.items()}


def expected(name: str) -> dict[str, int]:
    """Return what the pages answer to who may see them; an only row has no list."""
    page = page_of(name)
    may_add = not isinstance(page, LookedAt | Switches | OnlyRow)
    listed = HTTPStatus.FOUND if isinstance(page, OnlyRow) else OK
    return {
        "list": listed,
        "search": listed,
        "add": OK if may_add else FORBIDDEN,
        "change": OK,
        "history": OK,
    }


@every_page
@pytest.mark.usefixtures("_secrets_are_set")
def test_pages_open_for_a_super_admin_and_show_no_secret(name: str) -> None:
    row = MAKERS[name]()

    found = answers(signed_in(UserFactory(super_admin=True)), name, row)

    assert found == expected(name)


@every_page
def test_pages_are_those_of_one_panel(name: str, django_assert_max_num_queries: Any) -> None:
    """The list is counted on the way: it takes as many queries however many rows it shows."""
    row = MAKERS[name]()
    panel = panel_of(name)
    other = next(each for each in PAGES if each != panel)
    listed, changed = url(name, "changelist"), url(name, "change", row.pk)

    holder, stranger = signed_in(somebody_with(panel)), signed_in(somebody_with(other))
    opened = [holder.get(page).status_code for page in (listed, changed)]
    closed = [stranger.get(page).status_code for page in pages_of(name, row).values()]
    counted = []
    for more in (0, 3):
        for _ in range(more):
            MAKERS[name]()
        with django_assert_max_num_queries(15) as queries:
            holder.get(listed)
        counted.append(len(queries))

    assert opened == [expected(name)["list"], OK]
    # the list of an only row leads to it, and it is closed
    leads = HTTPStatus.FOUND if isinstance(page_of(name), OnlyRow) else FORBIDDEN
    assert closed == [leads, leads, FORBIDDEN, FORBIDDEN, FORBIDDEN]
    assert counted[0] == counted[1]


@pytest.mark.parametrize("page", ["/admin/", "/admin/search/?q=ab", "/admin/events/event/"])
def test_who_holds_no_panel_is_sent_to_sign_in(page: str) -> None:
    answers = [client.get(page) for client in (Client(), signed_in(UserFactory()))]

    assert [answer.status_code for answer in answers] == [HTTPStatus.FOUND] * 2
    assert {answer.headers["Location"].split("?")[0] for answer in answers} == {"/admin/login/"}


def test_every_model_with_a_page_has_a_row_in_these_tests() -> None:
    assert sorted(MAKERS) == sorted(ALL)
    assert len(ALL) == len(set(ALL)) == len(admin.site._registry)


def test_every_model_of_ours_has_a_page_or_a_reason_for_none() -> None:
    ours = {
        model._meta.label_lower
        for model in apps.get_models()
        if not model.__module__.startswith("django.")
    }

    assert ours == {*ALL, *PAGELESS}
    assert set(ALL).isdisjoint(PAGELESS)


def test_panels_are_those_that_system_roles_grant() -> None:
    assert sorted(TITLES) == sorted(PANELS)
    assert set(PAGES) <= set(TITLES)


def test_page_on_no_panel_refuses_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openevent.desk.checks.panel_of", lambda name: None)
    monkeypatch.setattr("openevent.desk.checks.PAGES", {"events": ("events.ghost",)})

    faults = [str(each.msg) for each in every_page_is_on_a_panel(None)]

    assert "The admin page of events.track is on no panel; name it in openevent/desk/panels.py" in (
        faults
    )
    assert "events.ghost is on the panel events, but has no admin page" in faults


def test_navigation_index_and_search_show_what_the_panels_hold() -> None:
    event = MAKERS["events.event"]()
    person = UserFactory(email="findme@example.org", first_name=event.name)
    client = signed_in(somebody_with("events"))

    index = client.get("/admin/").content.decode()
    found = client.get("/admin/search/", {"q": event.name}).content.decode()

    assert url("events.event", "changelist") in index
    assert url("users.user", "changelist") not in index
    assert url("events.session", "changelist") not in index
    assert escape(event.name) in found
    assert person.email not in found


def test_search_finds_people_events_and_sessions_with_a_query_for_each() -> None:
    session = MAKERS["events.session"]()
    session.title = "Wonderful machines"
    session.save()
    client = signed_in(UserFactory(admin=True))

    found = client.get("/admin/search/?q=wonderful").content.decode()
    nothing = client.get("/admin/search/?q=%00").content.decode()

    assert url("events.session", "change", session.pk) in found
    assert "Write two letters or more" in nothing


def test_choices_are_offered_only_of_pages_that_one_may_see() -> None:
    session = MAKERS["events.session"]()
    client = signed_in(somebody_with("sessions"))
    asked = {"app_label": "events", "model_name": "session", "field_name": "event"}

    choices = client.get("/admin/autocomplete/", asked)
    page = client.get(url("events.session", "change", session.pk))

    assert choices.status_code == FORBIDDEN
    form = page.context["adminform"].form
    assert {"event", "track", "creator"} & set(form.fields) == set()
    assert {"speakers", "title"} <= set(form.fields)
    assert client.get(url("events.session", "add")).status_code == FORBIDDEN


def test_verbs_and_actions_are_those_of_ones_panels() -> None:
    session, user = MAKERS["events.session"](), UserFactory()
    client = signed_in(somebody_with("events"))

    verb = act(client, "events.session", session, "to_trash")
    action = client.post(
        url("users.user", "changelist"), {"action": "block", "_selected_action": user.pk}
    )

    session.refresh_from_db()
    user.refresh_from_db()
    assert (verb.status_code, action.status_code) == (FORBIDDEN, FORBIDDEN)
    assert (session.deleted_at, user.is_blocked) == (None, False)


def test_verb_is_done_by_a_post_from_our_own_pages_only() -> None:
    session = MAKERS["events.session"]()
    user = UserFactory(admin=True)
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    address = url("events.session", "verb", session.pk, "to_trash")

    answers = [client.get(address), client.post(address)]
    unknown = signed_in(user).post(url("events.session", "verb", session.pk, "explode"))
    nowhere = signed_in(user).post(url("events.session", "verb", 10**9, "to_trash"))

    assert [answer.status_code for answer in answers] == [405, 403]
    assert (unknown.status_code, nowhere.status_code) == (404, 404)
    session.refresh_from_db()
    assert session.deleted_at is None


def test_pages_load_nothing_from_elsewhere() -> None:
    answer = signed_in(UserFactory(super_admin=True)).get("/admin/")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "'unsafe-inline'" not in policy.split("style-src")[0]
    loaded = re.findall(r'(?:src|href|action)="([^"]*)"', answer.content.decode())
    assert [each for each in loaded if not each.startswith(("/", "#", "?"))] == []
    assert [each for each in loaded if each.startswith("//")] == []
