"""Every page of the admin opens for a super admin, and none for somebody without rank."""

from http import HTTPStatus
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from events.models import Event, EventRole, Role, Session, Speaker
from media.models import EventImageSize, SpeakerImageSize
from openevent import activity
from openevent.activity.models import Activity
from openevent.sealed import SealedField
from openevent.site.models import Site
from tests.factories import events as factories
from tests.factories import exports, messaging
from tests.factories.administration import PageFactory
from tests.factories.media import UploadFactory
from tests.factories.users import PASSWORD, UserEmailFactory, UserFactory
from users.models import User

pytestmark = pytest.mark.django_db

# The models whose pages these are; what else is registered is tested where it is.
FACTORIES = {
    factory._meta.model: factory
    for factory in (
        UserFactory,
        UserEmailFactory,
        factories.EventFactory,
        factories.EventTypeFactory,
        factories.EventTopicFactory,
        factories.TrackFactory,
        factories.MicrolocationFactory,
        factories.SessionTypeFactory,
        factories.SessionFactory,
        factories.SpeakerFactory,
        factories.FavouriteSessionFactory,
        factories.RoleInviteFactory,
        factories.EventSubTopicFactory,
        factories.CustomPlaceholderFactory,
        factories.EventCopyrightFactory,
        factories.SponsorFactory,
        factories.SocialLinkFactory,
        factories.FaqTypeFactory,
        factories.FaqFactory,
        factories.TagFactory,
        factories.ExhibitorFactory,
        factories.CustomFormFactory,
        factories.CustomFormOptionFactory,
        factories.CustomFormTranslateFactory,
        PageFactory,
        factories.FavouriteEventFactory,
        factories.SpeakersCallFactory,
        factories.SpeakerInviteFactory,
        factories.FeedbackFactory,
        factories.GroupFactory,
        factories.GroupRoleFactory,
        factories.FollowedGroupFactory,
        factories.RoleFactory,
        factories.EventRoleFactory,
        messaging.MailFactory,
        messaging.MessageSettingFactory,
        messaging.NotificationFactory,
        messaging.NotificationSettingFactory,
        messaging.EmailNotificationFactory,
        exports.ExportFactory,
        exports.ImportJobFactory,
        UploadFactory,
    )
}
WRITTEN_BY_JOBS = ("messaging", "exports", "media")
ONLY_ROWS = (Site, EventImageSize, SpeakerImageSize)
MODELS = [*FACTORIES, Activity, *ONLY_ROWS]
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)


@pytest.fixture
def super_admin() -> User:
    return UserFactory(super_admin=True)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def row_of(model: Any) -> Any:
    if model is Activity:
        return activity.record("opened the doors", by=None)
    if model in ONLY_ROWS:
        return model.objects.get_or_create()[0]
    return FACTORIES[model]()


def pages(model: Any, row: Any) -> list[str]:
    query = str(row)[:5]
    return [
        url(model, "changelist"),
        f"{url(model, 'changelist')}?q={query}",
        url(model, "change", row.pk),
        url(model, "history", row.pk),
    ]


def values(response: Any) -> dict[str, Any]:
    """Return what a browser would send of the form on a page."""
    form = response.context["adminform"].form
    sent = {name: form[name].value() for name in form.fields}
    for name, value in list(sent.items()):
        if hasattr(value, "strftime"):
            sent[f"{name}_0"], sent[f"{name}_1"] = value.date().isoformat(), f"{value:%H:%M:%S}"
    # an unticked box and an empty choice send nothing
    return {
        name: value
        for name, value in sent.items()
        if value not in (None, "", []) and value is not False
    }


def shown(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


@every_model
def test_pages_open_for_a_super_admin(model: Any, super_admin: User) -> None:
    row = row_of(model)
    client = signed_in(super_admin)

    statuses = {page: client.get(page).status_code for page in pages(model, row)}

    assert set(statuses.values()) == {HTTPStatus.OK}, statuses


@every_model
def test_add_page_opens_unless_nothing_is_added_by_hand(model: Any, super_admin: User) -> None:
    row_of(model)
    may_add = model not in (Activity, *ONLY_ROWS) and model._meta.app_label not in WRITTEN_BY_JOBS

    status = signed_in(super_admin).get(url(model, "add")).status_code

    assert status == (HTTPStatus.OK if may_add else HTTPStatus.FORBIDDEN)


@every_model
@pytest.mark.parametrize("page", ["changelist", "add", "change"])
def test_pages_send_others_to_the_login(model: Any, page: str) -> None:
    row = row_of(model)
    address = url(model, page, *([row.pk] if page == "change" else []))

    answers = [client.get(address) for client in (Client(), signed_in(UserFactory()))]

    login = f"/admin/login/?next={address}"
    assert [answer.headers.get("Location") for answer in answers] == [login, login]


def test_no_other_model_of_ours_is_registered_without_its_pages_being_opened() -> None:
    ours = {
        model for model in admin.site._registry if model._meta.app_label not in ("jobs", "auth")
    }

    assert ours == set(MODELS)


def test_secrets_of_the_site_are_not_shown_and_survive_a_save(super_admin: User) -> None:
    names = [field.name for field in Site._meta.fields if isinstance(field, SealedField)]
    Site.objects.all().delete()
    site = Site.objects.create(**{name: f"secret of {name}" for name in names})
    client = signed_in(super_admin)

    page = client.get(url(Site, "change", site.pk))
    client.post(url(Site, "change", site.pk), values(page) | {"tagline": "Meet"})

    assert "secret of" not in page.content.decode()
    assert not set(names) & set(page.context["adminform"].form.fields)
    site.refresh_from_db()
    assert site.tagline == "Meet"
    assert {name: getattr(site, name) for name in names} == {
        name: f"secret of {name}" for name in names
    }


def test_account_is_added_with_a_password(super_admin: User) -> None:
    client = signed_in(super_admin)
    sent = {"email": "new@example.org", "usable_password": "true"}

    short = client.post(url(User, "add"), sent | {"password1": "short", "password2": "short"})
    client.post(url(User, "add"), sent | {"password1": PASSWORD, "password2": PASSWORD})

    assert short.context["adminform"].form.errors == {
        "password2": ["A password has 8 to 1000 characters."]
    }
    assert User.objects.get(email="new@example.org").check_password(PASSWORD)


def test_address_of_another_account_is_refused(super_admin: User) -> None:
    UserFactory(email="taken@example.org")
    user = UserFactory(email="free@example.org")
    client = signed_in(super_admin)
    sent = values(client.get(url(User, "change", user.pk))) | {"email": "Taken@example.org"}
    passwords = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}

    changed = client.post(url(User, "change", user.pk), sent, follow=True)
    added = client.post(url(User, "add"), {"email": "Taken@example.org"} | passwords, follow=True)

    words = ["An account with this email exists already."]
    assert [shown(changed), shown(added)] == [words, words]
    emails = set(User.objects.values_list("email", flat=True))
    assert emails == {super_admin.email, "taken@example.org", "free@example.org"}


def test_new_password_ends_all_sign_ins(super_admin: User) -> None:
    user = UserFactory()
    before = user.tokens_valid_from
    sent = {"usable_password": "true", "password1": "another one", "password2": "another one"}

    signed_in(super_admin).post(f"/admin/users/user/{user.pk}/password/", sent)

    user.refresh_from_db()
    assert user.check_password("another one")
    assert user.tokens_valid_from > before


def test_admin_can_neither_become_super_admin_nor_change_one(super_admin: User) -> None:
    user = UserFactory(admin=True)
    client = signed_in(user)
    page = client.get(url(User, "change", user.pk))

    client.post(url(User, "change", user.pk), values(page) | {"is_super_admin": "on"})
    theirs = client.post(url(User, "change", super_admin.pk), {"email": "mine@example.org"})
    password = client.post(f"/admin/users/user/{super_admin.pk}/password/", {})

    user.refresh_from_db()
    assert not user.is_super_admin
    assert (theirs.status_code, password.status_code) == (HTTPStatus.FORBIDDEN,) * 2


def test_super_admin_makes_an_admin(super_admin: User) -> None:
    user = UserFactory()
    client = signed_in(super_admin)
    page = client.get(url(User, "change", user.pk))

    client.post(url(User, "change", user.pk), values(page) | {"is_admin": "on"})

    user.refresh_from_db()
    assert (user.is_admin, user.is_super_admin, user.is_verified) == (True, False, True)


def test_event_added_by_an_admin_is_theirs(super_admin: User) -> None:
    client = signed_in(super_admin)
    sent = values(client.get(url(Event, "add"))) | {
        "name": "Added",
        "starts_at_0": "2031-05-01",
        "starts_at_1": "10:00:00",
        "ends_at_0": "2031-05-02",
        "ends_at_1": "10:00:00",
    }

    client.post(url(Event, "add"), sent)

    held = EventRole.objects.get(event__name="Added")
    assert (held.user, held.role.name) == (super_admin, "owner")


def test_refusal_is_shown_and_nothing_is_saved(super_admin: User) -> None:
    event = factories.EventFactory(name="Before")
    client = signed_in(super_admin)
    page = client.get(url(Event, "change", event.pk))
    sent = values(page) | {"name": "After", "state": "published", "ends_at_0": "2020-01-01"}

    answer = client.post(url(Event, "change", event.pk), sent, follow=True)

    event.refresh_from_db()
    assert (event.name, event.state) == ("Before", "draft")
    assert shown(answer) == ["An event ends after it starts."]


def test_session_goes_through_its_states_only(super_admin: User) -> None:
    session = factories.SessionFactory(state=Session.State.CONFIRMED)
    speaker = factories.SpeakerFactory(event=session.event)
    client = signed_in(super_admin)
    sent = values(client.get(url(Session, "change", session.pk)))

    client.post(url(Session, "change", session.pk), sent | {"state": "draft"})
    refused = Session.objects.get().state
    client.post(
        url(Session, "change", session.pk), sent | {"state": "accepted", "speakers": speaker.pk}
    )

    session.refresh_from_db()
    assert (refused, session.state) == ("confirmed", "accepted")
    assert list(session.speakers.all()) == [speaker]


def test_address_of_another_speaker_is_refused(super_admin: User) -> None:
    first = factories.SpeakerFactory(email="taken@example.org")
    second = factories.SpeakerFactory(event=first.event, email="free@example.org")
    client = signed_in(super_admin)
    sent = values(client.get(url(Speaker, "change", second.pk)))

    answer = client.post(
        url(Speaker, "change", second.pk), sent | {"email": "Taken@example.org"}, follow=True
    )

    assert shown(answer) == ["A speaker of this event has this email already."]
    second.refresh_from_db()
    assert second.email == "free@example.org"


def test_owner_is_neither_made_nor_unmade(super_admin: User) -> None:
    owner, event = UserFactory(), factories.EventFactory()
    held = factories.hold(owner, event, "owner")
    client = signed_in(super_admin)

    added = client.post(
        url(EventRole, "add"),
        {"user": super_admin.pk, "event": event.pk, "role": held.role_id},
    )
    changed = client.post(url(EventRole, "change", held.pk), {"user": super_admin.pk})
    deleted = client.post(url(EventRole, "delete", held.pk), {"post": "yes"})

    assert list(added.context["adminform"].form.errors) == ["role"]
    assert (changed.status_code, deleted.status_code) == (HTTPStatus.FORBIDDEN,) * 2
    assert [(role.user, role.role.name) for role in EventRole.objects.all()] == [(owner, "owner")]


def test_built_in_role_keeps_its_name_and_stays(super_admin: User) -> None:
    role = Role.objects.get(name="organizer")
    client = signed_in(super_admin)

    client.post(url(Role, "change", role.pk), {"name": "boss", "title_name": "Organiser"})
    deleted = client.post(url(Role, "delete", role.pk), {"post": "yes"})
    client.post(
        url(Role, "changelist"),
        {"action": "delete_selected", "_selected_action": role.pk, "post": "yes"},
    )

    role.refresh_from_db()
    assert (role.name, role.title_name) == ("organizer", "Organiser")
    assert deleted.status_code == HTTPStatus.FORBIDDEN
