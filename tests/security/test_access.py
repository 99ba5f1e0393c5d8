"""Who got at what elsewhere, and does not here: a test for each, by its advisory or place."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone

from events.models import EventRole, Role
from openevent import jobs
from openevent.api.registry import registry
from openevent.jobs.testing import run_due
from permissions.routes import unstated
from permissions.statements import allow
from tests.api_client import Api
from tests.factories import events as factories
from tests.factories import messaging
from tests.factories.events import EventFactory, SessionFactory, SpeakerFactory, TrackFactory, hold
from tests.factories.users import UserEmailFactory, UserFactory
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine() -> Any:
    """The event of Olivia, who organizes this one and no other."""
    return EventFactory(published=True, name="Mine")


@pytest.fixture
def theirs() -> Any:
    return EventFactory(published=True, name="Theirs")


@pytest.fixture
def olivia(mine: Any) -> User:
    user = UserFactory(email="olivia@example.org")
    hold(user, mine, "organizer")
    return user


# --- pretix CVE-2026-5600: a child's id is looked up within its parent


def test_cve_2026_5600_rows_of_another_event_are_not_reordered(mine, theirs, olivia):
    speaker = SpeakerFactory(event=theirs, order=1)
    body = [{"speaker": str(speaker.pk), "order": 9}]

    answer = Api(olivia).send("post", f"/v1/events/{mine.pk}/reorder-speakers", body)

    speaker.refresh_from_db()
    assert (answer.status, speaker.order) == (403, 1)


def test_cve_2026_5600_rows_of_another_event_are_not_linked(mine, theirs, olivia):
    session = SessionFactory(event=mine)
    for name, other in {
        "track": TrackFactory(event=theirs),
        "microlocation": factories.MicrolocationFactory(event=theirs),
        "session-type": factories.SessionTypeFactory(event=theirs),
    }.items():
        path_ = f"/v1/sessions/{session.pk}/relationships/{name}"
        assert Api(olivia).link("patch", path_, other).status == 422
    speaker = SpeakerFactory(event=theirs, email=None)
    path_ = f"/v1/sessions/{session.pk}/relationships/speakers"
    assert Api(olivia).link("post", path_, [speaker]).status == 422
    assert list(session.speakers.all()) == []


def test_cve_2026_5600_an_event_is_not_announced_by_another_group(olivia, theirs):
    group = factories.GroupFactory(user=olivia)

    answer = Api(olivia).get(f"/v1/groups/{group.pk}/events/{theirs.pk}/announce")

    theirs.refresh_from_db()
    assert (answer.status, theirs.is_announced) == (403, False)


def test_cve_2026_5600_a_list_under_an_event_has_rows_of_that_event_alone(mine, theirs):
    """And OES#3969, where such a list had every event's."""
    api = Api(UserFactory(super_admin=True))
    owned = [
        factories.TrackFactory,
        factories.MicrolocationFactory,
        factories.SessionTypeFactory,
        factories.SessionFactory,
        factories.SpeakerFactory,
        factories.SponsorFactory,
        factories.SocialLinkFactory,
        factories.FaqFactory,
        factories.FaqTypeFactory,
        factories.ExhibitorFactory,
        factories.CustomFormFactory,
        factories.FeedbackFactory,
        factories.RoleInviteFactory,
    ]
    rows = {factory: [factory(event=event) for event in (mine, theirs)] for factory in owned}

    for factory, (own, _) in rows.items():
        resource = registry.of_model(factory._meta.model)
        assert api.get(f"/v1/events/{mine.pk}/{resource.path}").ids == [own.pk], resource.type
        assert api.get(f"/v1/events/{mine.identifier}/{resource.path}").ids == [own.pk]


# --- pretix CVE-2026-9712: to know an id is no permission


def test_cve_2026_9712_an_identifier_opens_no_draft(olivia):
    draft = EventFactory()
    track = TrackFactory(event=draft)

    for reader in (Api(), Api(olivia)):
        for ref in (draft.identifier, draft.pk):
            for end in ("", "/tracks", "/relationships/tracks", ".ics", "/schedule.ics"):
                assert reader.get(f"/v1/events/{ref}{end}").status == 404
        assert reader.get(f"/v1/tracks/{track.pk}").status == 404


def test_cve_2026_9712_the_id_of_a_task_is_no_permission(olivia, mine):
    """And `/v1/tasks/<id>` of the old server, which gave any result to anybody."""
    started = Api(olivia).send("post", f"/v1/events/{mine.pk}/export/json", {})
    url = started.document["task_url"]
    run_due()
    hold(other := UserFactory(), mine, "coorganizer")

    assert Api().get(url).status == 401
    assert Api(other).get(url).status == 404
    link = Api(olivia).get(url).document["result"]["download_url"].removeprefix("http://testserver")
    assert Api(other).get(link).status == 404


# --- pretalx 1.0.2: mails of other events


def test_pretalx_1_0_2_nobody_reads_the_mails_of_an_event_but_admins(mine, olivia):
    messaging.MailFactory()
    condition = {"name": "recipient", "op": "ilike", "val": "%"}

    for reader in (Api(), Api(olivia), Api(UserFactory())):
        assert reader.get("/v1/mails").status in (401, 403)
        assert reader.filter("/v1/mails", condition).status in (401, 403)


def test_pretalx_1_0_2_a_notification_of_an_event_is_for_whom_it_tells(mine, olivia):
    other = UserFactory()
    hold(other, mine, "organizer")
    told = messaging.NotificationFactory(user=other, event=mine)

    assert Api(olivia).get("/v1/notifications").ids == []
    assert Api(olivia).get(f"/v1/notifications/{told.pk}").status == 404
    assert Api(olivia).get(f"/v1/users/{other.pk}/notifications").status == 404


# --- indico CVE-2025-53640 and 59034: people by the dozen


def test_cve_2025_53640_users_are_not_dumped_by_their_ids(olivia):
    others = UserFactory.create_batch(3)
    ids = [user.pk for user in others]
    emails = [{"name": "email", "op": "eq", "val": user.email} for user in others]
    api = Api(olivia)

    for condition in (
        {"name": "id", "op": "in", "val": ids},
        {"or": emails},
        {"not": {"name": "id", "op": "eq", "val": olivia.pk}},
        {"name": "email", "op": "ilike", "val": "%"},
    ):
        assert set(api.filter("/v1/users", condition).ids) <= {olivia.pk}
    assert api.get("/v1/users", page__size=0, get_trashed="true").ids == [olivia.pk]
    assert [api.get(f"/v1/users/{key}").status for key in ids] == [404] * 3


def test_cve_2025_59034_whoever_keeps_their_profile_private_is_not_named(mine, olivia):
    fan = UserFactory(email="fan@example.org", is_profile_public=False)
    session = SessionFactory(event=mine, state="accepted")
    group = factories.GroupFactory()
    factories.FavouriteSessionFactory(session=session, user=fan)
    factories.FollowedGroupFactory(group=group, user=fan)

    for path_, include in {
        f"/v1/sessions/{session.pk}": "favourites.user",
        f"/v1/groups/{group.pk}": "followers.user",
    }.items():
        answer = Api(UserFactory()).get(path_, include=include)
        assert answer.status == 200
        assert "fan@example.org" not in answer.response.content.decode()
        assert ("user", fan.pk) not in answer.included


def test_cve_2025_59034_a_team_is_named_without_its_addresses(mine, olivia):
    hold(UserFactory(email="boss@example.org", first_name="Ada"), mine, "owner")

    answer = Api(UserFactory()).get(f"/v1/events/{mine.pk}", include="owner,organizers")

    shown = {each["attributes"]["first-name"] for each in answer.document["included"]}
    assert shown == {"Ada", olivia.first_name}
    assert "@example.org" not in answer.response.content.decode()


# --- indico CVE-2026-28352: the one endpoint that forgot to ask


def forgotten(request: HttpRequest) -> HttpResponse:
    return HttpResponse("everything")


urlpatterns = [path("v1/series/<int:id>", forgotten)]


def test_cve_2026_28352_a_server_with_an_endpoint_that_asks_nobody_does_not_start(settings):
    settings.ROOT_URLCONF = __name__

    assert unstated() == [
        "GET /v1/series/{id}: nothing is stated; decorate the view with has_permission(...), or "
        "with public() if it is for everybody"
    ]


def test_cve_2026_28352_what_is_not_stated_is_denied():
    stated = allow(view="must be admin")

    assert set(stated) == {"view"}
    assert Api(UserFactory(super_admin=True)).delete("/v1/services/1").status == 405


# --- alf.io: ids that were not tied to their owner


@pytest.mark.parametrize(
    "factory",
    [
        messaging.NotificationFactory,
        messaging.EmailNotificationFactory,
        UserEmailFactory,
        factories.FeedbackFactory,
        factories.FavouriteEventFactory,
        factories.FavouriteSessionFactory,
        factories.FollowedGroupFactory,
    ],
)
def test_alf_io_what_is_somebodys_is_changed_by_nobody_else(factory, olivia):
    row = factory(user=UserFactory())
    resource = registry.of_model(type(row))
    path_ = f"/v1/{resource.path}/{row.pk}"

    for other in (Api(olivia), Api()):
        for answer in (other.patch(path_, resource.type), other.delete(path_)):
            assert answer.status in (401, 403, 404, 405)
    assert type(row).objects.filter(pk=row.pk).exists()
    assert Api(row.user).delete(path_).status == 200


# --- the server before this: what it wrote without asking, and told everybody


def test_oes_a_group_is_founded_by_somebody():
    assert Api().post("/v1/groups", "group", name="Ours").status == 401
    unverified = Api(UserFactory(unverified=True))
    assert unverified.post("/v1/groups", "group", name="Ours").status == 403


def test_oes_exports_are_not_opened_by_their_path(mine, olivia):
    for name in ("/etc/passwd", "..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd"):
        for reader in (Api(olivia), Api(UserFactory(super_admin=True))):
            assert reader.get(f"/v1/events/{mine.pk}/exports/{name}").status == 404


def test_oes_a_list_of_sessions_shows_what_is_announced(mine):
    sessions = {state: SessionFactory(event=mine, state=state) for state in STATES}
    hidden = SessionFactory(event=EventFactory(), state="accepted")
    shown = sorted(sessions[state].pk for state in ("accepted", "confirmed"))

    for reader in (Api(), Api(UserFactory())):
        for path_ in ("/v1/sessions", f"/v1/events/{mine.pk}/sessions"):
            assert sorted(reader.get(path_).ids) == shown
        assert reader.get(f"/v1/sessions/{hidden.pk}").status == 404


STATES = ("draft", "pending", "accepted", "confirmed", "rejected", "canceled", "withdrawn")


def test_oes_tracks_of_drafts_are_not_in_the_list_of_all():
    shown, _ = TrackFactory(event=EventFactory(published=True)), TrackFactory(event=EventFactory())

    assert Api().get("/v1/tracks").ids == [shown.pk]
    assert Api(UserFactory()).get("/v1/tracks").ids == [shown.pk]


def test_oes_an_invitation_tells_its_token_to_nobody(mine, olivia):
    invite = factories.RoleInviteFactory(event=mine, token_hash="0" * 64)
    path_ = f"/v1/role-invites/{invite.pk}"

    assert Api().get(path_).status == 401
    assert Api(UserFactory()).get(path_).status == 404
    assert Api(olivia).get(path_).attributes["hash"] is None
    assert "0" * 64 not in Api(UserFactory(super_admin=True)).get(path_).response.content.decode()


def test_oes_favourites_are_their_users_own(mine):
    fan, other = UserFactory(), UserFactory()
    kept = factories.FavouriteEventFactory(event=mine, user=fan)

    assert Api(fan).get("/v1/user-favourite-events").ids == [kept.pk]
    assert Api(other).get("/v1/user-favourite-events").ids == []
    assert Api().get("/v1/user-favourite-events").status == 401


def test_oes_nobody_promotes_themselves(mine):
    for role in ("coorganizer", "moderator", "attendee"):
        user = UserFactory()
        held, api = hold(user, mine, role), Api(user)
        owner = Role.objects.get(name="owner")
        path_ = f"/v1/users-events-roles/{held.pk}"

        api.patch(path_, "users-events-roles", role=owner)
        linked = api.link("patch", f"{path_}/relationships/role", owner)
        invited = api.post(
            "/v1/role-invites", "role-invite", email=user.email, event=mine, role=owner
        )
        flags = dict.fromkeys(("is_super_admin", "is_admin", "is_verified", "is_sales_admin"), True)
        changed = api.patch(f"/v1/users/{user.pk}", "user", **flags)

        assert [linked.status, invited.status] == [403, 403]
        assert [changed.attributes[name.replace("_", "-")] for name in flags] == [
            *(False, False, True, False)  # they had verified their address before
        ]
        user.refresh_from_db()
        assert (user.is_admin, user.is_super_admin) == (False, False)
        assert EventRole.objects.get(user=user).role.name == role


def test_oes_6152_a_co_organizer_does_not_remove_the_owner(mine):
    owned = hold(UserFactory(), mine, "owner")
    hold(helper := UserFactory(), mine, "coorganizer")

    assert Api(helper).delete(f"/v1/users-events-roles/{owned.pk}").status == 403
    assert EventRole.objects.filter(pk=owned.pk, is_owner=True).exists()


def test_oes_the_trash_is_shown_to_whoever_may_empty_it(mine, olivia):
    track = TrackFactory(event=mine, deleted_at=timezone.now())

    assert Api(UserFactory()).get("/v1/tracks", get_trashed="true").ids == []
    assert Api(olivia).get("/v1/tracks", get_trashed="true").ids == [track.pk]
    assert Api(olivia).delete(f"/v1/tracks/{track.pk}?permanent=true&get_trashed=true").status in (
        403,
        404,
    )


def test_oes_what_a_task_of_the_server_itself_found_out_is_nobodys(olivia):
    job = jobs.enqueue("users.mail-reset", email="ada@example.org")

    assert Api(olivia).get(f"/v1/tasks/{job.pk}").status == 404


# --- pretalx 2026.2.0: an address that the client made up


def test_pretalx_2026_2_0_a_forged_address_gives_no_new_guesses(settings, client):
    settings.THROTTLES = settings.THROTTLES | {"password-by-account-and-address": (3, 900)}
    user = UserFactory()

    statuses = [
        client.post(
            "/auth/session",
            {"email": user.email, "password": f"wrong {n}"},
            "application/json",
            HTTP_X_FORWARDED_FOR=f"192.0.2.{n}",
        ).status_code
        for n in range(4)
    ]

    assert statuses == [401, 401, 401, 429]
