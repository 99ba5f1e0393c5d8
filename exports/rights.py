"""Who takes what out of an event: its co-organizers, if their role reads all that is in it.

The role x service matrix would keep nobody from anything that an export hands out all the same
(docs/decisions/0104-what-is-taken-out-is-read.md).
"""

from typing import Final

from events.atoms import is_coorganizer, reading
from events.models import Service
from permissions.predicates import Predicate

from .models import Export

_PROGRAMME: Final = ("session", "speaker", "track", "microlocation")

# Of reports and feeds, and of an archive, which has rows of every service.
takes_programme: Final = reading(is_coorganizer, *_PROGRAMME)
takes_everything: Final = reading(is_coorganizer, *Service.Name.values)


def takes(kind: str) -> Predicate:
    """Return who may have an export of that kind."""
    return takes_everything if kind == Export.Kind.ARCHIVE else takes_programme
