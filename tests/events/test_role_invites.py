"""Role invites: asking people to work on an event, their answers, and handing an event over."""

import contextlib
import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from events.actions import role_invites
from events.actions.role_invites import accept
from events.actions.role_invites import invite as send_invite
from events.models import EventRole, Group, Role, RoleInvite
from messaging.models import Mail, Notification
from openevent.errors import DomainError
from permissions.users import Anonymous
from tests.api_client import Api
from tests.factories.events import EventFactory, GroupFactory, RoleInviteFactory, hold
from tests.factories.users import UserFactory
from users.actions.accounts import close_account
from users.models import User

pytestmark = pytest.mark.django_db

NOBODY = Anonymous()


@pytest.fixture
def event():
    return EventFactory(published=True)


@pytest.fixture
def owner(event):
    user = UserFactory()
    hold(user, event, "owner")
    return user


@pytest.fixture
def organizer(event, owner):
    user = UserFactory()
    hold(user, event, "organizer")
    return user


def role(name):
    return Role.objects.get(name=name)


def ask(by, event, email, name, **values):
    fields = {"email": email, "role_name": name, "event": event, "role": role(name), **values}
    return Api(by).post("/v1/role-invites", "role-invite", **fields)


def mailed(event, to, name, by):
    """Return the token of a new invitation."""
    return send_invite(RoleInvite(event=event, email=to, role=role(name)), role_name=None, by=by)


def answer(token, by=None, path="accept-invite"):
    body = {"data": {"token": token}}
    return Api(by).send("post", f"/v1/role_invites/{path}", body, content_type="application/json")


def roles_on(event):
    held = EventRole.objects.filter(event=event).values_list("user_id", "role__name")
    return set(held)


# --- who may ask whom


@pytest.mark.parametrize(
    ("asking", "wanted", "status"),
    [
        ("owner", "owner", 201),
        ("owner", "organizer", 201),
        ("organizer", "owner", 403),
        ("organizer", "organizer", 201),
        ("organizer", "coorganizer", 201),
        ("organizer", "attendee", 201),
        ("coorganizer", "coorganizer", 403),
        ("track_organizer", "track_organizer", 403),
    ],
)
def test_organizers_invite_and_only_the_owner_hands_the_event_over(event, asking, wanted, status):
    user = UserFactory()
    hold(user, event, asking)

    assert ask(user, event, "new@example.org", wanted).status == status


def test_strangers_invite_nobody(event, owner):
    assert ask(UserFactory(), event, "new@example.org", "organizer").status == 403
    assert ask(None, event, "new@example.org", "organizer").status == 401
    assert ask(UserFactory(admin=True), event, "new@example.org", "owner").status == 201


def test_an_invitation_is_mailed_and_shows_its_token_to_nobody(event, organizer):
    made = ask(organizer, event, "new@example.org", "coorganizer")

    assert made.data["attributes"]["hash"] is None
    assert made.data["attributes"]["role-name"] == "coorganizer"
    assert made.data["attributes"]["status"] == "pending"
    mail = Mail.objects.get(recipient="new@example.org")
    assert event.name in mail.subject


def test_who_is_invited_and_has_an_account_is_notified(event, organizer):
    invited = UserFactory(email="grace@example.org")
    ask(organizer, event, "Grace@example.org", "coorganizer")
    ask(organizer, event, "new@example.org", "coorganizer")

    told = Notification.objects.get()
    offer = RoleInvite.objects.get(email__iexact=invited.email)
    named = role("coorganizer")
    assert told.user == invited
    assert told.content == {
        "type": "event_role",
        "target_type": "RoleInvite",
        "target_id": offer.pk,
        "target_action": "invited",
        "actors": [{"id": organizer.pk, "name": organizer.full_name}],
        "event": {"id": event.pk, "identifier": event.identifier, "name": event.name},
        "event_invite": {"id": offer.pk},
        "role": {"id": named.pk, "name": "coorganizer", "title_name": named.title_name},
    }


def test_the_name_of_the_role_is_the_roles(event, organizer):
    refused = ask(organizer, event, "new@example.org", "coorganizer", role=role("organizer"))

    assert (refused.status, refused.pointer) == (422, "/data/attributes/role-name")


def test_a_person_is_invited_to_an_event_once_at_a_time(event, organizer):
    assert ask(organizer, event, "new@example.org", "moderator").status == 201
    assert ask(organizer, event, "NEW@example.org", "registrar").status == 409


def test_who_has_the_role_is_not_invited_to_it(event, organizer):
    assert ask(organizer, event, organizer.email, "organizer").status == 409


def test_a_new_invitation_to_be_owner_takes_back_the_one_before(event, owner):
    first = mailed(event, "a@example.org", "owner", owner)
    mailed(event, "b@example.org", "owner", owner)

    assert answer(first).status == 404


# --- who sees them


def test_invitations_are_seen_by_the_team_and_by_whom_they_are_for(event, organizer):
    invited = UserFactory()
    offer = RoleInviteFactory(event=event, email=invited.email.upper())
    url = f"/v1/role-invites/{offer.pk}"

    assert Api(organizer).get(url).status == Api(invited).get(url).status == 200
    assert Api(UserFactory(unverified=True, email="x" + invited.email)).get(url).status == 404
    assert Api(UserFactory()).get(url).status == 404
    assert Api().get(url).status == 401
    assert Api(organizer).get(f"/v1/events/{event.pk}/role-invites").ids == [offer.pk]


# --- answers


def test_accepting_gives_the_role_and_proves_the_address(event, organizer):
    invited = UserFactory(unverified=True)
    token = mailed(event, invited.email, "coorganizer", organizer)

    found = answer(token, by=invited)

    assert (found.status, found.document["role"]) == (200, "coorganizer")
    assert (invited.pk, "coorganizer") in roles_on(event)
    invited.refresh_from_db()
    assert invited.is_verified
    assert RoleInvite.objects.get(email=invited.email).status == "accepted"
    assert answer(token).status == 409


def test_an_invitation_tells_whom_it_is_for(event, organizer):
    token = mailed(event, "new@example.org", "coorganizer", organizer)

    assert answer(token, path="user").document == {"email": "new@example.org"}


def test_who_has_verified_the_address_need_not_sign_in_to_accept(event, organizer):
    invited = UserFactory()
    token = mailed(event, invited.email.upper(), "coorganizer", organizer)

    assert answer(token).status == 200
    assert (invited.pk, "coorganizer") in roles_on(event)


def test_an_account_opened_with_the_address_of_another_gets_nothing_that_they_accept(
    event, organizer
):
    """Mallory opens an account with Ada's address; Ada follows the link that was mailed to her."""
    prepared = UserFactory(email="ada@example.org", unverified=True)
    token = mailed(event, "ada@example.org", "coorganizer", organizer)

    refused = answer(token)

    prepared.refresh_from_db()
    assert (refused.status, prepared.is_verified) == (403, False)
    assert (prepared.pk, "coorganizer") not in roles_on(event)


def test_somebody_else_cannot_answer(event, organizer):
    invited = UserFactory()
    token = mailed(event, invited.email, "coorganizer", organizer)

    for path in ("accept-invite", "decline-invite"):
        assert answer(token, by=UserFactory(), path=path).status == 403
    assert answer("guessed").status == 404
    assert (invited.pk, "coorganizer") not in roles_on(event)


def test_without_an_account_there_is_nobody_to_have_the_role(event, organizer):
    token = mailed(event, "new@example.org", "coorganizer", organizer)

    assert answer(token).status == 404
    UserFactory(email="New@example.org")
    assert answer(token).status == 200


def test_declining_leaves_everything_as_it_was(event, organizer):
    invited = UserFactory()
    token = mailed(event, invited.email, "coorganizer", organizer)
    before = roles_on(event)

    assert answer(token, path="decline-invite").status == 200
    assert answer(token).status == 409
    assert roles_on(event) == before
    assert ask(organizer, event, invited.email, "coorganizer").status == 201


def test_an_invitation_expires(event, organizer):
    invited = UserFactory()
    token = mailed(event, invited.email, "coorganizer", organizer)
    RoleInvite.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    for path in ("accept-invite", "decline-invite"):
        refused = answer(token, path=path)
        assert (refused.status, "expired" in refused.detail) == (409, True)
    assert (invited.pk, "coorganizer") not in roles_on(event)
    again = Api(organizer).post(f"/v1/role-invites/{RoleInvite.objects.get().pk}/resend-invite")
    assert (again.status, RoleInvite.objects.get().has_expired) == (200, False)


def test_a_second_mail_makes_the_first_void(event, organizer):
    invited = UserFactory()
    first = mailed(event, invited.email, "coorganizer", organizer)
    offer = RoleInvite.objects.get()

    again = Api(organizer).post(f"/v1/role-invites/{offer.pk}/resend-invite")

    assert again.document == {"success": True, "message": "Invite resent successfully"}
    assert Mail.objects.filter(recipient=invited.email).count() == 2
    assert answer(first).status == 404


def test_nobody_is_buried_in_invitations(event, organizer, settings):
    settings.THROTTLES = settings.THROTTLES | {"invitation-to-address": (2, 3600)}
    other = EventFactory(published=True)
    hold(leader := UserFactory(), other, "organizer")

    first = ask(organizer, event, "ada@example.org", "coorganizer")
    again = Api(organizer).post(f"/v1/role-invites/{first.data['id']}/resend-invite")
    by_another = ask(leader, other, "Ada@example.org", "coorganizer")
    once_more = Api(organizer).post(f"/v1/role-invites/{first.data['id']}/resend-invite")

    assert [each.status for each in (first, again, by_another, once_more)] == [201, 200, 429, 429]
    assert int(by_another.headers["Retry-After"]) > 0
    assert Mail.objects.filter(recipient__iexact="ada@example.org").count() == 2
    assert not RoleInvite.objects.filter(event=other).exists()
    assert ask(organizer, event, "bob@example.org", "coorganizer").status == 201


def test_nobody_invites_the_whole_world(event, organizer, settings):
    settings.THROTTLES = settings.THROTTLES | {"invitation-by-person": (1, 3600)}

    statuses = [ask(organizer, event, f"{n}@example.org", "moderator").status for n in range(2)]

    assert statuses == [201, 429]


def test_an_invitation_to_what_is_gone_leads_nowhere(event, organizer):
    invited, closed = UserFactory(), UserFactory()
    token = mailed(event, invited.email, "coorganizer", organizer)
    to_nobody = mailed(event, closed.email, "coorganizer", organizer)

    assert Api(closed).delete(f"/v1/users/{closed.pk}").status == 200
    assert answer(to_nobody).status == 404
    event.trash()
    for path in ("accept-invite", "decline-invite", "user"):
        assert answer(token, path=path).status == 404


def test_an_accepted_invitation_stays_and_goes_with_its_role(event, organizer, owner):
    invited = UserFactory()
    answer(mailed(event, invited.email, "coorganizer", organizer))
    offer, held = RoleInvite.objects.get(), EventRole.objects.get(user=invited)

    assert Api(organizer).delete(f"/v1/role-invites/{offer.pk}").status == 409
    assert Api(organizer).delete(f"/v1/users-events-roles/{held.pk}").status == 200
    assert not RoleInvite.objects.exists()


def test_a_pending_invitation_is_taken_back(event, organizer):
    offer = RoleInviteFactory(event=event)

    assert Api(UserFactory()).delete(f"/v1/role-invites/{offer.pk}").status == 404
    assert Api(organizer).delete(f"/v1/role-invites/{offer.pk}").status == 200


# --- handing over


def test_a_new_owner_makes_the_old_one_an_organizer_and_takes_the_event_from_its_group(
    event, owner, organizer
):
    group: Group = GroupFactory(user=owner)
    event.group = group
    event.save()
    token = mailed(event, organizer.email, "owner", owner)

    assert answer(token).document["role"] == "owner"
    event.refresh_from_db()
    assert event.group is None
    assert roles_on(event) == {(organizer.pk, "owner"), (owner.pk, "organizer")}


def test_the_database_holds_an_event_to_one_owner(event, owner):
    with pytest.raises(IntegrityError), transaction.atomic():
        EventRole.objects.create(event=event, user=UserFactory(), role=role("owner"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locked", [True, False], ids=["as it is", "without the lock"])
def test_of_two_who_accept_at_once_one_is_owner(locked, monkeypatch):
    """The negative control: without the lock, the database's constraint refuses the second."""
    event = EventFactory(published=True)
    owner, *heirs = UserFactory.create_batch(3)
    hold(owner, event, "owner")
    tokens = []
    for heir in heirs:
        tokens.append(mailed(event, heir.email, "owner", owner))
        RoleInvite.objects.filter(email=heir.email).update(role=role("moderator"))
    RoleInvite.objects.update(role=role("owner"))
    if not locked:
        unlock(monkeypatch)
    # both are about to hand over, unless one has to wait for the other
    meet_before(monkeypatch, "_hand_over")

    refused = at_once(*(lambda token=token: accept(token, by=NOBODY) for token in tokens))

    assert EventRole.objects.filter(event=event, is_owner=True).count() == 1
    assert [type(each) for each in refused] == ([] if locked else [IntegrityError])
    organizers = EventRole.objects.filter(event=event, role__name="organizer")
    assert organizers.count() == (2 if locked else 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locked", [True, False], ids=["as it is", "without the lock"])
def test_of_two_who_are_asked_at_once_to_be_owner_one_can_accept(locked, monkeypatch):
    """The negative control: without the lock both could, one after the other."""
    event = EventFactory(published=True)
    hold(owner := UserFactory(), event, "owner")
    if not locked:
        unlock(monkeypatch)
    meet_before(monkeypatch, "_send")

    refused = at_once(
        *(lambda to=to: mailed(event, to, "owner", owner) for to in ("a@x.example", "b@x.example"))
    )

    assert (refused, RoleInvite.objects.count()) == ([], 1 if locked else 2)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locked", [True, False], ids=["as it is", "without the lock"])
def test_who_closes_their_account_while_they_accept_does_not_own_an_event_in_the_trash(
    locked, monkeypatch
):
    """The negative control: without the lock an event ends up with an owner who has left."""
    event = EventFactory(published=True)
    owner, heir = UserFactory.create_batch(2)
    hold(owner, event, "owner")
    token = mailed(event, heir.email, "owner", owner)
    if not locked:
        unlock(monkeypatch)
    meeting = meet_before(monkeypatch, "_hand_over")

    def close():
        account = User.objects.get(pk=heir.pk) if not locked else locked_account(heir)
        close_account(account, by=account)
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(1)

    refused = at_once(lambda: accept(token, by=NOBODY), close)

    heir.refresh_from_db()
    is_owner = EventRole.objects.filter(event=event, user=heir, is_owner=True).exists()
    assert (is_owner and heir.deleted_at is not None) is not locked
    assert len(refused) == (1 if locked else 0)


# --- races


def locked_account(user):
    return User.objects.select_for_update().get(pk=user.pk)


def unlock(monkeypatch):
    monkeypatch.setattr(
        "django.db.models.query.QuerySet.select_for_update", lambda rows, **_: rows.all()
    )


def meet_before(monkeypatch, name):
    """Let the two who call that action wait for each other, and no longer than a moment."""
    meeting, action = threading.Barrier(2), getattr(role_invites, name)

    def meet(*args, **kwargs):
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(1)
        return action(*args, **kwargs)

    monkeypatch.setattr(role_invites, name, meet)
    return meeting


def at_once(*actions):
    """Do all of `actions` in transactions of their own; return what they were refused by."""
    refused = []

    def act(action):
        try:
            with transaction.atomic():
                action()
        except (IntegrityError, DomainError) as error:
            refused.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    return refused
