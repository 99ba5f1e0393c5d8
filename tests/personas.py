"""The people whom tests ask as, from nobody to the super admin.

Those with a role on events hold it either at home, on the events that a test is about, or
elsewhere, on events that have nothing to do with those. What each may do at home says that
rights are given; what they may do there from elsewhere says that they end where they should.
"""

from datetime import UTC, datetime
from typing import Any, Final

from django.test import Client
from django.test.client import ClientHandler

from tests.factories.users import UserFactory, authorization
from users.models import User

EVENT_ROLES: Final = (
    "attendee",
    "registrar",
    "moderator",
    "track_organizer",
    "coorganizer",
    "organizer",
    "owner",
)
HOME: Final = EVENT_ROLES
ELSEWHERE: Final = tuple(f"{role}_elsewhere" for role in EVENT_ROLES)
# Who is in the programme: by account, by a verified address, as who sent a session in. The
# namesake has a speaker's address too, but never proved that it is theirs.
PROGRAMME: Final = ("speaker", "speaker_by_address", "submitter", "namesake")
STAFF: Final = ("admin", "super_admin")
NOBODY: Final = "nobody"

PERSONAS: Final = (NOBODY, "somebody", *PROGRAMME, *HOME, *ELSEWHERE, *STAFF)
# One of each kind, for tests that are too long to be run as everybody.
FEW: Final = (NOBODY, "somebody", "speaker", "coorganizer", "coorganizer_elsewhere", "admin")

# So late that no request of a test changes it.
SEEN_LAST: Final = datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC)

# One for all clients: each would load the middleware anew, which takes longer than a request.
_handler = ClientHandler(enforce_csrf_checks=False)


def create() -> dict[str, Any]:
    """Create an account for each persona but nobody; every other one has a public profile."""
    return {
        name: None
        if name == NOBODY
        else UserFactory(
            email=f"{name}@example.org",
            is_verified=name != "namesake",
            is_admin=name in STAFF,
            is_super_admin=name == "super_admin",
            is_profile_public=number % 2 == 0,
            last_accessed_at=SEEN_LAST,
        )
        for number, name in enumerate(PERSONAS)
    }


def client_of(user: User | None) -> Client:
    """Return a client whose requests come from `user`, or from nobody."""
    client = Client(headers=authorization(user) if user is not None else {})
    client.handler = _handler
    return client
