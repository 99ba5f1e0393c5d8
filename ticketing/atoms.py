"""The atoms about what is sold. Registered by name when the server starts."""

from django.db.models import Q

from permissions.predicates import Atom, Condition
from permissions.targets import Paths, Target
from permissions.users import Person


class TicketOffered(Atom):
    """Holds for everybody of a ticket that is not hidden."""

    needs = ("ticket_is_hidden",)
    anonymous = True

    def test(self, user: Person, target: Target) -> bool:
        return not target["ticket_is_hidden"]

    def q(self, user: Person, paths: Paths) -> Condition:
        return Q(**{paths["ticket_is_hidden"]: False})


is_ticket_offered = TicketOffered(
    "is_ticket_offered", requires="A ticket that is not hidden", said="reader of an offered ticket"
)

ALL = (is_ticket_offered,)
