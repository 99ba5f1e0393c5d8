"""What a page costs more because somebody is asked for: permission work, at two sizes.

The same page is read by an organizer of its event and by an admin. Both are told the same, and
their tokens are looked at alike; but of an admin no role has to be known, and no row asked.
"""

import statistics
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench import agreement, cost, queries
from bench.cases import PLAN
from bench.client import Client, environ
from bench.cost import Costs
from bench.data import Seeded

ASKED, UNASKED = "organizer", "admin"
ROWS = (10, 100)


@dataclass(frozen=True)
class Asking:
    """What asking added to a page of `rows`: CPU in each round, and statements."""

    rows: int
    costs: Costs
    statements: int

    @property
    def seconds(self) -> float:
        """CPU seconds of Python and PostgreSQL, in the median round."""
        rounds = self.costs.rounds
        return statistics.median(each[ASKED].total - each[UNASKED].total for each in rounds)


def measure(seeded: Seeded, log: Path, *, rounds: int) -> list[Asking]:
    """Return what asking adds to a page of each size."""
    return [_measure(seeded, rows, log, rounds) for rows in ROWS]


def _measure(seeded: Seeded, rows: int, log: Path, rounds: int) -> Asking:
    client = Client()
    path = f"/v1/events/{seeded.event_id}/sessions?include=speakers,track&page[size]={rows}"
    tokens = {ASKED: seeded.token, UNASKED: seeded.admin_token}
    readers = {
        name: partial(client.get, PLAN, environ(path, token)) for name, token in tokens.items()
    }
    agreement.require_same(readers[ASKED](), readers[UNASKED]())
    counts = {name: len(queries.statements(read, log)) for name, read in readers.items()}
    costs = cost.compare(readers, rounds=rounds)
    return Asking(rows, costs, counts[ASKED] - counts[UNASKED])
