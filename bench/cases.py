"""The questions that are asked, by whom, and the programs that answer."""

from dataclasses import dataclass, replace

from bench.data import IDENTIFIER, Seeded

# The URLconf of each; all serve the same paths.
PLAN = "openevent.urls"
FLOOR = "bench.floor"
DJA = "bench.dja"


@dataclass(frozen=True)
class Case:
    """One read. `smaller` asks the same of fewer rows, which may not take fewer statements."""

    name: str
    path: str
    smaller: str
    is_page: bool  # or one resource
    includes: int  # relationships whose rows go into the document
    is_organizer: bool = False

    @property
    def allowed_statements(self) -> int:
        return 3 + 2 * self.is_organizer + self.includes


def cases(seeded: Seeded) -> list[Case]:
    """Return every question, of nobody and of an organizer of the large event."""
    sessions = f"/v1/events/{seeded.event_id}/sessions?include=speakers,track&page[size]="
    programme = "?include=tracks,microlocations,session-types"
    of_nobody = [
        Case(
            "events_20",
            "/v1/events?page[size]=20",
            "/v1/events?page[size]=5",
            is_page=True,
            includes=0,
        ),
        Case(
            "event_1",
            f"/v1/events/{IDENTIFIER}{programme}",
            f"/v1/events/{seeded.small_identifier}{programme}",
            is_page=False,
            includes=3,
        ),
        Case("sessions_50", f"{sessions}50", f"{sessions}10", is_page=True, includes=2),
    ]
    of_organizer = [
        replace(case, name=f"{case.name}_organizer", is_organizer=True) for case in of_nobody
    ]
    return of_nobody + of_organizer
