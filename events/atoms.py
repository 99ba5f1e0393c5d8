"""The atoms about events and their programme. Registered by name when the server starts.

Each includes those above it: whoever is an organizer passes `is_coorganizer`, and staff
(admins and super admins) pass them all. Stated for one of the five services, an atom counts
only roles that have the right to it in the role x service matrix.
"""

import copy
from abc import abstractmethod
from functools import cache
from typing import Any, ClassVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from permissions.atoms import is_user_itself
from permissions.predicates import Atom, Condition, Predicate
from permissions.targets import Paths, Target
from permissions.users import Person, known

from . import roles
from .models import Event, EventRole, Session, Speaker
from .models.role import ATTENDEE


class RoleOnEvent(Atom):
    """Holds for staff, and for who holds a role on the event that `counts`."""

    needs = ("event_id",)
    # What of the matrix a role must have to count, all of it; often the matrix says nothing.
    rights: tuple[roles.Right, ...] = ()

    @abstractmethod
    def counts(self, held: frozenset[str]) -> bool:
        """Return whether the names of the roles somebody holds on an event are enough."""

    def about(self, verb: str, noun: str) -> Predicate:
        right = roles.right_to(verb, noun)
        return self if right is None else _taking(right, self)

    def held(self, user: Person, event_id: int | None) -> frozenset[str]:
        """Return the roles `user` holds on an event, of those that the matrix lets count."""
        held = roles.roles_of(user).get(event_id, frozenset())
        return held & self.enabled(user) if self.rights else held

    def enabled(self, user: Person) -> frozenset[str]:
        """Return the roles that have all the rights."""
        return frozenset.intersection(*(roles.roles_with(each, user) for each in self.rights))

    def events_of(self, user: Person) -> list[int]:
        """Return the ids of the events on which `user` holds such a role."""
        held_on = roles.roles_of(user).items()
        if not self.rights:
            return [event for event, held in held_on if self.counts(held)]
        enabled = self.enabled(user)
        return [event for event, held in held_on if self.counts(held & enabled)]

    def test(self, user: Person, target: Target) -> bool:
        return bool(user.is_staff or self.counts(self.held(user, target["event_id"])))

    def q(self, user: Person, paths: Paths) -> Condition:
        if user.is_staff:
            return True
        # as ids and not as a subquery: what is read once is not looked up for every row
        return Q(**{f"{paths['event_id']}__among": known(user, self.name, self.events_of)})

    def anywhere(self, user: Person) -> bool:
        return user.is_staff or bool(self.events_of(user))

    def event_of(self, target: Target) -> int | None:
        """Return the id of the event of `target`; `None` while it is unknown."""
        return target.get("event_id")

    def because(self, user: Person, target: Target) -> str:
        counting = self._counting(self.held(user, self.event_of(target)))
        return f"the role {counting[0]}" if counting else "admin access"

    def withheld(self, user: Person, target: Target) -> str:
        """Return which role would do, if the matrix let it."""
        if not self.rights or not user.is_authenticated:
            return ""
        held = roles.roles_of(user).get(self.event_of(target), frozenset())
        for right in self.rights:
            counting = self._counting(held - roles.roles_with(right, user))
            if counting:
                return f"the role {counting[0]} may not {right} rows"
        return ""

    def _counting(self, held: frozenset[str]) -> list[str]:
        return sorted(name for name in held if self.counts(frozenset({name})))


@cache
def _taking(right: roles.Right, atom: RoleOnEvent) -> RoleOnEvent:
    """Return `atom` as one for which only roles with `right` count, besides those it asks for."""
    found = copy.copy(atom)
    # under a name of its own: what is compiled, or known of somebody, goes by names
    Predicate.__init__(found, f"{atom.name} ({right})")
    found.rights = (*atom.rights, right)
    return found


def reading(predicate: Predicate, *services: str) -> Predicate:
    """Return `predicate` for what shows rows of all `services`: only roles count that read them."""
    for service in services:
        predicate = predicate.about("view", service)
    return predicate


class HasRole(RoleOnEvent):
    """Holds for staff, and for who has one of `roles` on the event."""

    def __init__(
        self, name: str, held: frozenset[str], *, requires: str, said: str | None = None
    ) -> None:
        super().__init__(name, requires=requires, said=said)
        self.roles = held

    def counts(self, held: frozenset[str]) -> bool:
        return not self.roles.isdisjoint(held)


class HasRoleThemselves(HasRole):
    """Holds for who has one of `roles` on the event; that somebody is staff does not count."""

    def test(self, user: Person, target: Target) -> bool:
        return self.counts(self.held(user, target["event_id"]))

    def q(self, user: Person, paths: Paths) -> Condition:
        return Q(**{f"{paths['event_id']}__among": known(user, self.name, self.events_of)})

    def anywhere(self, user: Person) -> bool:
        return bool(self.events_of(user))


class WorksOnEvent(RoleOnEvent):
    """Holds for staff, and for who has any role on the event but that of an attendee."""

    def counts(self, held: frozenset[str]) -> bool:
        return bool(held - {ATTENDEE})


class EventPublished(Atom):
    """Holds for everybody while the event is published and not in the trash."""

    needs = ("event_id",)
    anonymous = True

    def test(self, user: Person, target: Target) -> bool:
        row: Any = target.row
        if isinstance(row, Event) and target["event_id"] == row.pk:
            return row.is_published
        return Event.objects.published().filter(pk=target["event_id"]).exists()

    def q(self, user: Person, paths: Paths) -> Condition:
        event = paths.row_of("event_id")
        if event is not None:
            return Q(**{f"{event}state": Event.State.PUBLISHED, f"{event}deleted_at": None})
        return Exists(Event.objects.published().filter(pk=OuterRef(paths["event_id"])))


class SessionAnnounced(Atom):
    """Holds for everybody once the session is accepted or confirmed."""

    needs = ("session_state",)
    anonymous = True

    def test(self, user: Person, target: Target) -> bool:
        return target["session_state"] in Session.ANNOUNCED

    def q(self, user: Person, paths: Paths) -> Condition:
        return Q(**{f"{paths['session_state']}__in": list(Session.ANNOUNCED)})


class FeedbackOpen(Atom):
    """Holds for everybody of feedback on an event, and of that on an announced session."""

    needs = ("feedback_session_state",)
    anonymous = True

    def test(self, user: Person, target: Target) -> bool:
        state = target["feedback_session_state"]
        return state is None or state in Session.ANNOUNCED

    def q(self, user: Person, paths: Paths) -> Condition:
        path = paths["feedback_session_state"]
        return Q(**{f"{path}__isnull": True}) | Q(**{f"{path}__in": list(Session.ANNOUNCED)})


class _Theirs(HasRole):
    """Holds for co-organizers of the row's event, and for those whom `mine` names on the row."""

    model: ClassVar[type[Model]]

    def mine(self, user: Person) -> Q:
        """Return the condition on rows of `model` that are `user`'s own."""
        raise TypeError(f"{self.name} does not say whose a row is")

    def test(self, user: Person, target: Target) -> bool:
        if user.is_staff or self.counts(self.held(user, self.event_of(target))):
            return True
        return self._rows(target).filter(self.mine(user)).exists()

    def q(self, user: Person, paths: Paths) -> Condition:
        if user.is_staff:
            return True
        (need,) = self.needs
        if paths.is_row(need):
            return Q(super().q(user, Paths(self.model))) | self.mine(user)
        rows = self.model._default_manager.filter(pk=OuterRef(paths[need]))
        return Exists(rows.filter(Q(super().q(user, Paths(self.model))) | self.mine(user)))

    def anywhere(self, user: Person) -> bool:
        return True

    def event_of(self, target: Target) -> int | None:
        row: Any = target.row
        if isinstance(row, self.model) and row.event_id is not None:
            return row.event_id
        return self._rows(target).values_list("event_id", flat=True).first()

    def because(self, user: Person, target: Target) -> str:
        return "admin access" if user.is_staff else self.said

    def _rows(self, target: Target) -> QuerySet[Any]:
        (need,) = self.needs
        return self.model._default_manager.filter(pk=target.get(need))


class SpeakerForSession(_Theirs):
    """Holds for co-organizers, the session's speakers, and who submitted it."""

    needs = ("session_id",)
    model = Session

    def mine(self, user: Person) -> Q:
        speaking = Speaker.objects.filter(
            _is_speaker(user), sessions=OuterRef("pk"), deleted_at=None
        )
        return Q(creator_id=user.pk) | Q(Exists(speaking))


class SessionSelfSubmitted(_Theirs):
    """Holds for co-organizers, and for who submitted the session."""

    needs = ("session_id",)
    model = Session

    def mine(self, user: Person) -> Q:
        return Q(creator_id=user.pk)


class SpeakerItself(_Theirs):
    """Holds for co-organizers, and for the speaker, by account or verified e-mail."""

    needs = ("speaker_id",)
    model = Speaker

    def mine(self, user: Person) -> Q:
        return _is_speaker(user)


def _is_speaker(user: Person) -> Q:
    """Return the condition on speakers that are `user`.

    An address counts only once it is verified: anybody can sign up with another's.
    """
    theirs = Q(user_id=user.pk)
    return theirs | Q(email__iexact=user.email) if user.is_verified else theirs


class CoorganizerOfUser(Atom):
    """Holds for staff, and for co-organizers of an event on which the user holds a role."""

    needs = ("user_id",)

    def test(self, user: Person, target: Target) -> bool:
        if user.is_staff:
            return True
        return EventRole.objects.filter(self._shared(user), user_id=target["user_id"]).exists()

    def q(self, user: Person, paths: Paths) -> Condition:
        if user.is_staff:
            return True
        return Exists(
            EventRole.objects.filter(self._shared(user), user_id=OuterRef(paths["user_id"]))
        )

    @staticmethod
    def _shared(user: Person) -> Q:
        return Q(event_id__among=known(user, "is_coorganizer", is_coorganizer.events_of))


is_owner = HasRole("is_owner", roles.OWNERS, requires="Owner access")
is_organizer = HasRole("is_organizer", roles.ORGANIZERS, requires="Organizer access")
is_coorganizer = HasRole("is_coorganizer", roles.COORGANIZERS, requires="Co-organizer access")
is_coorganizer_but_not_admin = HasRoleThemselves(
    "is_coorganizer_but_not_admin",
    roles.COORGANIZERS,
    requires="A co-organizer's role",
    said="coorganizer themselves",
)
is_track_organizer = HasRole(
    "is_track_organizer", roles.TRACK_ORGANIZERS, requires="Track organizer access"
)
is_registrar = HasRole("is_registrar", roles.REGISTRARS, requires="Registrar access")
is_moderator = HasRole("is_moderator", roles.MODERATORS, requires="Moderator access")
has_event_role = WorksOnEvent(
    "has_event_role", requires="A role on the event", said="member of the team"
)
is_event_published = EventPublished(
    "is_event_published", requires="A published event", said="reader of a published event"
)
is_session_announced = SessionAnnounced(
    "is_session_announced", requires="An accepted session", said="reader of an accepted session"
)
is_feedback_open = FeedbackOpen(
    "is_feedback_open", requires="An accepted session", said="reader of feedback"
)
is_speaker_for_session = SpeakerForSession(
    "is_speaker_for_session",
    roles.COORGANIZERS,
    requires="Being a speaker of the session, or co-organizer access,",
    said="speaker of the session",
)
is_session_self_submitted = SessionSelfSubmitted(
    "is_session_self_submitted",
    roles.COORGANIZERS,
    requires="Having submitted the session, or co-organizer access,",
    said="submitter of the session",
)
is_speaker_itself_or_admin = SpeakerItself(
    "is_speaker_itself_or_admin",
    roles.COORGANIZERS,
    requires="Being the speaker, or co-organizer access,",
    said="speaker itself",
)
is_coorganizer_of_user = CoorganizerOfUser(
    "is_coorganizer_of_user",
    requires="Co-organizer access to an event of the user",
    said="coorganizer of the user",
)

ALL = (
    is_owner,
    is_organizer,
    is_coorganizer,
    is_coorganizer_but_not_admin,
    is_track_organizer,
    is_registrar,
    is_moderator,
    has_event_role,
    is_event_published,
    is_session_announced,
    is_feedback_open,
    is_speaker_for_session,
    is_session_self_submitted,
    is_speaker_itself_or_admin,
    is_coorganizer_of_user,
)
# Names of the former server that stand for others.
ALIASES = {
    # it told expired tokens apart, which every route does here
    "is_coorganizer_endpoint_related_to_event": is_coorganizer,
    "is_coorganizer_or_user_itself": is_coorganizer | is_user_itself,
    "is_registrar_or_user_itself": is_registrar | is_user_itself,
}
