"""The atoms about invitations: whom one is for, and what it lets them see meanwhile."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from permissions.predicates import Atom, Condition
from permissions.targets import Paths, Target
from permissions.users import Person

from .models import SpeakerInvite


class Invited(Atom):
    """Holds for whom an invitation is addressed to, by a verified e-mail address."""

    needs = ("invited_email",)

    def test(self, user: Person, target: Target) -> bool:
        return bool(user.is_verified and target["invited_email"].lower() == user.email.lower())

    def q(self, user: Person, paths: Paths) -> Condition:
        if not user.is_verified:
            return False
        return Q(**{f"{paths['invited_email']}__iexact": user.email})


class InvitedToSpeak(Atom):
    """Holds for whom a pending invitation asks to speak in the session."""

    needs = ("session_id",)

    def test(self, user: Person, target: Target) -> bool:
        return user.is_verified and _pending(user).filter(session_id=target["session_id"]).exists()

    def q(self, user: Person, paths: Paths) -> Condition:
        if not user.is_verified:
            return False
        return Exists(_pending(user).filter(session_id=OuterRef(paths["session_id"])))


def _pending(user: Person) -> QuerySet[SpeakerInvite]:
    return SpeakerInvite.objects.filter(
        email__iexact=user.email, status=SpeakerInvite.Status.PENDING, expires_at__gt=Now()
    )


is_invited = Invited(
    "is_invited",
    requires="Being the invited person, by a verified address,",
    said="invited person",
)
is_invited_to_speak = InvitedToSpeak(
    "is_invited_to_speak", requires="Being invited to speak", said="person invited to speak"
)

ALL = (is_invited, is_invited_to_speak)
