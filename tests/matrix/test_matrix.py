"""Every cell is decided in process; of each line, real requests hold the decision to be true."""

import pytest

from permissions.routes import unstated
from tests.personas import PERSONAS

from . import page
from .cells import Asked, decided, sections
from .requests import answered_otherwise, outcome, send
from .statements import digest
from .world import Rows

SECTIONS = sections()
# one worker for each section: what was asked for one of its tests is known in the next
each_section = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in SECTIONS]
)


def test_no_route_is_without_a_statement() -> None:
    assert unstated() == []


def test_the_page_has_the_sections_there_are() -> None:
    assert list(page.printed()) == list(SECTIONS)


@each_section
def test_the_page_says_who_may(name: str, rows: Rows) -> None:
    """Changed who may do what? `make matrix` writes the page anew; look at what it changes."""
    lines = decided(SECTIONS[name], rows)

    assert page.printed()[name] == page.section(name, lines, digest(name, SECTIONS[name], rows))


@each_section
def test_requests_are_answered_as_decided(name: str, rows: Rows, every_cell: bool) -> None:
    """The weakest who is let in, and the strongest who is not, of each line."""
    for asked, by in decided(SECTIONS[name], rows):
        for persona in PERSONAS if every_cell else _extremes(asked, by):
            answer = send(asked, rows.client(persona))

            expected = by[persona]
            if expected == 200:
                expected = answered_otherwise(asked, answer)
            assert outcome(answer) == expected, (persona, asked.route.method, asked.path, answer)


def _extremes(asked: Asked, by: dict[str, int]) -> list[str]:
    let_in = [persona for persona in PERSONAS if by[persona] == 200]
    refused = [persona for persona in PERSONAS if by[persona] != 200]
    return [*let_in[:1], *refused[-1:]]


@pytest.fixture(scope="module", autouse=True)
def _written(rows: Rows, every_cell: bool) -> None:
    if every_cell:
        page.write(
            {
                name: page.section(name, decided(section, rows), digest(name, SECTIONS[name], rows))
                for name, section in SECTIONS.items()
            }
        )
